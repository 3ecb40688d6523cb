"""A TLS front before a server that speaks in the clear, as in production: keys are sent over TLS alone.

It asks for no certificate; it notes every head that came, which is where a key would be seen.
"""

import asyncio
import contextlib
import ssl
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from demo import certs
from support.forked.loops import ended


@dataclass
class Front:
    """Where it listens, what its certificate is trusted by, and what came."""

    ca: Path
    port: int = 0
    heads: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, heads: list[str] | None) -> None:
    with contextlib.suppress(OSError):  # whoever ends first
        while data := await reader.read(65536):
            if heads is not None and b"\r\n\r\n" in data:
                heads.append(data.partition(b"\r\n\r\n")[0].decode("latin-1"))
            writer.write(data)
            await writer.drain()
    writer.close()


@contextmanager
def fronted(folder: Path, target: str, speaks: Sequence[str] = ()) -> Iterator[Front]:
    """It, before `http://host:port`; its loop runs in a thread of its own. `speaks`: what the server says it does (ALPN)."""
    folder.mkdir(parents=True)
    front = Front(certs.make_ca(folder, "front of a test"))
    pem, key = certs.make_server(folder, "front", ("localhost", "127.0.0.1"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, key)
    context.set_alpn_protocols(speaks)
    to = urlsplit(target)

    async def both(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        opened = [writer]
        try:
            far_reader, far_writer = await asyncio.open_connection(to.hostname, to.port)
            opened.append(far_writer)
            await asyncio.gather(_copy(reader, far_writer, front.heads), _copy(far_reader, writer, None))
        except (OSError, asyncio.CancelledError):  # there is no server, or the front ends while they are connected
            for one in opened:
                one.transport.abort()

    started: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def serve() -> None:
        server, stop = await asyncio.start_server(both, "127.0.0.1", 0, ssl=context), asyncio.Event()
        front.port = server.sockets[0].getsockname()[1]
        started.set_result((asyncio.get_running_loop(), stop))
        await stop.wait()
        server.close()
        await ended()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    loop, stop = started.result(30)
    try:
        yield front
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(30)

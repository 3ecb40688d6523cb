"""What reaches the database? A tap between the gateway and the real front: it relays, and notes every request.

It ends TLS on both sides (asking the gateway for its client certificate as the front does), so it can tell whose
certificate a request came on. It runs in a thread of its own:

    with running_tap(stack) as tap:
        gateway = gateways.make(over=tap.settings)
        ...
        assert tap.calls_of("alice") == []
"""

import asyncio
import contextlib
import re
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from demo.relay import demanding_context
from demo.settings import UPSTREAM
from demo.stack import Stack
from support.forked.loops import ended

GATEWAY: Final = "vecgate-gateway"
_HEAD: Final = re.compile(rb"([A-Z]+) (\S+) HTTP/1\.1\r\n")


@dataclass(frozen=True, slots=True)
class Arrived:
    """One request: the common name of the certificate it came on, and its first line."""

    peer: str
    method: str
    path: str


#: The gateway looks now and then whether the database is there, and of which version.
_LOOKS: Final = frozenset(Arrived(GATEWAY, "GET", f"/api/v2/{what}") for what in ("heartbeat", "version"))


class Tap:
    """The relay. `calls` is what arrived but for the gateway's looks, in the order of its connections."""

    def __init__(self, stack: Stack) -> None:
        self._front = stack.ports["front"]
        folder = stack.folder / "front"
        self._near = demanding_context(str(folder / "front.pem"), str(folder / "front.key"), str(stack.pki_root))
        self._far = stack.gateway_context()
        self._heard: list[tuple[str, bytearray]] = []
        self._loop = asyncio.new_event_loop()
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._thread = threading.Thread(target=self._loop.run_forever, name="tap", daemon=True)
        self._thread.start()
        self.port: int = asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(timeout=30)

    @property
    def settings(self) -> dict[str, Any]:
        """Settings that send a gateway through here."""
        return {"upstreams": {UPSTREAM: {"url": f"https://127.0.0.1:{self.port}"}}}

    @property
    def calls(self) -> list[Arrived]:
        heard = [(peer, bytes(said)) for peer, said in list(self._heard)]
        found = [Arrived(peer, m[1].decode(), m[2].decode()) for peer, said in heard for m in _HEAD.finditer(said)]
        return [one for one in found if one not in _LOOKS]

    def calls_of(self, *people: str) -> list[Arrived]:
        """What came on the certificates of these people."""
        return [call for call in self.calls if call.peer in people]

    @property
    def calls_of_people(self) -> list[Arrived]:
        """Everything but the gateway's own lookups."""
        return [call for call in self.calls if call.peer != GATEWAY]

    def hold(self) -> None:
        """Take requests and pass nothing on, until `release`."""
        self._loop.call_soon_threadsafe(self._flowing.clear)

    def release(self) -> None:
        self._loop.call_soon_threadsafe(self._flowing.set)

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(timeout=30)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _start(self) -> int:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._near)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def _stop(self) -> None:
        if self._server is not None:
            self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await ended()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            # A database that is gone ends the connection; a tap that is closed, its tasks.
            with contextlib.suppress(OSError, ssl.SSLError, asyncio.CancelledError):
                await self._relay(reader, writer)
        finally:
            self._tasks.discard(task)
            writer.transport.abort()

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        said = bytearray()
        self._heard.append((_common_name(writer), said))
        far_reader, far_writer = await asyncio.open_connection(
            "127.0.0.1", self._front, ssl=self._far, server_hostname="localhost"
        )
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._out(reader, far_writer, said))
                group.create_task(_back(far_reader, writer))
        except* OSError:
            pass
        finally:
            far_writer.transport.abort()

    async def _out(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, said: bytearray) -> None:
        while data := await reader.read(65536):
            said += data
            await self._flowing.wait()
            writer.write(data)
            await writer.drain()
        raise ConnectionResetError("the gateway has closed")


async def _back(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    raise ConnectionResetError("the front has closed")


def _common_name(writer: asyncio.StreamWriter) -> str:
    subject = dict(pair for part in writer.get_extra_info("peercert")["subject"] for pair in part)
    return str(subject["commonName"])


@contextmanager
def running_tap(stack: Stack) -> Iterator[Tap]:
    """A tap before the stack's front; gone when the block ends."""
    tap = Tap(stack)
    try:
        yield tap
    finally:
        tap.close()

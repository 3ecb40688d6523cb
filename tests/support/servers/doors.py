"""Ports that behave as databases do: in the clear or over TLS, letting anyone in, demanding something, or mute.

They live in the test's own loop: `async with listening(clear_http()) as port: ...`
"""

import asyncio
import ssl
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from demo import certs
from demo.relay import demanding_context
from vecgate.doctor import Finding, Level

type Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
UNAUTHORIZED = b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"
NGINX_496 = b"HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n<center>No required SSL certificate was sent</center>"
SETTINGS = b"\x00\x00\x00\x04\x00\x00\x00\x00\x00"


def http(answer: bytes = OK) -> Serve:
    """Answers any HTTP/1.1 request so, and closes on anything else."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        if head.startswith(b"GET "):
            writer.write(answer)

    return serve


async def grpc(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Speaks HTTP/2 only, as a gRPC server: no word to anything else."""
    if (await reader.readuntil(b"\r\n\r\n")).startswith(b"PRI * HTTP/2.0"):
        writer.write(SETTINGS)


async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Takes what comes and says nothing."""
    while await reader.read(4096):
        pass


async def closing(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    """Closes at once."""


@asynccontextmanager
async def listening(serve: Serve, context: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """The port it listens on, on 127.0.0.1."""

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            await serve(reader, writer)
            await writer.drain()
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()

    server = await asyncio.start_server(one, "127.0.0.1", 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        if sys.version_info >= (3, 13):  # before, it did not wait for them
            server.close_clients()
        await server.wait_closed()


def open_context(folder: Path, name: str = "server") -> ssl.SSLContext:
    """TLS that lets anyone in; its certificate, for localhost, is signed by `ca.pem` in the folder."""
    certs.make_ca(folder, "CA of a test")
    pem, key = certs.make_server(folder, name, ("localhost", "127.0.0.1"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, key)
    return context


def guarded_context(folder: Path, highest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> ssl.SSLContext:
    """TLS that demands a client certificate of the folder's CA."""
    ca = certs.make_ca(folder, "CA of a test")
    pem, key = certs.make_server(folder, "guarded", ("localhost", "127.0.0.1"))
    context = demanding_context(str(pem), str(key), str(ca))
    context.maximum_version = highest
    return context


def problems(findings: Iterable[Finding]) -> list[str]:
    """What is said of problems."""
    return [f.found for f in findings if f.level is Level.PROBLEM]


def warnings(findings: Iterable[Finding]) -> list[str]:
    """What is warned of."""
    return [f.found for f in findings if f.level is Level.WARNING]


def all_ok(findings: Iterable[Finding]) -> bool:
    """Whether there are findings, and all are in order."""
    found = list(findings)
    return bool(found) and all(f.level is Level.OK for f in found)

"""How do bytes get from one socket to the other? A small asyncio relay; where there is no stunnel, the TLS front.

Called as: python -m demo.relay --listen HOST:PORT|PATH --connect HOST:PORT|PATH [--cert --key --ca]
With certificates it asks every client for one that the CA signed for clients, and speaks TLS 1.2 or newer.
"""

import argparse
import asyncio
import contextlib
import os
import socket
import ssl
from pathlib import Path
from typing import Final

_CHUNK: Final = 256 * 1024


def demanding_context(cert: str, key: str, ca: str) -> ssl.SSLContext:
    """A server context that lets nobody in without a client certificate of the CA."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(cafile=ca)
    context.load_cert_chain(cert, key)
    # A resumed session would be let in on the word of an earlier certificate, which may have ended since.
    context.options |= ssl.OP_NO_TICKET
    context.num_tickets = 0
    return context


def _host_port(address: str) -> tuple[str, int]:
    host, _, port = address.rpartition(":")
    return host, int(port)


async def _open(address: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    if address.startswith("/"):
        return await asyncio.open_unix_connection(address)
    return await asyncio.open_connection(*_host_port(address))


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(_CHUNK):
            writer.write(data)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()
            return
    writer.close()


async def _relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, target: str) -> None:
    try:
        far_reader, far_writer = await _open(target)
    except OSError:
        writer.transport.abort()
        return
    try:
        await asyncio.gather(_copy(reader, far_writer), _copy(far_reader, writer))
    finally:
        for end in (writer, far_writer):
            end.close()


def _private_socket(path: str) -> socket.socket:
    Path(path).unlink(missing_ok=True)
    made = socket.socket(socket.AF_UNIX)
    mask = os.umask(0o177)
    try:
        made.bind(path)
    finally:
        os.umask(mask)
    return made


async def start(listen: str, target: str, context: ssl.SSLContext | None = None) -> asyncio.Server:
    """Listen at an address and relay every connection to the target, both `HOST:PORT` or an absolute path."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _relay(reader, writer, target)

    if listen.startswith("/"):
        return await asyncio.start_unix_server(serve, sock=_private_socket(listen))
    host, port = _host_port(listen)
    return await asyncio.start_server(serve, host, port, ssl=context)


async def _main(listen: str, target: str, context: ssl.SSLContext | None) -> None:
    server = await start(listen, target, context)
    async with server:
        await server.serve_forever()


def main() -> None:
    """Relay until killed."""
    parser = argparse.ArgumentParser()
    for name in ("listen", "connect"):
        parser.add_argument(f"--{name}", required=True)
    for name in ("cert", "key", "ca"):
        parser.add_argument(f"--{name}")
    told = parser.parse_args()
    context = demanding_context(told.cert, told.key, told.ca) if told.cert else None
    asyncio.run(_main(told.listen, told.connect, context))


if __name__ == "__main__":
    main()

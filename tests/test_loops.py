"""A server of the tests that ends leaves no connection to the collector."""

import asyncio
import gc
import socket
import ssl
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from demo import certs
from support.forked.loops import ended
from support.tools.soon import soon


def _unread(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"x" * 10_000_000)  # nobody reads it: it is closing until it is cut
    writer.close()


def _nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    raise AssertionError("its handshake never ends")


@pytest.mark.parametrize(("serve", "tls"), [(_unread, False), (_nothing, True)])
def test_no_connection_outlives_its_loop(
    tmp_path: Path, serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], None], tls: bool
) -> None:
    context = None
    if tls:
        certs.make_ca(tmp_path, "a test's")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certs.make_server(tmp_path, "server", ("localhost",)))
    loop = asyncio.new_event_loop()

    async def started() -> asyncio.Server:
        return await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)

    async def accepted() -> None:
        await soon(lambda: len(loop._transports) > 0)  # type: ignore[attr-defined]

    server = loop.run_until_complete(started())
    with socket.create_connection(server.sockets[0].getsockname()):
        loop.run_until_complete(accepted())
        server.close()
        loop.run_until_complete(ended())
        loop.close()
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            del server
            gc.collect()
    assert [str(one.message) for one in told if one.category is ResourceWarning] == []

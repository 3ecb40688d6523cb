"""The relay passes bytes both ways, ends when an end ends, and as a front knows its clients' certificates."""

import asyncio
import ssl
from pathlib import Path

import pytest

from demo import certs, relay


async def _echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()
    await writer.wait_closed()


async def test_bytes_pass_both_ways_whatever_their_number(tmp_path: Path) -> None:
    near, far = str(tmp_path / "near"), str(tmp_path / "far")
    sent = bytes(range(256)) * 8192
    async with await asyncio.start_unix_server(_echo, far), await relay.start(near, far):
        reader, writer = await asyncio.open_unix_connection(near)
        async with asyncio.TaskGroup() as group:
            got = group.create_task(reader.readexactly(len(sent)))
            writer.write(sent)
            await writer.drain()
        assert got.result() == sent
        writer.write_eof()
        assert await reader.read() == b""
        writer.close()
        await writer.wait_closed()


async def test_when_nothing_is_behind_it_the_connection_ends(tmp_path: Path) -> None:
    near = str(tmp_path / "near")
    async with await relay.start(near, str(tmp_path / "nobody")):
        reader, writer = await asyncio.open_unix_connection(near)
        assert await reader.read() == b""
        writer.close()


@pytest.mark.parametrize("shown", [False, True], ids=["none", "of another CA"])
async def test_a_front_lets_nobody_in_without_a_certificate_of_its_ca(tmp_path: Path, shown: bool) -> None:
    other, own, far = tmp_path / "other", tmp_path / "own", str(tmp_path / "far")
    for folder in (own, other):
        folder.mkdir()
        certs.make_ca(folder, folder.name)
    pem, key = certs.make_server(own, "front", ("localhost",))
    demanding = relay.demanding_context(str(pem), str(key), str(own / "ca.pem"))
    client = ssl.create_default_context(cafile=str(own / "ca.pem"))
    if shown:
        client.load_cert_chain(*certs.make_server(other, "client", ("localhost",)))
    async with (
        await asyncio.start_unix_server(_echo, far),
        await relay.start("127.0.0.1:0", far, demanding) as front,
    ):
        port = front.sockets[0].getsockname()[1]
        with pytest.raises((ssl.SSLError, ConnectionError)):
            await _ask(port, client)


async def _ask(port: int, client: ssl.SSLContext) -> None:
    reader, writer = await asyncio.open_connection("localhost", port, ssl=client)
    try:
        writer.write(b"hello")
        if await reader.read(5) == b"":
            raise ConnectionError("closed")
    finally:
        writer.transport.abort()

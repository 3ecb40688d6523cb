"""Workers share a TCP port; alone, a port is one's own; and nobody listens for HTTP/3."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from mitmproxy.proxy.mode_servers import AsyncioServerInstance

from vecgate.processes import ports
from vecgate.refusals.errors import SettingsError


@pytest.fixture(autouse=True)
def put_back() -> Iterator[None]:
    before = AsyncioServerInstance.listen
    yield
    AsyncioServerInstance.listen = before  # type: ignore[method-assign]


async def listen(port: int) -> asyncio.Server:
    async def handle(_r: asyncio.StreamReader, w: asyncio.StreamWriter) -> None:
        w.close()

    (server,) = await AsyncioServerInstance.listen(SimpleNamespace(handle_stream=handle), "127.0.0.1", port)  # type: ignore[arg-type]
    assert isinstance(server, asyncio.Server)
    return server


async def test_several_can_listen_on_one_port_when_it_is_shared() -> None:
    ports.own(shared=True)
    async with await listen(0) as first:
        port = first.sockets[0].getsockname()[1]
        async with await listen(port):
            pass
        with socket.socket(type=socket.SOCK_DGRAM) as udp:
            udp.bind(("127.0.0.1", port))  # nobody has it


async def test_alone_a_second_one_is_refused() -> None:
    ports.own(shared=False)
    async with await listen(0) as first:
        with pytest.raises(OSError, match="in use"):
            await listen(first.sockets[0].getsockname()[1])


def test_another_mitmproxy_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(AsyncioServerInstance, "listen", lambda self, address: None)
    with pytest.raises(SettingsError, match="listen"):
        ports.own(shared=True)


def test_where_ports_cannot_be_shared_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with contextlib.suppress(AttributeError):
        monkeypatch.delattr(socket, "SO_REUSEPORT")
    with pytest.raises(SettingsError, match="--workers 1"):
        ports.own(shared=True)
    ports.own(shared=False)

"""mitmproxy's upstream half: shut for good, also when none of our addons is there."""

import asyncio
import json
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from mitmproxy import master, options, version
from mitmproxy.addons import core, next_layer, proxyserver, termlog, tlsconfig
from mitmproxy.proxy import mode_servers, server
from mitmproxy.proxy.layers.http import _http1, _http2

from support.fakes.clock import until
from vecgate.mitm import layers, shut
from vecgate.refusals.errors import SettingsError

REPLACED = (
    (server.ConnectionHandler, "open_connection"),
    (server.ConnectionHandler, "log"),
    (_http1, "make_error_response"),
    (_http2, "format_error"),
    (mode_servers.AsyncioServerInstance, "start_udp_based_server"),
)
TOKEN = "Bearer eyJ-the-token"


@pytest.fixture(autouse=True)
def reopened(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests of other parts get mitmproxy as it was."""
    for owner, name in (*REPLACED, (termlog.TermLogHandler, "emit")):
        monkeypatch.setattr(owner, name, getattr(owner, name))


def is_shut() -> bool:
    return server.ConnectionHandler.open_connection.__module__ == shut.__name__


# is this the mitmproxy we know?


def test_as_installed_it_can_be_shut_and_stays_so() -> None:
    assert not is_shut()
    shut.shut()
    assert is_shut()
    shut.shut()
    assert is_shut()


def test_another_version_is_not_started_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(version, "VERSION", "99.0.0")
    with pytest.raises(SettingsError, match=r"99\.0\.0"):
        shut.shut()
    assert not is_shut()


@pytest.mark.parametrize(("owner", "name"), REPLACED, ids=[name for _, name in REPLACED])
def test_a_missing_or_changed_name_is_not_started_with(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> None:
    monkeypatch.setattr(owner, name, lambda handler: None)
    with pytest.raises(SettingsError, match=name):
        shut.shut()
    monkeypatch.delattr(owner, name)
    with pytest.raises(SettingsError, match=name):
        shut.shut()


# what its own words become


@pytest.mark.parametrize(
    ("status", "code"), [(400, "protocol.invalid"), (413, "body.too_large"), (500, "gate.closed"), (502, "gate.closed")]
)
def test_its_error_pages_are_refusals_that_quote_nothing(status: int, code: str) -> None:
    shut.shut()
    page = _http1.make_error_response(status, f"bad line {TOKEN}")
    head, _, body = page.partition(b"\r\n\r\n")
    assert json.loads(body)["code"] == code
    assert f" {status} ".encode() in head
    assert b"connection: close" in head.lower()
    assert TOKEN.encode() not in page + _http2.format_error(status, TOKEN)


# its log


def test_a_log_that_cannot_be_written_does_not_end_the_process() -> None:
    shut.shut()
    record = logging.LogRecord("vecgate", logging.WARNING, __file__, 1, "the disk is full", None, None)
    full = Path("/dev/full").open("w", encoding="utf-8")  # noqa: SIM115 - its close fails too
    termlog.TermLogHandler(full).emit(record)
    with suppress(OSError):
        full.close()


def test_a_line_of_the_log_is_there_at_once(tmp_path: Path) -> None:
    shut.shut()
    path = tmp_path / "log"
    with path.open("w", encoding="utf-8") as file:
        termlog.TermLogHandler(file).emit(logging.LogRecord("vecgate", logging.INFO, __file__, 1, "hello", None, None))
        assert path.read_text("utf-8").endswith("hello\n")


# a real proxy without any addon of ours


class Running:
    """mitmproxy in front of a server that counts who connects."""

    def __init__(self, opts: options.Options) -> None:
        self.options = opts
        self.connections = 0
        self.port = 0
        self.front = proxyserver.Proxyserver()

    async def met(self, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
        writer.close()

    async def say(self, raw: bytes, *, leave: bool = False) -> bytes:
        """What comes back until the connection is closed; with `leave` we are the ones who close it."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(raw)
        if leave:
            writer.write_eof()
        try:
            return await reader.read()
        except ConnectionResetError:
            return b""
        finally:
            writer.close()


@pytest.fixture
async def proxy() -> AsyncIterator[Running]:
    shut.shut()
    layers.use("stock")  # ours need what the door adds, and another test of this process may have chosen them
    made = master.Master(options.Options())
    running = Running(made.options)
    upstream = await asyncio.start_server(running.met, "127.0.0.1", 0)
    port = upstream.sockets[0].getsockname()[1]
    front = running.front
    made.addons.add(core.Core(), front, next_layer.NextLayer(), tlsconfig.TlsConfig())
    made.options.update(mode=[f"reverse:http://127.0.0.1:{port}@127.0.0.1:0"], connection_strategy="lazy")
    ended = asyncio.ensure_future(made.run())
    await until(lambda: any(instance.listen_addrs for instance in front.servers))
    running.port = next(iter(front.servers)).listen_addrs[0][1]
    yield running
    await front.servers.update([])
    made.shutdown()
    await ended
    upstream.close()


async def test_a_request_that_nobody_stops_still_goes_nowhere(proxy: Running) -> None:
    answer = await proxy.say(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert b" 502 " in answer.split(b"\r\n")[0]
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["code"] == "gate.closed"
    assert proxy.connections == 0


async def test_connecting_before_the_request_is_read_does_not_work_either(proxy: Running) -> None:
    proxy.options.update(connection_strategy="eager")
    assert b" 200 " not in await proxy.say(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert proxy.connections == 0


@pytest.mark.parametrize(
    "raw",
    [
        b"\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"hello, I am another protocol\r\n\r\n",
        b"\x16\x03\x01\x00\xff not quite TLS",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"CONNECT 127.0.0.1:1 HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n",
        b"",
    ],
)
async def test_other_protocols_go_nowhere_either(proxy: Running, raw: bytes) -> None:
    assert b" 200 " not in await proxy.say(raw, leave=True)
    assert proxy.connections == 0


@pytest.mark.parametrize("raw", [b"GET / HTTP/1.1\r\nAuthorization: %b\r\n", b"%b \x00\r\n\r\n", b"GET /%b"])
async def test_no_line_of_the_log_quotes_what_a_client_sent(
    proxy: Running, raw: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = await proxy.say(raw.replace(b"%b", TOKEN.encode()), leave=True)
    assert TOKEN.encode() not in answer
    assert "eyJ-the-token" not in caplog.text
    assert proxy.connections == 0


async def test_it_listens_to_no_datagrams(proxy: Running) -> None:
    """A reverse port for HTTPS would be one for QUIC as well."""
    instance = mode_servers.ServerInstance.make("reverse:https://127.0.0.1:1@127.0.0.1:0", proxy.front)
    assert instance.mode.transport_protocol == "both"
    await instance.start()
    try:
        assert len(instance.listen_addrs) == 1
        assert all(server.sockets[0].type is socket.SOCK_STREAM for server in instance._servers if server.sockets)  # type: ignore[attr-defined]
    finally:
        await instance.stop()

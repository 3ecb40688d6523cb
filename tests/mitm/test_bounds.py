"""Our half of HTTP/1 towards clients: what is over a bound is refused or cut off, and each phase is told.

What an attacker sees of it, over real sockets: tests/attacks.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from mitmproxy import http, options
from mitmproxy.connection import ConnectionState
from mitmproxy.proxy import commands, context, events
from mitmproxy.proxy.layers import http as layer
from mitmproxy.proxy.layers import tls
from mitmproxy.proxy.layers.http import _base, _events, _http1
from mitmproxy.test import tflow

from vecgate.mitm import bounds
from vecgate.mitm.bounds import BoundedServer
from vecgate.mitm.clients import Clients
from vecgate.refusals.catalogue import Refusal
from vecgate.refusals.errors import SettingsError
from vecgate.refusals.rendering import Rendered
from vecgate.settings.limits import Limits

HEAD = b"POST / HTTP/1.1\r\nHost: x\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
LIMITS = Limits(header_bytes=200, pipelined_bytes=100)


class Told(Clients):
    """Notes what it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.spent = False

    def begins(self, client: str) -> None:
        self.said.append("begins")

    def has_head(self, client: str) -> None:
        self.said.append("head")

    def has_body(self, client: str) -> None:
        self.said.append("body")

    def answered(self, client: str) -> None:
        self.said.append("answered")

    def is_spent(self, client: str) -> bool:
        return self.spent


class Connection:
    """One connection, without any socket."""

    def __init__(self) -> None:
        self.told = Told()
        bounds.bound(LIMITS, self.told)
        client = tflow.tclient_conn()
        client.state = ConnectionState.OPEN
        self.server = BoundedServer(context.Context(client, options.Options()))
        self.client = client
        self._do(events.Start())

    def _do(self, event: Any) -> list[Any]:
        return list(self.server.handle_event(event))

    def send(self, *pieces: bytes) -> list[Any]:
        return [made for piece in pieces for made in self._do(events.DataReceived(self.client, piece))]

    def answer(self, status: int = 200, headers: tuple[tuple[bytes, bytes], ...] = ()) -> list[Any]:
        response = http.Response.make(status, b"", headers)
        made = self._do(_events.ResponseHeaders(self.server.stream_id, response))
        return made if status < 200 else made + self._do(_events.ResponseEndOfMessage(self.server.stream_id))

    def fail(self, code: _events.ErrorCode = _events.ErrorCode.REQUEST_TOO_LARGE) -> list[Any]:
        return self._do(_events.ResponseProtocolError(self.server.stream_id, "too large", code))


@pytest.fixture(autouse=True)
def unchanged(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests of other parts get mitmproxy as it was."""
    monkeypatch.setattr(layer, "Http1Server", layer.Http1Server)
    monkeypatch.setattr(tls.ClientTLSLayer, "receive_handshake_data", tls.ClientTLSLayer.receive_handshake_data)
    monkeypatch.setattr(BoundedServer, "limits", BoundedServer.limits)
    monkeypatch.setattr(BoundedServer, "clients", BoundedServer.clients)


@pytest.fixture
def line() -> Connection:
    return Connection()


def sent(made: list[Any]) -> bytes:
    return b"".join(one.data for one in made if isinstance(one, commands.SendData))


def is_closed(made: list[Any]) -> bool:
    return any(isinstance(one, commands.CloseConnection) for one in made)


def received(made: list[Any]) -> list[str]:
    return [type(one.event).__name__ for one in made if isinstance(one, _base.ReceiveHttp)]


# what is told


def test_how_far_a_request_has_come_is_told_before_anybody_works_on_it(line: Connection) -> None:
    line.send(GET[:3])
    assert line.told.said == ["begins"]
    line.send(GET[3:])
    line.answer()
    assert line.told.said == ["begins", "begins", "head", "body", "answered"]


def test_requests_sent_together_are_told_one_after_the_other(line: Connection) -> None:
    line.send(GET + GET)
    assert line.told.said == ["begins", "head", "body"]
    line.answer()
    assert line.told.said == ["begins", "head", "body", "answered", "begins", "head", "body"]


# what has an end


def test_a_plain_request_passes(line: Connection) -> None:
    made = line.send(CHUNKED + b"5;note\r\nhello\r\n0\r\n\r\n")
    assert received(made) == ["RequestHeaders", "RequestData", "RequestEndOfMessage"]
    assert not is_closed(made)


@pytest.mark.parametrize(
    "pieces",
    [
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 200,),
        (b"GET / HTTP/1.1\r\nX: ", *[b"a" * 50] * 4),
        (b"\r\n",),
        (CHUNKED, b"5;" + b"a" * 201),
        (CHUNKED, b"5;", *[b"a" * 50] * 5),
        (CHUNKED + b"0\r\n", b"X: y\r\n\r\n"),
        (CHUNKED + b"5\r\nhello\r\n0\r\nX: " + b"a" * 200,),
    ],
)
def test_what_is_over_a_bound_is_refused_and_the_connection_closed(line: Connection, pieces: tuple[bytes, ...]) -> None:
    made = line.send(*pieces)
    assert b"protocol.invalid" in sent(made)
    assert is_closed(made)
    assert "RequestEndOfMessage" not in received(made)
    assert line.send(GET) == []


def test_what_is_sent_ahead_of_an_answer_is_kept_up_to_a_bound(line: Connection) -> None:
    line.send(GET)
    assert line.send(b"a" * 100) == []
    made = line.send(b"a")
    assert is_closed(made)
    assert sent(made) == b""
    assert received(made) == ["RequestProtocolError"]
    assert line.send(b"a" * 1000) == []


def test_a_client_that_leaves_while_it_waits_is_seen(line: Connection) -> None:
    line.send(GET)
    line.client.state = ConnectionState.CAN_WRITE
    assert received(line._do(events.ConnectionClosed(line.client))) == ["RequestProtocolError"]


def test_a_client_that_leaves_in_the_middle_of_a_request_is_not_taken_for_a_broken_one(line: Connection) -> None:
    line.send(HEAD + b"Content-Length: 10\r\n\r\nhalf")
    line.client.state = ConnectionState.CAN_WRITE
    made = line._do(events.ConnectionClosed(line.client))
    assert [one.event.message for one in made if isinstance(one, _base.ReceiveHttp)] == ["Client disconnected."]  # type: ignore[attr-defined]
    assert is_closed(made)


# the last answer


@pytest.mark.parametrize(("status", "spent", "last"), [(200, False, False), (200, True, True), (400, False, True)])
def test_the_last_answer_says_so_and_closes(line: Connection, status: int, spent: bool, last: bool) -> None:
    line.send(GET)
    line.told.spent = spent
    made = line.answer(status)
    assert (b"connection: close" in sent(made).lower()) is last
    assert is_closed(made) is last


def test_after_a_leave_to_go_on_a_refusal_can_still_be_told(line: Connection) -> None:
    line.send(CHUNKED)
    line.told.spent = True
    made = line.answer(100)
    assert sent(made).startswith(b"HTTP/1.1 100")
    assert b"close" not in sent(made)
    assert sent(line.fail()).startswith(b"HTTP/1.1 413")


# a body that is refused before it is whole


TOO_LARGE = HEAD + b"Content-Length: 50000000\r\n\r\n"


def test_a_refused_body_is_let_come_to_its_end_and_not_kept(line: Connection) -> None:
    line.send(TOO_LARGE + b"x" * 1000)
    made = line.fail()
    assert sent(made).startswith(b"HTTP/1.1 413")
    assert b"larger than %d bytes" % LIMITS.request_body in sent(made)
    assert b"limits.request_body" in sent(made)
    assert not is_closed(made)
    for _ in range(48):
        assert not is_closed(line.send(b"x" * 1_000_000))
        assert len(line.server.buf) == 0
    assert is_closed(line.send(b"x" * 1_999_000))


def test_a_refused_body_without_an_end_is_cut_off_after_four_times_the_largest(line: Connection) -> None:
    line.send(CHUNKED)
    assert not is_closed(line.fail())
    most = 4 * LIMITS.request_body
    assert not is_closed(line.send(b"x" * (most - 1)))
    assert is_closed(line.send(b"x"))


def test_a_client_that_stops_sending_is_let_go(line: Connection) -> None:
    line.send(TOO_LARGE)
    line.fail()
    assert is_closed(line._do(events.ConnectionClosed(line.client)))


@pytest.mark.parametrize("head", [b"POST / HTTP/1.1\r\nHost: db.test\r\nContent-Length: x\r\n\r\n", TOO_LARGE])
def test_what_is_refused_unread_is_put_in_the_words_of_whoever_was_meant(head: bytes) -> None:
    heard: list[Any] = []

    def words(_context: Any, request: Any, refusal: Refusal) -> Rendered:
        heard.append((request.headers["host"], refusal.code))
        return Rendered(418, (), b"{}")

    line = Connection()
    bounds.bound(LIMITS, line.told, words)
    made = line.send(head)
    made += line.fail() if head is TOO_LARGE else []
    assert sent(made).startswith(b"HTTP/1.1 418")
    assert heard == [("x", "body.too_large") if head is TOO_LARGE else ("db.test", "protocol.invalid")]


# TLS


@pytest.fixture
def greeted() -> tls.ClientTLSLayer:
    bounds.bound(LIMITS, Told())
    around = context.Context(tflow.tclient_conn(), options.Options())
    tls.ServerTLSLayer(around)
    return tls.ClientTLSLayer(around)


def outcome(steps: Iterator[Any]) -> Any:
    with pytest.raises(StopIteration) as ended:
        next(steps)
    return ended.value.value


def test_a_greeting_that_never_ends_is_not_read_on(greeted: tls.ClientTLSLayer) -> None:
    begun = b"\x16\x03\x01\xff\xff\x01\x00\xff\xff"
    assert outcome(greeted.receive_handshake_data(begun)) == (False, None)
    assert outcome(greeted.receive_handshake_data(b"a" * 100)) == (False, None)
    assert outcome(greeted.receive_handshake_data(b"a" * 100)) == (False, "the TLS greeting is too long")


def test_a_greeting_that_cannot_be_read_is_not_repeated_in_the_log(greeted: tls.ClientTLSLayer) -> None:
    done, problem = outcome(greeted.receive_handshake_data(b"\x16\x03\x01\x00\x05\x01\x00\x00\x01x"))
    assert (done, problem) == (False, "the TLS greeting cannot be read")


# is this the mitmproxy we know?


def test_as_installed_it_can_be_bounded_and_again(line: Connection) -> None:
    bounds.bound(LIMITS, Told())
    assert layer.Http1Server is BoundedServer


@pytest.mark.parametrize("name", ["read_headers", "read_body", "wait", "send"])
def test_another_http_half_is_not_started_with(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(_http1.Http1Server, name, lambda self: None)
    with pytest.raises(SettingsError, match=name):
        bounds.bound(LIMITS, Told())


def test_another_way_of_making_it_is_not_started_with(monkeypatch: pytest.MonkeyPatch) -> None:
    def other(self: Any, event: Any) -> None:
        """Makes no Http1Server."""

    monkeypatch.setattr(layer.HttpLayer, "_handle_event", other)
    with pytest.raises(SettingsError, match="_handle_event"):
        bounds.bound(LIMITS, Told())

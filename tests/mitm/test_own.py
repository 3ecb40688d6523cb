"""Our own layer: what goes to the client, which hooks are called, and what is told of how far a request has come.

What an attacker sees of it, over real sockets: tests/attacks. How its bytes are read: tests/parsing/test_talk.py.
"""

import asyncio
from collections.abc import Iterator
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mitmproxy import http, options
from mitmproxy.connection import ConnectionState
from mitmproxy.flow import Error
from mitmproxy.proxy import commands, context, events
from mitmproxy.proxy.layers.http import HTTPMode, _base, _events, validate_request
from mitmproxy.test import tflow

from vecgate.mitm import carried
from vecgate.mitm.bounds import BoundedServer
from vecgate.mitm.carried import Carry
from vecgate.mitm.clients import Clients
from vecgate.mitm.own import OwnLayer
from vecgate.parsing.talk import Head, Talk, Whole
from vecgate.refusals.catalogue import Refusal
from vecgate.refusals.rendering import Rendered
from vecgate.settings.limits import Limits

HEAD: Final = b"POST / HTTP/1.1\r\nHost: x\r\n"
CHUNKED: Final = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
GET: Final = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
LIMITS: Final = Limits(header_bytes=200, pipelined_bytes=100)
TOO_LARGE: Final = HEAD + b"Content-Length: 50000000\r\n\r\n"
READ: Final = ["requestheaders", "request", "responseheaders", "response"]


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

    def stops(self, client: str) -> None:
        self.said.append("stops")

    def goes_on(self, client: str) -> None:
        self.said.append("goes on")

    def has_body(self, client: str) -> None:
        self.said.append("body")

    def answered(self, client: str) -> None:
        self.said.append("answered")

    def is_spent(self, client: str) -> bool:
        return self.spent


class Addons:
    """In the place of mitmproxy's manager of addons: notes each hook, and answers as it is told to."""

    def __init__(self) -> None:
        self.hooks: list[str] = []
        self.answer: http.Response | None = http.Response.make(200, b"{}")
        self.waits = asyncio.Event()
        self.waits.set()
        self.early = False  # whether it waits in requestheaders, too
        self.flow: http.HTTPFlow | None = None
        self.kills = ""

    async def handle_lifecycle(self, hook: Any) -> None:
        self.hooks.append(hook.name)
        self.flow = hook.flow
        if hook.name == "requestheaders" and self.early:
            await self.waits.wait()
        if hook.name == "request":
            await self.waits.wait()
            hook.flow.response = self.answer
        if hook.name == self.kills:
            hook.flow.error = Error(Error.KILLED_MESSAGE)


class Connection:
    """One connection, without any socket."""

    def __init__(self, told: Told, addons: Addons) -> None:
        self.told, self.addons = told, addons
        self.client = tflow.tclient_conn()
        self.client.state = ConnectionState.OPEN
        around = context.Context(self.client, options.Options())
        around.server.address = ("db", 443)
        self.layer = OwnLayer(around)
        self.sent, self.is_closed = b"", False
        self._tasks: list[asyncio.Task[None]] = []

    async def send(self, *pieces: bytes) -> bytes:
        """What came back by now."""
        for piece in pieces:
            self._do(events.DataReceived(self.client, piece))
        await self.rest()
        return self.sent

    async def leave(self) -> None:
        self.client.state = ConnectionState.CAN_WRITE
        self._do(events.ConnectionClosed(self.client))
        await self.rest()

    async def rest(self) -> None:
        for _ in range(20):
            await asyncio.sleep(0)

    def _do(self, event: Any) -> None:
        for made in self.layer.handle_event(event):
            if isinstance(made, commands.SendData):
                self.sent += made.data
            elif isinstance(made, commands.CloseConnection):
                self.is_closed = True
                self.client.state = ConnectionState.CLOSED
            else:
                self._tasks.append(asyncio.ensure_future(self._work(made)))

    async def _work(self, made: Carry) -> None:
        assert made.blocking is self.layer  # or all layers around it would wait
        assert made.args() == [made.work]
        await carried.Carrier().carry(made.work)
        self._do(events.HookCompleted(made, None))


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Iterator[Connection]:
    told, addons = Told(), Addons()
    monkeypatch.setattr(carried, "ctx", type("Ctx", (), {"master": type("Master", (), {"addons": addons})}))
    before = carried.TERMS.limits, carried.TERMS.clients, carried.TERMS.words, carried.TERMS.refused
    carried.TERMS.limits, carried.TERMS.clients = LIMITS, told
    yield Connection(told, addons)
    carried.TERMS.limits, carried.TERMS.clients, carried.TERMS.words, carried.TERMS.refused = before


# one request


async def test_a_request_is_shown_to_every_hook_and_answered(line: Connection) -> None:
    sent = await line.send(CHUNKED + b"5;note\r\nhello\r\n0\r\n\r\n")
    assert sent == b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"
    assert line.addons.hooks == READ
    assert line.told.said == ["head", "body", "answered"]
    assert not line.is_closed
    flow = line.addons.flow
    assert flow is not None
    assert (flow.request.raw_content, flow.request.path, flow.request.host, flow.request.port) == (
        b"hello",
        "/",
        "db",
        443,
    )
    assert (flow.live, flow.request.http_version, flow.request.authority) == (False, "HTTP/1.1", "")
    assert flow.client_conn is line.client


async def test_how_far_a_request_has_come_is_told_before_anybody_works_on_it(line: Connection) -> None:
    line.addons.waits.clear()
    await line.send(GET[:3])
    assert line.told.said == ["begins"]
    await line.send(GET[3:])
    assert line.told.said == ["begins", "head", "body"]


async def test_requests_sent_together_are_answered_one_after_the_other(line: Connection) -> None:
    line.addons.waits.clear()
    await line.send(GET + GET)
    assert line.told.said == ["head", "body"]
    line.addons.waits.set()
    await line.rest()
    assert line.told.said == ["head", "body", "answered"] * 2
    assert line.sent.count(b"HTTP/1.1 200") == 2


async def test_an_answer_to_head_has_no_body(line: Connection) -> None:
    assert (await line.send(GET.replace(b"GET", b"HEAD"))).endswith(b"content-length: 2\r\n\r\n")


@pytest.mark.parametrize(
    ("status", "spent", "raw", "last"),
    [
        (200, False, GET, False),
        (200, True, GET, True),
        (400, False, GET, True),
        (200, False, GET.replace(b"1.1", b"1.0"), True),
        (200, False, GET.replace(b"Host", b"Connection: close\r\nHost"), True),
    ],
)
async def test_the_last_answer_says_so_and_closes(
    line: Connection, status: int, spent: bool, raw: bytes, last: bool
) -> None:
    line.told.spent = spent
    line.addons.answer = http.Response.make(status, b"{}")
    sent = await line.send(raw)
    assert (b"connection: close" in sent) is last
    assert line.is_closed is last


async def test_who_ends_the_connection_with_an_answer_is_heard(line: Connection) -> None:
    line.addons.answer = http.Response.make(200, b"{}", {"Connection": "Close"})
    assert (await line.send(GET + GET)).count(b"HTTP/1.1") == 1
    assert line.is_closed


async def test_where_nobody_answers_the_gate_is_closed(line: Connection) -> None:
    line.addons.answer = None
    assert b"gate.closed" in await line.send(GET)


async def test_hooks_that_wait_with_the_head_are_waited_for(line: Connection) -> None:
    line.addons.early = True
    line.addons.waits.clear()
    assert await line.send(GET) == b""
    assert line.addons.hooks == ["requestheaders"]
    line.addons.waits.set()
    await line.rest()
    assert line.addons.hooks == READ
    assert line.sent.startswith(b"HTTP/1.1 200")


# who leaves


async def test_a_client_that_leaves_while_it_waits_is_told_of_once_the_work_ends(line: Connection) -> None:
    line.addons.waits.clear()
    await line.send(GET)
    await line.leave()
    assert line.is_closed  # so that a hold sees it
    line.addons.waits.set()
    await line.rest()
    assert line.addons.hooks == ["requestheaders", "request", "error"]
    assert line.addons.flow is not None
    assert line.addons.flow.error is not None
    assert (line.addons.flow.error.msg, line.addons.flow.live, line.sent) == (carried.LEFT, False, b"")


async def test_who_sends_too_much_ahead_has_left(line: Connection) -> None:
    line.addons.waits.clear()
    await line.send(GET)
    await line.send(b"a" * 100)
    assert not line.is_closed
    await line.send(b"a")
    assert (line.is_closed, line.sent) == (True, b"")
    line.addons.waits.set()
    await line.rest()
    assert line.addons.hooks == ["requestheaders", "request", "error"]
    assert await line.send(GET) == b""


@pytest.mark.parametrize(
    ("raw", "hooks"),
    [(b"", []), (GET[:20], []), (HEAD + b"Content-Length: 9\r\n\r\nhalf", ["requestheaders", "error"])],
)
async def test_a_client_that_leaves_in_the_middle_asked_for_nothing(
    line: Connection, raw: bytes, hooks: list[str]
) -> None:
    await line.send(raw)
    await line.leave()
    assert (line.addons.hooks, line.is_closed, line.sent) == (hooks, True, b"")
    if hooks:
        assert line.addons.flow is not None
        assert line.addons.flow.error is not None
        assert line.addons.flow.error.msg == carried.LEFT


@pytest.mark.parametrize("hook", ["request", "responseheaders", "response"])
async def test_what_is_killed_is_not_answered(line: Connection, hook: str) -> None:
    line.addons.kills = hook
    assert await line.send(GET) == b""
    assert line.is_closed
    assert line.addons.hooks == [*READ[: READ.index(hook) + 1], *([] if hook == "response" else ["error"])]


# what is not read


@pytest.mark.parametrize(
    ("raw", "hooks"),
    [
        (b"\r\n", []),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 200, []),
        (HEAD + b"Content-Length: x\r\n\r\n", ["requestheaders", "error"]),
        (CHUNKED + b"0\r\nX: y\r\n\r\n", ["requestheaders", "error"]),
    ],
)
async def test_what_cannot_be_read_is_refused_and_the_connection_closed(
    line: Connection, raw: bytes, hooks: list[str]
) -> None:
    sent = await line.send(raw)
    assert sent.startswith(b"HTTP/1.1 400")
    assert b"protocol.invalid" in sent
    assert b"connection: close" in sent
    assert (line.is_closed, line.addons.hooks) == (True, hooks)
    assert await line.send(GET) == sent


async def test_a_body_that_is_too_large_is_refused_and_let_come_to_its_end(line: Connection) -> None:
    sent = await line.send(TOO_LARGE + b"x" * 1000)
    assert sent.startswith(b"HTTP/1.1 413")
    assert b"larger than %d bytes" % LIMITS.request_body in sent
    assert line.addons.hooks == ["requestheaders", "error"]
    assert not line.is_closed
    await line.send(*[b"x" * 1_000_000] * 49, b"x" * 998_999)
    assert not line.is_closed
    await line.send(b"x")
    assert (line.is_closed, line.sent) == (True, sent)


async def test_who_stops_sending_such_a_body_is_let_go(line: Connection) -> None:
    await line.send(TOO_LARGE)
    await line.leave()
    assert line.is_closed
    assert line.addons.hooks == ["requestheaders", "error"]


async def test_who_waits_for_a_leave_to_go_on_gets_it_and_can_still_be_refused(line: Connection) -> None:
    sent = await line.send(HEAD + b"Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n")
    assert sent == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert line.addons.flow is not None
    assert "expect" not in line.addons.flow.request.headers
    assert b"\r\nHTTP/1.1 413" in b"\r\n" + (await line.send(b"%x\r\n" % (LIMITS.request_body + 1)))


async def refused(flow: http.HTTPFlow, _size: int) -> bool:
    flow.response = http.Response.make(401, b"who?")
    return True


@pytest.mark.parametrize("expects", [b"", b"Expect: 100-continue\r\n"])
async def test_a_large_body_of_whoever_is_refused_by_their_head_is_not_kept(line: Connection, expects: bytes) -> None:
    carried.TERMS.refused = refused
    sent = await line.send(HEAD + expects + b"Content-Length: 1000000\r\n\r\n")
    assert sent.startswith(b"HTTP/1.1 401")
    assert b"connection: close" in sent
    assert sent.endswith(b"who?")
    assert line.addons.hooks == ["requestheaders", "error"]
    await line.send(b"x" * 999_999)
    assert not line.is_closed  # who reads only after sending comes to read it
    await line.send(b"x")
    assert (line.is_closed, line.sent) == (True, sent)


async def test_a_small_one_is_read_and_the_connection_goes_on(line: Connection) -> None:
    carried.TERMS.refused = refused
    sent = await line.send(HEAD + b"Content-Length: 2\r\n\r\n{}")
    assert sent.startswith(b"HTTP/1.1 200")
    assert not line.is_closed


async def test_who_is_not_refused_goes_on_with_a_large_one(line: Connection) -> None:
    sent = await line.send(HEAD + b"Expect: 100-continue\r\nContent-Length: 1000000\r\n\r\n")
    assert sent == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert b"HTTP/1.1 200" in await line.send(b"x" * 1_000_000)


@pytest.mark.parametrize("leaves", [False, True])
async def test_a_large_body_waits_for_its_turn_and_nobody_waits_for_whoever_has_left(
    line: Connection, leaves: bool
) -> None:
    heard, turn = list[int](), asyncio.get_running_loop().create_future()

    async def judge(_flow: http.HTTPFlow, size: int) -> bool:
        heard.append(size)
        await turn
        return False

    carried.TERMS.refused = judge
    assert await line.send(HEAD + b"Expect: 100-continue\r\nContent-Length: 1000000\r\n\r\n" + b"x" * 1000) == b""
    assert (heard, line.told.said) == ([1_000_000], ["head", "stops"])
    if leaves:
        await line.leave()
    turn.set_result(None)
    sent = await line.send(b"" if leaves else b"x" * 999_000)
    assert line.told.said[:3] == ["head", "stops", "goes on"]
    if leaves:
        assert (sent, line.addons.hooks) == (b"", ["requestheaders", "error"])
    else:
        assert sent.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200")


@pytest.mark.parametrize("raw", [HEAD + b"Content-Length: x\r\n\r\n", TOO_LARGE, b"\r\n"])
async def test_what_is_refused_unread_is_put_in_the_words_of_whoever_was_meant(line: Connection, raw: bytes) -> None:
    heard: list[Any] = []

    def words(_context: Any, request: Any, refusal: Refusal) -> Rendered:
        heard.append((request and request.headers["host"], refusal.code))
        return Rendered(418, (), b"{}")

    carried.TERMS.words = words
    assert (await line.send(raw)).startswith(b"HTTP/1.1 418")
    code = "body.too_large" if raw is TOO_LARGE else "protocol.invalid"
    assert heard == [(None if raw == b"\r\n" else "x", code)]


# at least as strict as mitmproxy's own half

_WHOLE: Final = [
    b"POST /a?b=c HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello",
    b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\n\r\n",
    b"GET / HTTP/1.0\r\nHost: x\r\nConnection: keep-alive\r\n\r\n",
]
_SPOILT: Final = st.sampled_from([*b" \t\r\n\x00\x0b:;,/015aAfx-+\xff\x85", *b"Content-LengthTransfer-Encodingchunked"])


def by_stock(raw: bytes) -> tuple[bytes, bytes, list[tuple[bytes, bytes]], bytes] | None:
    """What mitmproxy's half, bounded as ours is, reads; None: it refuses, or waits."""
    told = options.Options()
    server = BoundedServer(context.Context(tflow.tclient_conn(), told))
    made = [*server.handle_event(events.Start()), *server.handle_event(events.DataReceived(server.conn, raw))]
    said = [one.event for one in made if isinstance(one, _base.ReceiveHttp)]
    if (
        not said
        or not isinstance(said[0], _events.RequestHeaders)
        or not isinstance(said[-1], _events.RequestEndOfMessage)
    ):
        return None
    request = said[0].request
    if validate_request(HTTPMode.transparent, request, True) is not None:
        return None
    body = b"".join(one.data for one in said if isinstance(one, _events.RequestData))
    return request.data.method, request.data.path, list(request.headers.fields), body


def by_ours(raw: bytes) -> tuple[bytes, bytes, list[tuple[bytes, bytes]], bytes] | None:
    talk, head = Talk(LIMITS.header_bytes, LIMITS.request_body, LIMITS.pipelined_bytes), None
    talk.receive(raw)
    while (said := talk.next()) is not None:
        head = said if isinstance(said, Head) else head
        if isinstance(said, Whole):
            assert head is not None
            return head.method, head.target, head.fields, said.body
    return None


@settings(max_examples=400, derandomize=True, deadline=None)
@given(
    st.sampled_from(_WHOLE),
    st.lists(st.tuples(st.integers(0, 120), _SPOILT, st.sampled_from("ird")), min_size=1, max_size=4),
)
def test_what_is_read_is_read_by_mitmproxys_half_too_and_alike(raw: bytes, spoils: list[tuple[int, int, str]]) -> None:
    spoilt = bytearray(raw)
    for place, byte, how in spoils:
        at = place % (len(spoilt) + 1)
        spoilt[at : at + (how != "i")] = b"" if how == "d" else bytes([byte])
    ours = by_ours(bytes(spoilt))
    assert ours is None or ours == by_stock(bytes(spoilt))


@pytest.mark.parametrize("raw", _WHOLE)
def test_and_what_is_whole_is_read_by_both(raw: bytes) -> None:
    assert by_ours(raw) == by_stock(raw) is not None

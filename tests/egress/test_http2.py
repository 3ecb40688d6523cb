"""Calls over HTTP/2 to a server on a real socket: one at a time on each connection, and no doubt about what was done."""

import asyncio
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h2.errors
import pytest

from support.http2.server import Arrived, GrpcServer, Said, grpc_server
from support.http2.server import Line as Theirs
from support.tools.every import every
from support.tools.soon import soon
from vecgate.domain.call import Call
from vecgate.domain.lease import BEARER, ClientCertificate, Lease
from vecgate.domain.upstream import Upstream
from vecgate.egress.wire import Wire
from vecgate.parsing import grpc_framing as framing
from vecgate.parsing.framing import LARGE
from vecgate.refusals.errors import AnswerTooLarge, OutcomeUnknown, Unavailable, VecgateError, WireRefused

LEASE = Lease("l1", "p", "u", 1e12, BEARER.shown("secret"))
HEADERS = (("content-type", "application/grpc"), ("te", "trailers"))
CALL = Call("POST", "/a.B/C", headers=HEADERS, body=framing.framed(b"asked"))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GrpcServer]:
    with grpc_server(tmp_path_factory.mktemp("grpc")) as made:
        yield made


@pytest.fixture
def upstream(server: GrpcServer) -> Upstream:
    server.behave = lambda _arrived, _line, _number: Said(b"said")
    server.arrived.clear()
    rest = "https://127.0.0.1:1"
    return Upstream("u", "x", frozenset(), frozenset(), rest, "localhost", server.ca, 20, server.url)


@pytest.fixture
async def wire() -> Any:
    made = Wire(connections=2, answer_body=100_000, now=lambda: 0.0)
    yield made
    await made.close()


async def send(wire: Wire, upstream: Upstream, call: Call = CALL, lease: Lease = LEASE, **how: Any) -> Any:
    return await wire.send(wire.ticket(call, upstream, lease), call, **how)


async def test_a_call_goes_out_with_the_lease_and_comes_back_as_a_message(
    wire: Wire, upstream: Upstream, server: GrpcServer
) -> None:
    before = server.connections
    for _ in range(3):
        answer = await send(wire, upstream, keyed=lambda pairs: tuple((k, f"{v}!") for k, v in pairs))
        assert (answer.status, answer.header("grpc-status"), answer.body) == (200, "0", b"said")
    assert server.connections == before + 1
    (came, *_) = server.arrived
    assert came.body == framing.framed(b"asked")
    assert came.headers[:4] == (
        (":method", "POST"),
        (":scheme", "https"),
        (":authority", server.url[8:]),
        (":path", "/a.B/C"),
    )
    assert dict(came.headers)["authorization"] == "Bearer secret!"


async def test_a_status_and_its_text_come_back(wire: Wire, upstream: Upstream, server: GrpcServer) -> None:
    server.behave = lambda _arrived, _line, _number: Said(None, 5, "no such thing: 100%")
    answer = await send(wire, upstream)
    assert (answer.header("grpc-status"), answer.body) == ("5", b"")
    assert framing.percent_decoded(answer.header("grpc-message")) == "no such thing: 100%"


async def test_who_is_not_let_in_has_a_lease_that_is_no_longer_good(
    wire: Wire, upstream: Upstream, server: GrpcServer
) -> None:
    refused: list[str] = []
    wire.on_refused(lambda lease: refused.append(lease.id))
    server.behave = lambda _arrived, _line, _number: Said(None, 16, "who?")
    await send(wire, upstream)
    assert refused == ["l1"]


async def test_large_bodies_go_both_ways(wire: Wire, upstream: Upstream, server: GrpcServer) -> None:
    server.behave = lambda arrived, _line, _number: Said(framing.unframed(arrived.body).message)
    call = Call("POST", "/a.B/C", headers=HEADERS, body=framing.framed(b"x" * 99_000))
    for _ in range(3):
        assert (await send(wire, upstream, call)).body == b"x" * 99_000


def resets(code: int) -> Any:
    def behave(_arrived: Arrived, line: Theirs, number: int) -> None:
        line.h2.reset_stream(number, code)

    return behave


def leaves(_arrived: Arrived, line: Theirs, _number: int) -> None:
    line.transport.abort()


def goes_away(last: int) -> Any:
    def behave(_arrived: Arrived, line: Theirs, number: int) -> None:
        line.h2.close_connection(last_stream_id=last)

    return behave


@every(
    ("behave", "expected"),
    [
        (resets(h2.errors.ErrorCodes.REFUSED_STREAM), Unavailable),  # RFC 9113 section 8.7: it was not looked at
        (resets(h2.errors.ErrorCodes.INTERNAL_ERROR), OutcomeUnknown),
        (goes_away(0), Unavailable),
        (leaves, OutcomeUnknown),
        (lambda *_: Said(b"a" * 100_001), AnswerTooLarge),
        (lambda *_: Said(b"a", http=503), OutcomeUnknown),
        (lambda *_: Said(packed=framing.framed(b"a") * 2), OutcomeUnknown),
        (lambda *_: Said(None), OutcomeUnknown),  # a unary call that went well has a message
        (lambda *_: Said(packed=b"\0\0\0\0\5a"), OutcomeUnknown),
        (lambda *_: Said(packed=b"\1\0\0\0\1a", headers=(("grpc-encoding", "gzip"),)), OutcomeUnknown),
        (lambda *_: Said(packed=b"\1\0\0\0\1a", headers=(("grpc-encoding", "own"),)), OutcomeUnknown),
    ],
)
async def test_what_comes_of_an_odd_answer(
    wire: Wire, upstream: Upstream, server: GrpcServer, behave: Any, expected: type[VecgateError]
) -> None:
    server.behave = behave
    with pytest.raises(expected):
        await send(wire, upstream)
    server.behave = lambda _arrived, _line, _number: Said(b"said")
    assert (await send(wire, upstream)).body == b"said"  # over another connection


async def test_a_call_that_is_under_way_when_a_server_takes_no_more_is_answered(
    wire: Wire, upstream: Upstream, server: GrpcServer
) -> None:
    """RFC 9113 section 6.8: the server names the last that it answers."""

    def behave(_arrived: Arrived, line: Theirs, number: int) -> Said:
        line.transport.write(b"\0\0\x08\x07\0\0\0\0\0" + (2**31 - 1).to_bytes(4, "big") + b"\0\0\0\0")
        return Said(b"said")

    server.behave, before = behave, server.connections
    for _ in range(2):
        assert (await send(wire, upstream)).body == b"said"
    assert server.connections == before + 2


async def test_a_server_without_http2_is_told_apart_before_anything_is_sent(
    wire: Wire, upstream: Upstream, server: GrpcServer, tmp_path: Path
) -> None:
    server.context.set_alpn_protocols(["http/1.1"])
    try:
        with pytest.raises(Unavailable, match="upstream"):
            await send(wire, upstream)
    finally:
        server.context.set_alpn_protocols(["h2"])
    assert server.arrived == []


async def test_a_certificate_that_was_not_made_for_http2_is_not_used(wire: Wire, upstream: Upstream) -> None:
    lease = Lease("l2", "p", "u", 1e12, ClientCertificate(ssl.create_default_context()))
    with pytest.raises(WireRefused):
        await send(wire, upstream, lease=lease)


async def test_an_upstream_that_speaks_no_grpc_gets_none(wire: Wire) -> None:
    rest = Upstream("u", "x", frozenset(), frozenset(), "https://127.0.0.1:1", "localhost", None, 20)
    with pytest.raises(WireRefused):
        await send(wire, rest)


async def test_a_large_message_waits_for_its_turn(upstream: Upstream, server: GrpcServer) -> None:
    wire = Wire(connections=1, answer_body=4 * LARGE, now=lambda: 0.0, at_once=LARGE)
    server.behave = lambda _arrived, _line, _number: Said(b"x" * 2 * LARGE)
    first, second = wire.turn(), wire.turn()
    assert len((await send(wire, upstream, turn=first)).body) == 2 * LARGE
    waits = asyncio.get_running_loop().create_task(send(wire, upstream, turn=second))
    await soon(lambda: wire._turns._waiting)
    server.behave = lambda _arrived, _line, _number: Said(b"small")
    assert (await send(wire, upstream, turn=wire.turn())).body == b"small"
    assert not waits.done()
    first.end()
    assert len((await waits).body) == 2 * LARGE
    await wire.close()

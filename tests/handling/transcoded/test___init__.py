"""How a call of gRPC is read within its bounds, and how it is refused: never so that what was done is done again."""

import gzip
import zlib
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from dialects.base.grpc.test_protocol import ECHO, Made
from support.fakes.gates import OPERATION, SETTINGS, UPSTREAM, FakeGate
from support.fakes.gates import exchange as made
from support.tools.every import every
from vecgate.dialects.base.grpc.protocol import ABORTED, HEALTH, PERMISSION_DENIED, UNAVAILABLE, Reply
from vecgate.domain.call import Answer
from vecgate.domain.exchange import Exchange, Raw
from vecgate.handling import transcoded
from vecgate.parsing import grpc_framing as framing
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused, MaskFailed

SPOKEN = replace(UPSTREAM, grpc_url="https://db.test")


def gate(grpc: Any = None) -> FakeGate:
    limits = SETTINGS.limits.model_copy(update={"request_body": 1000})
    told = FakeGate(settings=SETTINGS.model_copy(update={"limits": limits}))
    told.dialect = lambda _upstream: SimpleNamespace(grpc=grpc or Made())  # type: ignore[method-assign, assignment, return-value]
    return told


def called(body: bytes, *headers: tuple[str, str], path: str = ECHO) -> Exchange:
    found = made()
    found.upstream, found.grpc, found.raw = SPOKEN, path, Raw("POST", path, headers, body)
    return found


def packed(message: bytes) -> bytes:
    return b"\1" + len(message).to_bytes(4, "big") + message


@every(
    ("body", "headers"),
    [
        (framing.framed(b"\x0a\x01a"), ()),
        (framing.framed(b"\x0a\x01a"), (("grpc-encoding", "gzip"),)),  # it may be, and is not
        (packed(gzip.compress(b"\x0a\x01a")), (("grpc-encoding", "gzip"),)),
        (packed(zlib.compress(b"\x0a\x01a")), (("grpc-encoding", "Deflate"),)),
    ],
)
async def test_a_message_is_read_into_its_twin(body: bytes, headers: tuple[tuple[str, str], ...]) -> None:
    assert (await transcoded.read(gate(), called(body, *headers), Made())).body == b"\x0a\x01a"


@every(
    ("body", "headers", "code"),
    [
        (b"", (), "body.unreadable"),
        (framing.framed(b"") * 2, (), "body.unreadable"),
        (framing.framed(b"\xff"), (), "body.unreadable"),
        (packed(b"\x0a\x01a"), (), "body.unreadable"),
        (packed(b"\x0a\x01a"), (("grpc-encoding", "identity"),), "body.unreadable"),
        (packed(gzip.compress(b"a")), (("grpc-encoding", "br"),), "body.unreadable"),
        (packed(gzip.compress(b"a")), (("grpc-encoding", "gzip"), ("grpc-encoding", "gzip")), "body.unreadable"),
        (packed(gzip.compress(b"a")[:-9]), (("grpc-encoding", "gzip"),), "body.unreadable"),
        (packed(gzip.compress(bytes(1001))), (("grpc-encoding", "gzip"),), "body.too_large"),  # CWE-409
    ],
)
async def test_what_is_no_message_is_refused(body: bytes, headers: tuple[tuple[str, str], ...], code: str) -> None:
    with pytest.raises(CallRefused) as e:
        await transcoded.read(gate(), called(body, *headers), Made())
    assert e.value.refusal.code == code


async def test_what_is_never_let_through_is_not_unpacked() -> None:
    body = packed(gzip.compress(bytes(100_000)))
    for path, code in (("/made.Made/Other", "route.unknown"), ("/made.Made/Never", "route.refused")):
        with pytest.raises(CallRefused) as e:
            await transcoded.read(gate(), called(body, ("grpc-encoding", "gzip"), path=path), Made())
        assert e.value.refusal.code == code


def ended(said: transcoded.Said) -> tuple[int, str]:
    told = dict((*said.headers, *said.trailers))
    return int(told["grpc-status"]), framing.percent_decoded(told.get("grpc-message", ""))


@every(
    ("refusal", "status"),
    [
        (refuse("policy.no_rule", operation="x", target="y", who="z"), 7),
        (refuse("identity.missing"), 16),
        (refuse("body.unreadable", detail="x"), 3),
        (refuse("limit.rate", rule="r", requests=1, seconds=1, retry=1), 8),
        (refuse("gate.starting"), 14),
    ],
)
def test_a_refusal_is_a_status_with_its_code(refusal: Any, status: int) -> None:
    exchange = called(b"")
    for known in (gate(), None):  # the plain form, where no database is known yet
        said = transcoded.refused(known, exchange, refusal)  # type: ignore[arg-type]
        found, text = ended(said)
        assert (found, text.partition(":")[0], said.body) == (status, refusal.code, b"")
        assert ("grpc-status-details-bin" in dict(said.headers)) == (refusal.retry_after is not None)


def test_what_may_have_been_executed_is_never_sent_again_by_a_client() -> None:
    exchange = called(b"")
    refusal = refuse("upstream.outcome_unknown", upstream="db")
    assert ended(transcoded.refused(gate(), exchange, refusal))[0] == UNAVAILABLE
    exchange.sent = True
    assert ended(transcoded.refused(gate(), exchange, refusal))[0] == PERMISSION_DENIED


def test_health_is_answered_whoever_asks_and_calls_are_not() -> None:
    found = transcoded.opened(gate(), called(framing.framed(b""), path=HEALTH))
    assert found is not None
    assert (found.body, ended(found)[0]) == (framing.framed(b"\x08\x01"), 0)
    for body in (b"", framing.framed(b"") * 2):
        assert transcoded.opened(gate(), called(body, path=HEALTH)) is None
    assert transcoded.opened(gate(), called(framing.framed(b""))) is None


class Mute(Made):
    def given(self, call: Any, answer: Answer, kept: object = None) -> Reply:
        raise ValueError("it cannot be said")


def test_the_masked_answer_is_printed_with_its_notes() -> None:
    exchange = called(b"")
    exchange.answer, exchange.masked, exchange.asked = Answer(200, body=b"raw"), b"masked", exchange.call
    exchange.notes["vecgate-missing"] = "rows"
    exchange.printed = found = transcoded.given(gate(), exchange)
    assert found.body == framing.framed(b"masked")
    assert dict(found.headers)["vecgate-missing"] == "rows"
    assert ended(found) == (0, "")
    assert transcoded.printed(exchange) is found


class Away(Made):
    def given(self, call: Any, answer: Answer, kept: object = None) -> Reply:
        return Reply(None, UNAVAILABLE, "the shard is away")


@every(("kind", "status"), [("search", UNAVAILABLE), ("upsert", ABORTED), ("collection_drop", ABORTED)])
def test_a_write_that_its_server_was_not_there_for_is_not_sent_again_by_a_client(kind: str, status: int) -> None:
    exchange = called(b"")
    exchange.answer, exchange.masked, exchange.asked = Answer(503), b"", exchange.call
    exchange.operation = replace(OPERATION, kind=kind)
    assert ended(transcoded.given(gate(Away()), exchange)) == (status, "the shard is away")


def test_an_answer_that_cannot_be_printed_does_not_leave() -> None:
    exchange = called(b"")
    exchange.answer, exchange.masked, exchange.asked = Answer(200, body=b"raw"), b"masked", exchange.call
    with pytest.raises(MaskFailed):
        transcoded.given(gate(Mute()), exchange)
    with pytest.raises(RuntimeError):
        transcoded.printed(exchange)

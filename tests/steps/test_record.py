"""What happened? Written whatever happened; an answer is released only after it is written."""

from dataclasses import replace
from typing import Any

import orjson
import pytest
from mitmproxy.flow import Error

from support.fakes.gates import ANSWER, APPROVED, HOLD, Calls, FakeGate, FakePart, exchange, flow
from vecgate.domain.approval import Impact
from vecgate.domain.call import Answer
from vecgate.domain.exchange import Exchange, need
from vecgate.handling.recording import request_body
from vecgate.recording import events
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import MaskFailed, Part, Unavailable
from vecgate.steps._base import EXCHANGES, UNREAD, show
from vecgate.steps.record import Record, answer_body, outcome

REFUSAL = refuse("policy.no_rule", operation="search", target="x", who="alice")
AFTER = refuse("mask.unavailable")


def journal(write: Calls | None = None, *, full: bool = False) -> FakePart:
    return FakePart(session=Calls("s1"), write=write or Calls(), counts_refused=lambda _session: full)


@pytest.mark.parametrize(
    ("over", "gone", "code"),
    [
        # nothing was sent
        ({"refusal": REFUSAL}, False, "request.refused"),
        ({"refusal": REFUSAL}, True, "client.left"),
        ({}, True, "client.left"),
        # sent, and no whole answer
        ({"sent": True, "refusal": AFTER}, False, "answer.failed"),
        ({"sent": True}, True, "answer.failed"),
        # sent and answered
        ({"sent": True, "answer": ANSWER, "refusal": AFTER}, False, "answer.withheld"),
        ({"sent": True, "answer": ANSWER}, True, "client.left"),
        ({"sent": True, "answer": ANSWER}, False, "answer.released"),
        ({"answer": ANSWER}, False, "request.local"),
    ],
)
def test_how_an_exchange_ended(over: dict[str, Any], gone: bool, code: str) -> None:
    assert outcome(exchange(**over), gone) == code


BARE = Exchange("x1", 0.0, "10.0.0.9", "curl", exchange().raw)
FULL = exchange(
    approval=APPROVED,
    impact=Impact(1, 2, "t"),
    decision=HOLD,
    answer=ANSWER,
    masked=b'{"m":1}',
    sent=True,
    timings={"decide": 1.23456},
)


@pytest.mark.parametrize("found", [BARE, FULL], ids=["nothing is known", "all is known"])
def test_an_entry_has_only_listed_fields_and_no_secret(found: Exchange) -> None:
    body = request_body(found) | answer_body(found)
    events.check("request.sent", body)
    text = orjson.dumps(body).decode()
    assert "alices-token" not in text
    assert "by Jane" not in text, "an answer is written after masking only"


def test_a_withheld_answer_is_not_in_the_record() -> None:
    found = exchange(answer=ANSWER, masked=b'{"m":1}', refusal=AFTER)
    assert answer_body(found)["answer"] is None
    assert answer_body(found)["refusal"] == "mask.unavailable"


async def test_without_a_session_nothing_is_marked_as_recorded() -> None:
    found, gate = exchange(), FakeGate(recorder=journal(Calls(Unavailable(Part.JOURNAL))))
    with pytest.raises(Unavailable):
        await Record(gate).on_request(found, flow())
    assert found.session is None


# the end


def ready(**over: Any) -> Exchange:
    return exchange(**{"session": "s1", "sent": True, "answer": ANSWER, "masked": b'{"m":1}', **over})


async def test_an_answer_is_released_after_it_is_written_without_the_upstreams_other_headers() -> None:
    gate, shown = FakeGate(recorder=journal()), flow()
    assert await Record(gate).on_end(ready(), shown) is None
    assert gate.recorder.write.given[0][1] == "answer.released"
    assert shown.response is not None
    assert shown.response.content == b'{"m":1}'
    assert shown.response.headers["cache-control"] == "no-store"
    assert "alice" in shown.comment
    assert shown.marked == ":white_check_mark:"


@pytest.mark.parametrize(("learnt", "told"), [(None, None), ((9, 4), "seen=9, analysed=4")])
async def test_who_asked_for_it_is_told_how_many_texts_were_new(learnt: Any, told: str | None) -> None:
    shown, found = flow(), ready()
    found.learnt = learnt
    await Record(FakeGate(recorder=journal())).on_end(found, shown)
    assert shown.response is not None
    assert shown.response.headers.get("vecgate-warm") == told


async def test_an_answer_that_cannot_be_written_is_withheld() -> None:
    gate, shown, found = FakeGate(recorder=journal(Calls(Unavailable(Part.JOURNAL)))), flow(), ready()
    EXCHANGES[shown] = found
    show(shown, None, None, refuse("answer.withheld"))
    await Record(gate).response(shown)
    assert found.refusal is not None
    assert found.refusal.code == "answer.withheld", "it was executed, so this is what the client is told"
    assert shown.response is not None
    assert shown.response.status_code == 502
    assert b'"m"' not in (shown.response.content or b"")


async def test_nothing_is_put_into_the_flow_of_a_client_that_left() -> None:
    shown = flow()
    shown.error = Error("left")
    await Record(FakeGate(recorder=journal())).on_end(ready(), shown)
    assert shown.response is None


async def test_a_request_that_could_not_be_read_was_refused_and_nobody_left() -> None:
    gate, shown = FakeGate(recorder=journal()), flow()
    shown.error = Error(UNREAD)
    await Record(gate).on_end(exchange(call=None, refusal=REFUSAL, session=None), shown)
    assert gate.recorder.write.given[0][1] == "request.refused"


async def test_whatever_a_database_calls_its_answer_it_goes_on_as_json() -> None:
    shown, found = flow(), ready()
    found.answer = Answer(200, (("content-type", "text/html"),), b"")
    await Record(FakeGate(recorder=journal())).on_end(found, shown)
    assert shown.response is not None
    assert shown.response.headers["content-type"] == "application/json"


async def test_a_refusal_is_written_with_what_was_asked() -> None:
    gate, shown = FakeGate(recorder=journal()), flow()
    await Record(gate).on_end(exchange(call=None, refusal=REFUSAL, session=None), shown)
    _, code, _, body = gate.recorder.write.given[0]
    assert code == "request.refused"
    assert body["who"]["user"] == "alice"
    assert body["call"]["path"] == "/masked" == shown.request.path
    assert shown.marked == ":no_entry:"


@pytest.mark.parametrize("failure", [MaskFailed("x"), Unavailable(Part.MASKER)])
async def test_what_cannot_be_masked_is_not_shown_and_the_refusal_stands(failure: Exception) -> None:
    gate, shown = FakeGate(recorder=journal()), flow()
    gate.masking.shown = FakePart(text=Calls(failure), names=Calls(failure))
    await Record(gate).on_end(exchange(call=None, refusal=REFUSAL, session=None), shown)
    body = gate.recorder.write.given[0][3]
    assert "could not be masked" in body["call"]["body"]
    assert body["call"]["path"] is None
    assert shown.request.path == "/-"


async def test_while_the_gate_starts_there_is_no_journal() -> None:
    assert await Record(FakeGate(is_open=False)).on_end(exchange(refusal=REFUSAL), flow()) is None


# counted


def counted(gate: FakeGate, outcome: str) -> float:
    labels = {"upstream": "tickets-db", "operation": "delete_filter", "outcome": outcome}
    return gate.telemetry.metrics.registry.get_sample_value("vecgate_requests_total", labels) or 0


@pytest.mark.parametrize(
    ("write", "hook", "expected"),
    [
        (Calls(), "response", "ok"),
        (Calls(), "error", "unfinished"),
        (Calls(Unavailable(Part.JOURNAL)), "response", "answer.withheld"),
    ],
)
async def test_an_exchange_is_counted_as_what_became_of_it_after_it_was_written(
    write: Calls, hook: str, expected: str
) -> None:
    gate, shown, found = FakeGate(recorder=journal(write)), flow(), ready()
    EXCHANGES[shown] = found
    gate.telemetry.begin(found)
    if hook == "error":
        shown.error = Error("left")
    for _ in range(2):
        await getattr(Record(gate), hook)(shown)
    assert counted(gate, expected) == 1


async def test_a_flow_that_is_not_ours_is_not_counted() -> None:
    gate = FakeGate()
    await Record(gate).response(flow())
    assert counted(gate, "ok") == 0


async def test_a_large_body_that_is_refused_is_not_looked_at() -> None:
    gate, found = FakeGate(recorder=journal()), exchange(refusal=REFUSAL, session=None)
    gate.masking.masker = FakePart(mask_tree=Calls(AssertionError("it was looked at")))
    found.raw = replace(found.raw, body=b"x" * 5000)
    await Record(gate).on_end(found, flow())
    assert gate.recorder.write.given[0][3]["call"]["body"] == "(a body of 5000 bytes, refused)"


async def test_neither_is_one_that_was_small_as_it_came() -> None:
    """A message of gRPC may be packed, and is no body of JSON."""
    gate, found = FakeGate(recorder=journal()), exchange(refusal=REFUSAL, session=None)
    gate.masking.masker = FakePart(mask_tree=Calls(AssertionError("it was looked at")))
    found.raw, found.call = replace(found.raw, body=b"x" * 50), replace(need(found.call), body=b"x" * 5000)
    await Record(gate).on_end(found, flow())
    assert gate.recorder.write.given[0][3]["call"]["body"] == "(a body of 5000 bytes, refused)"


async def test_of_refusals_that_are_only_counted_nothing_is_looked_at() -> None:
    gate, shown = FakeGate(recorder=journal(full=True)), flow()
    gate.masking = FakePart()  # nothing of it is looked at
    await Record(gate).on_end(exchange(refusal=REFUSAL, session=None), shown)
    assert shown.request.path == "(not shown)"


async def test_where_the_reader_saw_more_the_record_does_not_and_what_was_given_is_sealed() -> None:
    gate, found = FakeGate(recorder=journal()), ready()
    found.masked, found.recorded, found.seal_answer = b'{"m":"anna@example.org"}', {"m": "<EMAIL>"}, True
    await Record(gate).on_end(found, flow())
    *_, body, original = gate.recorder.write.given[0]
    assert (body["answer"], original) == ({"m": "<EMAIL>"}, found.masked)

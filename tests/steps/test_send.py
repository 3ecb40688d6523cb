"""Now, and only what carries a ticket."""

import contextlib
from dataclasses import replace
from typing import Any

import pytest

from support.fakes.gates import (
    ANSWER,
    APPROVED,
    CALL,
    HOLD,
    LEASE,
    OPERATION,
    UPSTREAM,
    Calls,
    FakeGate,
    FakePart,
    exchange,
    flow,
)
from vecgate.approvals.refused import BoardRefused
from vecgate.dialects.base.dialect import Read
from vecgate.domain.approval import Impact
from vecgate.domain.call import Answer
from vecgate.domain.exchange import Exchange, need
from vecgate.domain.operation import Operation
from vecgate.egress.turns import Turn, Turns
from vecgate.egress.wire import Ticket
from vecgate.handling.spending import binding
from vecgate.refusals.catalogue import Refusal, refuse
from vecgate.refusals.errors import (
    AnswerTooLarge,
    CallRefused,
    OddStatus,
    OutcomeUnknown,
    Part,
    PartlyDone,
    Unavailable,
    WireRefused,
)
from vecgate.steps._base import EXCHANGES
from vecgate.steps.send import Send

TICKET = Ticket("1", UPSTREAM, LEASE, 4e9, CALL)


class FakeDialect:
    """Remembers what it was told to forget. What a call means, it says anew each time: as it did, if not told otherwise."""

    successes = frozenset({200})
    asks = False

    def __init__(self, now: Operation = OPERATION) -> None:
        self.forgotten: list[Any] = []
        self.classify_seen = Calls(now)

    async def located(self, _call: Any, operation: Operation, _ask: Any) -> Operation:
        return operation

    def outgoing(self, call: Any) -> Any:
        return call

    def renames(self, operation: Operation) -> bool:
        return operation.kind == "collection_rename"

    def forget(self, *values: Any) -> None:
        self.forgotten.append(values)

    def stored(self, operation: Operation, tree: Any) -> Read | None:
        return Read(replace(operation, name="get"), iter([tree])) if operation.name == "upsert" else None

    def surface(self, operation: Operation, answer: bool) -> tuple[str, bool]:
        return operation.name, answer


TURN = Turn(Turns(1000))


def gate(answer: Any = ANSWER, use: Any = None) -> FakeGate:
    board = FakePart(use=Calls(use or replace(APPROVED, state="spent")), settle=Calls())
    ingest = FakePart(taken=[])
    ingest.put = ingest.taken.append
    return FakeGate(
        wire=FakePart(send=Calls(answer), turn=lambda: TURN),
        board=board,
        chroma=FakeDialect(),
        ingest=ingest,
        changes=FakePart(begin=Calls("c1"), end=Calls(None)),
        policies=FakePart(
            current=FakePart(rowed=False),
            loaded=FakePart(rules=[FakePart(masks=("standard",))], profile=str),
        ),
    )


async def sent(gate: FakeGate, **over: Any) -> tuple[Exchange, Refusal | None]:
    found = exchange(**{"session": "s1", "ticket": TICKET, **over})
    return found, await Send(gate).on_request(found, flow())


async def test_what_came_while_a_call_passed_unasked_is_not_touched_unasked() -> None:
    made = gate()
    made.chroma.impact = Calls(Impact(1, 9, "tickets"))
    operation = replace(OPERATION, kind="delete_ids", records=1)
    with pytest.raises(CallRefused) as e:
        await sent(made, decision=HOLD, operation=operation, impact=Impact(0, 9, "tickets"), waived="touches 0")
    assert (e.value.refusal.code, made.wire.send.given) == ("hold.changed", [])  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"session": None}, "record.unavailable"),
        ({"left": lambda: True}, "hold.client_left"),
        ({"ticket": None}, "wire.refused"),
        ({"ticket": "forged"}, "wire.refused"),
    ],
)
async def test_what_is_not_recorded_or_has_no_ticket_or_no_client_stays(over: dict[str, Any], code: str) -> None:
    made = gate()
    found, refusal = await sent(made, approval=APPROVED, **over)
    assert refusal is not None
    assert refusal.code == code
    assert not found.sent
    assert made.wire.send.given == []
    assert made.board.use.given == [], "an approval is not burnt by a call that stays"


async def test_what_has_a_ticket_is_sent_once_and_the_answer_stays_off_the_flow() -> None:
    made = gate()
    found, refusal = await sent(made)
    assert refusal is None
    assert found.sent
    assert found.answer is ANSWER
    assert made.wire.send.given == [(TICKET, CALL, TURN)]
    assert made.chroma.forgotten == [(OPERATION, ANSWER)]


async def test_an_unknown_outcome_counts_as_sent_and_names_are_forgotten() -> None:
    made = gate(OutcomeUnknown("cut"))
    found = exchange(session="s1", ticket=TICKET)
    with pytest.raises(OutcomeUnknown):
        await Send(made).on_request(found, flow())
    assert found.sent
    assert found.answer is None
    assert made.chroma.forgotten == [(OPERATION, None)]


@pytest.mark.parametrize("status", [200, 400, 404, 500, 599])
async def test_done_and_not_done_are_answers(status: int) -> None:
    found, refusal = await sent(gate(Answer(status)))
    assert (refusal, found.answer) == (None, Answer(status))


@pytest.mark.parametrize("status", [100, 201, 202, 204, 206, 226, 300, 302, 304, 308, 399])
async def test_a_status_that_says_neither_is_none(status: int) -> None:
    made = gate(Answer(status))
    found = exchange(session="s1", ticket=TICKET)
    with pytest.raises(OddStatus) as e:
        await Send(made).on_request(found, flow())
    assert (e.value.status, found.sent, found.answer) == (status, True, None)


async def test_an_approval_is_used_by_this_very_exchange() -> None:
    made = gate()
    found, _ = await sent(made, approval=APPROVED)
    assert made.board.use.given == [("r1", binding(found), "x1", 0)], "the digest of what is about to leave"
    assert made.board.settle.given == [("r1", "x1", "used", "")]
    assert found.approval is not None
    assert found.approval.state == "used"


@pytest.mark.parametrize(
    ("fails", "words", "state"),
    [
        (OutcomeUnknown("cut"), "it may have been executed", "spent"),
        (Unavailable(Part.UPSTREAM), "nothing was executed", "spent"),
        (RuntimeError("a bug"), "it may have been executed", "spent"),
        (AnswerTooLarge("big"), "", "used"),
    ],
)
async def test_what_became_of_the_yes_is_told_to_the_board(fails: Exception, words: str, state: str) -> None:
    made = gate(fails)
    found = exchange(session="s1", ticket=TICKET, approval=APPROVED)
    with pytest.raises(type(fails)):
        await Send(made).on_request(found, flow())
    assert made.board.settle.given == [("r1", "x1", state, words)]
    assert found.approval is not None
    assert found.approval.state == state


async def test_an_approval_that_was_used_is_not_used_again() -> None:
    made = gate(use=BoardRefused("used", None))
    with pytest.raises(BoardRefused):  # it carries its refusal
        await sent(made, approval=APPROVED)
    assert made.wire.send.given == []


async def test_what_was_stored_is_looked_through_ahead_of_its_first_read() -> None:
    """In the shape, and with the surface, of the read's answer."""
    made = gate()
    await sent(made, operation=replace(OPERATION, name="upsert"))
    (written,) = made.masking.ingest.taken
    assert list(written.records) == [CALL.tree]
    assert written[1:] == (("get", True), ["standard"], len(CALL.body))


@pytest.mark.parametrize(
    ("answer", "operation"),
    [(ANSWER, "query"), (replace(ANSWER, status=422), "upsert"), (OutcomeUnknown("cut"), "upsert")],
)
async def test_what_was_not_stored_is_not(answer: Any, operation: str) -> None:
    made = gate(answer)
    with contextlib.suppress(OutcomeUnknown):
        await sent(made, operation=replace(OPERATION, name=operation))
    assert made.masking.ingest.taken == []


@pytest.mark.parametrize(
    "now",
    [
        replace(OPERATION, collections=("contracts",)),
        replace(OPERATION, things=("another id",)),
        CallRefused(refuse("collection.unknown")),
    ],
)
async def test_what_a_yes_was_given_for_is_looked_at_once_more_before_it_is_sent(now: Any) -> None:
    made = gate()
    made.chroma.classify_seen = Calls(now)
    found = exchange(session="s1", ticket=TICKET, approval=APPROVED)
    with pytest.raises(CallRefused, match=r"hold\.changed|collection\.unknown"):
        await Send(made).on_request(found, flow())
    assert (found.sent, made.wire.send.given) == (False, [])


async def test_without_a_yes_it_is_not_asked_again() -> None:
    made = gate()
    await sent(made)
    assert made.chroma.classify_seen.given == []


RENAME = replace(OPERATION, kind="collection_rename")


async def test_a_rename_is_told_to_all_before_it_goes_out_and_once_it_is_over() -> None:
    made = gate()
    made.changes.begin = Calls(Unavailable(Part.STATE))
    found = exchange(session="s1", ticket=TICKET, operation=RENAME)
    with pytest.raises(Unavailable):
        await Send(made).on_request(found, flow())
    assert (found.sent, made.wire.send.given, made.changes.end.given) == (False, [], [])
    made.changes.begin = Calls("c1")
    await sent(made, operation=RENAME)
    assert made.changes.end.given == [("tickets-db", "c1")]


async def test_a_rename_that_may_still_come_true_is_not_told_to_be_over() -> None:
    made = gate(OutcomeUnknown("late"))
    with contextlib.suppress(OutcomeUnknown):
        await sent(made, operation=RENAME)
    assert made.changes.end.given == []


async def test_what_renames_nothing_waits_for_nobody() -> None:
    made = gate()
    await sent(made)
    assert made.changes.begin.given == []


OTHER = replace(TICKET, number="2")
PARTS = (replace(CALL, body=b"1"), replace(CALL, body=b"2"))
IN_PARTS = {"parts": PARTS, "tickets": (TICKET, OTHER)}


async def test_what_a_yes_is_bound_to_goes_out_in_the_place_of_the_call_and_is_answered_as_one() -> None:
    made = gate()
    made.chroma.joined = lambda operation, answers: replace(ANSWER, body=b"%d" % len(answers))
    found, refusal = await sent(made, **IN_PARTS)
    assert refusal is None
    assert made.wire.send.given == [(TICKET, PARTS[0], TURN), (OTHER, PARTS[1], TURN)]
    assert (found.sent, need(found.answer).body) == (True, b"2")


@pytest.mark.parametrize(
    "then", [Unavailable("upstream"), OutcomeUnknown("late"), WireRefused("old"), replace(ANSWER, status=500)]
)
async def test_what_fails_after_a_part_was_executed_is_told_to_be_in_part(then: Any) -> None:
    made = gate()
    made.wire.send = Calls(ANSWER, then)
    found = exchange(session="s1", ticket=TICKET, **IN_PARTS)
    with pytest.raises(PartlyDone) as caught:
        await Send(made).on_request(found, flow())
    assert (caught.value.done, caught.value.parts) == (1, 2)
    assert (found.sent, found.answer) == (True, None)


@pytest.mark.parametrize("first", [Unavailable("upstream"), OutcomeUnknown("late")])
async def test_what_fails_with_the_first_part_is_told_as_of_any_call(first: Exception) -> None:
    made = gate(first)
    with pytest.raises(type(first)) as caught:
        await Send(made).on_request(exchange(session="s1", ticket=TICKET, **IN_PARTS), flow())
    assert not isinstance(caught.value, PartlyDone)
    assert len(made.wire.send.given) == 1


async def test_a_no_to_the_first_part_is_the_answer() -> None:
    found, refusal = await sent(gate(replace(ANSWER, status=400)), **IN_PARTS)
    assert (refusal, need(found.answer).status) == (None, 400)


async def test_at_the_end_what_was_answered_is_let_go_and_its_turn_ends() -> None:
    """Flows live on until their clients have taken what was masked; what it was made of need not."""
    turns = Turns(10)
    made = gate()
    made.wire.turn = lambda: Turn(turns)  # type: ignore[attr-defined]

    async def send(_ticket: Ticket, _call: Any, *, turn: Turn) -> Answer:
        await turn.take(4)
        return ANSWER

    made.wire.send = send  # type: ignore[attr-defined]
    found = exchange(session="s1", ticket=TICKET)
    await Send(made).on_request(found, flow())  # type: ignore[arg-type]
    assert turns.free == 6
    found.masked, found.masked_tree = b"{}", {}
    EXCHANGES[of := flow()] = found
    await Send(made).response(of)  # type: ignore[arg-type]
    assert turns.free == 10
    assert (found.answer, found.masked, found.masked_tree, found.recorded) == (None, None, None, None)

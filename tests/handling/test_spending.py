"""A yes is good for one digest, is spent once, and what became of it is written beside it."""

from dataclasses import replace

import pytest

from support.fakes.approvals import BOB
from support.fakes.gates import ALLOW, APPROVED, CALL, Calls, FakeGate, FakePart, exchange
from vecgate.domain.principal import Secret
from vecgate.handling.spending import binding, spent
from vecgate.refusals.errors import AnswerTooLarge, OutcomeUnknown, Part, PartlyDone, Unavailable


def test_an_approval_is_bound_to_who_asks_what_where_and_by_which_rule() -> None:
    same = binding(exchange())
    assert binding(exchange(token=Secret("another token of hers"))) == same
    others = [
        exchange(principal=BOB),
        exchange(call=replace(CALL, body=b"{}")),
        exchange(call=replace(CALL, path="/x")),
        exchange(call=replace(CALL, method="PUT")),
        exchange(call=replace(CALL, query=(("a", "b"),))),
        exchange(upstream=replace(exchange().upstream, name="other")),
        exchange(decision=replace(ALLOW, rule="other")),
    ]
    assert len({same, *map(binding, others)}) == len(others) + 1


def gate() -> FakeGate:
    return FakeGate(board=FakePart(use=Calls(replace(APPROVED, state="spent")), settle=Calls()))


async def test_without_a_yes_nothing_is_spent() -> None:
    made = gate()
    async with spent(made, exchange()):  # type: ignore[arg-type]
        pass
    assert made.board.use.given == made.board.settle.given == []


async def test_a_yes_is_spent_before_anything_is_done_and_used_when_it_is() -> None:
    made, found = gate(), exchange(approval=APPROVED)
    async with spent(made, found):  # type: ignore[arg-type]
        assert made.board.use.given == [("r1", binding(exchange()), "x1", 0)]
        assert found.approval.state == "spent"
    assert made.board.settle.given == [("r1", "x1", "used", "")]
    assert found.approval.state == "used"


@pytest.mark.parametrize(
    ("fails", "executed", "words"),
    [
        (OutcomeUnknown("cut"), False, "it may have been executed"),
        (Unavailable(Part.UPSTREAM), False, "nothing was executed"),
        (PartlyDone(1, 2), False, "1 of 2 parts were executed"),
        (AnswerTooLarge("big"), True, ""),
    ],
)
async def test_what_became_of_it_is_said(fails: Exception, executed: bool, words: str) -> None:
    made, found = gate(), exchange(approval=APPROVED)
    with pytest.raises(type(fails)):
        async with spent(made, found):  # type: ignore[arg-type]
            raise fails
    assert made.board.settle.given == [("r1", "x1", "used" if executed else "spent", words)]

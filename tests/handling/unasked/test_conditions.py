"""When a held call is answered by a condition, beside what the path shows: what is open, and what two rules hold."""

from dataclasses import replace
from typing import Any

import pytest

from support.fakes.gates import HOLD, OPERATION, Calls, FakeGate, FakePart, exchange
from support.fakes.granting import granted
from vecgate.domain.approval import Impact
from vecgate.domain.decision import Effect
from vecgate.handling.unasked import conditions
from vecgate.policy.language.automatic_words import Automatic
from vecgate.refusals.errors import CallRefused

DELETE = replace(OPERATION, kind="delete_ids")
YES = Automatic.model_validate({"name": "yes", "answer": "approve", "operations": ("delete",)})
NO = Automatic.model_validate({"name": "no", "answer": "deny", "operations": ("delete",)})


def gate(*conditions: Automatic, unread: tuple[Any, ...] = (), other: str = HOLD.rule) -> FakeGate:
    also = replace(HOLD, rule=other)
    current = FakePart(conditional=False, automatic={HOLD.rule: conditions}, evaluate=lambda *_: also)
    parts = FakePart(unread_debriefs=Calls(unread), live=FakePart(of=lambda _: ()), proof=FakePart(signed="off"))
    return FakeGate(policies=FakePart(current=current), access=parts)


async def test_it_is_answered_and_says_by_which() -> None:
    held = exchange(decision=HOLD, operation=DELETE)
    assert await conditions.automatic(gate(YES), held) == "'yes' approves it"
    assert await conditions.automatic(gate(), held) == ""
    with pytest.raises(CallRefused) as caught:
        await conditions.automatic(gate(NO), held)
    assert caught.value.refusal.code == "hold.auto_denied"


async def test_while_something_is_open_people_are_asked() -> None:
    held = exchange(decision=HOLD, operation=DELETE)
    assert await conditions.automatic(gate(YES, unread=(granted(),)), held) == ""
    assert held.would == "'yes' would approve it, but not while a debrief or a review of theirs is open"


async def test_what_another_rule_holds_as_well_is_answered_by_people() -> None:
    both = replace(DELETE, also=(replace(DELETE, kind="search"),))
    held = exchange(decision=HOLD, operation=both)
    plain = Automatic.model_validate({"name": "yes", "answer": "approve", "operations": ("delete", "read")})
    assert await conditions.automatic(gate(plain), held) == "'yes' approves it"
    assert await conditions.automatic(gate(plain, other="another"), held) == ""
    assert HOLD.effect is Effect.HOLD


async def test_a_delete_that_cannot_be_kept_to_what_was_counted_is_not_approved() -> None:
    held = exchange(decision=HOLD, operation=OPERATION)
    held.impact = Impact(412, 500, "tickets")  # too many for their ids to be known
    assert await conditions.automatic(gate(YES), held) == ""
    assert "cannot be kept to the records that were counted" in held.would

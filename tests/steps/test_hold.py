"""What is not held passes at once; what is held waits for a yes."""

from contextlib import suppress

import pytest

from support.fakes.gates import ALLOW, DENY, HOLD, FakeGate, exchange, flow
from vecgate.domain.decision import Decision
from vecgate.egress.turns import Turn, Turns
from vecgate.steps.hold import Hold


@pytest.mark.parametrize("decision", [ALLOW, DENY])
async def test_only_what_is_held_waits(decision: Decision) -> None:
    found = exchange(decision=decision)
    assert await Hold(FakeGate()).on_request(found, flow()) is None  # type: ignore[arg-type]
    assert found.approval is None


@pytest.mark.parametrize(("decision", "free"), [(ALLOW, 4), (HOLD, 10)])
async def test_nobody_waits_for_a_person_to_have_their_large_body_read(decision: Decision, free: int) -> None:
    turns = Turns(10)
    turn = Turn(turns)
    await turn.take(6)
    with suppress(Exception):
        await Hold(FakeGate()).on_request(exchange(decision=decision, turn=turn), flow())  # type: ignore[arg-type]
    assert turns.free == free

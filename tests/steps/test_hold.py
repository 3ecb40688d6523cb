"""What is not held passes at once; what is held waits for a yes."""

import pytest

from support.fakes.gates import ALLOW, DENY, FakeGate, exchange, flow
from vecgate.domain.decision import Decision
from vecgate.steps.hold import Hold


@pytest.mark.parametrize("decision", [ALLOW, DENY])
async def test_only_what_is_held_waits(decision: Decision) -> None:
    found = exchange(decision=decision)
    assert await Hold(FakeGate()).on_request(found, flow()) is None  # type: ignore[arg-type]
    assert found.approval is None

"""To which upstream, exactly what? A ticket only for what the path has said yes to."""

from dataclasses import replace

import pytest

from support.fakes.gates import ALLOW, APPROVED, CALL, DENY, HOLD, LEASE, UPSTREAM, FakeGate, FakePart, exchange, flow
from vecgate.domain.approval import Approval
from vecgate.domain.decision import Decision
from vecgate.handling.deciding import may_leave
from vecgate.steps.forward import Forward

STATES = ("pending", "denied", "expired", "withdrawn", "used", "")


@pytest.mark.parametrize(
    ("decision", "approval", "leaves"),
    [
        (DENY, None, False),
        (DENY, APPROVED, False),
        (HOLD, None, False),
        *((HOLD, replace(APPROVED, state=state), False) for state in STATES),
        (HOLD, APPROVED, True),
        (ALLOW, None, True),
    ],
)
async def test_only_allowed_or_approved_gets_a_ticket(
    decision: Decision, approval: Approval | None, leaves: bool
) -> None:
    given: list[tuple[object, ...]] = []
    wire = FakePart(ticket=lambda *values: given.append(values) or "ticket")
    found = exchange(decision=decision, approval=approval)
    refusal = await Forward(FakeGate(wire=wire)).on_request(found, flow())
    assert may_leave(found) is leaves
    assert (refusal is None) is leaves
    assert given == ([(CALL, UPSTREAM, LEASE)] if leaves else [])
    assert found.ticket == ("ticket" if leaves else None)


async def test_what_was_never_decided_does_not_leave() -> None:
    with pytest.raises(RuntimeError):
        await Forward(FakeGate()).on_request(exchange(decision=None), flow())


async def test_each_part_that_goes_out_in_the_place_of_a_call_has_a_ticket_of_its_own() -> None:
    parts = (replace(CALL, body=b"1"), replace(CALL, body=b"2"))
    wire = FakePart(ticket=lambda call, upstream, lease, turn: (call, turn))
    found = exchange(decision=HOLD, approval=APPROVED, parts=parts)
    assert await Forward(FakeGate(wire=wire)).on_request(found, flow()) is None
    assert found.tickets == ((parts[0], 1), (parts[1], 2))
    assert found.ticket == found.tickets[0]

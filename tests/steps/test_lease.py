"""With which short-lived credential? The caller's own, for this database."""

from support.fakes.approvals import ALICE
from support.fakes.gates import LEASE, Calls, FakeGate, FakePart, exchange, flow
from vecgate.steps.lease import Lease


async def test_it_is_issued_on_the_callers_own_login() -> None:
    get, found = Calls(LEASE), exchange(lease=None)
    assert await Lease(FakeGate(leases=FakePart(get=get))).on_request(found, flow()) is None
    assert found.lease is LEASE
    assert get.given == [(ALICE, "tickets-db")]

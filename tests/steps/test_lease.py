"""With which short-lived credential? The caller's own, for this database, and for no more than the call does."""

from typing import Any, NamedTuple

from support.fakes.approvals import ALICE
from support.fakes.gates import LEASE, Calls, FakeGate, FakePart, exchange, flow
from vecgate.credentials.scoping import scope
from vecgate.steps.lease import Lease


class NoRules(NamedTuple):
    """A policy without a rule: no collection is named outright."""

    rules: tuple[Any, ...] = ()


async def test_it_is_issued_on_the_callers_own_login() -> None:
    get, found = Calls(LEASE), exchange(lease=None)
    gate = FakeGate(leases=FakePart(get=get), policies=FakePart(current=NoRules()))
    assert await Lease(gate).on_request(found, flow()) is None
    assert found.lease is LEASE
    assert get.given == [(ALICE, "tickets-db", scope(found.operation, frozenset()))]

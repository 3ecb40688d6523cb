"""What is locked is refused, in words that its caller may know; what is under way is cut."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from support.fakes.approvals import ALICE
from support.fakes.gates import Calls, FakeGate, FakePart, exchange
from vecgate.domain.exchange import Exchange
from vecgate.domain.operation import Operation
from vecgate.handling import locked
from vecgate.refusals.errors import CallRefused, Part, Unavailable
from vecgate.settings.state import State
from vecgate.state.barred import Barred, Lock
from vecgate.state.store import Store

READ = Operation("chroma", "query", "search", 1, collections=("tickets",))
ALL = Operation("chroma", "reset", "tenant_admin", 4)
HAND = Lock("alice", "alice", "INC-7", 0.0, "locks", "user", "bob")
EVERYTHING = Lock("", "", "INC-7", 0.0, "locks", "everything", "bob")
TICKETS = Lock("tickets-db/tickets", "", "INC-7", 0.0, "locks", "collection", "bob")


def gate(*locks: Lock) -> tuple[FakeGate, Barred]:
    barred = Barred(Store(State(url="redis://127.0.0.1:1")))
    barred._take({lock.key: lock for lock in locks})
    return FakeGate(guards=FakePart(barred=barred)), barred


def to(target: str, **over: Any) -> Exchange:
    found = exchange(**over)
    found.raw = replace(found.raw, target=target)
    return found


@pytest.mark.parametrize(
    ("lock", "code", "words"),
    [
        (Lock(ALICE.key, "alice", "canary.found", 0.0), "user.locked", "locked since 1970-01-01 00:00 UTC."),
        (HAND, "user.locked", "locked since 1970-01-01 00:00 UTC, by bob."),
        (EVERYTHING, "gateway.locked", 'since 1970-01-01 00:00 UTC, by bob: "INC-7".'),
        (TICKETS, "collection.locked", 'since 1970-01-01 00:00 UTC, by bob: "INC-7".'),
    ],
)
async def test_what_is_locked_is_refused_with_what_its_caller_may_know(lock: Lock, code: str, words: str) -> None:
    refusal = await locked.locked(gate(lock)[0], exchange(operation=READ))
    assert refusal is not None
    assert refusal.code == code
    assert words in str(refusal)
    assert "canary" not in str(refusal)
    assert code != "user.locked" or "INC-7" not in str(refusal)
    assert await locked.locked(gate()[0], exchange(operation=READ)) is None


@pytest.mark.parametrize(
    ("lock", "operation", "is_locked"),
    [
        (TICKETS, READ, True),
        (TICKETS, replace(READ, collections=("a", "tickets")), True),
        (TICKETS, replace(READ, collections=("a",), also=(READ,)), True),
        (TICKETS, replace(READ, collections=("a",)), False),
        (TICKETS, ALL, True),  # it may be among them
        (TICKETS, replace(ALL, kind="health"), False),
        (TICKETS, replace(READ, collections=("a",), also=(ALL,)), True),
        (TICKETS, Operation("vecgate", "unmask", "unmask", 3), False),
        (replace(TICKETS, name="other/tickets"), READ, False),
        (replace(TICKETS, name="other/tickets"), ALL, False),
        (TICKETS, None, False),
    ],
)
def test_a_call_is_about_a_locked_collection(lock: Lock, operation: Operation, is_locked: bool) -> None:
    assert (locked.found(gate(lock)[0], exchange(operation=operation)) is not None) is is_locked


@pytest.mark.parametrize(
    ("target", "lock", "is_locked"),
    [
        ("/.vecgate/v1/locks/lift", EVERYTHING, False),
        ("/.vecgate/v1/locks", EVERYTHING, False),
        ("/.vecgate/v1/requests/1/approve", EVERYTHING, False),
        ("/.vecgate/v1/whoami", EVERYTHING, False),
        ("/.vecgate/v1/unmask", EVERYTHING, True),
        ("/.vecgate/v1/mask", EVERYTHING, True),
        ("/.vecgate/v1/access", EVERYTHING, True),
        ("/api/v2/x", EVERYTHING, True),
        ("/.vecgate/v1/locks/lift", HAND, True),
        ("/.vecgate/v1/whoami", HAND, True),
    ],
)
def test_under_a_lock_on_everything_locks_are_lifted_and_by_nobody_who_is_locked(
    target: str, lock: Lock, is_locked: bool
) -> None:
    assert (locked.found(gate(lock)[0], to(target, operation=None)) is not None) is is_locked


async def test_where_there_may_be_locks_nobody_passes_while_it_is_not_known_who_is_locked() -> None:
    away = FakePart(
        sure=Calls(Unavailable(Part.STATE)),
        of=lambda _who: None,
        at=lambda _up, _names: None,
        ended=FakePart(matters=False),
    )
    may = FakePart(current=FakePart(may_lock=True))
    with pytest.raises(Unavailable):
        await locked.locked(FakeGate(policies=may, guards=FakePart(barred=away)), exchange())
    assert await locked.locked(FakeGate(guards=FakePart(barred=away)), exchange()) is None
    away.ended.matters = True  # logins may have ended, then
    with pytest.raises(Unavailable):
        await locked.locked(FakeGate(guards=FakePart(barred=away)), exchange())


async def test_what_is_under_way_is_cut_by_its_own_lock_only() -> None:
    here, barred = gate()
    ended: list[str] = []

    async def work() -> str:
        try:
            await asyncio.sleep(30)
        finally:
            ended.append("cut")
        return "an answer"

    doing = asyncio.ensure_future(locked.while_free(here, exchange(operation=READ), work()))
    await asyncio.sleep(0)
    barred._take({"i#other": Lock("i#other", "other", "", 0.0)})
    await asyncio.sleep(0.01)
    assert not doing.done()
    barred._take({HAND.key: HAND})
    barred._take({HAND.key: HAND, EVERYTHING.key: EVERYTHING})  # once is enough
    with pytest.raises(CallRefused, match=r"user\.locked"):
        await doing
    assert ended == ["cut"]
    assert not barred._watchers


async def test_what_is_done_is_given_and_what_times_out_itself_is_not_a_lock() -> None:
    here, _ = gate()

    async def late() -> None:
        raise TimeoutError

    async def done() -> str:
        return "an answer"

    assert await locked.while_free(here, exchange(), done()) == "an answer"
    with pytest.raises(TimeoutError):
        await locked.while_free(here, exchange(), late())

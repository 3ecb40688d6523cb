"""What time alone has ended is written down by one worker of all, also where another one died while it was at it."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from access.conftest import MakeAccess
from support.fakes.approvals import ALICE, BOB
from support.fakes.granting import ASKING, asked
from support.tools.soon import soon
from vecgate.access import request
from vecgate.access.due import Due
from vecgate.access.parts import AccessParts
from vecgate.access.request import Request
from vecgate.refusals.errors import Part, Unavailable
from vecgate.state.store import Script


async def granted_for(parts: AccessParts, seconds: float) -> str:
    terms = replace(asked().terms, seconds=seconds)
    id = (await parts.ledger.ask(lambda id, now: asked(id, now, terms=terms, asked=terms))).request.id
    await parts.move(id, lambda one, now: request.approve(one, BOB, now))
    return id


async def test_it_is_told_once_by_whichever_worker(make_access: MakeAccess) -> None:
    told: list[str] = []

    async def tell(one: Request) -> None:
        told.append(f"{one.id} {one.state} {one.how}")

    workers = [await make_access() for _ in range(3)]
    for one in workers:
        one.due.on_expired(tell)
    ids = [await granted_for(workers[0], 0.3) for _ in range(5)]
    kept = await granted_for(workers[0], 60)
    await soon(lambda: len(told) >= 5)
    for one in workers:  # nobody is given any of it again
        await one.due.look()
    assert sorted(told) == sorted(f"{id} ended expired" for id in ids)
    assert (await workers[0].ledger.entry(kept)).request.state == "granted"


@pytest.mark.parametrize(
    ("over", "granted", "state"),
    [
        ({}, False, "expired"),  # nobody answered
        ({"asking": replace(ASKING, pending=0.2, starts="first_use")}, True, "expired"),  # nobody used it
    ],
)
async def test_so_is_what_nobody_answered_or_used(
    make_access: MakeAccess, over: dict[str, Any], granted: bool, state: str
) -> None:
    parts, told = await make_access(), list[Request]()

    async def tell(one: Request) -> None:
        told.append(one)

    parts.due.on_expired(tell)
    made = await parts.ledger.ask(lambda id, now: replace(asked(id, now, **over), expires=now + 0.3))
    if granted:
        await parts.move(made.request.id, lambda one, now: request.approve(one, BOB, now))
    await soon(lambda: bool(told))
    assert [(one.id, one.state, one.how) for one in told] == [(made.request.id, state, "expired")]


async def test_what_a_person_ended_is_not_told_as_times_doing(make_access: MakeAccess) -> None:
    parts = await make_access()
    id = await granted_for(parts, 0.4)
    await parts.move(id, lambda one, now: request.revoke(one, BOB, now))
    await asyncio.sleep(0.5)
    assert await parts.ledger.due(10, 5) == []


async def test_what_a_dead_worker_was_given_another_one_is(make_access: MakeAccess) -> None:
    parts, told = await make_access(), list[str]()
    await parts.due.close()
    id = await granted_for(parts, 0.1)
    await asyncio.sleep(0.2)
    assert [entry.request.id for entry in await parts.ledger.due(10, 0.5)] == [id]  # and it dies
    assert await parts.ledger.due(10, 0.5) == []
    await asyncio.sleep(0.6)
    due, away = Due(parts.ledger), [True]

    async def tell(one: Request) -> None:
        if away[0]:
            raise Unavailable(Part.JOURNAL, "away")
        told.append(one.id)

    due.on_expired(tell)
    with pytest.raises(Unavailable):
        await due.look()
    away[0] = False
    assert [entry.request.id for entry in await parts.ledger.due(10, 0)] == []  # for a while it is that worker's
    assert ALICE.key == (await parts.ledger.entry(id)).request.login
    assert not (await parts.ledger.entry(id)).request.told


async def test_thousands_are_read_at_once(make_access: MakeAccess) -> None:
    """As many as one answer of a script could not hold side by side."""
    parts = await make_access()
    made = (await parts.ledger.ask(asked)).request
    keys = parts.ledger._keys
    await parts.ledger._store.run(COPIES, [keys[0] + made.id, keys[0], keys[5], keys[2]], [4100])
    assert len(await parts.ledger.open()) == 4101
    assert len((await parts.ledger.living()).entries) == 4100


COPIES = Script.of("""
for n = 1, ARGV[1] do
  redis.call('COPY', KEYS[1], KEYS[2] .. n)
  redis.call('ZADD', KEYS[3], 9e15, n)
  redis.call('ZADD', KEYS[4], 9e15, n)
end
""")

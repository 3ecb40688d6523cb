"""What was done is counted over all workers, in bounded space, and holds nothing personal."""

import asyncio
from dataclasses import replace

from access.conftest import MakeAccess
from support.fakes.approvals import ALICE, BOB
from support.fakes.granting import asked, grant
from vecgate.access import request
from vecgate.access.parts import AccessParts
from vecgate.access.tally import Done
from vecgate.domain.grant import Grant


async def granted(parts: AccessParts) -> Grant:
    id = (await parts.ledger.ask(asked)).request.id
    made = (await parts.move(id, lambda one, now: request.approve(one, BOB, now))).request.grant()
    assert made is not None
    return made


async def test_two_workers_count_as_one(make_access: MakeAccess) -> None:
    here, there = await make_access(), await make_access()
    one = await granted(here)
    before = await here.ledger.now()
    calls = [
        parts.tallies.add(one, {"calls": 1, "did:search": 1, "at:0": 1, "masked:EMAIL": 2}, ["tickets"], [f"r{n % 7}"])
        for n, parts in enumerate([here, there] * 20)
    ]
    await asyncio.gather(*calls, there.tallies.add(one, {"no:limit.rate": 1}))
    done = await there.tallies.of(one.id)
    plain = replace(done, first=0, last=0)
    assert plain == Done(
        40, 7, did={"search": 40}, at={"0": 40}, named={"tickets": 40}, masked={"EMAIL": 80}, refused={"limit.rate": 1}
    )
    assert before <= done.first <= done.last <= await here.ledger.now()


async def test_where_a_budget_tells_records_apart_its_number_stands(make_access: MakeAccess) -> None:
    parts = await make_access()
    one = await granted(parts)
    for number in (3, 9, 5):  # answers may overtake each other
        await parts.tallies.add(one, {"calls": 1}, records=number)
    await parts.tallies.add(one, {"calls": 1})
    assert (await parts.tallies.of(one.id)).records == 9


async def test_it_takes_no_more_room_however_much_is_done(make_access: MakeAccess) -> None:
    parts = await make_access()
    one = await granted(parts)
    for n in range(40):
        await parts.tallies.add(one, {"calls": 1}, [f"tickets-{n}"], [f"r{n}-{m}" for m in range(50)])
    done = await parts.tallies.of(one.id)
    assert (len(done.named), done.more, done.about) == (32, True, True)
    assert 1960 < done.records < 2040
    client, keys = parts.ledger._store._client, parts.ledger.keys_of(one.id)
    assert client is not None
    assert await client.type(keys[2]) == "string"
    sizes = [await client.memory_usage(key) for key in keys]
    assert sum(filter(None, sizes)) < 24_000
    # It lives as long as its request can be looked up; what tells records apart, a little longer than the grant.
    forgotten, counts, records = [await client.pttl(key) for key in keys]
    assert 0 < counts <= forgotten
    assert 7200_000 < records <= 10_800_000


async def test_of_what_is_forgotten_nothing_is_kept(make_access: MakeAccess) -> None:
    parts = await make_access()
    gone = grant(id="0000000000")
    await parts.tallies.add(gone, {"calls": 1}, ["tickets"], ["r1"])
    assert await parts.tallies.of(gone.id) == Done()
    assert gone.holder == ALICE.key

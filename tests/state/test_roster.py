"""The list of workers: each speaks for itself, and who is silent is forgotten."""

import asyncio

from vecgate.state.roster import Roster
from vecgate.state.store import Store


async def test_at_first_nobody_is_there(store: Store) -> None:
    assert await Roster(store).all() == []


async def test_each_has_its_last_word_and_leaves_by_itself(store: Store) -> None:
    roster = Roster(store)
    await roster.here("a:1", {"worker": 0, "held": 1})
    await roster.here("a:2", {"worker": 1, "held": 0})
    await roster.here("a:1", {"worker": 0, "held": 2})
    assert sorted(one["held"] for one in await roster.all()) == [0, 2]
    await roster.gone("a:1")
    await roster.gone("a:9")
    assert await roster.all() == [{"worker": 1, "held": 0}]


async def test_who_is_silent_is_forgotten_by_the_servers_clock(store: Store) -> None:
    roster = Roster(store)
    await roster.here("a:1", {"worker": 0}, seconds=0.05)
    await roster.here("a:2", {"worker": 1}, seconds=60)
    async with asyncio.timeout(20):
        while len(found := await roster.all()) > 1:  # noqa: ASYNC110 - it is the server that forgets
            await asyncio.sleep(0.02)
    assert found == [{"worker": 1}]

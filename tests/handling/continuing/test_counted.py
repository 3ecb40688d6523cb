"""How many are open, and how far is each? At a real Valkey, for all workers alike."""

import asyncio

from vecgate.handling.continuing.counted import Counted
from vecgate.state.store import Store


async def test_only_so_many_are_open_and_what_is_closed_makes_room(store: Store) -> None:
    mine, same = Counted(store, "idp#alice", "db"), Counted(store, "idp#alice", "db")
    assert [await mine.open(one, 60, 2, 2) for one in "ab"] == [None, None]
    assert await same.open("c", 60, 2, 2) == 2
    assert await Counted(store, "idp#bob", "db").open("c", 60, 2, 2) is None
    assert await Counted(store, "idp#alice", "other").open("c", 60, 2, 2) is None
    await same.end("a")
    assert await mine.open("c", 60, 2, 2) is None
    assert [await mine.at(one) for one in "abc"] == [None, 2, 2]


async def test_it_goes_on_from_where_it_is_and_not_twice(store: Store) -> None:
    mine = Counted(store, "idp#alice", "db")
    await mine.open("a", 60, 10, 5)
    assert await mine.go("a", 60, 10, 10) is True
    assert await mine.at("a") == 20
    assert await mine.go("a", 60, 10, 10) is False, "somebody else went on meanwhile"
    assert await mine.go("b", 60, 10, 0) is None
    assert sorted([await one for one in (mine.go("a", None, 10, 20), mine.go("a", None, 10, 20))], key=str) == [
        False,
        True,
    ]


async def test_what_is_not_gone_on_with_ends_by_itself(store: Store) -> None:
    mine = Counted(store, "idp#alice", "db")
    await mine.open("brief", 0.05, 1, 2)
    await mine.open("long", 60, 1, 2)
    await asyncio.sleep(0.1)
    assert await mine.go("brief", 60, 1, 1) is None
    assert await mine.open("more", 60, 1, 2) is None
    assert await mine.at("long") == 1

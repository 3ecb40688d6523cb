"""When a collection was last read, and by whom: the latest of all workers, to the hour, and never in the way."""

import asyncio

import pytest

from vecgate.refusals.errors import Unavailable
from vecgate.settings.state import State
from vecgate.state.store import Store
from vecgate.state.used import _MOST, Use, Used

TICKETS = ("db", "", "", "tickets")
HOUR = 3600


async def test_the_last_use_is_told_to_the_hour_and_by_whom(store: Store) -> None:
    times = iter([10 * HOUR + 7, 11 * HOUR + 59])
    used = Used(store, lambda: next(times))
    used.note(TICKETS, "alice")
    used.note(TICKETS, "bob of sales")
    other = ("db", "t", "d", "tickets")
    assert await used.of([TICKETS, other, ("", "db", "", "tickets")]) == (Use("tickets", 11 * HOUR, "bob of sales"),)
    assert await used.of([]) == ()


async def test_of_two_workers_the_later_one_counts(store: Store) -> None:
    late, early = Used(store, lambda: 20 * HOUR), Used(store, lambda: 9 * HOUR)
    late.note(TICKETS, "carol")
    early.note(TICKETS, "alice")
    await late.flush()
    await early.flush()
    assert await early.of([TICKETS]) == (Use("tickets", 20 * HOUR, "carol"),)


async def test_more_than_one_batch_is_written(store: Store) -> None:
    used = Used(store, lambda: HOUR)
    places = [("db", "", "", f"c{n}") for n in range(1200)]
    for place in places:
        used.note(place, "alice")
    assert len(await used.of(places)) == 1200


async def test_it_is_written_by_itself_and_at_the_end(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vecgate.state.used.EVERY_SECONDS", 0.01)
    used, look = Used(store, lambda: HOUR), Used(store)
    used.open()
    used.note(TICKETS, "alice")
    async with asyncio.timeout(20):
        while not await look.of([TICKETS]):  # noqa: ASYNC110 - the server tells nobody
            await asyncio.sleep(0.01)
    used.note(("db", "", "", "more"), "alice")
    await used.close()
    assert await look.of([("db", "", "", "more")])


async def test_a_server_that_is_away_loses_nothing_and_memory_is_bounded() -> None:
    used = Used(Store(State(url="redis://127.0.0.1:1")), lambda: HOUR)
    used.note(TICKETS, "alice")
    with pytest.raises(Unavailable):
        await used.flush()
    assert TICKETS in used._new
    for n in range(_MOST + 10):
        used.note(("db", "", "", str(n)), "alice")
    assert len(used._new) == _MOST

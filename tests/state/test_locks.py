"""Locks on records: all of a batch or none, one writer at a time, and let go when the outcome is known."""

import asyncio

import pytest

from vecgate.refusals.errors import CallRefused, Unavailable
from vecgate.settings.state import State
from vecgate.state import locks
from vecgate.state.locks import Locks
from vecgate.state.store import Store

PLACE = ("db", "c1")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "PATIENCE", 0.3)


async def is_free(made: Locks, *ids: str, place: tuple[str, str] = PLACE) -> bool:
    try:
        async with made.of([place], ids, 1):
            return True
    except CallRefused as e:
        return "rows.busy" not in str(e)


async def test_nobody_else_holds_what_is_held(store: Store) -> None:
    mine, theirs = Locks(store), Locks(store)
    async with mine.of([PLACE], ["a", "b"], 5):
        assert not await is_free(theirs, "b")
        assert not await is_free(theirs, "c", "a"), "one of a batch is enough"
        assert await is_free(theirs, "c"), "and nothing of it was kept"
        assert await is_free(theirs, "a", place=("db", "c2"))
        assert await is_free(theirs, "a", place=("other", "c1"))
    assert await is_free(theirs, "a", "b")


async def test_no_id_is_no_lock(store: Store) -> None:
    async with Locks(store).of([PLACE], [], 1):
        pass


async def test_an_outcome_that_is_not_known_keeps_them(store: Store) -> None:
    made = Locks(store)
    async with made.of([PLACE], ["a"], 5) as held:
        held.going()
    assert not await is_free(made, "a")
    async with made.of([PLACE], ["b"], 5) as held:
        held.going()
        held.known = True
    assert await is_free(made, "b")


async def test_locks_end_by_themselves(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "BESIDES", 0.1)
    made = Locks(store)
    async with made.of([PLACE], ["a"], 0.01) as held:
        held.going()
    monkeypatch.setattr(locks, "PATIENCE", 10)
    assert await is_free(made, "a")


async def test_whoever_waits_comes_next(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "PATIENCE", 20)
    order: list[str] = []

    async def write(name: str) -> None:
        async with Locks(store).of([PLACE], ["a"], 5):
            order.append(f"{name} begins")
            await asyncio.sleep(0.02)
            order.append(f"{name} ends")

    await asyncio.gather(write("one"), write("two"), write("three"))
    assert [said.split()[1] for said in order] == ["begins", "ends"] * 3


async def test_an_id_is_never_written_down(store: Store) -> None:
    async with Locks(store).of([PLACE], ["jane@example.com"], 5):
        keys = await store._ready(store._client).execute_command("KEYS", "*")
    assert keys
    assert not [key for key in keys if "jane" in key]


async def test_without_the_state_nothing_is_written() -> None:
    store = Store(State(url="redis://127.0.0.1:1"))
    await store.open()
    with pytest.raises(Unavailable):
        await Locks(store).of([PLACE], ["a"], 5).__aenter__()
    await store.close()

"""Locks on people: on every worker soon, until somebody lifts them; what is not known is told."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from vecgate.refusals.errors import Unavailable
from vecgate.state.barred import LOOK_SECONDS, Barred, Lock
from vecgate.state.store import Store

EVE = Lock("i#eve", "eve", "canary.found", 1.5, "watched")


@pytest.fixture
async def workers(store: Store) -> AsyncIterator[tuple[Barred, Barred]]:
    pair = Barred(store), Barred(store)
    for one in pair:
        one.open()
    await until(lambda: not any(one.stale for one in pair))
    yield pair
    for one in pair:
        await one.close()


async def until(so: Callable[[], bool]) -> None:
    """Wait until it is so."""
    async with asyncio.timeout(10):
        while not so():  # noqa: ASYNC110 - what is waited for happens in the part itself
            await asyncio.sleep(0.02)


async def soon(wanted: bool, barred: Barred) -> None:
    await until(lambda: (barred.of(EVE.person) is not None) is wanted)


async def test_a_lock_is_on_all_workers_and_is_lifted_on_all(workers: tuple[Barred, Barred]) -> None:
    one, other = workers
    assert await one.bar(EVE)
    assert one.of(EVE.person) == EVE
    await soon(True, other)
    assert other.of(EVE.person) == EVE
    assert await other.all() == [EVE]
    assert await other.lift(EVE.person)
    assert other.of(EVE.person) is None
    await soon(False, one)
    assert LOOK_SECONDS < 1


async def test_the_first_lock_stands_and_lifting_nothing_is_told(workers: tuple[Barred, Barred]) -> None:
    one, other = workers
    assert await one.bar(EVE)
    assert not await other.bar(Lock(EVE.person, "eve", "other", 9.0))
    assert await one.all() == [EVE]
    assert not await one.lift("i#nobody")


async def test_a_worker_that_cannot_tell_the_others_keeps_the_lock_and_tells_them_later(store: Store) -> None:
    one = Barred(store)
    await store.close()
    with pytest.raises(Unavailable):
        await one.bar(EVE)
    assert one.of(EVE.person) == EVE
    assert one.stale
    await store.open()
    one.open()
    await until(lambda: not one.stale)
    assert await one.all() == [EVE]
    await one.close()


async def test_a_list_that_was_not_read_lately_is_stale(store: Store) -> None:
    now = [100.0]
    one = Barred(store, now=lambda: now[0])
    assert one.stale
    one.open()
    await until(lambda: not one.stale)
    await one.close()
    now[0] += 60
    assert one.stale

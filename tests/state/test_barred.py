"""Locks on people: on every worker soon, until somebody lifts them; what is not known is told."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from vecgate.domain.principal import Principal
from vecgate.refusals.errors import Unavailable
from vecgate.state.barred import GOOD_FOR, LOOK_SECONDS, Barred, Lock
from vecgate.state.store import Store

EVE = Lock("i#eve", "eve", "canary.found", 1.5, "watched")


def person(user: str = "eve", *groups: str, issuer: str = "i", **claims: Any) -> Principal:
    return Principal(issuer, user, user, frozenset(groups), 4e9, claims)


PERSON = person()


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
    await until(lambda: (barred.of(PERSON) is not None) is wanted)


async def test_a_lock_is_on_all_workers_and_is_lifted_on_all(workers: tuple[Barred, Barred]) -> None:
    one, other = workers
    assert await one.bar(EVE)
    assert one.of(PERSON) == EVE
    await soon(True, other)
    assert other.of(PERSON) == EVE
    assert await other.all() == [EVE]
    assert await other.lift(EVE)
    assert other.of(PERSON) is None
    await soon(False, one)
    assert LOOK_SECONDS < GOOD_FOR < 1


async def test_the_first_lock_stands_and_lifting_nothing_is_told(workers: tuple[Barred, Barred]) -> None:
    one, other = workers
    assert await one.bar(EVE)
    assert not await other.bar(Lock(EVE.name, "eve", "other", 9.0))
    assert await one.all() == [EVE]
    assert not await one.lift(Lock("i#nobody", "nobody", "", 0.0))


async def test_a_worker_that_cannot_tell_the_others_keeps_the_lock_and_tells_them_later(store: Store) -> None:
    one = Barred(store)
    await store.close()
    with pytest.raises(Unavailable):
        await one.bar(EVE)
    assert one.of(PERSON) == EVE
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


@pytest.mark.parametrize(
    ("lock", "under", "free"),
    [
        (Lock("i#eve", "eve", "w", 1.0), [person()], [person("Eve"), person(issuer="j"), person("ann")]),
        (
            Lock("Eve ", "Eve", "w", 1.0, kind="user"),
            [person(), person("EVE"), person("\uff45ve"), person(issuer="j")],
            [person("eva"), person("ann", "eve")],
        ),
        (Lock("i#eve", "", "w", 1.0, kind="user"), [person(), person("EVE")], [person(issuer="j"), person("ann")]),
        (Lock("Interns", "", "w", 1.0, kind="group"), [person("ann", "interns", "x")], [person("interns"), person()]),
        (
            Lock("Bot", "", "w", 1.0, kind="agent"),
            [
                person(act={"sub": "bot"}),
                person(act={"sub": "x", "act": {"sub": "BOT"}}),
                person(azp="bot"),
                person(client_id="bot"),
            ],
            [person("bot"), person("ann", "bot"), person(act={"sub": "robot"}), person()],
        ),
        (
            Lock("j#bot", "", "w", 1.0, kind="agent"),
            [person(act={"sub": "bot", "iss": "j"})],
            [person(act={"sub": "bot"})],
        ),
        (Lock("", "", "w", 1.0, kind="everything"), [person(), person("ann")], []),
        (Lock("db/c", "", "w", 1.0, kind="collection"), [], [person(), person("db/c", "db/c")]),
    ],
)
async def test_who_is_under_a_lock(store: Store, lock: Lock, under: list[Principal], free: list[Principal]) -> None:
    one = Barred(store)
    await one.bar(lock)
    assert [one.of(who) for who in under] == [lock] * len(under)
    assert [one.of(who) for who in free] == [None] * len(free)
    assert [lock.on(who) for who in (*under, *free)] == [True] * len(under) + [False] * len(free)


async def test_a_collection_is_locked_in_its_database_only(store: Store) -> None:
    one = Barred(store)
    lock = Lock("db/c", "", "w", 1.0, kind="collection")
    await one.bar(lock)
    assert (one.at("db", ["a", "c"]), one.at("db", None)) == (lock, lock)
    assert (one.at("db", ["a"]), one.at("db", []), one.at("db2", ["c"]), one.at("other", None)) == (None,) * 4


async def test_who_waits_is_told_of_more_and_of_nothing_else(workers: tuple[Barred, Barred]) -> None:
    one, other = workers
    rung: list[int] = []

    def ring() -> None:
        rung.append(one.count)

    one.watch(ring)
    await other.bar(EVE)
    await soon(True, one)
    await other.lift(EVE)
    await soon(False, one)
    one.unwatch(ring)
    assert rung == [1]
    await one.bar(EVE)
    assert rung == [1]


async def test_a_list_that_is_late_is_waited_for_and_then_refused(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vecgate.state.trust.PATIENCE", 0.05)
    one = Barred(store)
    with pytest.raises(Unavailable):
        await one.sure()
    monkeypatch.setattr("vecgate.state.trust.PATIENCE", 10.0)
    waiting = asyncio.ensure_future(one.sure())
    await asyncio.sleep(0)
    one.open()
    await waiting
    await one.close()


async def test_a_list_that_cannot_be_read_tells_of_nobody(store: Store) -> None:
    one = Barred(store)
    await one._run("bar", "i#x", "[]")
    with pytest.raises(Unavailable):
        await one.all()

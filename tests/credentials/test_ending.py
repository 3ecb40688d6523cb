"""A credential that can be ended is ended: at once, or as soon as its source is there, by whoever is there."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from redis import Redis

from support.credentials.cases import vault_database
from support.credentials.store import UPSTREAM, Case, Trying, Vouching, trying, vouching
from vecgate.credentials import book, ending
from vecgate.credentials.kinds.vault_database.kind import RENEW, REVOKE
from vecgate.domain.lease import Reach, Scope
from vecgate.egress.wire import Wire
from vecgate.refusals.errors import Unavailable

READ = Scope(Reach.READ, ("people",), kinds=frozenset({"search"}))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vouching]:
    with vouching(tmp_path_factory.mktemp("e")) as made:
        yield made


@pytest.fixture(scope="module")
def case(store: Vouching, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    """Users of a real Valkey, which can be ended."""
    with vault_database.prepared(store, tmp_path_factory.mktemp("d")) as made:
        yield made


@pytest.fixture
async def tried(store: Vouching, case: Case, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Trying]:
    monkeypatch.setattr(ending, "WATCH_SECONDS", 0.05)
    with Redis(unix_socket_path=str(store.valkey.socket)) as client:
        client.flushall()
    async with trying(store, case) as made:
        yield made


def left(case: Case) -> int:
    assert case.left is not None
    return case.left()


async def test_one_that_somebody_ends_is_forgotten_by_who_holds_it_and_ended(tried: Trying, store: Vouching) -> None:
    """Another worker is asked to end it; this one holds it."""
    told: list[str] = []
    tried.leases.on_end(told.append)
    tried.leases.open()
    await asyncio.sleep(0.1)
    lease = await tried.leases.get(tried.caller("alice"), UPSTREAM, READ)
    kept = await tried.leases.get(tried.caller("bob"), UPSTREAM, READ)
    async with trying(store, tried.case) as other:
        (found,) = [one for one in await other.leases.book.all() if one.user == "alice"]
        assert (found.id, found.role, found.reach) == (lease.id, "reader", "read")
        assert await other.leases.book.revoke(lease.id) == 1
        await tried.until(lambda: told == [lease.id])
    assert tried.case.works is not None
    await tried.until(lambda: not tried.case.works(lease.material))  # type: ignore[misc]
    assert tried.case.works(kept.material)
    assert (await tried.leases.get(tried.caller("alice"), UPSTREAM, READ)).id != lease.id


async def test_what_a_killed_gateway_left_is_ended_by_the_next_one(
    tried: Trying, store: Vouching, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("alice", "bob", "carol"):
        await tried.leases.get(tried.caller(name), UPSTREAM, READ)
    assert left(tried.case) == 3
    tried.leases._held.clear()  # killed: it ends nothing any more
    monkeypatch.setattr(book, "HOLDER_SECONDS", 0)
    async with trying(store, tried.case) as after:
        after.leases.open()
        await after.until(lambda: left(after.case) == 0)
        await after.nothing_out()


async def test_while_its_source_is_away_it_stays_due_and_is_ended_later(
    tried: Trying, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(book, "CLAIM_SECONDS", 0)
    lease = await tried.leases.get(tried.caller("alice"), UPSTREAM, READ)
    asked: list[str] = []

    async def away(method: str, path: str, **_: Any) -> dict[str, Any]:
        asked.append(path)
        raise Unavailable("vault")

    with monkeypatch.context() as patch:
        patch.setattr(tried.vault, "call", away)
        tried.leases.open()
        tried.leases.drop(lease.principal)
        await tried.until(lambda: len(asked) > 2)
        assert left(tried.case) == 1
    await tried.until(lambda: left(tried.case) == 0)


async def test_who_waits_for_a_slow_source_is_there_and_keeps_what_is_in_use(
    store: Vouching, tried: Trying, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(book, "HOLDER_SECONDS", 1)
    kept = await tried.leases.get(tried.caller("alice"), UPSTREAM, READ)
    ended = await tried.leases.get(tried.caller("bob"), UPSTREAM, READ)
    asked, kind = asyncio.Event(), tried.leases._kinds[UPSTREAM]

    async def slow(_: str) -> None:
        asked.set()
        await asyncio.sleep(60)

    with monkeypatch.context() as patch:
        patch.setattr(kind, "revoke", slow)
        await tried.leases.book.due(ended.id)
        tried.leases.open()
        await asked.wait()
        async with trying(store, tried.case) as other:
            for _ in range(15):  # longer than somebody counts who says nothing
                assert await other.leases.book.claim() == []
                await asyncio.sleep(0.1)
    assert tried.case.works is not None
    assert tried.case.works(kept.material)


async def test_one_that_a_call_is_under_way_with_is_being_used(tried: Trying, monkeypatch: pytest.MonkeyPatch) -> None:
    busy = await tried.leases.get(tried.caller("alice"), UPSTREAM, READ)
    idle = await tried.leases.get(tried.caller("bob"), UPSTREAM, READ)
    handles = {one.id: one.handle for one in await tried.leases.book.all()}
    used, wire = list[str](), Wire(connections=1, answer_body=1, now=time.time)
    monkeypatch.setattr(tried.leases._kinds[UPSTREAM], "used", used.append)
    monkeypatch.setattr(Wire, "in_use", {busy.id})
    tried.leases.follow(wire)
    tried.leases.open()
    await tried.until(lambda: bool(used))
    assert {*used} == {handles[busy.id]}
    assert handles[busy.id] != handles[idle.id]


async def test_a_stop_ends_them_and_what_it_cannot_end_is_due_at_the_next_start(
    store: Vouching, tried: Trying, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ending, "LAST_SECONDS", 0.1)
    await tried.leases.get(tried.caller("alice"), UPSTREAM, READ)

    async def hangs(*_: Any, **__: Any) -> dict[str, Any]:
        await asyncio.sleep(60)
        return {}

    with monkeypatch.context() as patch:
        patch.setattr(tried.vault, "call", hangs)
        await tried.leases.close()
    assert left(tried.case) == 1
    async with trying(store, tried.case) as after:
        after.leases.open()
        await after.until(lambda: left(after.case) == 0)


async def test_what_cannot_be_entered_is_not_used_and_is_ended(tried: Trying, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(_: object) -> None:
        raise Unavailable("state")

    monkeypatch.setattr(tried.leases.book, "write", away)
    with pytest.raises(Unavailable):
        await tried.leases.get(tried.caller("alice"), UPSTREAM, READ)
    await tried.until(lambda: left(tried.case) == 0)


@pytest.mark.parametrize("how", ["drop", "close"])
async def test_what_is_dropped_while_it_is_issued_is_ended(
    tried: Trying, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """A lock, or a stop, comes when the database has its user, and the gateway not yet the store's answer."""
    there, go_on, call = asyncio.Event(), asyncio.Event(), tried.vault.call

    async def slow(method: str, path: str, **more: Any) -> dict[str, Any]:
        answer = await call(method, path, **more)
        if "/creds/" in path:
            there.set()
            await go_on.wait()
        return answer

    monkeypatch.setattr(tried.vault, "call", slow)
    asking = asyncio.ensure_future(tried.leases.get(tried.caller("alice"), UPSTREAM, READ))
    await there.wait()
    assert left(tried.case) == 1
    if how == "drop":
        tried.leases.drop(tried.caller("alice").key)
        asking.cancel()
        go_on.set()
    else:
        closing = asyncio.ensure_future(tried.leases.close())
        await asyncio.sleep(0.05)
        go_on.set()
        await closing
    await tried.until(lambda: left(tried.case) == 0)
    await asyncio.gather(asking, return_exceptions=True)


async def test_one_whose_life_cannot_be_shortened_is_ended_as_soon_as_the_store_is_there(
    tried: Trying, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was made for longer than the caller has: it is not used, and stands in the book until it is gone."""
    monkeypatch.setattr(book, "CLAIM_SECONDS", 0)
    call, is_away = tried.vault.call, True

    async def away(method: str, path: str, **more: Any) -> dict[str, Any]:
        if path in (RENEW, REVOKE) and is_away:
            assert left(tried.case) == 1
            raise Unavailable("vault")
        return await call(method, path, **more)

    monkeypatch.setattr(tried.vault, "call", away)
    with pytest.raises(Unavailable, match="end in time"):
        await tried.leases.get(tried.caller("alice", 30), UPSTREAM, READ)
    assert left(tried.case) == 1
    is_away = False
    tried.leases.open()
    await tried.until(lambda: left(tried.case) == 0)
    await tried.nothing_out()

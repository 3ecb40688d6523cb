"""How does a key come to be and to an end, and is none ever left behind? With a real Valkey."""

import asyncio
from collections.abc import Callable, Mapping

import pytest

from credentials.minted.conftest import NAMES, FakeMinter
from support.servers.valkey import Valkey
from support.tools.soon import soon
from vecgate.credentials.minted import manager as module
from vecgate.credentials.minted.manager import Full, Manager, Minted
from vecgate.refusals.errors import CallRefused, Unavailable, VaultDenied

type Another = Callable[..., Manager]
LIFE = 600.0
GONE = {"good_for": 0.0}


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PAUSE", 0.01)


async def test_a_sweep_of_nothing_finds_nothing(worker: Another) -> None:
    assert await worker().sweep() == 0


async def test_a_key_is_named_after_its_person_and_gone_once_it_is_ended(worker: Another, database: FakeMinter) -> None:
    one = worker()
    name, made = await one.mint("alice", LIFE, database.make)
    assert name.startswith("vecgate-alice-")
    assert database.keys == {name: made.reference}
    assert await one.sweep() == 0, "it is in use"
    await one.end(name, made.reference)
    await one.end(name, made.reference)
    assert database.keys == {}
    assert await one.sweep() == 0


async def test_what_a_worker_that_was_killed_had_is_gone_after_one_sweep(worker: Another, database: FakeMinter) -> None:
    killed, there = worker(most=9999, **GONE), worker(most=9999)
    for number in range(200):
        await killed.mint(f"person-{number}", LIFE, database.make)
    mine, _ = await there.mint("alice", LIFE, database.make)
    await asyncio.sleep(0.01)
    assert await there.sweep() == 200
    assert set(database.keys) == {mine}


async def test_a_key_that_was_minted_and_never_told_of_is_found_by_its_name(
    worker: Another, database: FakeMinter
) -> None:
    """As when Valkey has lost everything."""
    name = NAMES.new("alice")
    database.keys = {name: "1", "vecgate-admin": "2", "root": "3", "vecgate2-bob-0123456789": "4"}
    assert await worker().sweep() == 1
    assert set(database.keys) == {"vecgate-admin", "root", "vecgate2-bob-0123456789"}


@pytest.mark.parametrize(
    "error", [VaultDenied("no"), Unavailable("vault", "silent"), asyncio.CancelledError(), OSError()]
)
async def test_a_key_whose_making_failed_in_the_middle_is_revoked(
    worker: Another, database: FakeMinter, error: BaseException
) -> None:
    async def half(name: str) -> Minted:
        await database.make(name)
        raise error

    one = worker()
    with pytest.raises(type(error)):
        await one.mint("alice", LIFE, half)
    await soon(lambda: not database.keys)
    await soon(lambda: not one._ending)
    assert await one._ledger.all() == {}


async def test_a_key_that_takes_too_long_is_revoked(
    worker: Another, database: FakeMinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MINT_SECONDS", 0.01)

    async def slow(name: str) -> Minted:
        made = await database.make(name)
        await asyncio.sleep(60)
        return made

    with pytest.raises(Unavailable, match="too long"):
        await worker().mint("alice", LIFE, slow)
    await soon(lambda: not database.keys)


async def test_who_leaves_while_a_key_is_made_leaves_none(worker: Another, database: FakeMinter) -> None:
    begun = asyncio.Event()

    async def slow(name: str) -> Minted:
        made = await database.make(name)
        begun.set()
        await asyncio.sleep(60)
        return made

    asking = asyncio.ensure_future(worker().mint("alice", LIFE, slow))
    await begun.wait()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    await soon(lambda: not database.keys)


async def test_what_cannot_be_revoked_now_is_revoked_by_a_later_sweep(worker: Another, database: FakeMinter) -> None:
    one = worker()
    name, made = await one.mint("alice", LIFE, database.make)
    database.away = True
    with pytest.raises(Unavailable):
        await one.end(name, made.reference)
    with pytest.raises(Unavailable):
        await one.sweep()
    database.away = False
    assert await worker().sweep() == 1
    assert database.keys == {}


async def test_one_that_cannot_be_revoked_does_not_keep_the_others(worker: Another, database: FakeMinter) -> None:
    killed, there = worker(**GONE), worker()
    names = [(await killed.mint("alice", LIFE, database.make))[0] for _ in range(3)]
    ended = database.ended

    async def stubborn(name: str, reference: str) -> None:
        if name == names[1]:
            raise VaultDenied("no")
        await ended(name, reference)

    database.ended = stubborn
    await asyncio.sleep(0.01)
    assert await there.sweep() == 2
    assert set(database.keys) == {names[1]}
    database.ended = ended
    assert await there.sweep() == 1


async def test_at_the_cap_the_one_that_was_used_least_is_given_back_and_its_holder_told(
    worker: Another, database: FakeMinter
) -> None:
    one, lost = worker(most=2, idle=0.0), list[str]()
    one._lost = lost.append
    first, _ = await one.mint("alice", LIFE, database.make)
    second, _ = await one.mint("bob", LIFE, database.make)
    await asyncio.sleep(0.01)
    one.used(first)
    await one._ledger.beat({first: 0.0})
    third, _ = await one.mint("carol", LIFE, database.make)
    assert set(database.keys) == {first, third}
    assert lost == [second]


async def test_a_key_that_is_used_again_after_a_while_is_not_given_back_though_no_beat_was_due(
    worker: Another, database: FakeMinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BEAT_SECONDS", 60)
    mine, theirs = worker(most=1, idle=1.0), worker(most=1, idle=1.0)
    name, _ = await mine.mint("alice", LIFE, database.make)
    mine.open(lambda _: None)
    await asyncio.sleep(1.1)  # long enough to be given back
    beats, beat = [], mine._ledger.beat

    async def counted(used: Mapping[str, float]) -> set[str]:
        beats.append(used)
        return await beat(used)

    monkeypatch.setattr(mine._ledger, "beat", counted)
    mine._mine[name] -= 61
    mine.used(name)
    await soon(lambda: beats)
    with pytest.raises(CallRefused):
        await theirs.mint("bob", LIFE, database.make)
    assert set(database.keys) == {name}


async def test_a_worker_hears_that_another_has_given_its_key_back(
    worker: Another, database: FakeMinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BEAT_SECONDS", 0.01)
    mine, theirs, lost = worker(most=1, idle=0.0), worker(most=1, idle=0.0), list[str]()
    name, _ = await mine.mint("alice", LIFE, database.make)
    await asyncio.sleep(0.01)
    await theirs.mint("bob", LIFE, database.make)
    mine.open(lost.append)
    assert await soon(lambda: lost) == [name]


async def test_where_all_are_in_use_the_next_one_is_refused(worker: Another, database: FakeMinter) -> None:
    one = worker(most=2)
    await one.mint("alice", LIFE, database.make)
    await one.mint("bob", LIFE, database.make)
    with pytest.raises(CallRefused) as caught:
        await one.mint("carol", LIFE, database.make)
    assert caught.value.refusal.code == "lease.full"
    assert len(database.keys) == 2


async def test_without_valkey_the_database_is_not_asked(worker: Another, database: FakeMinter, valkey: Valkey) -> None:
    one = worker()
    valkey.kill()
    try:
        with pytest.raises(Unavailable):
            await one.mint("alice", LIFE, database.make)
    finally:
        valkey.start()
    assert database.keys == {}


async def test_at_its_end_a_worker_revokes_what_it_holds_and_mints_no_more(
    worker: Another, database: FakeMinter
) -> None:
    one, other = worker(), worker()
    one.open(lambda _: None)
    for _ in range(10):
        await one.mint("alice", LIFE, database.make)
    theirs, _ = await other.mint("bob", LIFE, database.make)
    await one.close()
    assert set(database.keys) == {theirs}
    with pytest.raises(Unavailable):
        await one.mint("alice", LIFE, database.make)


async def test_what_a_worker_cannot_revoke_at_its_end_is_for_the_others(worker: Another, database: FakeMinter) -> None:
    one = worker()
    await one.mint("alice", LIFE, database.make)
    database.away = True
    await one.close()
    database.away = False
    assert await worker().sweep() == 1


async def test_sweeps_come_by_themselves_and_go_on_after_an_outage(
    worker: Another, database: FakeMinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "GOOD_FOR", 0.01)
    monkeypatch.setattr(module, "BEAT_SECONDS", 0.01)
    monkeypatch.setattr(module, "SWEEP_SECONDS", 0.02)
    database.keys[NAMES.new("alice")] = "1"
    database.away = True
    one = worker()
    one.open(lambda _: None)
    await asyncio.sleep(0.05)
    database.away = False
    await soon(lambda: not database.keys)


async def test_where_the_database_takes_fewer_than_was_said_the_one_that_was_used_least_is_given_back(
    worker: Another, database: FakeMinter
) -> None:
    async def make(name: str) -> Minted:
        if len(database.keys) == 2:
            raise Full
        return await database.make(name)

    one = worker(most=100, idle=0.0)
    first, _ = await one.mint("alice", LIFE, make)
    second, _ = await one.mint("bob", LIFE, make)
    await asyncio.sleep(0.01)
    await one._ledger.beat({second: 0.0})
    third, _ = await one.mint("carol", LIFE, make)
    assert set(database.keys) == {second, third}
    assert first in database.ended_names


async def test_where_the_database_takes_none_at_all_that_is_said(worker: Another, database: FakeMinter) -> None:
    async def make(_: str) -> Minted:
        raise Full

    with pytest.raises(CallRefused) as caught:
        await worker().mint("alice", LIFE, make)
    assert caught.value.refusal.code == "lease.full"


async def test_a_database_that_takes_no_more_calls_keeps_a_key_until_it_does(
    worker: Another, database: FakeMinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def busy(*_: str) -> None:
        raise Full

    one = worker()
    name, made = await one.mint("alice", LIFE, database.make)
    with monkeypatch.context() as patch:
        patch.setattr(database, "ended", busy)
        with pytest.raises(Unavailable, match="no more calls"):
            await one.end(name, made.reference)
    assert await worker().sweep() == 1

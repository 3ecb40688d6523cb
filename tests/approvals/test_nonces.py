"""A nonce is used up once over all workers, by whoever has it, and nobody who writes to the state can give or take one."""

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest

from support.servers.valkey import Valkey
from vecgate.approvals import nonces
from vecgate.approvals.nonces import Nonces
from vecgate.settings.state import State
from vecgate.state.store import Store

type Make = Callable[..., Awaitable[Nonces]]
KEY = b"k" * 32
FOR = "binding"


@pytest.fixture
async def make(valkey: Valkey) -> AsyncIterator[Make]:
    prefix = secrets.token_hex(4)
    async with AsyncExitStack() as stack:

        async def made(key: bytes = KEY) -> Nonces:
            store = Store(State(url=valkey.url, prefix=prefix, timeout=20))
            await store.open()
            stack.push_async_callback(store.close)
            one = Nonces(store, key)
            one.open()
            stack.push_async_callback(one.close)
            assert await one._store.stream_end(one._stream)
            return one

        yield made


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nonces, "HAND_OVER", 30.0)


async def test_it_is_used_up_once_and_for_what_it_was_made(make: Make) -> None:
    here = await make()
    one, other = here.new(FOR, 60), here.new(FOR, 60)
    assert await here.obtain(one, FOR, 60)
    assert not await here.obtain(one, "another", 60)
    assert here.spend(one, FOR)
    assert not here.spend(one, FOR)
    assert not await here.obtain(one, FOR, 60)
    assert not here.spend(other, "another")
    assert here.spend(other, FOR)
    assert not here.spend("made.up", FOR)


async def test_another_worker_is_handed_it_and_then_it_is_theirs_alone(make: Make) -> None:
    here, there = await make(), await make()
    one = here.new(FOR, 60)
    assert await there.obtain(one, FOR, 60)
    assert not here.spend(one, FOR)
    assert there.spend(one, FOR)


async def test_one_that_is_spent_becomes_good_for_what_comes_next_and_goes_where_that_is_done(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = await make(), await make()
    one = here.new("first", 60)
    assert await there.obtain(one, "first", 60)
    with monkeypatch.context() as hasty:
        hasty.setattr(nonces, "HAND_OVER", 0.3)
        assert not await here.obtain(one, "second", 60, comes_back=True), "its turn has not come"
    assert there.spend(one, "first")
    there.go_on(one, "second", 60)
    assert not there.spend(one, "first")
    assert await here.obtain(one, "second", 60, comes_back=True)
    assert not there.spend(one, "second")
    assert here.spend(one, "second")


async def test_who_has_no_key_is_handed_nothing_and_hands_over_nothing(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nonces, "HAND_OVER", 0.3)
    here, stranger = await make(), await make(b"x" * 32)
    mine, theirs = here.new(FOR, 60), stranger.new(FOR, 60)
    assert not await stranger.obtain(mine, FOR, 60)
    assert not await here.obtain(theirs, FOR, 60)
    assert here.spend(mine, FOR)


async def test_a_message_of_before_gives_nothing_twice(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    here, there = await make(), await make()
    one = here.new(FOR, 60)
    said: list[dict[str, str]] = []
    heard = Nonces._heard

    async def listening(self: Nonces, fields: dict[str, str]) -> None:
        said.append(fields)
        await heard(self, fields)

    monkeypatch.setattr(Nonces, "_heard", listening)
    assert await there.obtain(one, FOR, 60)
    assert there.spend(one, FOR)
    for fields in [*said]:
        for worker in (here, there):
            await heard(worker, fields)
    assert not here.spend(one, FOR)
    assert not there.spend(one, FOR)


async def test_what_has_run_out_or_was_dropped_is_gone(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    here = await make()
    gone, dropped = here.new(FOR, -1), here.new(FOR, 60)
    here.drop(dropped)
    assert not here.spend(gone, FOR)
    assert not here.spend(dropped, FOR)
    monkeypatch.setattr(nonces, "MOST", 2)
    first, second, third = (here.new(FOR, 60) for _ in range(3))
    assert [here.spend(one, FOR) for one in (first, second, third)] == [False, True, True]

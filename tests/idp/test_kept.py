"""Documents: made once, taken once, changed only by who read the last."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from support.servers.valkey import running_valkey
from vecgate.idp.kept import Kept, mark, secret
from vecgate.refusals.errors import Unavailable
from vecgate.settings.state import State
from vecgate.state.store import Store


@pytest.fixture
async def kept() -> AsyncIterator[Kept]:
    with running_valkey() as valkey:
        store = Store(State(url=valkey.url, timeout=30))
        await store.open()
        yield Kept(store)
        await store.close()


async def test_nothing_is_there_at_first(kept: Kept) -> None:
    assert await kept.get("a", "x") is None
    assert await kept.take("a", "x") is None
    assert not await kept.swap("a", "x", {}, {"n": 1})
    assert not await kept.end("a", "x")


async def test_one_is_made_once_read_often_and_taken_once(kept: Kept) -> None:
    document = {"n": 1.5, "list": ["é", None], "at": 1800000000.123}
    made = await asyncio.gather(*(kept.new("a", "x", document, 60) for _ in range(5)))
    assert sorted(made) == [False] * 4 + [True]
    assert await kept.get("a", "x") == await kept.get("a", "x") == document
    assert await kept.get("b", "x") is None, "another kind"
    taken = await asyncio.gather(*(kept.take("a", "x") for _ in range(5)))
    assert [one for one in taken if one is not None] == [document]


async def test_of_many_who_change_it_one_does(kept: Kept) -> None:
    await kept.new("a", "x", {"n": 0, "at": 1.1}, 60)
    was = await kept.get("a", "x")
    done = await asyncio.gather(*(kept.swap("a", "x", was, {"n": n}) for n in range(1, 6)))
    assert done.count(True) == 1


async def test_without_its_server_it_is_unavailable() -> None:
    store = Store(State(url="unix:///nowhere/there", timeout=0.2))
    await store.open()
    with pytest.raises(Unavailable):
        await Kept(store).get("a", "x")
    await store.close()


def test_secrets_are_long_and_digests_say_nothing() -> None:
    one, other = secret(), secret()
    assert one != other
    assert len(one) >= 43
    assert one not in mark(one)

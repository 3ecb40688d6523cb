"""Was this proof used before? Once for all workers; and a nonce is taken while it is new, and one time longer."""

import asyncio

import pytest

from vecgate.refusals.errors import Unavailable
from vecgate.state.store import Store
from vecgate.state.tokens import proofs
from vecgate.state.tokens.proofs import Proofs


async def test_it_is_used_once_by_whichever_worker(store: Store) -> None:
    workers = [Proofs(store) for _ in range(3)]
    told = await asyncio.gather(*(workers[i % 3].once("m", 60) for i in range(30)))
    assert sorted(one for one, _ in told) == ["ok"] + ["used"] * 29
    assert (await workers[0].once("n", 60))[0] == "ok"


async def test_a_nonce_is_asked_for_and_is_one_for_all(store: Store) -> None:
    one, other = Proofs(store), Proofs(store)
    told, nonce = await one.once("m", 60, "")
    assert told == "nonce"
    assert await other.once("m", 60, "made-up") == ("nonce", nonce)
    assert await other.once("m", 60, nonce) == ("ok", nonce)
    assert await one.once("m", 60, nonce) == ("used", nonce)


async def test_a_nonce_grows_old(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    one = Proofs(store)
    _, first = await one.once("m", 60, "")
    monkeypatch.setattr(proofs, "NONCE_SECONDS", 0)  # each call finds it old, and the one before it as well
    told, second = await one.once("m", 60, first)
    assert (told, second != first) == ("nonce", True)


async def test_where_nobody_can_tell_it_is_not_taken(store: Store) -> None:
    await store.close()
    with pytest.raises(Unavailable):
        await Proofs(store).once("m", 60)

"""Which keys may there be, whose are they, and which are over? In a real Valkey."""

import asyncio
import time

import pytest
from redis import Redis

from support.servers.valkey import Valkey
from vecgate.credentials.minted.ledger import Ledger, Room
from vecgate.refusals.errors import Unavailable
from vecgate.state.store import Store

LONG = 600.0


def of(store: Store, database: str = "db", **told: float) -> Ledger:
    return Ledger(store, database, **told)


async def held(ledger: Ledger, *names: str) -> None:
    for name in names:
        assert (await ledger.intend(name, LONG, 100)).is_there
        await ledger.minted(name, f"id-of-{name}")


async def test_at_first_there_is_none(store: Store) -> None:
    ledger = of(store)
    assert await ledger.all() == {}
    assert await ledger.beat({}) == set()
    await ledger.over("a")
    await ledger.gone("a")
    assert await ledger.all() == {}


async def test_a_key_is_written_down_before_it_is_there_and_known_by_its_reference_then(store: Store) -> None:
    ledger = of(store)
    assert await ledger.intend("a", LONG, 1) == Room(True)
    assert await of(store).all() == {"a": (False, "")}
    await ledger.minted("a", "id-of-a")
    assert await of(store).all() == {"a": (False, "id-of-a")}
    await ledger.over("a")
    assert await of(store).all() == {"a": (True, "id-of-a")}
    await ledger.gone("a")
    assert await of(store).all() == {}


async def test_a_name_is_used_once(store: Store) -> None:
    ledger = of(store)
    await ledger.intend("a", LONG, 9)
    with pytest.raises(ValueError, match="once"):
        await ledger.intend("a", LONG, 9)


async def test_databases_do_not_know_each_other(store: Store) -> None:
    await held(of(store, "one"), "a")
    assert await of(store, "two").all() == {}


async def test_what_was_given_up_while_it_was_minted_may_not_be_used(store: Store) -> None:
    ledger = of(store)
    await ledger.intend("a", LONG, 9)
    await of(store).over("a")
    await ledger.intend("another's", LONG, 9)
    for whose, name in ((ledger, "a"), (ledger, "never"), (of(store), "another's")):
        with pytest.raises(Unavailable, match="given up"):
            await whose.minted(name, "id")


async def test_a_key_is_over_with_its_time(store: Store) -> None:
    ledger = of(store)
    await ledger.intend("a", 0.0, 9)
    await asyncio.sleep(0.01)
    assert await ledger.all() == {"a": (True, "")}


async def test_what_a_worker_holds_is_over_when_it_says_nothing_any_more(store: Store) -> None:
    quiet, there = of(store, good_for=0.0), of(store)
    await held(quiet, "a")
    await held(there, "b")
    await asyncio.sleep(0.01)
    assert await there.all() == {"a": (True, "id-of-a"), "b": (False, "id-of-b")}
    assert await quiet.beat({"a": 0.0}) == {"a"}, "and it hears so, should it still be there"


@pytest.mark.parametrize("first", ["all", "beat", "intend"])
async def test_where_the_server_was_away_those_who_could_say_nothing_keep_what_they_hold(
    store: Store, valkey: Valkey, first: str
) -> None:
    one, other = of(store), of(store)
    await held(one, "a")
    await held(other, "b")
    with Redis(unix_socket_path=str(valkey.socket)) as client:  # a minute without it
        ends = dict.fromkeys((one.holder, other.holder), time.time() * 1000 - 60_000)
        client.zadd(store.key("{minted}", "db", "holders"), ends)  # type: ignore[arg-type]
    if first == "beat":
        assert await one.beat({"a": 0.0}) == set()
    if first == "intend":
        await one.intend("c", LONG, 9)
    assert [name for name, (is_over, _) in (await one.all()).items() if is_over] == []
    assert await other.beat({"b": 0.0}) == set()


async def test_what_a_worker_holds_is_over_when_it_has_left(store: Store) -> None:
    ledger = of(store)
    await held(ledger, "a")
    await ledger.left()
    assert await of(store).all() == {"a": (True, "id-of-a")}


async def test_of_too_many_the_one_is_given_back_that_was_used_least_lately(store: Store) -> None:
    ledger = of(store, idle=0.0)
    await held(ledger, "a", "b", "c")
    await asyncio.sleep(0.01)
    assert await ledger.beat({"a": 5.0, "b": 0.0, "c": 3.0}) == set()
    await ledger.beat({"a": 0.0})
    # The beats tell of uses: a now, b now, c when it was made.
    assert await ledger.intend("d", LONG, 3) == Room(False, "c", "id-of-c")
    assert await ledger.beat({"c": 0.0}) == {"c"}, "whose it was hears of it"
    assert not (await ledger.intend("d", LONG, 2)).is_there, "it counts until it is gone"


async def test_one_that_is_in_use_is_not_given_back(store: Store) -> None:
    ledger = of(store, idle=60.0)
    await held(ledger, "a")
    assert await ledger.intend("b", LONG, 1) == Room(False)


async def test_one_that_is_being_minted_is_not_given_back(store: Store) -> None:
    ledger = of(store, idle=0.0)
    await ledger.intend("a", LONG, 1)
    await asyncio.sleep(0.01)
    assert await ledger.intend("b", LONG, 1) == Room(False)


async def test_no_more_than_may_be_are_written_down_however_many_ask_at_once(store: Store) -> None:
    ledgers = [of(store) for _ in range(5)]
    asked = [one.intend(f"{at}-{number}", LONG, 7) for at, one in enumerate(ledgers) for number in range(10)]
    rooms = await asyncio.gather(*asked)
    assert sum(one.is_there for one in rooms) == 7
    assert len(await ledgers[0].all()) == 7


async def test_one_at_a_time_has_the_turn(store: Store) -> None:
    mine, theirs = of(store), of(store)
    assert await mine.turn(60.0)
    assert not await theirs.turn(60.0)
    assert await of(store, "other").turn(60.0)


async def test_without_valkey_nothing_is_minted(store: Store, valkey: Valkey) -> None:
    ledger = of(store)
    valkey.kill()
    try:
        with pytest.raises(Unavailable):
            await ledger.intend("a", LONG, 9)
    finally:
        valkey.start()

"""Which logins have ended? Known to all workers soon, each as far as it goes, and for as long as it matters."""

import asyncio
import secrets
import time
from typing import Any

import pytest

from support.servers.valkey import Valkey
from support.tools.every import every
from vecgate.domain.principal import End, Principal
from vecgate.refusals.errors import Unavailable
from vecgate.state.barred import Barred
from vecgate.state.store import Store
from vecgate.state.tokens.ended import Ended

NOW = time.time()


def end(which: Any, name: str, before: float = NOW, until: float = NOW + 86_400) -> End:
    return End(which, "i", name, before, until)


def person(user: str = "ann", issuer: str = "i", **claims: Any) -> Principal:
    return Principal(issuer, user, user, frozenset(), 4e9, {"iat": NOW - 60} | claims)


WHOSE: list[tuple[End, Principal, bool]] = [
    (end("sid", "s-1"), person(sid="s-1"), True),
    (end("sid", "s-1"), person("bob", sid="s-1"), True),
    (end("sid", "s-1"), person(sid="s-1", iat=NOW + 9), True),  # no session begins twice
    (end("sid", "s-1"), person(sid="s-2"), False),
    (end("sid", "s-1"), person(), False),
    (end("sid", "s-1"), person(issuer="j", sid="s-1"), False),
    (end("all", "ann"), person(), True),
    (end("all", "ann"), person(sid="s-2"), True),
    (end("all", "ann"), person(iat=NOW), True),
    (end("all", "ann"), person(iat=NOW + 1), False),  # who logged in anew
    (end("all", "ann"), person(iat=None), True),  # who cannot tell when
    (end("all", "ann"), person("bob"), False),
    (end("all", "ann"), person(issuer="j"), False),
    (end("bare", "ann"), person(), True),
    (end("bare", "ann"), person(sid=7), True),
    (end("bare", "ann"), person(sid="s-2"), False),
    (end("bare", "ann"), person(iat=NOW + 1), False),
]


async def test_nobodys_has_ended_and_nothing_is_read(store: Store) -> None:
    one = Ended(store)
    assert not one.any
    assert one.of(person(sid="s-1")) is None
    assert await one.look() is False


@every(("ended", "who", "over"), WHOSE)
async def test_each_end_reaches_as_far_as_it_says(store: Store, ended: End, who: Principal, over: bool) -> None:
    one = Ended(store)
    assert await one.end(secrets.token_hex(8), [ended])
    assert (one.of(who) is not None) is over


async def test_other_workers_read_what_is_new_and_a_token_tells_it_once(store: Store) -> None:
    one, other = Ended(store), Ended(store)
    other.matters = True
    assert await one.end("m-1", [end("sid", "s-1"), end("bare", "ann")])
    assert not await other.end("m-1", [end("sid", "s-1")])
    assert await other.look()
    assert other.of(person(sid="s-1")) is not None
    assert not await other.look()
    assert await one.end("m-2", [end("sid", "s-2")])
    assert await other.look()
    assert other.of(person("x", sid="s-2")) is not None


async def test_an_end_that_matters_no_more_is_forgotten(store: Store) -> None:
    clock = [NOW]
    one, other = (Ended(store, lambda: clock[0]) for _ in range(2))
    other.matters = True
    await one.end("m-1", [end("sid", "s-1", until=NOW + 5)])
    clock[0] += 10
    assert not await other.look()
    await one.end("m-2", [end("sid", "s-2")])
    assert one.of(person(sid="s-1")) is None


async def test_a_server_that_takes_over_is_told_again(store: Store) -> None:
    one, other = Ended(store), Ended(store)
    one.matters = other.matters = True
    await one.end("m-1", [end("sid", "s-1")])
    one._set = other._set = store.key("as-another-server-has-it")
    assert not await other.look()
    await one.look(again=True)
    assert await other.look()
    assert other.of(person(sid="s-1")) is not None


async def test_it_is_told_like_a_lock_and_is_none_of_the_list(store: Store) -> None:
    pair, told = (Barred(store), Barred(store)), list[str]()
    for one in pair:
        one.ended.matters = True
        one.open()
    pair[1].watch(lambda: told.append("more"))
    assert await pair[0].end("m-1", [end("sid", "s-1")])
    async with asyncio.timeout(10):
        while not told:  # noqa: ASYNC110 - what is waited for happens in the part itself
            await asyncio.sleep(0.02)
    lock = pair[1].of(person(sid="s-1"))
    assert lock is not None
    assert (lock.kind, lock.since, await pair[1].all()) == ("session", NOW, [])
    for one in pair:
        await one.close()


async def test_where_it_cannot_be_kept_it_is_not_so(store: Store, valkey: Valkey) -> None:
    one = Ended(store)
    await store.close()
    with pytest.raises(Unavailable):
        await one.end("m", [end("sid", "s-1")])
    assert not one.any

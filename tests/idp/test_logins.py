"""Logins end: by themselves, one by one, and all of one name, or of one session of it."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from redis import Redis

from support.servers.valkey import running_valkey
from vecgate.idp import logins as module
from vecgate.idp.kept import Kept
from vecgate.idp.leaving import Leaving
from vecgate.idp.logins import Login, LoginOver, Logins, TooManyLogins
from vecgate.settings.state import State
from vecgate.state.store import Store


def logins_of(store: Store) -> Logins:
    return Logins(Kept(store), Leaving("https://login.example", (), store, lambda: 1000.0), lambda: 1000.0)


@pytest.fixture
async def logins() -> AsyncIterator[Logins]:
    with running_valkey() as valkey:
        store = Store(State(url=valkey.url, timeout=30))
        await store.open()
        yield logins_of(store)
        await store.close()


def login(name: str = "", index: str = "", ends: float = 2000.0) -> Login:
    return Login("alice", ("a", "b"), ("pwd",), 900.0, ends, name, index)


async def test_a_login_is_as_it_began_until_it_ends(logins: Logins) -> None:
    sid = await logins.begin(login())
    assert await logins.of(sid) == login()
    assert await logins.of("x") is None
    assert await logins.end(sid)
    assert await logins.of(sid) is None
    assert not await logins.end(sid)


async def test_one_whose_time_has_passed_is_none(logins: Logins) -> None:
    assert await logins.of(await logins.begin(login(ends=1000.0))) is None


async def test_a_logout_ends_those_of_a_name(logins: Logins) -> None:
    one, two, other = [await logins.begin(login(*who)) for who in (("al", "s1"), ("al", "s2"), ("bo", "s1"))]
    assert await logins.end_of("al", frozenset({"s2"})) == [two]
    assert await logins.of(one)
    assert await logins.end_of("al", frozenset()) == [one]
    assert await logins.end_of("nobody", frozenset()) == []
    assert await logins.of(other)


async def test_more_than_can_be_ended_do_not_begin(logins: Logins, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST", 2)
    began = [await logins.begin(login("al", "s1")) for _ in range(2)]
    with pytest.raises(TooManyLogins):
        await logins.begin(login("al", "s1"))
    assert sorted(await logins.end_of("al", frozenset())) == sorted(began)


async def test_a_name_is_known_for_as_long_as_the_last_of_its_logins() -> None:
    """Not for a time from its first one on: who logs in each day would some day have a login that no logout finds."""
    with running_valkey() as valkey, Redis.from_url(valkey.url) as line:
        store = Store(State(url=valkey.url, timeout=30))
        await store.open()
        logins = logins_of(store)
        for ends, lives in ((1030.0, 30), (5_000_000.0, 4_999_000), (2000.0, 4_999_000)):
            await logins.begin(login("al", "s1", ends))
            (known,) = (key for key in line.keys("*name*"))
            assert 0 < lives - line.pttl(known) / 1000 < 30
        await store.close()


@pytest.mark.parametrize(
    ("indexes", "is_over"), [(frozenset(), True), (frozenset({"s1"}), True), (frozenset({"s2"}), False)]
)
async def test_a_logout_before_its_person_said_yes_counts(
    logins: Logins, indexes: frozenset[str], is_over: bool
) -> None:
    """From a login at the provider to the yes some minutes may pass; what the provider ends meanwhile does not begin."""
    waiting = replace(login("al", "s1"), came=990.0)
    assert await logins.end_of("al", indexes) == []
    if is_over:
        with pytest.raises(LoginOver):
            await logins.begin(waiting)
        later = replace(login("al", "s1"), came=1000.5)
        assert await logins.of(await logins.begin(later))
    else:
        assert await logins.of(await logins.begin(waiting))

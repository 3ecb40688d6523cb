"""Logins end: by themselves, one by one, and all of one name, or of one session of it."""

from collections.abc import AsyncIterator

import pytest

from support.servers.valkey import running_valkey
from vecgate.idp import logins as module
from vecgate.idp.kept import Kept
from vecgate.idp.logins import Login, Logins, TooManyLogins
from vecgate.settings.state import State
from vecgate.state.store import Store


@pytest.fixture
async def logins() -> AsyncIterator[Logins]:
    with running_valkey() as valkey:
        store = Store(State(url=valkey.url, timeout=30))
        await store.open()
        yield Logins(Kept(store), lambda: 1000.0)
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

"""A visitor's way: known by a cookie, another one after a login, over at the end; its form is its own."""

from collections.abc import AsyncIterator

import pytest
from starlette.requests import Request
from starlette.responses import Response

from support.servers.valkey import running_valkey
from vecgate.idp.browsers import Browsers, is_own
from vecgate.idp.kept import Kept
from vecgate.idp.logins import Login
from vecgate.settings.state import State
from vecgate.state.store import Store

ALICE = Login("alice", ("a",), ("pwd",), 1.0, 2.0)


@pytest.fixture
async def browsers() -> AsyncIterator[Browsers]:
    with running_valkey() as valkey:
        store = Store(State(url=valkey.url, timeout=30))
        await store.open()
        yield Browsers(Kept(store), "https://login.example")
        await store.close()


def shows(browsers: Browsers, name: str) -> Request:
    cookie = f"{browsers.cookie}={name}".encode()
    return Request({"type": "http", "headers": [(b"cookie", cookie)] if name else []})


async def test_who_shows_none_or_another_cookie_is_nobody(browsers: Browsers) -> None:
    assert await browsers.of(shows(browsers, "")) is None
    assert await browsers.of(shows(browsers, "x")) is None


async def test_a_login_is_under_a_new_name(browsers: Browsers) -> None:
    first = await browsers.goes_on(await browsers.new(), "BCDF-GHJK")
    then = await browsers.logged_in(first, ALICE)
    assert await browsers.of(shows(browsers, first.name)) is None
    assert await browsers.of(shows(browsers, then.name)) == then
    assert (then.code, then.login, then.form != first.form) == ("BCDF-GHJK", ALICE, True)
    await browsers.end(then)
    assert await browsers.of(shows(browsers, then.name)) is None


async def test_with_another_code_nobody_is_logged_in(browsers: Browsers) -> None:
    there = await browsers.logged_in(await browsers.new("BCDF-GHJK"), ALICE)
    assert (await browsers.goes_on(there, "BCDF-GHJL")).login is None


async def test_its_cookie_is_for_this_host_alone(browsers: Browsers) -> None:
    answer = browsers.tell(Response(), await browsers.new())
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith("__host-vecgate-idp=")
    assert all(word in cookie for word in ("secure", "httponly", "path=/", "samesite=lax"))
    assert "max-age=0" in browsers.forget(Response()).headers["set-cookie"].lower()


async def test_a_form_is_that_browsers(browsers: Browsers) -> None:
    one, other = await browsers.new(), await browsers.new()
    assert is_own(one, {"form": one.form})
    for words in ({}, {"form": ""}, {"form": other.form}, {"form": "é"}):
        assert not is_own(one, words)

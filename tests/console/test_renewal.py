"""A token is renewed before it ends, once for all who wait; what is renewed with is never lost, nor used twice."""

import asyncio
from typing import Any, cast

import pytest

from vecgate.background import Tasks
from vecgate.console import renewal as module
from vecgate.console.asking import Refused
from vecgate.console.login import Ended, LoggedIn, LoginFailed, LoginService
from vecgate.console.renewal import AHEAD, Renewal
from vecgate.console.sessions import IDLE, Session, Sessions
from vecgate.domain.principal import Secret

NOW = 1000.0


class Login:
    """The login service as the console sees it: each renewal is the next of a row, and good once."""

    def __init__(self) -> None:
        self.number, self.fails, self.ended = 0, None, []  # type: ignore[var-annotated]
        self.gate = asyncio.Event()
        self.gate.set()

    async def renew(self, who: LoggedIn, now: float) -> LoggedIn:
        await self.gate.wait()
        if self.fails is not None:
            raise self.fails
        assert who.renewal
        assert who.renewal.reveal() == f"renewal {self.number}", "it was used before"
        self.number += 1
        return LoggedIn(who.user, Secret(f"token {self.number}"), now + 600, Secret(f"renewal {self.number}"))

    async def end(self, renewal: Secret) -> None:
        if self.fails is not None:
            raise self.fails
        self.ended.append(renewal.reveal())


def session(ends: float, renewal: str | None = "renewal 0") -> Session:
    made = Sessions(lambda: NOW)
    found = made.of(made.begin("bob", Secret("token 0"), ends, Secret(renewal) if renewal else None))
    assert found
    return found


def renewal(login: Login) -> Renewal:
    return Renewal(cast("LoginService", cast("Any", login)), lambda: NOW)


@pytest.mark.parametrize(("left", "token"), [(AHEAD + 1, "token 0"), (AHEAD, "token 1"), (0.0, "token 1"), (-9e2, "token 1")])  # fmt: skip
async def test_it_is_renewed_before_it_ends(left: float, token: str) -> None:
    assert (await renewal(Login()).token(session(NOW + left))).reveal() == token


async def test_one_that_cannot_be_is_given_as_it_is() -> None:
    assert (await renewal(Login()).token(session(NOW + 1, None))).reveal() == "token 0"


async def test_many_who_wait_are_one_question() -> None:
    login, mine = Login(), session(NOW)
    found = await asyncio.gather(*(renewal(login).token(mine) for _ in range(20)))
    assert {one.reveal() for one in found} == {"token 1"}
    assert login.number == 1


async def test_who_stops_waiting_does_not_lose_the_next_one() -> None:
    login, mine = Login(), session(NOW)
    login.gate.clear()
    renewing = renewal(login)
    waiting = asyncio.ensure_future(renewing.token(mine))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    login.gate.set()
    assert (await renewing.token(mine)).reveal() == "token 1"
    mine.good_until = NOW
    assert (await renewing.token(mine)).reveal() == "token 2"


async def test_a_login_that_has_ended_is_told_and_not_asked_again() -> None:
    login, mine = Login(), session(NOW + 5)
    login.fails = Ended("x")
    with pytest.raises(Refused) as said:
        await renewal(login).token(mine)
    assert said.value.status == 401
    assert mine.renewal is None


async def test_a_login_service_that_is_away_is_waited_out_while_the_token_is_good() -> None:
    login, mine = Login(), session(NOW + 5)
    login.fails = LoginFailed("The login service does not answer.")
    assert (await renewal(login).token(mine)).reveal() == "token 0"
    mine.good_until = NOW
    with pytest.raises(Refused) as said:
        await renewal(login).token(mine)
    assert said.value.status == 503
    login.fails = None
    assert (await renewal(login).token(mine)).reveal() == "token 1"


async def test_a_logout_is_told_with_what_is_good_then() -> None:
    login, mine = Login(), session(NOW)
    login.gate.clear()
    renewing = renewal(login)
    waiting = asyncio.ensure_future(renewing.token(mine))
    await asyncio.sleep(0)
    leaving = asyncio.ensure_future(renewing.end(mine))
    login.gate.set()
    await asyncio.gather(waiting, leaving)
    assert login.ended == ["renewal 1"]
    await renewing.end(mine)
    assert login.ended == ["renewal 1"], "once"


async def test_a_logout_that_cannot_be_told_is_one_all_the_same() -> None:
    login, mine = Login(), session(NOW)
    login.fails = LoginFailed("x")
    await renewal(login).end(mine)
    assert mine.renewal is None


async def test_one_that_nobody_comes_back_to_is_ended_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who closes a browser does not log out: what their session was renewed with opens nothing any more all the same."""
    monkeypatch.setattr(module, "WATCH", 0.01)
    login, now, tasks = Login(), [NOW], Tasks()
    sessions = Sessions(lambda: now[0])
    for number in range(20):
        sessions.begin("bob", Secret("token 0"), NOW + 600, Secret(f"renewal {number}") if number else None)
    tasks.start(renewal(login).watch(sessions), "watch")
    await asyncio.sleep(0.05)
    assert login.ended == []
    now[0] += IDLE + 1
    async with asyncio.timeout(60):
        while len(login.ended) < 19:  # noqa: ASYNC110  what is watched has no bell
            await asyncio.sleep(0.01)
    await tasks.close()
    assert sorted(login.ended) == sorted(f"renewal {number}" for number in range(1, 20))

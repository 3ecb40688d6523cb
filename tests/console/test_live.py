"""An open page is told what is new: to who is logged in, so many of each, until the login ends; and it keeps nobody logged in."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import httpx
import pytest

from support.consoles.api_stub import ApiStub
from support.consoles.served import Person, Served
from vecgate.console import live
from vecgate.console.live import MOST
from vecgate.console.sessions import IDLE, Sessions
from vecgate.domain.principal import Secret


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch, api: ApiStub) -> None:
    monkeypatch.setattr(live, "PAUSE", 0.01)
    monkeypatch.setattr(live, "AWAY", 0.01)
    api.answers["GET /news/0"] = (200, {"mark": "m1", "waiting": 2})
    api.answers["GET /news/m1"] = (200, {"mark": "m1", "waiting": 2})


@contextmanager
def listening(bob: Person) -> Iterator[Iterator[str]]:
    """The lines that an open page is sent."""
    with bob.line.stream("GET", "/live", headers={"sec-fetch-dest": "empty"}, timeout=60) as answer:
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
        yield answer.iter_lines()


def status(bob: Person) -> int:
    with bob.line.stream("GET", "/live") as answer:
        return answer.status_code


def next_of(lines: Iterator[str], begin: str) -> str:
    return next(line for line in lines if line.startswith(begin))


def test_what_is_new_is_told_and_what_is_not_is_not(bob: Person, api: ApiStub) -> None:
    with listening(bob) as lines:
        assert next_of(lines, "data") == 'data: {"waiting":2}'
        assert next_of(lines, ":") == ": nothing new"
        api.answers["GET /news/m1"] = (200, {"mark": "m2", "waiting": 3})
        api.answers["GET /news/m2"] = (200, {"mark": "m2", "waiting": 3})
        assert next_of(lines, "data") == 'data: {"waiting":3}'
    assert {call[2] for call in api.calls} == {"bob"}  # each with who it is


def test_a_gateway_that_does_not_answer_is_asked_again(bob: Person, api: ApiStub) -> None:
    api.answers["GET /news/0"] = (503, {"message": "state.unavailable: x"})
    with listening(bob) as lines:
        assert next_of(lines, ":") == ": the gateway does not answer"
        api.answers["GET /news/0"] = (200, {"mark": "m1", "waiting": 1})
        assert next_of(lines, "data") == 'data: {"waiting":1}'


def test_who_is_nobody_is_told_nothing(served: Served, api: ApiStub) -> None:
    assert served.person().open("/live").status_code == 303
    assert api.calls == []


@pytest.mark.parametrize("how", ["logged out", "not known to the gateway"])
def test_the_end_of_a_login_ends_it(bob: Person, api: ApiStub, how: str) -> None:
    with listening(bob) as lines:
        next_of(lines, "data")
        if how == "logged out":
            other = httpx.Client(base_url=bob.url, cookies=bob.line.cookies, trust_env=False)
            with other:
                form = {"form": bob.word()}
                assert other.post("/logout", data=form, headers={"origin": bob.url}).status_code == 200
        else:
            api.answers["GET /news/m1"] = (401, {"message": "identity.expired: x"})
        assert next_of(lines, "event") == "event: end"
        assert [*lines][-1:] == [""]


def test_so_many_pages_of_one_person_are_told_and_no_more(bob: Person, served: Served) -> None:
    kept = list[Iterator[str]]()  # what nobody holds is closed
    with ExitStack() as stack:
        for _ in range(MOST):
            kept.append(stack.enter_context(listening(bob)))
            next_of(kept[-1], "data")
        assert status(bob) == 204  # which ends a browser's asking
        eve = served.person()
        eve.log_in()
        next_of(stack.enter_context(listening(eve)), "data")
    end = time.monotonic() + 30  # those who have left make room
    while status(bob) == 204:
        assert time.monotonic() < end
        time.sleep(0.05)


def test_what_a_page_does_by_itself_keeps_nobody_logged_in() -> None:
    now = [1000.0]
    sessions = Sessions(lambda: now[0])
    name = sessions.begin("bob", Secret("t"), 9e9)
    now[0] += IDLE
    assert sessions.of(name, by_hand=False)
    now[0] += 1
    assert sessions.of(name, by_hand=False) is None

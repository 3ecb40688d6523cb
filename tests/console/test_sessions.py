"""Names of sessions are chance, known by their digest, and end; a login comes back once, with its own word."""

import pytest

from vecgate.console import sessions as module
from vecgate.console.sessions import IDLE, LONGEST, ON_THE_WAY, Sessions
from vecgate.domain.principal import Secret


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(clock: Clock) -> Sessions:
    return Sessions(clock)


def test_nobody_has_no_session(sessions: Sessions) -> None:
    assert [sessions.of(name) for name in ("", "x", "\x00")] == [None] * 3


def test_each_has_a_name_and_a_word_of_their_own(sessions: Sessions) -> None:
    names = {sessions.begin("bob", Secret("t"), 9e9) for _ in range(50)}
    assert len(names) == 50
    assert min(map(len, names)) >= 43  # 256 bits
    words = {found.form for name in names if (found := sessions.of(name))}
    assert len(words) == 50
    assert not any(name.encode() in key for name in names for key in sessions._sessions._things)


@pytest.mark.parametrize(
    ("pause", "ends", "is_there"), [(IDLE, 9e9, True), (IDLE + 1, 9e9, False), (10, 1005.0, False)]
)
def test_it_ends(sessions: Sessions, clock: Clock, pause: float, ends: float, is_there: bool) -> None:
    name = sessions.begin("bob", Secret("t"), ends)
    clock.now += pause
    assert (sessions.of(name) is not None) is is_there


def test_no_session_lasts_longer_than_a_day_of_work_however_busy(sessions: Sessions, clock: Clock) -> None:
    name = sessions.begin("bob", Secret("t"), 9e9)
    for _ in range(int(LONGEST / 1000) + 1):
        assert sessions.of(name)
        clock.now += 1000
    assert sessions.of(name) is None


def test_who_comes_back_from_logging_in(sessions: Sessions, clock: Clock) -> None:
    name, login = sessions.leave("/mine")
    assert sessions.returned(name, login.state) == login
    assert sessions.returned(name, login.state) is None  # once
    name, login = sessions.leave("/")
    assert sessions.returned(name, "another") is None
    assert sessions.returned(name, login.state) is None  # and no second guess
    name, login = sessions.leave("/")
    clock.now += ON_THE_WAY + 1
    assert sessions.returned(name, login.state) is None
    assert sessions.returned("", "") is None


def test_who_floods_drives_out_the_oldest_only(sessions: Sessions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 3)
    names = [sessions.begin("bob", Secret("t"), 9e9) for _ in range(5)]
    assert [sessions.of(name) is not None for name in names] == [False, False, True, True, True]


def test_no_secret_is_in_its_text(sessions: Sessions) -> None:
    found = sessions.of(sessions.begin("bob", Secret("tok"), 9e9))
    assert found
    assert "tok" not in repr(found)
    assert found.form not in repr(found)


def test_what_is_over_is_found_though_nobody_asks_for_it(sessions: Sessions, clock: Clock) -> None:
    name = sessions.begin("bob", Secret("t"), 9e9, Secret("r"))
    sessions.begin("eve", Secret("t"), 9e9, Secret("r"))
    clock.now += IDLE
    assert sessions.of(name)
    clock.now += 1
    assert [one.user for one in sessions.over()] == ["eve"]
    clock.now += IDLE + 1
    assert sessions.of(name) is None  # asked for first
    assert [one.user for one in sessions.over()] == ["bob"]
    assert sessions.over(all_=True) == []

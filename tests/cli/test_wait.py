"""What `vecgate wait` waits for, what it runs then, and with which code it ends."""

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from vecgate.cli import _gateway, main, wait

REQUEST = {"id": "r1", "effect": "deletes 4 of 9 in tickets", "state": "pending", "ended_by": "", "reason": ""}
PYTHON = [sys.executable, "-c", "import sys; sys.exit(int(sys.argv[1]))"]


@pytest.mark.parametrize(
    ("found", "code", "words"),
    [
        ({"state": "approved"}, 0, "request r1 (deletes 4 of 9 in tickets) is approved"),
        ({"state": "pending"}, 75, "is pending"),
        ({"state": "denied", "ended_by": "bob", "reason": "not today"}, 77, "is denied by bob: not today"),
        ({"state": "expired"}, 78, "is expired"),
        ({"state": "withdrawn", "ended_by": "alice"}, 78, "is withdrawn by alice"),
        ({"state": "spent", "ended_by": "an-exchange"}, 78, "is spent"),
        ({"state": "used", "ended_by": "an-exchange"}, 78, "is used"),
    ],
)
def test_each_end_has_a_code(
    answers: Any, capsys: pytest.CaptureFixture[str], found: dict[str, Any], code: int, words: str
) -> None:
    asked = answers(REQUEST | found)
    assert main(["wait", "--timeout", "0", "r1"]) == code
    assert asked == [("GET", "/.vecgate/v1/requests/r1")]
    said = capsys.readouterr()
    assert words in said.err
    assert said.out == ""


@pytest.mark.parametrize("state", ["denied", "expired", "pending", "used"])
def test_nothing_runs_without_a_yes(answers: Any, monkeypatch: pytest.MonkeyPatch, state: str) -> None:
    ran: list[Any] = []
    monkeypatch.setattr(os, "execvp", lambda *words: ran.append(words))
    answers(REQUEST | {"state": state})
    assert main(["wait", "--timeout", "0", "r1", "--", "delete", "it"]) != 0
    assert ran == []


def test_the_command_runs_as_it_was_typed(answers: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[Any] = []
    monkeypatch.setattr(os, "execvp", lambda *words: ran.append(words))
    answers(REQUEST | {"state": "approved"})
    main(["wait", "r1", "--", "delete", "--where", "a b", "--"])
    assert ran == [("delete", ["delete", "--where", "a b", "--"])]


def test_a_command_that_is_not_there_is_127(answers: Any, tmp_path: Path) -> None:
    answers(REQUEST | {"state": "approved"})
    assert main(["wait", "r1", "--", str(tmp_path / "none")]) == 127


@pytest.mark.parametrize("words", [["r1", "--timeout", "5", "--", "x"], ["r1", "-x"]])
def test_an_option_behind_the_id_is_no_command(
    answers: Any, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    asked = answers(REQUEST)
    assert main(["wait", *words]) == 1
    assert asked == []
    assert "options stand before the ID" in capsys.readouterr().err


@pytest.mark.parametrize("timeout", ["-1", "nan", "soon", "1e12"])
def test_a_time_that_is_none_is_a_mistake(timeout: str) -> None:
    assert main(["wait", "--timeout", timeout, "r1"]) == 2


def test_another_answer_is_not_the_gateways(answers: Any, capsys: pytest.CaptureFixture[str]) -> None:
    answers(["r1"])
    assert main(["wait", "r1"]) == 1
    assert "not the gateway's" in capsys.readouterr().err


class Clock:
    """A gateway that decides at a certain time, keeps who waits for `kept` seconds, and a clock to it."""

    def __init__(self, decided: float, kept: float) -> None:
        self.time, self.asked = 0.0, list[tuple[float, str]]()
        self._decided, self._kept = decided, kept

    def call(self, _method: str, path: str) -> dict[str, Any]:
        self.asked.append((self.time, path.rpartition("/")[2]))
        if path.endswith("/wait"):
            self.time = min(max(self._decided, self.time), self.time + self._kept)
        return REQUEST | {"state": "approved" if self.time >= self._decided else "pending"}

    def sleep(self, seconds: float) -> None:
        self.time += seconds


@pytest.mark.parametrize(
    ("decided", "kept", "timeout", "asked", "state", "end"),
    [
        (50, 20, 3600, [(0, "wait"), (20, "wait"), (40, "wait")], "approved", 50),
        (3, 0, 3600, [(0, "wait"), (1, "wait"), (2, "wait"), (3, "wait")], "approved", 3),  # it drains, or has no room
        (99, 20, 23, [(0, "wait"), (20, "r1"), (21, "r1"), (22, "r1"), (23, "r1")], "pending", 23),
        (99, 20, 0, [(0, "r1")], "pending", 0),
    ],
)
def test_it_asks_seldom_and_no_longer_than_it_may(
    decided: float, kept: float, timeout: float, asked: list[tuple[float, str]], state: str, end: float
) -> None:
    clock = Clock(decided, kept)
    gateway: _gateway.Gateway = clock  # type: ignore[assignment]
    assert wait.decided(gateway, "r1", timeout, lambda: clock.time, clock.sleep)["state"] == state
    assert clock.asked == asked
    assert clock.time == end


ACCESS = {
    "id": "a1", "operations": ["search", "count"], "collections": ["tickets"], "state": "pending", "ended_by": "", "why": "",
    "begins_at": None, "ends_at": None, "seconds_left": 60.0,
}  # fmt: skip


@pytest.mark.parametrize(
    ("found", "code", "words"),
    [
        ({"state": "granted"}, 0, "access a1 (search, count on tickets) is granted"),
        ({"state": "granted", "begins_at": 1000.0, "ends_at": 4600.0, "seconds_left": 3600.0}, 0, "is granted"),
        ({"state": "granted", "begins_at": 1000.0, "ends_at": 4600.0, "seconds_left": 3610.0}, 75, "is pending"),
        ({"state": "pending"}, 75, "is pending"),
        ({"state": "denied", "ended_by": "bob", "why": "not today"}, 77, "is denied by bob: not today"),
        ({"state": "ended", "ended_by": "bob", "why": "enough"}, 78, "is ended by bob: enough"),
        ({"state": "expired"}, 78, "is expired"),
        (
            {"state": "withdrawn", "ended_by": "alice", "collections": []},
            78,
            "access a1 (search, count) is withdrawn by alice",
        ),
    ],
)
def test_an_id_that_is_no_held_calls_is_one_of_access(
    monkeypatch: pytest.MonkeyPatch,
    answers: Any,
    capsys: pytest.CaptureFixture[str],
    found: dict[str, Any],
    code: int,
    words: str,
) -> None:
    asked: list[str] = []

    def call(_self: Any, _method: str, path: str) -> Any:
        asked.append(path)
        if path.startswith(wait.API):
            raise _gateway.GatewayFailed("requests.unknown: There is no such request.")
        return ACCESS | found

    answers(None)
    monkeypatch.setattr(_gateway.Gateway, "call", call)
    assert main(["wait", "--timeout", "0", "a1"]) == code
    assert asked == ["/.vecgate/v1/requests/a1", "/.vecgate/v1/access/a1"]
    assert words in capsys.readouterr().err


def test_it_waits_until_access_has_begun(monkeypatch: pytest.MonkeyPatch, answers: Any) -> None:
    clock, asked = [0.0], list[str]()

    def call(_self: Any, _method: str, path: str) -> Any:
        asked.append(path)
        if path.startswith(wait.API):
            raise _gateway.GatewayFailed("requests.unknown: none")
        granted = {"state": "granted", "begins_at": 10.0, "ends_at": 110.0, "seconds_left": 110.0 - clock[0]}
        return ACCESS | (granted if clock[0] >= 2 else {})

    monkeypatch.setattr(_gateway.Gateway, "call", call)
    answers(None)
    monkeypatch.setattr(_gateway.Gateway, "call", call)
    gateway = _gateway.Gateway.of(None, None, None)
    slept = lambda seconds: clock.__setitem__(0, clock[0] + seconds)  # noqa: E731
    assert wait.decided(gateway, "a1", 3600, lambda: clock[0], slept)["state"] == "granted"
    assert clock[0] == 10
    assert asked[:2] == ["/.vecgate/v1/requests/a1/wait", "/.vecgate/v1/access/a1"]


@pytest.mark.parametrize("said", ["access.unknown: none", "user.locked: you are", "no answer from localhost:1"])
def test_what_is_neither_is_told(
    monkeypatch: pytest.MonkeyPatch, answers: Any, capsys: pytest.CaptureFixture[str], said: str
) -> None:
    def call(_self: Any, _method: str, path: str) -> Any:
        raise _gateway.GatewayFailed(
            "requests.unknown: none" if path.startswith(wait.API) and "access" in said else said
        )

    answers(None)
    monkeypatch.setattr(_gateway.Gateway, "call", call)
    assert main(["wait", "a1"]) == 1
    assert said in capsys.readouterr().err

"""What is printed: times in two units, and what was not ended."""

from typing import Any

import pytest

from cli.access.test___init__ import GRANTED, FakeGateway, gateway
from vecgate.cli import main
from vecgate.cli.access import shown

__all__ = ["gateway"]


@pytest.mark.parametrize(
    ("kept", "others", "said"),
    [
        ([], 0, "1 ended."),
        ([{"id": "r9", "holder": "bob", "why": "access.not_approver"}], 0, "Not ended: r9 of bob: access.not_approver"),
        ([], 2, "Not ended: 2 more that only others may answer."),
    ],
)
def test_what_was_not_ended_is_said_and_is_a_failure(
    gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    kept: list[Any], others: int, said: str,
) -> None:  # fmt: skip
    monkeypatch.setattr(gateway, "call", lambda *_: {"ended": [GRANTED], "kept": kept, "others": others})
    assert main(["access", "revoke", "--rule", "x", "--reason", "why"]) == bool(kept or others)
    assert said in capsys.readouterr().out
    assert main(["access", "revoke", "--rule", "x", "--reason", "why", "--json"]) == bool(kept or others)


def test_times_are_told_in_two_units(gateway: FakeGateway, capsys: pytest.CaptureFixture[str]) -> None:
    gateway.answer = GRANTED
    assert main(["access", "show", "r1"]) == 0
    out = capsys.readouterr().out
    assert "time left    2h" in out
    assert "approved by  bob" in out
    assert [shown._lasting(n) for n in (0, 59, 3661, 90061)] == ["0s", "59s", "1h 1min", "1d 1h"]


def test_who_asked_for_somebody_stands_beside_them(gateway: FakeGateway, capsys: pytest.CaptureFixture[str]) -> None:
    gateway.answer = {**GRANTED, "acting": ["bot-7"]}
    assert main(["access", "show", "r1"]) == 0
    assert f"asked by     {GRANTED['holder']} by bot-7" in capsys.readouterr().out


DEBRIEF: dict[str, Any] = {
    **GRANTED,
    "done": {
        "calls": 3, "records": 7, "records_are_about": False, "operations": {"search": 3},
        "collections": {"tickets*": 3}, "masked": {"EMAIL": 5}, "opened": {}, "refused": {"access.ask": 1},
        "first_at": 1000.0, "last_at": None,
    },
    "unused": {"collections": [], "operations": ["count"]},
    "next": {"for": "900s"},
}  # fmt: skip


def test_a_debrief_puts_side_by_side_what_was_asked_for_and_done(
    gateway: FakeGateway, capsys: pytest.CaptureFixture[str]
) -> None:
    gateway.answer = {**DEBRIEF, "owes_reading": True}
    assert main(["access", "debrief", "r1"]) == 0
    told = capsys.readouterr().out
    for line in (
        "asked for    upstream db; collections tickets*; operations count, search; for 2h; mask strict; at most 100 records",
        "operations   search 3",
        "records      7 different ones",
        "masked       EMAIL 5",
        "opened       nothing",
        "refused      access.ask 1",
        "not used     count",
        "as much      vecgate access request --like r1",
        "you          have not acknowledged it: vecgate access acknowledge r1",
    ):
        assert line in told.splitlines()
    gateway.answer = {**DEBRIEF, "next": None, "done": {**DEBRIEF["done"], "records_are_about": True}}
    assert main(["access", "debrief", "r1"]) == 0
    told = capsys.readouterr().out
    assert "about 7 different ones" in told
    assert "acknowledge" not in told
    assert "--like" not in told
    gateway.answer = {**DEBRIEF, "glass": "call"}  # nobody can be asked for that
    assert main(["access", "debrief", "r1"]) == 0
    assert "--like" not in capsys.readouterr().out

"""What `vecgate locks` prints, and what it makes of an answer that is not the gateway's."""

from typing import Any

import pytest

from vecgate.cli import main

LOCK = {
    "kind": "login", "name": "https://idp#4711", "user": "eve\x1b[2J", "why": "canary.found", "since": 0,
    "rule": "watched", "by": "",
}  # fmt: skip


def test_it_lists_who_is_locked(answers: Any, capsys: pytest.CaptureFixture[str]) -> None:
    answers({"locks": [LOCK]})
    assert main(["locks", "list"]) == 0
    said = capsys.readouterr().out
    assert "https://idp#4711  canary.found  since 1970-01-01 00:00:00 UTC  by rule watched" in said
    assert "\x1b" not in said
    answers({"locks": []})
    assert main(["locks", "list"]) == 0
    assert "nothing and nobody is locked" in capsys.readouterr().out


def test_it_lifts_one(answers: Any, capsys: pytest.CaptureFixture[str]) -> None:
    asked = answers({"lifted": [LOCK]})
    assert main(["locks", "lift", "eve"]) == 0
    assert asked == [("POST", "/.vecgate/v1/locks/lift", {"who": "eve"})]
    assert "lifted:" in capsys.readouterr().out
    assert main(["locks", "lift", "eve", "--json"]) == 0
    assert '"lifted"' in capsys.readouterr().out


@pytest.mark.parametrize("tree", [None, [], {}, {"locks": [1]}, {"locks": [{"user": "eve"}]}])
def test_another_answer_is_told(answers: Any, capsys: pytest.CaptureFixture[str], tree: Any) -> None:
    answers(tree)
    assert main(["locks", "list"]) == 1
    assert "has another form" in capsys.readouterr().err

"""What `vecgate unlock` asks, and prints."""

from typing import Any

import pytest

from vecgate.cli import _gateway, main

HAND = {"kind": "group", "name": "interns", "user": "", "why": "INC-7", "since": 0, "rule": "locks", "by": "bob"}
WORDS = [
    (["--user", "eve"], {"user": "eve"}),
    (["--group", "interns"], {"group": "interns"}),
    (["--collection", "tickets-db/a/b"], {"collection": "tickets-db/a/b"}),
    (["--everything"], {"everything": True}),
]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    monkeypatch.setenv("VECGATE_GATEWAY", "https://localhost:1")
    monkeypatch.setenv("VECGATE_TOKEN", "a.b.c")
    said: list[tuple[Any, ...]] = []
    monkeypatch.setattr(_gateway.Gateway, "call", lambda _self, *words: said.append(words) or {"lifted": [HAND]})
    return said


@pytest.mark.parametrize(("words", "body"), WORDS)
def test_one_is_let_in_again(
    asked: list[tuple[Any, ...]], capsys: pytest.CaptureFixture[str], words: list[str], body: dict[str, Any]
) -> None:
    assert main(["unlock", *words]) == 0
    assert asked == [("POST", "/.vecgate/v1/locks/lift", body)]
    assert "group interns  INC-7  since 1970-01-01 00:00:00 UTC  by bob, by rule locks" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words", [[], ["--user", "a", "--group", "b"], ["--everything", "--user", "a"], ["--use", "a"]]
)
def test_one_thing_is_named(words: list[str]) -> None:
    assert main(["unlock", *words]) == 2

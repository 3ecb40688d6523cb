"""What `vecgate whoami` prints of the gateway's answer, and what it makes of one that is not the gateway's."""

from typing import Any

import pytest

from vecgate.cli import main

ANSWER: dict[str, Any] = {
    "user": "sam",
    "groups": [],
    "issuer": "https://idp.example",
    "subject": "4711",
    "user_claim": "upn",
    "groups_claim": "roles",
    "groups_claim_is_there": False,
    "claims": ["groups", "sub"],
    "token_ends": "2026-01-01T00:00:00+00:00",
    "rules": [
        {"rule": "r", "effect": "allow", "operations": ["read"], "where": {"collections": ["a*", "b"]}},
        {"rule": "start", "effect": "allow", "operations": ["health"], "where": {"without_collection": True}},
        {"rule": "all", "effect": "deny", "operations": ["*"], "where": "anywhere"},
    ],
}


def test_it_says_what_was_read_from_which_claim(answers: Any, capsys: pytest.CaptureFixture[str]) -> None:
    answers(ANSWER)
    assert main(["whoami"]) == 0
    said = capsys.readouterr().out
    assert "user:       sam    from the claim 'upn'" in said
    assert "none (the token has no claim 'roles'; it has groups, sub)" in said
    assert (
        "  allow r: read (collections a*, b)\n  allow start: health (without collection)\n  deny  all: * (anywhere)"
        in said
    )


def test_it_says_who_acts(answers: Any, capsys: pytest.CaptureFixture[str]) -> None:
    answers(ANSWER | {"acting": ["helper", "https://agents.example#planner"], "token_upstreams": ["tickets-db"]})
    assert main(["whoami"]) == 0
    said = capsys.readouterr().out
    assert "by agent:   helper\nby agent:   https://agents.example#planner\n" in said
    assert "token for:  tickets-db" in said


@pytest.mark.parametrize(
    "tree", [None, [], {}, ANSWER | {"rules": [1]}, ANSWER | {"groups": None}, ANSWER | {"acting": 7}]
)
def test_another_answer_is_told(answers: Any, capsys: pytest.CaptureFixture[str], tree: Any) -> None:
    answers(tree)
    assert main(["whoami"]) == 1
    assert "has another form" in capsys.readouterr().err


def test_nothing_it_is_told_commands_a_terminal(answers: Any, capsys: pytest.CaptureFixture[str]) -> None:
    answers(ANSWER | {"issuer": "\x1b]0;owned\x07"})
    assert main(["whoami"]) == 0
    assert "\x1b" not in capsys.readouterr().out

"""How a request for access is read: all of it in words of a policy, nothing else, and nothing of it repeated in a refusal."""

from typing import Any

import pytest

from vecgate.api.asked import AHEAD, From, line, wished
from vecgate.refusals.errors import CallRefused

WISH: dict[str, Any] = {"upstream": "db", "operations": ["search"], "collections": ["tickets"], "for": "2h"}


def refused(tree: dict[str, Any]) -> str:
    with pytest.raises(CallRefused) as caught:
        wished(tree)
    assert caught.value.refusal.code == "body.unreadable"
    return str(caught.value.refusal)


def test_a_wish_is_read_with_what_stands_beside_it() -> None:
    wish, more = wished({**WISH, "reason": " INC-7 ", "ticket": "T", "from": "2026-11-28T14:00+01:00", "records": 5})
    assert (wish.upstream, wish.collections, wish.seconds, wish.records) == ("db", ("tickets",), 7200.0, 5)
    assert (more.reason, more.ticket, more.begins) == ("INC-7", "T", 1795870800.0)


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ({"for": "2 hours"}, "'for'"),
        ({"for": "0h"}, "'for'"),
        ({"operations": []}, "'operations'"),
        ({"operations": ["search-secret-word"]}, "'operations.0'"),
        ({"collections": ["[a]"]}, "'collections.0'"),
        ({"operations": ["search", "unmask"]}, "a token tells no collection"),
        ({"operations": ["reveal"], "collections": ["tickets", "t*"]}, "a token tells no collection"),
        ({"collections": "tickets"}, "'collections'"),
        ({"records": 0}, "'records'"),
        ({"records": "5"}, "'records'"),
        ({"opened": True}, "'opened'"),
        ({"upstream": ""}, "'upstream'"),
        ({"who": "me"}, "'who'"),
        ({"reason": "a\nb"}, "one line"),
        ({"reason": "x" * 501}, "one line"),
        ({"ticket": 7}, "one line"),
        ({"from": "tomorrow"}, "with its zone"),
        ({"from": "2026-11-28T14:00"}, "with its zone"),
    ],
)
def test_what_is_none_is_told_by_its_place(over: dict[str, Any], said: str) -> None:
    told = refused({**WISH, **over})
    assert said in told
    assert "secret" not in told


@pytest.mark.parametrize("name", ["upstream", "operations", "for"])
def test_what_is_missing_is_told(name: str) -> None:
    assert f"'{name}' is missing" in refused({key: value for key, value in WISH.items() if key != name})


def test_what_begins_too_far_ahead_is_refused() -> None:
    From(begins=AHEAD).check(0.0)
    with pytest.raises(CallRefused):
        From(begins=AHEAD + 1).check(0.0)


@pytest.mark.parametrize(
    ("tree", "known"), [({"for": "later"}, ["for"]), ({"records": 0}, ["records"]), ({"x": 1}, [])]
)
def test_what_is_said_anew_is_read_as_strictly(tree: dict[str, Any], known: list[str]) -> None:
    with pytest.raises(CallRefused):
        From.read(tree, *known)
    assert line("") == ""


@pytest.mark.parametrize("over", [{"collections": []}, {"collections": ["*"]}, {"operations": ["*"]}])
def test_tokens_are_opened_wherever_they_are_from(over: dict[str, Any]) -> None:
    assert wished({**WISH, "operations": ["unmask"], **over})

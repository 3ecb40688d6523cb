"""Words of `automatic` that do not fit together, and those that do."""

from typing import Any

import pytest

from vecgate.policy.language.automatic_words import automatic_fit

YES: dict[str, Any] = {"name": "a", "answer": "approve"}
NO: dict[str, Any] = {"name": "b", "answer": "deny"}


def found(*listed: Any, effect: str = "request", **more: Any) -> list[tuple[tuple[Any, ...], str]]:
    return [*automatic_fit({"effect": effect, "approvers": {"groups": ("g",), "automatic": listed}, **more})]


@pytest.mark.parametrize(
    "listed",
    [
        (),
        (7,),
        (YES | {"operations": ("read",)}, NO | {"over": {"for": "1h"}}),
        (YES | {"up_to": {"for": "1h", "records": 5, "opened": 1}, "when": "principal.user == 'a'"},),
    ],
)
def test_what_fits_is_left_alone(listed: Any) -> None:
    assert found(*listed) == []
    assert [*automatic_fit({"approvers": 7})] == []
    assert [*automatic_fit({"approvers": {"automatic": 7}})] == []


@pytest.mark.parametrize(
    ("one", "effect", "path", "said"),
    [
        (YES, "request", (), "so nobody is ever asked; say 'effect: allow'"),
        (NO, "hold", (), "denies all of it; say 'effect: deny'"),
        (YES | {"shadow": True}, "request", (), "without a condition"),
        (YES | {"over": {"for": "1h"}}, "request", ("over",), "'over' is for 'answer: deny'"),
        (NO | {"up_to": {"for": "1h"}}, "request", ("up_to",), "'up_to' is for 'answer: approve'"),
        (YES | {"up_to": {}}, "request", ("up_to",), "'up_to' is empty"),
        (YES | {"up_to": {"for": "1h"}}, "hold", ("up_to", "for"), "a held call has no 'for'"),
        (NO | {"over": {"opened": 5}}, "hold", ("over", "opened"), "a held call has no 'opened'"),
        (YES | {"when": "operation.kind == 'search'"}, "request", ("when",), "'operation.kind' is of a call"),
        (YES | {"when": "source.address == 'x'"}, "request", ("when",), "'source.address' is of a call"),
    ],
)
def test_what_does_not_fit_is_told_where_it_stands(one: Any, effect: str, path: tuple[str, ...], said: str) -> None:
    [(place, words)] = found(one, effect=effect)
    assert (place, said in words) == (("approvers", "automatic", 0, *path), True), words


def test_names_are_said_once_and_broken_glass_has_none() -> None:
    one = YES | {"masks": ("m",)}
    assert [path for path, _ in found(one, one)] == [("approvers", "automatic", 1, "name")]
    [(path, _)] = found(one, grant={"longest": "1h", "break_glass": {"review_within": "1d"}})
    assert path == ("approvers", "automatic")

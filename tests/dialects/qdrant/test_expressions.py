"""What does a formula turn into a score? Every field in it shows its values. Fact Q-81."""

from typing import Any

import pytest

from vecgate.dialects.qdrant.expressions import DEFAULTS, EXPRESSION, parts
from vecgate.refusals.errors import CallRefused

KEY: Any = {"key": "dept", "match": {"value": "x"}}
FOUND: list[tuple[Any, list[Any]]] = [
    (1, []), ("$score", []), ("$score[2]", []), ("salary", ["salary"]), (KEY, [KEY]), ({"must": [KEY]}, [{"must": [KEY]}]),
    ({"sum": ["a", {"mult": ["b", {"neg": "c"}]}]}, ["a", "b", "c"]),
    ({"div": {"left": "a", "right": "b", "by_zero_default": 1}}, ["a", "b"]),
    ({"pow": {"base": "a", "exponent": {"sqrt": "b"}}}, ["a", "b"]),
    ({"gauss_decay": {"x": "a", "target": {"datetime": "2024-01-01"}, "scale": 1}}, ["a"]),
    ({"geo_distance": {"origin": {"lon": 1, "lat": 1}, "to": "home"}}, ["home"]), ({"datetime_key": "joined"}, ["joined"]),
    ({"abs": {"exp": {"log10": {"ln": "a"}}}}, ["a"]),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "found"), FOUND)
def test_every_field_and_condition_of_a_formula_is_found(formula: Any, found: list[Any]) -> None:
    assert EXPRESSION.read(formula, "formula") == formula
    assert [part for _, _, part in parts(formula, "formula")] == found


@pytest.mark.parametrize(
    "bad",
    [
        True,
        None,
        ["a"],
        {"sum": "a"},
        {"sum": [], "mult": []},
        {"Sum": []},
        {"div": {"left": 1}},
        "$scores",
        "a b",
        {"exp_decay": {}},
    ],
)
def test_a_formula_that_is_not_known_in_full_is_refused(bad: Any) -> None:
    with pytest.raises(CallRefused):
        EXPRESSION.read(bad, "formula")


def test_defaults_name_their_fields_in_one_way() -> None:
    assert DEFAULTS.read({'"a"': 1}, "defaults") == {"a": 1}
    with pytest.raises(CallRefused, match="two keys"):
        DEFAULTS.read({'"a"': 1, "a": 2}, "defaults")

"""Nothing in a policy file is taken for something else."""

from typing import Literal

import pytest
from pydantic import ValidationError

from vecgate.policy.language.strict import REGEX, Part, exact, no_claim, plain


class Sample(Part):
    version: Literal[1] = 1
    flag: Literal[True] | None = None
    mixed: Literal[True, False, "zero"] = False


@pytest.mark.parametrize("bad", [{"version": True}, {"version": 1.0}, {"flag": 1}, {"mixed": 1}, {"mixed": 0.0}])
def test_what_only_equals_the_value_is_refused(bad):
    with pytest.raises(ValidationError, match="must be"):
        Sample.model_validate(bad)


def test_the_value_itself_is_taken():
    Sample.model_validate({"version": 1, "flag": True, "mixed": "zero"})


@pytest.mark.parametrize("text", ["a ", " a", "a\u200b", "a\nb", "\ufeffa"])
def test_what_nobody_sees_is_refused(text):
    with pytest.raises(ValueError, match="fits nothing"):
        plain(text)


@pytest.mark.parametrize(("text", "looks"), [("^a", True), ("a$", True), ("a|b", True), ("a.+", True), ("a.*", False)])
def test_regular_expressions_are_known_by_their_signs(text, looks):
    assert bool(REGEX.search(text)) is looks


# names of claims, and texts that are patterns by their looks

NAMES = [
    ("dept", None),
    ("realm_access.roles", None),
    ("https://example.com/dept", None),
    ("realm_access", "holds other claims"),
    ("sub.name", "can be no claim"),
    ("groups[0]", "can be no claim"),
    ("$.dept", "can be no claim"),
    ("a..b", "can be no claim"),
    ("dep?", "compared exactly"),
    (" dept", "has spaces around it"),
]


@pytest.mark.parametrize(("name", "said"), NAMES)
def test_a_name_that_can_be_no_claim_is_told(name, said):
    got = no_claim(name)
    assert got is None if said is None else said in got


def test_what_is_compared_exactly_is_no_pattern():
    assert exact(7) is None
    assert exact("ops") is None
    assert "it is no pattern" in exact("ops-*")

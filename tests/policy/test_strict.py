"""Nothing in a policy file is taken for something else."""

from typing import Literal

import pytest
from pydantic import ValidationError

from vecgate.policy.strict import REGEX, Part, plain


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

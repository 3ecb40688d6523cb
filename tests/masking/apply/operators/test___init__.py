"""Operators are found by their files, and profiles may name each of them."""

from vecgate.domain.profiles import OperatorSpec, operators
from vecgate.masking.apply.operators import build, form, words

ALL = {
    *("block", "date_shift", "drop", "generalise", "hash", "keep"),
    *("partial", "pseudonym", "redact", "replace", "token", "year_only"),
}


def test_those_that_there_are() -> None:
    assert {*operators()} == {*words()} == ALL


def test_what_each_is_good_for() -> None:
    said = {name: (one.keyed, one.joins, one.hides) for name, one in words().items()}
    assert {name for name, (keyed, _, _) in said.items() if keyed} == {"hash", "pseudonym", "token", "date_shift"}
    assert {name for name, (_, joins, _) in said.items() if joins} == {"keep", "hash", "pseudonym", "token"}
    showing = {"keep", "partial", "generalise", "year_only", "date_shift"}
    assert {name for name, (_, _, hides) in said.items() if not hides} == showing


def test_the_named_one_is_given() -> None:
    assert build(OperatorSpec("redact"), b"")("x", "IP") == "[REDACTED]"
    assert form(OperatorSpec("drop")) is None

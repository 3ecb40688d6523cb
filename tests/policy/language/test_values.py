"""The forms of a policy's values, one by one."""

import pytest

from vecgate.domain.decision import Rate
from vecgate.domain.kinds import OPERATION_KINDS
from vecgate.policy.language.values import GROUPS, _path, expand, parse_rate, parse_wait

RATES = [
    ("1/s", Rate(1, 1)),
    ("60/min", Rate(60, 60)),
    ("1000/h", Rate(1000, 3600)),
    ("5000/day", Rate(5000, 86400)),
]
NOT_RATES = ["", "0/s", "-1/s", "60", "60/m", "60 / min", "6e1/s", "1.5/s", "60/min\n", "1/s2", "9999999999/s"]
NOT_WAITS = ["", "0s", "20", "20 s", "1m", "301s", "-5s", "20s\n"]


@pytest.mark.parametrize(("text", "rate"), RATES)
def test_a_rate_is_so_many_in_a_time(text, rate):
    assert parse_rate(text) == rate


@pytest.mark.parametrize("text", NOT_RATES)
def test_anything_else_is_not_a_rate(text):
    with pytest.raises(ValueError, match="is not a rate"):
        parse_rate(text)


def test_a_wait_is_in_seconds():
    assert parse_wait("20s") == 20.0
    assert parse_wait("300s") == 300.0


@pytest.mark.parametrize("text", NOT_WAITS)
def test_anything_else_is_not_a_wait(text):
    with pytest.raises(ValueError, match="is not a wait"):
        parse_wait(text)


def test_an_operation_word_is_a_kind_a_group_or_every_known_kind():
    assert expand("nonsense") == frozenset()
    assert expand("search") == {"search"}
    assert expand("delete") == {"delete_ids", "delete_filter"}
    assert expand("*") == frozenset(OPERATION_KINDS)
    assert frozenset().union(*map(expand, GROUPS)) == expand("*")


def test_no_kind_has_the_name_of_a_group():
    assert not set(GROUPS) & set(OPERATION_KINDS)


@pytest.mark.parametrize(
    "text", ["*.email", "email", "metadatas.*.email", "*.contact?.*", "documents", "$ref.#type", "*", "a b.c/d"]
)
def test_a_field_is_named_by_its_path(text):
    assert _path(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "metadatas[*].password",
        "^metadatas.password$",
        "documents[0]",
        "[*].x",
        "{a,b}.x",
        "!x",
        "a\\b",
        "a..b",
        "/metadatas/x",
        "$.x",
        ".x",
        "x.",
        "",
        " x",
    ],
)
def test_a_pattern_that_no_path_can_match_is_a_mistake(text):
    with pytest.raises(ValueError, match=r"matches nothing|is not a pattern"):
        _path(text)

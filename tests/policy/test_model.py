"""The values of a policy file, one by one."""

import pytest
from pydantic import ValidationError

from vecgate.policy.model import (
    GROUPS,
    Approval,
    Limits,
    PolicyFile,
    Profile,
    Rule,
    Where,
    Who,
    expand,
    parse_rate,
    parse_wait,
)
from vecgate.profiles import OperatorSpec
from vecgate.terms import OPERATION_KINDS, Rate

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


EMPTY = [
    (Who, {"groups": ()}),
    (Who, {"users": ()}),
    (Who, {"claims": {}}),
    (Who, {"claims": {"iss": ()}}),
    (Who, {"groups": ("",)}),
    (Who, {"groups": (" ",)}),
    (Where, {"collections": ()}),
    (Where, {"collections": ("",)}),
    (Approval, {"groups": ()}),
    (Approval, {"groups": ("a",), "issuer": ()}),
    (Approval, {"groups": ("a",), "issuer": " "}),
    (Rule, {"name": "x", "who": "anyone", "where": "anywhere", "operations": (), "effect": "deny"}),
]


@pytest.mark.parametrize(("model", "values"), EMPTY)
def test_empty_never_means_everything(model, values):
    with pytest.raises(ValidationError):
        model.model_validate(values)


GLOBS = [
    ("tickets", True),
    ("*", True),
    ("hr-?", True),
    # sets, braces, negation and escapes would be taken literally: a deny rule would then protect nothing
    ("[ab]*", False),
    ("{a,b}", False),
    ("!hr", False),
    ("a\\*", False),
]


@pytest.mark.parametrize(("glob", "good"), GLOBS)
def test_patterns_know_star_and_question_mark_only(glob, good):
    if good:
        assert Where.model_validate({"collections": (glob,)}).collections == (glob,)
    else:
        with pytest.raises(ValidationError, match="is not a pattern"):
            Where.model_validate({"collections": (glob,)})


STRICT = [
    (Limits, {"max_results": "50"}),
    (Limits, {"max_results": 0}),
    (Limits, {"max_results": True}),
    (Limits, {"rate": 60}),
    (Approval, {"groups": ("a",), "count": 0}),
    (Approval, {"groups": ("a",), "count": 11}),
    (Approval, {"groups": ("a",), "issuer": 7}),
    (Approval, {"groups": ("a",), "issuer": ("https://a", None)}),
    (Who, {"groups": "analysts"}),
    (Who, {"users": (True,)}),
    (Who, {"claims": {"iss": None}}),
    (Who, {"claims": {"iss": {"a": "b"}}}),
    (Who, {"claims": {"iss": (1.5,)}}),
    (Where, {"without_collection": False}),
    (PolicyFile, {"version": 2}),
    (PolicyFile, {"version": 1, "mask_profiles": {"Bad Name": {}}}),
    (Profile, {"entities": {"PEOPLE": "replace"}}),
    (Profile, {"entities": {"PERSON": "mask"}}),
    (Profile, {"entities": {"PERSON": {"keep_last": 4}}}),
    (Profile, {"entities": {"PERSON": {"operator": "partial", "keep_last": -1}}}),
    (Profile, {"default": 7}),
]


@pytest.mark.parametrize(("model", "values"), STRICT)
def test_nothing_is_guessed(model, values):
    with pytest.raises(ValidationError):
        model.model_validate(values)


def test_operators_have_a_short_and_a_long_form():
    profile = Profile.model_validate({"entities": {"EMAIL": "hash", "PHONE": {"operator": "partial", "keep_last": 2}}})
    assert profile.entities == {"EMAIL": OperatorSpec("hash"), "PHONE": OperatorSpec("partial", {"keep_last": 2})}
    assert profile.default == OperatorSpec("replace")


def test_a_claim_is_one_value_or_a_list():
    assert Who.model_validate({"claims": {"amr": "mfa", "level": (1, 2)}}).claims == {"amr": ("mfa",), "level": (1, 2)}

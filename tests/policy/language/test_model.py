"""The values of a policy file, one by one."""

import pytest
from pydantic import ValidationError

from support.tools.every import every
from vecgate.domain.profiles import OperatorSpec
from vecgate.policy.language.approver_words import Approval
from vecgate.policy.language.model import (
    Limits,
    PolicyFile,
    Profile,
    Rule,
    Where,
    Who,
)

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


@every(("model", "values"), STRICT)
def test_nothing_is_guessed(model, values):
    with pytest.raises(ValidationError):
        model.model_validate(values)


def test_operators_have_a_short_and_a_long_form():
    profile = Profile.model_validate({"entities": {"EMAIL": "hash", "PHONE": {"operator": "partial", "keep_last": 2}}})
    assert profile.entities == {"EMAIL": OperatorSpec("hash"), "PHONE": OperatorSpec("partial", {"keep_last": 2})}
    assert profile.default == OperatorSpec("replace")


def test_a_claim_is_one_value_or_a_list():
    assert Who.model_validate({"claims": {"amr": "mfa", "level": (1, 2)}}).claims == {"amr": ("mfa",), "level": (1, 2)}

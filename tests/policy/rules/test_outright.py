"""Which collections a rule names outright, so that its calls may share a credential."""

import pytest

from support.fakes.policy_words import policies, rule
from vecgate.policy.rules.outright import outright


@pytest.mark.parametrize(
    ("where", "named"),
    [
        ('{"collections": ["a", "b-1"]}', {"a", "b-1"}),
        ('{"collections": ["a", "b*"]}', set()),
        ('{"collections": ["a?"]}', set()),
        ('{"upstreams": ["db"]}', set()),
        ("anywhere", set()),
    ],
)
def test_all_of_them_or_none(where, named):
    assert outright(policies(rule("r", where=where)), "r") == named


def test_a_rule_that_is_gone_names_none():
    assert outright(policies(rule("r")), "other") == set()

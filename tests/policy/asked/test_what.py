"""What a person can do: the rules about them, whatever else their token says."""

import pytest

from support.fakes.policy_words import policies, rule
from vecgate.policy.asked.what import what

FOUND = policies(
    rule("all", operations="health"),
    rule("reads", who="{groups: [support]}", where="{collections: [tickets]}"),
    rule("mine", who="{users: [ann]}"),
    rule("helper", "hold", who="{agents: [helper]}", operations="destroy"),
    rule("rich", who="{groups: [support], claims: {amr: mfa}}", operations="write"),
    rule("no", "deny", who="{except_groups: [support]}", operations="delete").replace("name: no,", "name: barred,"),
)


@pytest.mark.parametrize(
    ("user", "groups", "names"),
    [
        ("bob", (), ["barred", "helper", "all"]),
        ("ann", (), ["barred", "helper", "all", "mine"]),
        ("bob", ("support",), ["helper", "all", "reads", "rich"]),
        ("ann", ("support", "x"), ["helper", "all", "reads", "mine", "rich"]),
    ],
)
def test_the_rules_about_somebody_come_strongest_first(user, groups, names):
    assert [one.entry.rule.rule.name for one in what(FOUND, user, frozenset(groups))] == names


def test_a_line_tells_what_where_and_with_which_claims():
    lines = [str(one) for one in what(FOUND, "bob", frozenset({"support"}))]
    assert "allow   read; by 'reads' (p.yaml:4); in collections all in tickets" in lines
    assert "allow   write; by 'rich' (p.yaml:7); with claim amr mfa" in lines
    assert "hold    destroy; by 'helper' (p.yaml:6); with agents helper; once 1 of leads agree" in lines

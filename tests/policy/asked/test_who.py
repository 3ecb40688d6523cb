"""Who can do this? Rules, effects and people, holds included."""

import pytest

from support.fakes.policy_words import asks, policies, rule
from vecgate.policy.asked.who import people, who
from vecgate.policy.language.model import Who

SET = policies(
    rule("work", who="{groups: [owners]}", where='{collections: ["*"]}', operations="read, delete"),
    rule("ask", "hold", who="{groups: [owners]}", where='{collections: ["*"]}', operations="delete_filter"),
    rule("hr", "deny", who="{except_groups: [hr]}", where='{collections: ["hr-*"]}', operations='"*"'),
    rule("north", who="{users: [nina]}", where="{upstreams: [north-db], tenants: [north]}", operations="delete"),
)


def listed(kind, *names, upstream="", **place):
    return [str(entry) for entry in who(SET, asks(kind, *names, **place), upstream)]


def test_holds_come_before_what_they_catch():
    assert listed("delete_filter", "tickets", upstream="south-db") == [
        "hold  groups owners, by 'ask' (p.yaml:4); in collections any in *; once 1 of leads agree",
        "allow groups owners, by 'work' (p.yaml:3); in collections all in *; but 'ask' decides",
    ]


def test_a_deny_that_may_hit_them_is_named():
    assert listed("delete_ids", "hr-pay", upstream="south-db") == [
        "deny  all but groups hr, by 'hr' (p.yaml:5); in collections any in hr-*",
        "allow groups owners, by 'work' (p.yaml:3); in collections all in *; unless 'hr' decides",
    ]


def test_what_is_not_said_of_the_place_may_be_any():
    assert any(line.startswith("allow users nina") for line in listed("delete_ids", "tickets"))
    assert not any("nina" in line for line in listed("delete_ids", "tickets", upstream="south-db"))
    assert not any("nina" in line for line in listed("delete_ids", "tickets", tenant="south"))


def test_a_rule_about_a_part_of_the_place_outranks_nobody_in_the_rest():
    lines = listed("delete_ids")
    assert "but" not in next(line for line in lines if "'work'" in line)


def test_an_unknown_kind_is_nobody_s():
    assert listed("teleport", "tickets") == []


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("anyone", "anyone"),
        (Who(groups=("a", "b")), "groups a, b"),
        (Who(agents=("helper", "*")), "agents helper, *"),
        (Who(users=("u",), claims={"amr": ("mfa",)}), "users u with claim amr mfa"),
    ],
)
def test_people_are_told_in_plain_words(said, told):
    assert people(said) == told

"""Containment is exact where it says yes: held against every short text, and against every small rule."""

import json
import random

import pytest

from support.fakes.policy_words import asks, caller, policies, rule
from support.tools.every import every
from vecgate.policy.rules.covers import Patterns, covered, may_be_one, shape


@pytest.mark.parametrize(
    ("ours", "theirs", "cover"),
    [
        ((), (), True),
        ((), ("a",), True),
        (("a",), (), False),
        (("*",), (), True),  # what names nothing fits `*`
        (("**",), (), False),
        (("**",), ("a*",), True),
        (("**",), ("*",), False),
        (("a*", "b"), ("ab", "b"), True),
        (("a*", "b"), ("bb",), False),
    ],
)
def test_a_criterion_that_is_left_out_asks_nothing(ours, theirs, cover):
    assert Patterns(ours).cover_all(Patterns(theirs)) is cover


GROUPS = [{"groups": ["a"]}, {"groups": ["a", "b"]}, {"users": ["u"]}, {"users": ["u", "v"]}, {"claims": {"c": "x"}}]
WHOS = ["anyone", *GROUPS, {"claims": {"c": ["x", "y"]}}, {"groups": ["a"], "claims": {"c": "x"}}]
BARRED = [{"except_groups": ["a"]}, {"except_groups": ["a", "b"]}, {"agents": ["h"]}, {"agents": ["h", "*"]}]
WHERES = [
    "anywhere",
    {"collections": ["*"]},
    {"collections": ["t*"]},
    {"collections": ["t1"]},
    {"without_collection": True},
    {"upstreams": ["db"]},
    {"tenants": ["n*"]},
    {"tenants": ["*"]},
]
PEOPLE = [
    caller(user, *groups, **claims)
    for user in ("u", "v", "w")
    for groups in ((), ("a",), ("b",), ("a", "b"))
    for claims in ({}, {"c": "x"}, {"c": "y"}, {"act": {"sub": "h"}}, {"c": "x", "act": {"sub": "i"}})
]
CALLS = [
    (asks(kind, *names, tenant=tenant), upstream)
    for kind in ("search", "delete_filter", "tenant_admin", "collection_drop")
    for names in ((), ("t1",), ("t2",), ("q",), ("t1", "q"))
    for tenant in (None, "north")
    for upstream in ("db", "other")
]


def compiled(effect, who, where):
    them, there = (json.dumps(part) if isinstance(part, dict) else part for part in (who, where))
    (made,) = policies(rule("r", effect, them, there, '"*"')).rules
    return made


@every("seed", range(30))
def test_a_rule_that_covers_another_fits_whatever_that_fits(seed):
    pick = random.Random(seed)
    for _ in range(12):
        stronger, weaker = pick.choice([("deny", "allow"), ("deny", "deny"), ("allow", "allow")])
        a = compiled(stronger, pick.choice(WHOS + (BARRED if stronger == "deny" else [])), pick.choice(WHERES))
        b = compiled(weaker, pick.choice(WHOS + (BARRED if weaker == "deny" else [])), pick.choice(WHERES))
        kinds = covered(shape(a), shape(b))
        for person in PEOPLE:
            for call, upstream in CALLS:
                if call.kind in kinds and b.matches(person, call, upstream):
                    assert a.matches(person, call, upstream), (a.rule, b.rule, person, call)


@pytest.mark.parametrize(
    ("one", "other", "may"),
    [
        ({"groups": ["a"]}, {"groups": ["b"]}, True),
        ({"users": ["u"]}, {"users": ["v"]}, False),
        ({"users": ["u"]}, {"groups": ["a"]}, True),
        ({"claims": {"c": "x"}}, {"claims": {"c": "y"}}, False),
        ({"except_groups": ["a"]}, {"groups": ["a"]}, False),
        ({"except_groups": ["a"]}, {"groups": ["a", "b"]}, True),
    ],
)
def test_two_rules_may_be_about_one_person(one, other, may):
    assert may_be_one(shape(compiled("deny", one, "anywhere")), shape(compiled("deny", other, "anywhere"))) is may

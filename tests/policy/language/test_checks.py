"""Values of a rule that do not fit together."""

import pytest

from support.tools.every import every
from vecgate.policy.language.checks import profile_problems, rule_problems

ALLOW = {"effect": "allow", "mask": "m"}
HOLD = {"effect": "hold", "mask": "m", "approvers": {"groups": ("g",)}}
DENY = {"effect": "deny"}

FINE = [
    # shapes that are somebody else's mistake to report
    None,
    7,
    "x",
    (),
    {},
    {"effect": "alow"},
    {"who": "anyone", "where": 3},
    {"operations": 7, "where": {"collections": ("x",)}},
    {"operations": (7, "*"), "where": {"collections": ("x",)}},
    {"operations": ("unmask",), "where": {"upstreams": ("x",)}},
    # good ones
    ALLOW,
    HOLD | {"wait": "20s", "limits": {}, "vectors": True},
    ALLOW | {"limits": {"when_over": "cut", "max_results": 5}, "vectors": "zero"},
    DENY | {"who": {"except_groups": ("hr",)}},
    HOLD | {"who": {"except_groups": ("hr",)}},
    DENY | {"who": {"agents": ("*",)}},
    HOLD | {"who": {"agents": ("helper",), "groups": ("hr",)}},
    # what goes in
    ALLOW | {"inputs": 7},
    ALLOW | {"inputs": {}},
    ALLOW | {"inputs": {"filters": "refuse"}},
    ALLOW | {"inputs": {"filters": "translate"}},
    ALLOW | {"inputs": {"payload": "mask", "query": "refuse", "embeddings": "refuse", "profile": "p"}},
    HOLD | {"inputs": {"filters": "translate", "profile": "p"}},
]

WRONG = [
    # masks
    ({"effect": "allow"}, ("effect",), "needs 'mask', a mask profile; to mask nothing, say 'unsafe-nothing'"),
    ({"effect": "hold", "approvers": {"groups": ("g",)}}, ("effect",), "needs 'mask'"),
    (DENY | {"mask": "m"}, ("mask",), "a deny rule gives no answer to mask"),
    # limits
    (DENY | {"limits": {}}, ("limits",), "a deny rule has nothing to limit"),
    (DENY | {"vectors": False}, ("vectors",), "a deny rule gives no answer"),
    (ALLOW | {"limits": {"when_over": "cut"}}, ("limits", "when_over"), "'when_over' needs 'max_results'"),
    # approvers
    ({"effect": "hold", "mask": "m"}, ("effect",), "a hold rule needs 'approvers'"),
    (ALLOW | {"approvers": {"groups": ("g",)}}, ("approvers",), "only hold and request rules have approvers"),
    (DENY | {"wait": "20s"}, ("wait",), "only a hold rule makes a caller wait"),
    # what goes in
    (DENY | {"inputs": {}}, ("inputs",), "a deny rule lets nothing in"),
    (ALLOW | {"inputs": {"payload": "mask"}}, ("inputs", "payload"), "'payload: mask' needs 'profile'"),
    (ALLOW | {"inputs": {"query": "refuse"}}, ("inputs", "query"), "'query: refuse' needs 'profile'"),
    (ALLOW | {"inputs": {"profile": "p"}}, ("inputs", "profile"), "this profile is not used"),
    (
        ALLOW | {"inputs": {"payload": "mask", "profile": "unsafe-nothing"}},
        ("inputs", "profile"),
        "'unsafe-nothing' masks nothing",
    ),
    (
        ALLOW | {"inputs": {"payload": "refuse", "embeddings": "refuse", "profile": "p"}},
        ("inputs", "embeddings"),
        "only judged with 'payload: mask'",
    ),
    (
        ALLOW | {"mask": "unsafe-nothing", "inputs": {"filters": "refuse"}},
        ("inputs", "filters"),
        "nothing that could be guessed",
    ),
    # who and where
    (DENY | {"who": {}}, ("who",), "say 'who: anyone'"),
    (DENY | {"where": {}}, ("where",), "say 'where: anywhere'"),
    (ALLOW | {"who": {"except_groups": ("x",)}}, ("who", "except_groups"), "an allow rule cannot have 'except_groups'"),
    (ALLOW | {"who": {"agents": ("x",)}}, ("who", "agents"), "may do what its person may, and never more"),
    # a lock on a person holds everywhere
    (ALLOW | {"operations": ("lock",), "where": {"upstreams": ("db",)}}, ("where",), "says 'where: anywhere'"),
    (
        ALLOW | {"operations": ("sessions_read",), "where": {"collections": ("x",)}},
        ("where",),
        "a session goes over all",
    ),
    (DENY | {"operations": ("policies_read",), "where": {"upstreams": ("db",)}}, ("where",), "about all databases"),
    # a token tells no collection
    (ALLOW | {"operations": ("unmask",), "where": {"collections": ("x",)}}, ("where", "collections"), "tells no"),
    (DENY | {"operations": ("*", "reveal"), "where": {"collections": ("x",)}}, ("where", "collections"), "tells no"),
    (
        DENY | {"where": {"collections": ("x",), "without_collection": True}},
        ("where", "without_collection"),
        "not both",
    ),
]


@every("rule", FINE)
def test_nothing_is_said_about_what_fits_or_has_another_mistake(rule):
    assert list(rule_problems(rule)) == []


@every(("rule", "path", "said"), WRONG)
def test_what_does_not_fit_is_told_at_its_key(rule, path, said):
    ((got, message),) = rule_problems(rule)
    assert got == path
    assert said in message


def test_the_unsafe_profile_cannot_be_redefined_as_something_safe_looking():
    assert list(profile_problems("standard", {})) == []
    assert [message for _, message in profile_problems("unsafe-nothing", {})] == [
        "'unsafe-nothing' is built in and cannot be defined"
    ]


LISTED = [
    # shapes that are somebody else's mistake to report
    (None, []),
    ({"deny": ("x",), "entities": 3}, []),
    ({"deny": {"PERSON": 7}, "default": 7}, []),
    # good ones
    ({"deny": {"PERSON": ("Bo",)}}, []),
    ({"deny": {"ORG": ("Acme",)}, "entities": {"ORG": "replace"}}, []),
    # what would be found and shown
    ({"deny": {"ORG": ("Acme",)}}, ["ORG"]),
    ({"deny": {"PERSON": ("Bo",)}, "default": {"operator": "keep"}}, ["PERSON"]),
    ({"deny": {"PERSON": ("Bo",)}, "entities": {"PERSON": "keep"}}, ["PERSON"]),
]
TOKENS = [
    ({"fields": 7}, []),
    ({"fields": {"*.email": {"operator": "token", "as": "EMAIL"}}, "default": "token"}, []),
    ({"fields": {"*.email": "hash", "*.id": {"operator": 7}}}, []),
    # nobody could be told to open them
    ({"fields": {"*.email": "token"}}, ["*.email"]),
    ({"fields": {"*.email": {"operator": "token"}}}, ["*.email"]),
]


@pytest.mark.parametrize(("profile", "entities"), LISTED)
def test_texts_listed_under_an_entity_that_is_kept_are_a_mistake(profile, entities):
    assert [path for path, _ in profile_problems("m", profile)] == [("deny", entity) for entity in entities]


@pytest.mark.parametrize(("profile", "fields"), TOKENS)
def test_a_field_that_becomes_a_token_says_as_what(profile, fields):
    assert [path for path, _ in profile_problems("m", profile)] == [("fields", field) for field in fields]

"""Does a criterion fit? Table by table."""

import pytest

from support.fakes.policy_words import asks, caller
from support.tools.every import every
from vecgate.policy.language.model import Rule
from vecgate.policy.rules.matching import checks, glob

GLOBS = [
    # full and case-sensitive
    ("tickets", "tickets", True),
    ("tickets", "ticket", False),
    ("tickets", "tickets2", False),
    ("tickets", "xtickets", False),
    ("tickets", "Tickets", False),
    ("tickets", "tickets\n", False),
    # star and question mark
    ("*", "", True),
    ("*", "any\nthing", True),
    ("hr-*", "hr-", True),
    ("hr-*", "hr", False),
    ("?", "", False),
    ("a?c", "abc", True),
    ("a?c", "ac", False),
    # nothing else is special
    ("a.c", "abc", False),
    ("a+", "aa", False),
    ("(a|b)", "a", False),
    ("^a$", "a", False),
]


@pytest.mark.parametrize(("pattern", "text", "fits"), GLOBS)
def test_a_pattern_matches_in_full(pattern, text, fits):
    assert glob([pattern])(text) is fits


def test_one_of_several_patterns_is_enough():
    assert glob(["a", "b*"])("bee")


def test_a_pattern_of_many_stars_is_quick_to_say_no():
    assert not glob(["*a" * 30 + "b"])("a" * 500)


def fits(principal, operation, upstream="db", effect="allow", who="anyone", where="anywhere"):
    rule = Rule.model_validate({"name": "r", "who": who, "where": where, "operations": ("*",), "effect": effect})
    return all(check.test(principal, operation, upstream) for check in checks(rule))


WHO = [
    # anyone
    ("anyone", caller("x"), True),
    # groups
    ({"groups": ("a", "b")}, caller("x"), False),
    ({"groups": ("a", "b")}, caller("x", "b", "c"), True),
    ({"groups": ("a",)}, caller("x", "A"), False),
    ({"groups": ("a*",)}, caller("x", "ab"), False),
    # users
    ({"users": ("alice",)}, caller("alice"), True),
    ({"users": ("alice",)}, caller("Alice"), False),
    # both must hold
    ({"users": ("alice",), "groups": ("a",)}, caller("alice"), False),
    ({"users": ("alice",), "groups": ("a",)}, caller("alice", "a"), True),
    # claims
    ({"claims": {"amr": ("mfa",)}}, caller("x"), False),
    ({"claims": {"amr": ("mfa",)}}, caller("x", amr="mfa"), True),
    ({"claims": {"amr": ("mfa",)}}, caller("x", amr=["pwd", "mfa"]), True),
    ({"claims": {"amr": ("mfa",)}}, caller("x", amr=[]), False),
    ({"claims": {"amr": ("mfa",)}}, caller("x", amr={"mfa": 1}), False),
    ({"claims": {"amr": ("mfa",)}}, caller("x", amr=None), False),
    ({"claims": {"a": ("1",), "b": ("2",)}}, caller("x", a="1"), False),
    # a claim inside objects, and one whose name has dots
    ({"claims": {"realm.roles": ("mfa",)}}, caller("x", realm={"roles": ["mfa"]}), True),
    ({"claims": {"realm.roles": ("mfa",)}}, caller("x", realm={"roles": ["pwd"]}), False),
    ({"claims": {"realm.roles": ("mfa",)}}, caller("x", realm=["roles"]), False),
    ({"claims": {"https://a.example/amr": ("mfa",)}}, caller("x", **{"https://a.example/amr": "mfa"}), True),
    ({"claims": {"a.b": ("1",)}}, caller("x", **{"a.b": "2", "a": {"b": "1"}}), False),  # the exact name comes first
    # a claim's type counts
    ({"claims": {"admin": True}}, caller("x", admin=True), True),
    ({"claims": {"admin": True}}, caller("x", admin=1), False),
    ({"claims": {"admin": True}}, caller("x", admin="true"), False),
    ({"claims": {"level": 1}}, caller("x", level=True), False),
    ({"claims": {"level": 1}}, caller("x", level=1.0), False),
    ({"claims": {"level": (1, 2)}}, caller("x", level=2), True),
    # whoever uses the token, at any place in the chain, as it is folded; a star is whoever acts
    ({"agents": ("helper",)}, caller("helper"), False),
    ({"agents": ("helper",)}, caller("x", act={"sub": "helper"}), True),
    ({"agents": ("Helper",)}, caller("x", act={"sub": "\uff48elper\u200b"}), True),
    ({"agents": ("helper",)}, caller("x", act={"sub": "helper-2"}), False),
    ({"agents": ("helper",)}, caller("x", act={"sub": "o", "act": {"sub": "s", "client_id": "helper"}}), True),
    ({"agents": ("helper",)}, caller("x", azp="helper"), True),
    ({"agents": ("helper",)}, caller("x", client_id="HELPER"), True),
    ({"agents": ("helper",)}, caller("x", client_id=["helper"]), False),
    ({"agents": ("*",)}, caller("x", azp="console"), False),
    ({"agents": ("*",)}, caller("x", act={"sub": "any"}), True),
    ({"agents": ("*",)}, caller("x", act=None), True),
    ({"agents": ("helper",), "groups": ("a",)}, caller("x", act={"sub": "helper"}), False),
    # who acts now, and nobody behind them; one user
    ({"agent": "helper"}, caller("x"), False),
    ({"agent": "helper"}, caller("helper"), False),
    ({"agent": "Helper"}, caller("x", act={"sub": "helper\u200b"}), True),
    ({"agent": "helper"}, caller("x", act={"sub": "9", "client_id": "helper"}), True),
    ({"agent": "helper"}, caller("x", act={"sub": "planner", "act": {"sub": "helper"}}), False),
    ({"agent": "helper"}, caller("x", azp="helper"), False),
    ({"agent": "*"}, caller("x", act={"sub": "any"}), True),
    ({"agent": "*"}, caller("x", azp="any"), False),
    ({"user": "x", "agent": "helper"}, caller("x", act={"sub": "helper"}), True),
    ({"user": "x", "agent": "helper"}, caller("y", act={"sub": "helper"}), False),
    ({"user": "x", "agent": "helper"}, caller("x"), False),
    ({"user": "x"}, caller("X"), False),
    # all but
    ({"except_groups": ("hr",)}, caller("x"), True),
    ({"except_groups": ("hr",)}, caller("x", "a", "hr"), False),
]


@every(("who", "principal", "expected"), WHO)
def test_who(who, principal, expected):
    assert fits(principal, asks(), who=who) is expected


ONE, TWO, NONE, LIST = asks("search", "t1"), asks("search", "t1", "hr"), asks("health"), asks("collection_read")
WIPE, ODD_WIPE, ADMIN = asks("collection_drop"), asks("brand_new_kind"), asks("tenant_admin")

COLLECTIONS = [
    # patterns, operation, fits an allow rule, fits a deny or hold rule
    (("t*",), ONE, True, True),
    (("t*",), TWO, False, True),
    (("t*", "hr"), TWO, True, True),
    (("x",), TWO, False, False),
    (("*",), TWO, True, True),
    # no collection
    (("t*",), NONE, False, False),
    (("*",), NONE, True, True),
    (("?",), NONE, False, False),
    # all of them: listing is not reading, wiping is wiping
    (("t*",), LIST, False, False),
    (("?",), LIST, False, False),
    (("*",), LIST, True, True),
    (("hr",), WIPE, False, True),
    (("?",), WIPE, False, True),
    (("*",), WIPE, True, True),
    (("hr",), ODD_WIPE, False, True),
    (("hr",), asks("snapshot_create"), False, True),
    (("hr",), ADMIN, False, False),
]


@pytest.mark.parametrize(("patterns", "operation", "allow", "deny"), COLLECTIONS)
def test_allow_needs_all_collections_and_deny_one(patterns, operation, allow, deny):
    where = {"collections": patterns}
    got = [fits(caller(), operation, where=where, effect=effect) for effect in ("allow", "deny", "hold")]
    assert got == [allow, deny, deny]


WHERE = [
    ({"upstreams": ("db",)}, ONE, True),
    ({"upstreams": ("d?",)}, ONE, True),
    ({"upstreams": ("other",)}, ONE, False),
    ({"tenants": ("acme",)}, asks(tenant="acme"), True),
    ({"tenants": ("acme",)}, asks(tenant="acme2"), False),
    ({"tenants": ("acme",)}, asks(), False),
    ({"tenants": ("*",)}, asks(), True),
    ({"databases": ("d*",)}, asks(database="d1"), True),
    ({"databases": ("d*",)}, asks(), False),
    ({"databases": ("d*",), "tenants": ("acme",)}, asks(database="d1"), False),
    ({"without_collection": True}, ONE, False),
    ({"without_collection": True}, NONE, True),
    ({"without_collection": True}, WIPE, True),
]


@pytest.mark.parametrize(("where", "operation", "expected"), WHERE)
def test_where(where, operation, expected):
    assert fits(caller(), operation, where=where) is expected

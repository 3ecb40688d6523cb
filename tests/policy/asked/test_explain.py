"""Every rule tells why it fits a call or does not, and agrees with the decision."""

from support.fakes.policy_words import asks, caller, policies, rule
from vecgate.policy.asked.explain import explain

RULES = [
    rule("writers", who="{groups: [writers]}", operations="write"),
    rule("analysts", who="{groups: [analysts]}", where='{collections: ["t*"]}'),
    rule("not-prod", "deny", who="{except_groups: [ops]}", where="{upstreams: [prod]}"),
    rule("everyone"),
    rule("by-claim", "hold", who="{claims: {level: [1, 2]}}", where="{tenants: [acme], without_collection: true}"),
]


def told(principal, operation, upstream="db"):
    return {t.rule: t for t in explain(policies(*RULES), principal, operation, upstream).traces}


def test_every_rule_is_told_in_order():
    assert list(told(caller(), asks())) == ["writers", "analysts", "not-prod", "everyone", "by-claim"]


def test_each_rule_says_all_that_it_misses():
    traces = told(caller("x", "ops"), asks("search", "x"))
    assert traces["writers"].misses == ("operations: wants write", "groups: wants writers")
    assert traces["analysts"].misses == ("groups: wants analysts", "collections: wants all in t*")
    assert traces["not-prod"].misses == ("except_groups: wants none of ops", "upstreams: wants prod")
    assert traces["by-claim"].misses == (
        "claim level: wants 1, 2", "tenants: wants acme", "without_collection: wants a call that names no collection",
    )  # fmt: skip


def test_the_rule_that_decides_is_marked_and_others_that_fit_are_not():
    traces = told(caller("x", "analysts"), asks("search", "tickets"))
    assert str(traces["analysts"]) == "-> allow analysts (p.yaml:4): decides"
    assert str(traces["everyone"]) == "ok allow everyone (p.yaml:6): matches, but is outranked"
    assert str(traces["writers"]) == "   allow writers (p.yaml:3): operations: wants write; groups: wants writers"


def test_it_agrees_with_evaluate_for_every_caller_and_call():
    found = policies(*RULES)
    for principal in (caller("x"), caller("x", "analysts"), caller("x", "ops"), caller("x", level=1)):
        for kind in ("search", "upsert", "health", "brand_new_kind"):
            for upstream in ("db", "prod"):
                operation = asks(kind, "tickets", tenant="acme")
                why = explain(found, principal, operation, upstream)
                assert why.decision == found.evaluate(principal, operation, upstream)
                assert [t.rule for t in why.traces if t.decides] == ([why.decision.rule] if why.decision.rule else [])
                assert all(t.matches for t in why.traces if t.decides)

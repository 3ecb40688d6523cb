"""What may be asked for, and what a grant is worth: the widest there is, deny before it, and nothing once its rule is gone."""

from dataclasses import replace

import pytest

from support.fakes.policy_words import asks, caller
from vecgate.domain.decision import Effect
from vecgate.domain.grant import Grant, Terms
from vecgate.domain.kinds import BY_NAME, OPERATION_KINDS
from vecgate.policy.load import from_texts
from vecgate.policy.rules.evaluate import PolicySet
from vecgate.policy.rules.offers import Wish, beyond, for_call, in_emergency, narrowed, offer, widest
from vecgate.refusals.errors import CallRefused, PolicyError

REQUEST = """
  - name: may-look
    who: {groups: [support]}
    where: {upstreams: ["tickets-*"], collections: ["tickets*"], tenants: ["t*"]}
    operations: [search, count, collection_read, delete_ids]
    effect: request
    mask: strict
    limits: {max_results: 20}
    approvers: {groups: [leads]}
    grant: {longest: 8h, masks: [lax], records: 500}
"""
HEAD = "version: 1\nmask_profiles:\n  strict: {default: redact}\n  lax: {default: replace}\nrules:\n"
ANN = caller("ann", "support")
TERMS = Terms("tickets-db", ("count", "search"), ("tickets-a",), 7200.0, "lax", tenant="t1")
SEARCH = asks("search", "tickets-a", tenant="t1")


def rules(*more: str, request: str = REQUEST) -> PolicySet:
    return from_texts({"p.yaml": HEAD + request + "".join(more)})


def rule(name: str, effect: str, operations: str = "search", more: str = "") -> str:
    mask = "" if effect == "deny" else "mask: lax, "
    who = "who: anyone, where: anywhere"
    return f"  - {{name: {name}, {who}, operations: [{operations}], effect: {effect}, {mask}{more}}}\n"


ALLOW = rule("standing", "allow")
HOLD = rule("holding", "hold", more="approvers: {groups: [leads]}")
DENY = rule("denying", "deny")


def grant(**over) -> Grant:
    return replace(Grant("g1", "may-look", ANN.key, TERMS, 0.0, 9e9), **over)


def decide(policies: PolicySet, *grants: Grant, who=ANN, operation=SEARCH, upstream="tickets-db"):
    return policies.evaluate(who, operation, upstream, grants)


def test_a_request_rule_allows_nothing_by_itself():
    assert (decide(rules()).effect, decide(rules()).reason) == (Effect.DENY, "policy.no_rule")
    assert rules().at_best(ANN, SEARCH, "tickets-db").effect is Effect.DENY


def test_a_grant_allows_under_its_mask_and_the_limits_of_its_rule():
    found = decide(rules(), grant())
    assert (found.effect, found.rule, found.reason, found.mask) == (Effect.ALLOW, "may-look", "policy.granted", "lax")
    assert (found.max_results, found.grant, found.approvers) == (20, grant(), None)
    assert rules().at_best(ANN, asks("search", tenant="t1"), "tickets-db", (grant(),)).effect is Effect.ALLOW


@pytest.mark.parametrize(
    ("over", "how"),
    [
        ({"rule": "gone"}, {}),
        ({"holder": "https://issuer#ben"}, {}),
        ({"terms": replace(TERMS, mask="unsafe-nothing")}, {}),
        ({"terms": replace(TERMS, seconds=8 * 3600 + 1.0)}, {}),
        ({"terms": replace(TERMS, records=501)}, {}),
        ({"terms": replace(TERMS, upstream="other-db")}, {}),
        ({"terms": replace(TERMS, collections=("notes",))}, {}),
        ({}, {"who": caller("ann", "sales")}),
        ({}, {"operation": asks("delete_ids", "tickets-a", tenant="t1")}),
        ({}, {"operation": asks("search", "tickets-b", tenant="t1")}),
        ({}, {"operation": asks("search", "tickets-a", "notes", tenant="t1")}),
        ({}, {"operation": asks("search", "tickets-a", tenant="u")}),
        ({}, {"upstream": "tickets-2"}),
        ({"terms": replace(TERMS, upstream="other", tenant="", collections=("*",))}, {"upstream": "other"}),
        ({"terms": replace(TERMS, collections=("*",))}, {"operation": asks("search", "notes", tenant="t1")}),
    ],
)
def test_it_gives_nothing_beyond_itself_or_its_rule_as_it_is_now(over, how):
    assert decide(rules(), grant(**over), **how).effect is Effect.DENY


def test_deny_beats_it_a_hold_holds_and_it_decides_before_an_allow():
    assert decide(rules(DENY), grant()).rule == "denying"
    held = decide(rules(HOLD), grant())
    assert (held.effect, held.rule, held.grant) == (Effect.HOLD, "holding", grant())
    assert decide(rules(ALLOW), grant()).rule == "may-look"
    assert decide(rules(ALLOW)).rule == "standing"
    covering = REQUEST.replace("masks:", "covers_holds: true, masks:")
    assert decide(rules(HOLD, request=covering), grant()).effect is Effect.ALLOW
    assert decide(rules(DENY, request=covering), grant()).effect is Effect.DENY


def test_the_first_grant_that_covers_a_call_decides_and_no_call_is_under_two():
    other = grant(id="g2", terms=replace(TERMS, operations=("delete_ids",)))
    assert decide(rules(), other, grant()).grant == grant()
    both = replace(SEARCH, also=(asks("delete_ids", "tickets-a", tenant="t1"),))
    assert decide(rules(), grant(), other, operation=both).effect is Effect.DENY
    assert decide(rules(rule("standing", "allow", "delete_ids")), grant(), operation=both).grant == grant()
    turned = replace(both.also[0], also=(SEARCH,))
    assert decide(rules(rule("standing", "allow", "delete_ids")), grant(), operation=turned).grant == grant()


@pytest.mark.parametrize(
    ("over", "what"),
    [
        ({}, ()),
        ({"mask": ""}, ()),
        ({"mask": "strict"}, ()),
        ({"tenant": ""}, ()),
        ({"records": 500}, ()),
        ({"seconds": 8 * 3600.0 + 1}, ("for",)),
        ({"mask": "unsafe-nothing"}, ("mask",)),
        ({"records": 501}, ("records",)),
        ({"operations": ("search", "upsert")}, ("operations",)),
        ({"collections": ("*",)}, ("collections",)),
        ({"collections": ()}, ("collections",)),
        ({"collections": ("tickets*", "ticket")}, ("collections",)),
        ({"upstream": "crm"}, ("upstreams",)),
        ({"tenant": "u"}, ("tenants",)),
    ],
)
def test_what_is_beyond_is_named(over, what):
    assert beyond(rules().asking["may-look"], replace(TERMS, **over), ANN) == what


def test_what_is_left_to_the_rule_is_filled_in_and_clients_can_start():
    found = offer(rules().asking.values(), ANN, replace(TERMS, mask=""))
    assert found is not None
    assert (found.terms.mask, found.terms.records) == ("strict", 500)
    assert found.terms.operations == ("collection_read", "count", "search")
    assert offer(rules().asking.values(), caller("ben"), TERMS) is None
    assert widest(rules().asking.values(), caller("ben"), TERMS) == ""


def test_the_widest_is_told_in_words():
    assert widest(rules().asking.values(), ANN, replace(TERMS, seconds=9e6)) == (
        "rule 'may-look' lets you ask for operations search, count, collection_read, delete_ids, on tickets*, "
        "of tickets-*, in tenant t*, for 8h at most, 500 records, with mask strict or lax; beyond it is what you said of 'for'"
    )


def test_the_rule_for_a_call_is_found_also_before_its_names_are_known():
    asking = rules().asking.values()
    assert for_call(asking, ANN, SEARCH, "tickets-db")
    assert for_call(asking, ANN, replace(SEARCH, collections=(), things=("id",)), "tickets-db")
    assert for_call(asking, ANN, replace(SEARCH, collections=("notes",)), "tickets-db") is None
    assert for_call(asking, caller("ben"), SEARCH, "tickets-db") is None


def test_a_wish_is_read_in_the_words_of_a_policy_and_narrowed_in_them():
    wish = Wish.model_validate({"upstream": "tickets-db", "operations": ("read",), "for": "90min"})
    assert (wish.terms().seconds, set(wish.terms().operations)) == (
        5400.0, {kind for kind, group in OPERATION_KINDS.items() if group == "read" and kind not in BY_NAME}
    )  # fmt: skip
    less = narrowed(replace(TERMS, operations=("collection_read", "search")), {"operations": ["search"], "for": "1h"})
    assert (less.operations, less.seconds) == (("collection_read", "search"), 3600.0)
    for wrong in ({"for": "soon"}, {"more": 1}, "all", {"collections": []}):
        with pytest.raises(CallRefused):
            narrowed(TERMS, wrong)


GLASS = "break_glass: {review_within: 1d}"


def test_broken_glass_covers_holds_and_locks_and_is_not_asked_for() -> None:
    found = rules(request=REQUEST.replace("records: 500", GLASS))
    [rule] = found.emergencies
    assert (rule.glass, rule.covers_holds, found.may_lock) == (True, True, True)
    assert not rules().emergencies
    whole = in_emergency([rule], ANN, "tickets-db", {})
    assert whole is not None
    assert (whole.terms.seconds, whole.terms.mask) == (28800.0, "strict")
    assert set(whole.terms.operations) >= {"search"}
    less = in_emergency([rule], ANN, "tickets-db", {"for": "10min", "mask": "lax"})
    assert less is not None
    assert (less.terms.seconds, less.terms.mask) == (600.0, "lax")
    for more in ({"for": "9h"}, {"mask": "unsafe-nothing"}, {"collections": ["*"]}, {"operations": ["upsert"]}):
        assert in_emergency([rule], ANN, "tickets-db", more) is None
    assert in_emergency([rule], ANN, "other-db", {}) is None
    assert in_emergency([rule], replace(ANN, groups=frozenset()), "tickets-db", {}) is None


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ("    grant: {longest: 8h, masks: [lax], records: 500}\n", "", "a request rule needs 'grant'"),
        ("    approvers: {groups: [leads]}\n", "", "a request rule needs 'approvers'"),
        ("    mask: strict\n", "", "this rule needs 'mask'"),
        ("effect: request", "effect: allow", "only a request rule has 'grant'"),
        ("masks: [lax]", "masks: [strict]", "this is the rule's own mask"),
        ("masks: [lax]", "masks: [lux]", "unknown mask profile 'lux'"),
        ("groups: [leads]", "groups: [leads], above: 5", "it is always asked about"),
        ("longest: 8h", "longest: 8", "is not a time"),
        ("longest: 8h", "longest: 91d", "up to '90d'"),
        ("effect: request", "effect: request\n    wait: 20s", "no call is kept waiting"),
        ("records: 500", "starts: first_use, " + GLASS, "its time runs from the moment it is broken"),
        ("records: 500", "pending: 1h, " + GLASS, "it waits for nobody"),
        ("records: 500", "covers_holds: true, " + GLASS, "so it covers what hold rules hold anyway"),
        ("records: 500", "reason: optional, " + GLASS, "its reason is always required"),
        ("records: 500", "ticket: required, " + GLASS, "a ticket may be named, and must not be"),
        ("longest: 8h", "longest: 9h, " + GLASS, "this is 8h at most"),
        ("records: 500", "break_glass: {review_within: 15d}", "this is 14d at most"),
        ("records: 500", "break_glass: {}", "review_within"),
        ("{groups: [support]}", "{except_groups: [hr]}", "a request rule cannot have 'except_groups'"),
    ],
)
def test_what_does_not_fit_together_is_a_mistake(was, now, said):
    with pytest.raises(PolicyError) as caught:
        rules(request=REQUEST.replace(was, now))
    assert said in str(caught.value)

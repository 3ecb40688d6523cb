"""Whoever is named as one who can, can; whoever is left out cannot: held against the evaluator itself, whatever the rules."""

import yaml
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from support.fakes.policy_words import asks, caller
from vecgate.domain.decision import Effect
from vecgate.domain.operation import Operation
from vecgate.domain.principal import Principal
from vecgate.policy.asked.explain import explain
from vecgate.policy.asked.what import what
from vecgate.policy.asked.who import who
from vecgate.policy.load import from_texts
from vecgate.policy.rules.compiled import CompiledRule
from vecgate.policy.rules.evaluate import PolicySet
from vecgate.refusals.errors import PolicyError

GROUPS, USERS, NAMES, UPSTREAMS = ("a", "b"), ("ann", "bob"), ("t", "t-1", "hr"), ("north", "south")
PATTERNS = ("t", "t*", "hr", "*", "t-?")
KINDS = ("search", "read_ids", "delete_ids", "delete_filter", "collection_create")


def some(values: tuple[str, ...], most: int = 2) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=most, unique=True)


def _fields(effect: str) -> st.SearchStrategy[dict[str, object]]:
    whom = {"groups": some(GROUPS), "users": some(USERS), "claims": st.just({"amr": ["mfa"]})}
    whom |= {"agents": some(("helper", "*"), 1)}
    whom |= {"except_groups": some(GROUPS, 1)} if effect in ("deny", "hold") else {}
    people = st.fixed_dictionaries({}, optional=whom).filter(bool) | st.just("anyone")
    at = {"collections": some(PATTERNS), "upstreams": some(UPSTREAMS, 1), "tenants": some(("*", "{claims.tenant}"), 1)}
    place = st.fixed_dictionaries({}, optional=at).filter(bool) | st.sampled_from(
        ["anywhere", {"without_collection": True}]
    )
    operations = some(("read", "search", "delete", "delete_filter", "schema"))
    rest: dict[str, st.SearchStrategy[object]] = {
        "when": st.sampled_from(["principal.user == 'ann'", "has(principal.claims.team)", "impact.records < 5"]),
        "except": st.sampled_from([[{"who": {"users": ["ann"]}}], [{"where": {"collections": ["t-1"]}}]]),
        "until": st.sampled_from(["2020-01-01T00:00:00Z", "2099-01-01T00:00:00Z"]),
    }
    if effect in ("allow", "hold"):
        rest["rows"] = st.just([{"field": "dept", "equals": "{claims.dept}"}])
        rest["limits"] = st.just({"max_results": 5})
    fixed = {"who": people, "where": place, "operations": operations, "effect": st.just(effect)}
    return st.fixed_dictionaries(fixed, optional=rest)


RULES = st.lists(st.sampled_from(["allow", "hold", "deny", "request"]).flatmap(_fields), min_size=1, max_size=5)
PEOPLE = st.builds(
    lambda user, groups, claims: caller(user, *groups, **claims),
    st.sampled_from((*USERS, "eve")),
    st.sets(st.sampled_from(GROUPS)),
    st.fixed_dictionaries(
        {},
        optional={
            "amr": st.just(["pwd", "mfa"]),
            "act": st.just({"sub": "helper"}),
            "tenant": st.just("x"),
            "dept": st.just("d"),
        },
    ),
)
CALLS = st.builds(
    lambda kind, names, tenant: asks(kind, *names, tenant=tenant, database="d"),
    st.sampled_from(KINDS),
    st.lists(st.sampled_from(NAMES), max_size=2, unique=True),
    st.sampled_from(("x", "y")),
)


def made(rules: list[dict[str, object]]) -> PolicySet:
    more: dict[str, dict[str, object]] = {
        "allow": {"mask": "m"},
        "hold": {"mask": "m", "approvers": {"groups": ["leads"]}},
        "request": {"mask": "m", "approvers": {"groups": ["leads"]}, "grant": {"longest": "1h"}},
        "deny": {},
    }
    tree = {"version": 1, "mask_profiles": {"m": {"default": "replace"}}}
    listed = [{"name": f"r{n}", **rule, **more[str(rule["effect"])]} for n, rule in enumerate(rules)]
    return from_texts({"p.yaml": yaml.safe_dump(tree | {"rules": listed}, sort_keys=False)})


def fits(rule: CompiledRule, who: Principal, call: Operation, upstream: str) -> bool:
    """Whether it is about that, and asks nothing else."""
    return rule.conditions is None and all(check.test(who, call, upstream) for check in rule.checks)


@settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(RULES, PEOPLE, CALLS, st.sampled_from(UPSTREAMS))
def test_who_can_and_what_can_tell_what_is_decided(
    rules: list[dict[str, object]], principal: Principal, call: Operation, upstream: str
) -> None:
    try:
        policies = made(rules)
    except PolicyError:  # rules that nobody could load
        reject()
    decision = policies.evaluate(principal, call, upstream)
    entries = {entry.rule.rule.name: entry for entry in who(policies, call, upstream)}
    if decision.rule:
        assert decision.rule in entries
        assert not entries[decision.rule].outranked
        assert decision.rule in {one.entry.rule.rule.name for one in what(policies, principal.user, principal.groups)}
    for entry in entries.values():
        if entry.rule.effect is Effect.REQUEST or not fits(entry.rule, principal, call, upstream):
            continue
        said = decision.rule == entry.rule.rule.name or decision.effect is entry.rule.effect
        assert said or entry.outranked or decision.rule in entry.unless, (str(entry), decision)
        assert not (entry.outranked and decision.rule == entry.rule.rule.name)
    told = explain(policies, principal, call, upstream)
    assert told.decision == decision
    assert [trace.rule for trace in told.traces if trace.decides] == ([decision.rule] if decision.rule else [])

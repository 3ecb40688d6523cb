"""Each rule is held against few others, however many there are; what a rule is told is in test_advice.py."""

import pytest

from support.fakes.policy_words import policies, rule
from vecgate.policy.review import reach
from vecgate.policy.review.reach import MOST, overreaching, unreachable
from vecgate.policy.rules import covers

SHAPES = {
    "one group, many collections": lambda i: ("{groups: [g]}", f"{{collections: ['c{i:06}-*']}}"),
    "many users": lambda i: (f"{{users: [u{i}]}}", "anywhere"),
    "many claims": lambda i: (f"{{claims: {{tenant: t{i}}}}}", "anywhere"),
    "many tenants": lambda i: ("anyone", f"{{tenants: ['t{i:06}'], collections: ['*']}}"),
    "only the ends differ": lambda i: ("{groups: [g]}", f"{{collections: ['*-{i}']}}"),
    "long lists": lambda i: ("{groups: [g]}", f"{{collections: [{', '.join(f'c{i:05}-{n}' for n in range(8))}]}}"),
}


@pytest.mark.sample(4)
@pytest.mark.parametrize("made", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("look", [unreachable, overreaching])
def test_twice_as_many_rules_are_twice_the_work(made, look, monkeypatch):
    real, work = covers.where, []
    monkeypatch.setattr(reach, "covered", lambda a, b, inner=covers.covered: (work.append(1), inner(a, b))[1])
    monkeypatch.setattr(reach, "where", lambda *a: (work.append(1), real(*a))[1])
    counts = []
    for n in (300, 600):
        effects = ("hold", "allow") if look is overreaching else ("allow", "allow")
        found = policies(*(rule(f"r{i}", effects[i % 2], *made(i)) for i in range(n)))
        work.clear()
        assert [*look(found.rules)] == []
        counts.append(len(work) + n)
    assert counts[1] <= 2.3 * counts[0]
    assert counts[1] <= 600 * (MOST + 1)


def test_a_rule_that_is_covered_only_by_several_together_is_found():
    found = policies(
        rule("a", "deny", operations="read"),
        rule("b", "deny", operations="write"),
        rule("c", who="{groups: [g]}", operations="read, write"),
    )
    ((rule_, said),) = unreachable(found.rules)
    assert rule_.rule.name == "c"
    assert "'a' (p.yaml:3)" in said
    assert "'b' (p.yaml:4)" in said


def test_many_beginnings_are_found_by_the_one_they_share():
    names = ", ".join(f"tickets-{i}" for i in range(9))
    found = policies(rule("a", where=f"{{collections: [{names}]}}"), rule("b", where="{collections: [tickets-7]}"))
    assert [r.rule.name for r, _ in unreachable(found.rules)] == ["b"]

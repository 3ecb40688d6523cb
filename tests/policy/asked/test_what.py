"""What a person can do: the rules about them, whatever else their token says."""

import pytest

from support.fakes.policy_words import policies, rule
from vecgate.policy.asked.what import answers, what
from vecgate.policy.asked.who import Around
from vecgate.policy.language.times import parse_moment
from vecgate.policy.load import from_texts

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
    assert "allow   read; by 'reads' (p.yaml:4); in collections all in tickets; shown with 'unsafe-nothing'" in lines
    assert "allow   write; by 'rich' (p.yaml:7); with claim amr mfa; shown with 'unsafe-nothing'" in lines
    assert (
        "hold    destroy; by 'helper' (p.yaml:6); with agents helper; once 1 of leads agree; shown with 'unsafe-nothing'"
        in lines
    )


ASKED = from_texts(
    {
        "p.yaml": """version: 1
mask_profiles:
  careful: {default: replace}
deputies:
  - {for: bob, by: dana, from: 2026-11-21 UTC, until: 2026-12-05 UTC, groups: [owners]}
rules:
  - {name: barred, who: {groups: [support]}, where: {collections: [hr]}, operations: [read], effect: deny}
  - {name: others, who: {groups: [ops]}, where: anywhere, operations: [read], effect: deny, until: 2026-11-01 UTC}
  - {name: all, who: {groups: [support]}, where: anywhere, operations: [read], effect: allow, mask: careful}
  - {name: one, who: {groups: [support]}, where: {collections: [tickets]}, operations: [search], effect: allow, mask: careful}
  - name: ask
    who: {groups: [support]}
    where: {collections: [tickets]}
    operations: [delete]
    effect: hold
    mask: careful
    approvers: {stages: [{users: [bob]}, {claims: [manager], fallback: {groups: [owners]}}]}
"""
    }
)
AROUND = Around.of(ASKED, parse_moment("2026-11-29 12:00 UTC", end=False))


def test_a_line_tells_which_other_rule_may_decide():
    lines = {one.entry.rule.rule.name: str(one) for one in what(ASKED, "ann", frozenset({"support", "ops"}), AROUND)}
    assert lines["all"].endswith("unless 'barred' decides")  # and not what is over
    assert "unless" not in lines["one"]  # another collection
    assert "(over)" in lines["others"]


def test_what_somebody_is_asked_about_themselves_and_as_a_deputy():
    (own,) = map(str, answers(ASKED, "bob", frozenset({"owners"}), AROUND))
    assert own == "answers delete; of 'ask' (p.yaml:11), stages 1, 2; but never what they ask for themselves"
    (place,) = map(str, answers(ASKED, "dana", frozenset(), AROUND))
    told = (
        "stages 1, 2; as a deputy of bob, from 2026-11-21 00:00:00Z until 2026-12-06 00:00:00Z; never what bob asks for"
    )
    assert place.endswith(told)
    later = Around.of(ASKED, parse_moment("2027-01-01 UTC", end=False))
    assert [*answers(ASKED, "dana", frozenset(), later)] == [*answers(ASKED, "carl", frozenset(), AROUND)] == []

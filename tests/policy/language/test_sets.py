"""Sets of collections: named anywhere in the folder, told where they are misspelt, with their owners."""

import pytest

from support.fakes.policy_words import asks, caller, rule
from vecgate.domain.decision import Effect
from vecgate.policy.load import from_texts
from vecgate.refusals.errors import PolicyError

SETS = (
    'version: 1\ncollections:\n  support: {patterns: ["tickets-*", calls], owners: {groups: [leads], users: [ann]}}\n'
)


def found(*rules: str):
    return from_texts({"sets.yaml": SETS, "p.yaml": "version: 1\nrules:\n" + "".join(rules)})


@pytest.mark.parametrize(
    ("names", "effect"),
    [(("tickets-eu",), "allow"), (("calls", "tickets-us"), "allow"), (("hr",), "deny"), (("tickets-eu", "hr"), "deny")],
)
def test_a_rule_about_a_set_is_about_its_collections(names, effect):
    policies = found(rule("r", where="{sets: [support]}"))
    assert policies.evaluate(caller(), asks("search", *names), "db").effect == effect


def test_patterns_of_a_rule_stand_beside_its_sets():
    policies = found(rule("r", where="{sets: [support], collections: [hr]}"))
    assert policies.evaluate(caller(), asks("search", "tickets-eu", "hr"), "db").effect is Effect.ALLOW


def test_an_exception_may_name_a_set_too():
    text = rule("r", where='{collections: ["*"]}').replace("}\n", ", except: [{where: {sets: [support]}}]}\n")
    policies = found(text)
    assert policies.evaluate(caller(), asks("search", "hr"), "db").effect is Effect.ALLOW
    assert policies.evaluate(caller(), asks("search", "calls"), "db").effect is Effect.DENY


def test_owners_are_known_by_set():
    owners = found(rule("r")).sets["support"].owners
    assert (owners.groups, owners.users) == (("leads",), ("ann",))


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        (
            rule("r", where="{sets: [suport]}"),
            "rule 1 'r': unknown set of collections 'suport'. Known: support. Did you mean 'support'?",
        ),
        (rule("r", where="{sets: [support], without_collection: true}"), "'collections' or 'without_collection'"),
        (rule("r", where="{sets: []}"), "sets"),
        (rule("r") + "collections: {support: {patterns: [x]}}\n", "duplicate set of collections 'support', first in"),
        (rule("r") + "collections: {other: {patterns: ['[x]']}}\n", "is not a pattern"),
    ],
)
def test_what_is_wrong_with_a_set_is_told(rules, said):
    with pytest.raises(PolicyError) as e:
        found(rules)
    assert said in str(e.value)

"""What do rows let happen that nobody meant? Each is warned of."""

import pytest

from support.fakes.policy_words import policies, rowed, rule
from vecgate.policy.review.advice import Surroundings, advice

DATABASES = {"main": ("chroma", frozenset({"collection_drop", "snapshot_read"}))}
ADVISED = [
    ([rowed(rows='[{field: dept, equals: "{claims.departmnet}"}]')], "Did you mean 'department'?"),
    ([rowed(), rule("all")], "whoever lacks the claim dept reaches all rows, by 'all'"),
    ([rowed(operations='"*"')], "cannot be kept to rows in chroma, and are refused (rows.unscopable): collection_drop"),
]


@pytest.mark.parametrize(("rules", "said"), ADVISED)
def test_what_rows_let_happen_that_nobody_meant_is_warned_of(rules, said):
    found = advice(policies(*rules), Surroundings(rowless=DATABASES))
    assert any(said in one for one in found), found


def guarded(operations, guard):
    return rule("r", operations=operations).replace(", mask:", f", {guard}, mask:")


UNGUARDED = {"main": ("qdrant", {"canaries": frozenset({"aggregate"}), "stamp": frozenset({"import"})})}
GUARDED = [
    (
        guarded('"*"', "canaries: {ids: [a]}"),
        "told apart for 'canaries' in qdrant, and are refused (guards.untold): aggregate",
    ),
    (guarded('"*"', "stamp: true"), "told apart for 'stamp' in qdrant, and are refused (guards.untold): import"),
    (guarded("search", "canaries: {ids: [a]}"), ""),
    (rule("r", operations='"*"'), ""),
]


@pytest.mark.parametrize(("one", "said"), GUARDED)
def test_what_is_refused_under_a_guard_of_its_rule_is_warned_of(one, said):
    found = [told for told in advice(policies(one), Surroundings(unguarded=UNGUARDED)) if "guards.untold" in told]
    assert bool(found) == bool(said)
    assert all(said in told for told in found), found


def test_a_rule_of_rows_before_a_wider_one_is_reached_by_whoever_lacks_the_claim():
    assert not [one for one in advice(policies(rowed(), rule("all"))) if "never reached" in one]
    assert [one for one in advice(policies(rule("all", operations='"*"'), rowed())) if "never reached" in one]

"""What a rule guards, in words; and which guards must be told the records of an answer."""

from dataclasses import fields

import pytest

from vecgate.domain.decision import Rate
from vecgate.domain.guards import NO_GUARDS, Budget, Canaries, Guards

DAILY = Rate(500, 86400)


@pytest.mark.parametrize(
    ("guards", "said", "asks"),
    [
        (NO_GUARDS, "", False),
        (Guards(scores="drop"), "scores drop", False),
        (Guards(scores=2, depth=100), "scores 2, depth 100", False),
        (Guards(stamp=True, show_stamp=True), "stamp, show_stamp", False),
        (Guards(quarantine="withhold"), "quarantine withhold", True),
        (Guards(budget=Budget(searches=DAILY)), "budget searches 500/day", False),
        (Guards(budget=Budget(records=DAILY, opened=Rate(2, 60))), "budget records 500/day and opened 2/min", True),
        (Guards(canaries=Canaries(frozenset({"a", "b"}))), "canaries 2 ids", True),
        (Guards(canaries=Canaries(marks=({"bait": True},))), "canaries by mark", True),
    ],
)
def test_guards_are_told_in_words(guards: Guards, said: str, asks: bool) -> None:
    assert str(guards) == said
    assert guards.asks is asks


A, B = Canaries(frozenset({"a"}), ({"bait": True},)), Canaries(frozenset({"b"}), ({"bait": True}, {"n": 1}))
BOTH: list[tuple[Guards, Guards, Guards]] = [
    (NO_GUARDS, Guards(stamp=True), Guards(stamp=True)),
    (Guards(quarantine="mark"), Guards(quarantine="withhold"), Guards(quarantine="withhold")),
    (Guards(quarantine="refuse"), Guards(quarantine="mark"), Guards(quarantine="refuse")),
    (Guards(scores=2), Guards(scores=1), Guards(scores=1)),
    (Guards(scores="drop"), Guards(scores=0), Guards(scores="drop")),
    (Guards(), Guards(scores=3), Guards(scores=3)),
    (Guards(depth=5), Guards(depth=9), Guards(depth=5)),
    (
        Guards(canaries=A),
        Guards(canaries=B),
        Guards(canaries=Canaries(frozenset({"a", "b"}), ({"bait": True}, {"n": 1}))),
    ),
    (
        Guards(budget=Budget(records=DAILY, searches=Rate(5, 60))),
        Guards(budget=Budget(records=Rate(1, 60), similar=DAILY, within=0.1)),
        Guards(budget=Budget(records=DAILY, searches=Rate(5, 60), similar=DAILY, within=0.1)),
    ),
    (Guards(show_stamp=True), NO_GUARDS, NO_GUARDS),
    (Guards(show_stamp=True, stamp=True), Guards(show_stamp=True), Guards(show_stamp=True, stamp=True)),
]


@pytest.mark.parametrize(("one", "other", "both"), BOTH)
def test_of_two_rules_for_one_call_each_guard_is_as_strict_as_either(one: Guards, other: Guards, both: Guards) -> None:
    assert one.beside(other, shown=True) == both


def test_no_guard_of_another_rule_is_left_out() -> None:
    stricter = {"show_stamp", "exempt"}  # these open something, so the other rule's add nothing
    told = {f.name for _, other, _ in BOTH for f in fields(Guards) if getattr(other, f.name) != f.default}
    assert {f.name for f in fields(Guards)} - stricter <= told


def test_a_stamp_is_shown_by_the_rule_for_what_is_read() -> None:
    assert Guards(show_stamp=True).beside(Guards(stamp=True), shown=False) == Guards(show_stamp=True, stamp=True)


@pytest.mark.parametrize(
    ("rate", "said"),
    [(Rate(5, 1), "5/s"), (Rate(60, 60), "60/min"), (Rate(9, 86400), "9/day"), (Rate(2, 90), "2 in 90 s")],
)
def test_a_rate_is_told_as_it_is_written(rate: Rate, said: str) -> None:
    assert str(rate) == said

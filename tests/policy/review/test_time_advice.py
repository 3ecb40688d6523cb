"""A rule that is over, or has not begun, is told; one that counts is not, and nothing is where nobody knows the time."""

import pytest

from support.fakes.policy_words import policies, rule
from vecgate.policy.language.times import parse_moment
from vecgate.policy.load import from_texts
from vecgate.policy.review.time_advice import apart

FOUND = policies(rule("december").replace("}\n", ", from: 2026-12-01 UTC, until: 2026-12-31 UTC}\n"), rule("always"))


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("2026-11-30 UTC", ["rule 'december' does not count before 2026-12-01 00:00:00Z"]),
        ("2026-12-31 UTC", []),
        ("2027-01-01 UTC", ["rule 'december' is over since 2027-01-01 00:00:00Z; remove it, or say another 'until'"]),
    ],
)
def test_rules_that_do_not_count_now_are_told(at, said):
    assert [text for _, text in apart(FOUND, parse_moment(at, end=False))] == said


def test_without_a_clock_nothing_is_told():
    assert [*apart(FOUND, None)] == []


def test_deputies_whose_time_is_over_are_told() -> None:
    times = "from: 2026-11-01 UTC, until: 2026-11-07 UTC"
    rule = "{name: r, who: anyone, where: anywhere, operations: [search], effect: deny}"
    text = f"version: 1\ndeputies: [{{for: bob, by: dana, {times}}}]\nrules: [{rule}]\n"
    found = from_texts({"p.yaml": text})
    over = parse_moment("2026-11-08 UTC", end=False)
    assert [*apart(found, over - 1)] == []
    [(_, said)] = apart(found, over)
    assert said == "'dana' answers for nobody since 2026-11-08 00:00:00Z; remove what stood for 'bob'"

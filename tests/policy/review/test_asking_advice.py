"""Bounds that nothing reaches and people who are never asked are told; and nothing of those that are."""

import pytest

from vecgate.policy.load import from_texts
from vecgate.policy.review.asking_advice import found

SETS = "collections: {t: {patterns: [tickets*], owners: {users: [dora]}}}\n"


def told(rule: str, head: str = "") -> str:
    text = f"version: 1\nmask_profiles: {{m: {{}}, n: {{}}}}\n{head}rules:\n  - {{name: r, who: {{groups: [g]}}, {rule}}}\n"
    return "\n".join(said for _, said in found(from_texts({"p.yaml": text})))


def asking(automatic: str = "", grant: str = "", approvers: str = "groups: [leads]") -> str:
    listed = f", automatic: [{{name: a, {automatic}}}]" if automatic else ""
    most = f"longest: 8h, masks: [n], records: 500{grant}"
    words = "where: {collections: [t]}, operations: [read], effect: request, mask: m"
    return f"{words}, grant: {{{most}}}, approvers: {{{approvers}{listed}}}"


def holding(
    approvers: str, more: str = "", where: str = "{collections: [tickets]}", operations: str = "[delete]"
) -> str:
    words = f"where: {where}, operations: {operations}, effect: hold, mask: m{more}"
    return f"{words}, approvers: {{{approvers}}}"


@pytest.mark.parametrize(
    ("automatic", "said"),
    [
        ("answer: deny, over: {for: 9h}", "'a' is never given: nothing over 'for: 9h' can be asked for"),
        ("answer: deny, over: {for: 8h, records: 500}", "nothing over 'for: 8h' or 'records: 500' can be asked for"),
        ("answer: deny, over: {for: 9h, records: 100}", "'a': nothing over 'for: 9h' can be asked for; leave that out"),
        ("answer: deny, over: {for: 7h}", ""),
        ("answer: deny, over: {opened: 9}", ""),  # of those as many as one likes can be asked for
        ("answer: approve, up_to: {for: 8h}", "approves all that can be asked for, so nobody is ever asked"),
        ("answer: approve, up_to: {for: 9h, records: 500}, masks: [m, n]", "approves all that can be asked for"),
        ("answer: approve, operations: [read, delete]", "approves all that can be asked for"),
        ("answer: approve, up_to: {opened: 9}", ""),
        ("answer: approve, up_to: {for: 8h}, masks: [m]", ""),
        ("answer: approve, up_to: {for: 8h}, when: \"tenant == 'x'\"", ""),
        ("answer: approve, up_to: {records: 499}", ""),
        ("answer: approve, up_to: {for: 8h}, shadow: true", ""),  # people are asked all the same
    ],
)
def test_bounds_that_nothing_reaches_and_yeses_to_everything(automatic: str, said: str) -> None:
    found = told(asking(automatic))
    assert said in found if said else not found


@pytest.mark.parametrize(
    ("stage", "said"),
    [
        ("{groups: [g], fallback: {groups: [h]}}", "stage 1: its 'fallback' is never asked"),
        ("{groups: [g], up_to: 9, escalate: {groups: [h], after: 5min}, fallback: {groups: [i]}}", "is never asked"),
        ("{groups: [g], up_to: 9, fallback: {groups: [h]}}", ""),
        ("{groups: [g], owners: true, fallback: {groups: [h]}}", ""),
        ("{users: [bob], fallback: {groups: [h]}}", ""),  # bob may be who asks
        ("{groups: [g, h], escalate: {groups: [h], after: 5min}}", "asks nobody whom it does not ask from the start"),
        ("{users: [bob], escalate: {users: [BOB], after: 5min}}", "asks nobody whom it does not ask from the start"),
        ("{groups: [g], escalate: {groups: [h], after: 5min}}", ""),
        ("{groups: [g], up_to: 500, fallback: {groups: [h]}}", "so 'up_to: 500' does nothing"),
        ("{groups: [g], escalate: {groups: [h], after: 1d}}", "comes after 1d, and what waits is over after 1d"),
    ],
)
def test_people_who_are_never_asked(stage: str, said: str) -> None:
    found = told(asking(approvers=f"stages: [{stage}]"))
    assert said in found if said else not found


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (holding("stages: [{groups: [g], escalate: {groups: [h], after: 5h}}], expires: 1h"), "is over after 1h"),
        (holding("stages: [{groups: [g], escalate: {groups: [h], after: 5h}}]"), ""),  # the settings say how long
        (holding("groups: [g], expires: 10s", ", wait: 20s"), "waits for longer ('wait') than it can be answered"),
        (holding("groups: [g], expires: 20s", ", wait: 20s"), ""),
        (
            holding("groups: [g], above: 20, automatic: [{name: a, answer: approve, up_to: {records: 20}}]"),
            "by 'above'",
        ),
        (holding("groups: [g], above: 20, automatic: [{name: a, answer: approve, up_to: {records: 21}}]"), ""),
        (holding("groups: [g]", ", snapshot_first: true", operations="[search]"), "before calls that change nothing"),
        (holding("groups: [g]", ", snapshot_first: true", operations="[search, delete]"), ""),
        (asking(grant=", opened: 5"), "'opened' in its 'grant' does nothing here"),
    ],
)
def test_times_and_amounts_that_do_nothing(rule: str, said: str) -> None:
    found = told(rule)
    assert said in found if said else not found


@pytest.mark.parametrize(
    ("collections", "more", "without"),
    [
        ('["hr-*"]', "", "hr-*"),
        ('["tickets-eu", "hr-*"]', "", "hr-*"),
        ('["t*"]', "", ""),
        ('["*-eu"]', "", ""),
        ('["hr-*"]', ", fallback: {groups: [h]}", ""),
    ],
)
def test_owners_of_collections_that_have_none(collections: str, more: str, without: str) -> None:
    found = told(holding(f"stages: [{{owners: true{more}}}]", where=f"{{collections: {collections}}}"), SETS)
    assert (f"names none of {without};" in found) if without else not found


@pytest.mark.parametrize(
    ("deputy", "stage", "said"),
    [
        ("for: zoe", "groups: [leads]", "'dana' answers for 'zoe', whom no rule asks by name"),
        (
            "for: zoe, groups: [ledas]",
            "groups: [leads]",
            "and for group 'ledas', which no rule asks. Did you mean 'leads'?",
        ),
        ("for: zoe, groups: [leads]", "groups: [leads]", ""),
        ("for: zoe", "users: [zoe]", ""),
        ("for: dora", "groups: [leads]", ""),  # owner of a set
        ("for: zoe", "claims: [manager]", ""),
    ],
)
def test_deputies_in_whose_place_nobody_is_asked(deputy: str, stage: str, said: str) -> None:
    times = "from: 2026-12-21 Europe/Vienna, until: 2027-01-06 Europe/Vienna"
    found = told(holding(f"stages: [{{{stage}}}]"), f"{SETS}deputies: [{{{deputy}, by: dana, {times}}}]\n")
    assert said in found if said else not found


@pytest.mark.parametrize(
    ("grant", "more", "first"),
    [
        ("longest: 8h, records: 500", "", True),
        ("longest: 2h, records: 20", "", True),
        ("longest: 9h, records: 500", "", False),
        ("longest: 2h", "", False),  # as many records as one likes
        ("longest: 2h, records: 20, masks: [o]", "", False),
        ("longest: 2h, records: 20, break_glass: {review_within: 1d}", "", False),
        ("longest: 2h, records: 20", ", until: 2027-01-01 UTC", True),
    ],
)
def test_a_request_rule_behind_one_that_lets_ask_for_as_much(grant: str, more: str, first: bool) -> None:
    words = "who: {groups: [g]}, where: {collections: [t]}, operations: [search], effect: request, mask: m"
    second = f"  - {{name: s, {words}, grant: {{{grant}}}, approvers: {{groups: [leads]}}{more}}}\n"
    text = f"version: 1\nmask_profiles: {{m: {{}}, n: {{}}, o: {{}}}}\nrules:\n  - {{name: r, who: {{groups: [g]}}, {asking()}}}\n{second}"
    said = [one for _, one in found(from_texts({"p.yaml": text}))]
    assert any("rule 's': nobody asks by it: 'r' (p.yaml:4)" in one for one in said) is first

"""Who could never answer, said of each stage; and nothing of those that can be answered."""

import pytest

from vecgate.policy.load import from_texts
from vecgate.policy.review.approver_advice import (
    elsewhere,
    emergencies,
    never_answered,
    nobody,
    not_on_call,
    own_group,
    too_few,
)

SETS = "collections: {t: {patterns: [t], owners: {users: [bob]}}}"


def policies(approvers: str, who: str = "{users: [ann]}", more: str = ""):
    rule = f"{{name: r, who: {who}, where: anywhere, operations: [delete], effect: hold, mask: unsafe-nothing, approvers: {approvers}}}"
    return from_texts({"p.yaml": f"version: 1\n{more}\nrules:\n  - {rule}\n"})


@pytest.mark.parametrize(
    ("approvers", "more", "warned"),
    [
        ("{groups: [g]}", "", False),
        ("{stages: [{users: [ann]}]}", "", True),
        ("{stages: [{users: [ann, bob]}]}", "", False),
        ("{stages: [{users: [ann], fallback: {groups: [g]}}]}", "", False),
        ("{stages: [{owners: true}]}", "", True),
        ("{stages: [{owners: true}]}", SETS, False),
        ("{stages: [{owners: true, fallback: {groups: [g]}}]}", "", False),
        ("{stages: [{claims: [manager]}]}", "", False),
    ],
)
def test_a_stage_that_nobody_can_answer_is_told(approvers: str, more: str, warned: bool) -> None:
    assert bool([*nobody(policies(approvers, more=more))]) is warned


def test_who_is_on_call_by_a_name_that_no_file_tells_is_told() -> None:
    found = policies("{stages: [{groups: [g]}, {on_call: [nihgt], fallback: {groups: [g]}}]}")
    assert [*not_on_call(found, None)] == []  # without settings nobody knows
    assert [*not_on_call(found, {"nihgt": True})] == []
    [(_, said)] = not_on_call(found, {"night": True})
    assert said == (
        "rule 'r': stage 2 asks who is on call by the name 'nihgt', which nothing tells; "
        "'approvals.on_call' of the settings has night. Did you mean 'night'?"
    )
    [(_, none)] = not_on_call(found, {})
    assert none.endswith("has none.")
    [(_, silent)] = not_on_call(found, {"nihgt": False})
    assert "its file names nobody now" in silent


def test_a_login_that_is_nowhere_and_a_group_that_asks_itself_are_told() -> None:
    found = policies("{groups: [g], issuer: i, count: 2}", who="{groups: [g]}")
    assert [*elsewhere(found, ("i",))] == []
    assert len([*elsewhere(found, ("j",))]) == 1
    assert len([*own_group(found)]) == 1


GLASS = """version: 1
rules:
  - name: glass
    who: {groups: [ops]}
    where: {collections: [t]}
    operations: [read]
    effect: request
    mask: unsafe-nothing
    approvers: {groups: [g]}
    grant: {longest: 1h, break_glass: {review_within: 1d}}
"""
LOCKS = "  - {name: l, who: anyone, where: anywhere, operations: [lock], effect: allow, mask: unsafe-nothing}\n"


def test_emergencies_that_hold_daily_work_and_locks_that_nobody_lifts_are_told() -> None:
    assert [said for _, said in emergencies(from_texts({"p.yaml": GLASS}))] == [
        "rule 'glass': whoever is not reviewed in time is locked, and no rule lets anybody 'lock', "
        "so nobody could lift that"
    ]
    assert [*emergencies(from_texts({"p.yaml": GLASS + LOCKS}))] == []
    [(_, said)] = emergencies(policies("{groups: [g]}", who="{groups: [break-glass]}"))
    assert "holds whatever its people do, on any day" in said


@pytest.mark.parametrize(
    ("listed", "never"),
    [
        ("{name: a, answer: approve, operations: [delete_ids]}", ""),
        ("{name: a, answer: approve, operations: [search]}", "'a' is never given: the rule is about none of search"),
        ("{name: a, answer: deny, masks: [lax]}", "'a' is never given: the rule has no mask lax"),
        (
            "{name: a, answer: approve, up_to: {records: 9}}, {name: b, answer: approve, up_to: {records: 5}}",
            "'b' is never given: 'a' before it answers all of that",
        ),
        ("{name: a, answer: approve, up_to: {records: 5}}, {name: b, answer: approve, up_to: {records: 9}}", ""),
        (
            "{name: a, answer: approve, up_to: {records: 9}, shadow: true}, {name: b, answer: approve, up_to: {records: 5}}",
            "",
        ),
        (
            "{name: a, answer: deny, masks: [unsafe-nothing]}, {name: b, answer: approve, masks: [unsafe-nothing], up_to: {records: 5}}",
            "'b' is never given: 'a' before it answers all of that",
        ),
        (
            "{name: a, answer: deny, operations: [delete_ids]}, {name: b, answer: approve, operations: [delete_ids]}",
            "'b' is never given: 'a' before it answers all of that",
        ),
        ("{name: a, answer: approve, operations: [delete_ids]}, {name: b, answer: deny, operations: [delete_ids]}", ""),
        ("{name: a, answer: deny, over: {records: 9}}, {name: b, answer: approve, up_to: {records: 5}}", ""),
        (
            "{name: a, answer: deny, when: \"principal.user == 'x'\"}, {name: b, answer: approve, up_to: {records: 5}}",
            "",
        ),
    ],
)
def test_an_automatic_answer_that_is_never_given_is_told(listed: str, never: str) -> None:
    found = [said for _, said in never_answered(policies(f"{{groups: [g], automatic: [{listed}]}}"))]
    assert [said.partition("automatic answer ")[2] for said in found] == ([never] if never else [])


@pytest.mark.parametrize(
    ("who", "stages", "wanted"),
    [
        ("{groups: [g]}", "[{users: [bob], need: 2}]", "wants 2 yeses of different people, and those whom its stages name are 1 (bob)"),
        ("{groups: [g]}", "[{users: [bob]}, {users: [bob]}]", "wants 2 yeses of different people"),
        ("{groups: [g]}", "[{users: [bob, BOB], need: 2}]", "wants 2 yeses of different people"),
        ("{groups: [g]}", "[{users: [bob]}, {users: [Bob]}]", "wants 2 yeses of different people"),
        ("{users: [bob]}", "[{users: [BOB]}]", "wants 1 yeses of different people, and those whom its stages name are 0"),
        ("{users: [bob]}", "[{users: [bob, ann], need: all}]", "wants 2 yeses of different people, and those whom its stages name are 1 (ann)"),
        ("{groups: [g]}", "[{users: [ann, bob], need: 2}, {users: [ann, bob, cid]}]", ""),
        ("{groups: [g]}", "[{users: [ann, bob], need: 2}, {users: [ann, bob]}]", "wants 3 yeses"),
        ("{groups: [g]}", "[{users: [bob]}, {groups: [o]}]", ""),
        ("{groups: [g]}", "[{users: [bob], need: 2, fallback: {groups: [o]}}]", ""),
        ("{users: [bob, ann]}", "[{users: [bob, ann]}]", ""),
    ],
)  # fmt: skip
def test_more_yeses_than_people_are_told(who: str, stages: str, wanted: str) -> None:
    for more in ("effect: hold", "effect: request, grant: {longest: 2h}"):
        text = f"version: 1\nrules:\n  - {{name: r, who: {who}, where: anywhere, operations: [upsert], {more}, mask: unsafe-nothing, approvers: {{stages: {stages}}}}}\n"
        found = "\n".join(said for _, said in too_few(from_texts({"p.yaml": text})))
        assert wanted in found if wanted else not found

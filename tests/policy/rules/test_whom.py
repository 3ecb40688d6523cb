"""Who is asked once it is known what it is about, and by whom; and that a stage is never left out."""

from dataclasses import replace
from typing import Any

import pytest

from support.fakes.approvals import ALICE
from vecgate.domain.approval import Approvers, Circle, Stage
from vecgate.policy.load import from_texts
from vecgate.policy.rules.whom import Nobody, asked

POLICIES = from_texts(
    {
        "p.yaml": """
version: 1
collections:
  tickets: {patterns: ["tickets*"], owners: {groups: [support-leads]}}
  more-tickets: {patterns: ["tickets-*"], owners: {users: [nobody-reaches-me]}}
  notes: {patterns: [notes], owners: {users: [nora]}}
  same: {patterns: [notes-2], owners: {users: [nora]}}
  orphans: {patterns: [orphans]}
  mine: {patterns: [mine], owners: {users: [alice]}}
rules:
  - {name: r, who: anyone, where: anywhere, operations: [search], effect: deny}
"""
    }
)
LEADS, NORA, BOSS = Circle(("support-leads",)), Circle((), ("nora",)), Circle((), ("bo",))
OWNERS = Stage(Circle(), owners=True)
BACK = Circle(("security",))
BY_CLAIM = Stage(Circle(), claims=("manager",))


def who(stage: Stage, *names: str, records: int | None = None, **claims: Any) -> list[Circle]:
    """The people of each stage that comes of it."""
    found = asked(Approvers((stage,)), POLICIES, replace(ALICE, claims=claims), names, records)
    assert all(one.is_known and not one.fallback.sources for one in found.stages)
    return [one.circle for one in found.stages]


@pytest.mark.parametrize(
    ("stage", "names", "people"),
    [
        (Stage(Circle(("g",))), (), [Circle(("g",))]),
        (OWNERS, ("tickets",), [LEADS]),
        (OWNERS, ("tickets-2024",), [LEADS]),
        (OWNERS, ("tickets-*",), [LEADS]),
        # each owner has a say, and once
        (OWNERS, ("tickets", "notes"), [LEADS, NORA]),
        (OWNERS, ("notes", "notes-2", "notes"), [NORA]),
        (replace(OWNERS, circle=Circle(("g",))), ("notes",), [Circle(("g",), ("nora",))]),
        # where nobody owns it, the fallback is asked
        (replace(OWNERS, fallback=BACK), ("orphans",), [BACK]),
        (replace(OWNERS, fallback=BACK), (), [BACK]),
        (replace(OWNERS, fallback=BACK), ("notes", "orphans"), [NORA, BACK]),
        (replace(OWNERS, fallback=BACK), ("*",), [BACK]),
        (replace(OWNERS, fallback=BACK, circle=Circle(("g",))), ("orphans",), [BACK]),
    ],
)
def test_owners_are_asked_of_each_collection(stage: Stage, names: tuple[str, ...], people: list[Circle]) -> None:
    assert who(stage, *names) == people


@pytest.mark.parametrize(
    ("claims", "people"),
    [
        ({"manager": "bo"}, [BOSS]),
        ({"manager": ["bo", "bo"]}, [BOSS]),
        ({"manager": ["bo", "ed"]}, [Circle((), ("bo", "ed"))]),
        ({}, [BACK]),
        ({"manager": ""}, [BACK]),
        ({"manager": 7}, [BACK]),
        ({"manager": {"bo": 1}}, [BACK]),
    ],
)
def test_whom_a_claim_names_is_asked(claims: dict[str, Any], people: list[Circle]) -> None:
    assert who(replace(BY_CLAIM, fallback=BACK), **claims) == people


@pytest.mark.parametrize(
    ("stage", "collection", "manager", "people"),
    [
        # nobody answers what they asked for themselves, so a stage of nobody else comes to nobody
        (OWNERS, "mine", "", [BACK]),
        (BY_CLAIM, "notes", "alice", [BACK]),
        (BY_CLAIM, "notes", "ALICE", [BACK]),
        (Stage(Circle((), ("alice",))), "notes", "", [BACK]),
        (Stage(Circle((), ("alice", "bo")), need=2), "notes", "", [BACK]),
        (Stage(Circle((), ("alice", "bo")), need="all"), "notes", "", [BACK]),
        (Stage(Circle((), ("bo", "BO")), need=2), "notes", "", [BACK]),
        # others are left
        (Stage(Circle((), ("alice", "bo"))), "notes", "", [Circle((), ("alice", "bo"))]),
        (Stage(Circle(("g",), ("alice",)), need=2), "notes", "", [Circle(("g",), ("alice",))]),
        (Stage(Circle((), ("alice",)), escalate=BOSS, after=60.0), "notes", "", [Circle((), ("alice",))]),
    ],
)
def test_who_asks_is_nobody_to_answer_it(stage: Stage, collection: str, manager: str, people: list[Circle]) -> None:
    assert who(replace(stage, fallback=BACK), collection, manager=manager) == people
    if people == [BACK]:
        with pytest.raises(Nobody):
            who(stage, collection, manager=manager)


@pytest.mark.parametrize(
    ("records", "people"), [(0, [Circle(("g",))]), (10, [Circle(("g",))]), (11, [BACK]), (None, [BACK])]
)
def test_to_more_records_than_that_others_agree(records: int | None, people: list[Circle]) -> None:
    assert who(Stage(Circle(("g",)), up_to=10, fallback=BACK), records=records) == people
    assert who(Stage(Circle(("g",)), up_to=10, escalate=BACK, after=60.0), records=records) == people


@pytest.mark.parametrize(
    ("stage", "names"),
    [
        (OWNERS, ("orphans",)),
        (OWNERS, ("unheard-of",)),
        (OWNERS, ()),
        (OWNERS, ("notes", "orphans")),
        (OWNERS, ("*",)),
        (BY_CLAIM, ("notes",)),
        (Stage(Circle(("g",)), up_to=10), ("notes",)),
    ],
)
def test_what_asks_nobody_cannot_be_asked(stage: Stage, names: tuple[str, ...]) -> None:
    with pytest.raises(Nobody):
        who(stage, *names)

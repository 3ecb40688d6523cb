"""Who is asked, as it is told: which stage waits, and who has said what."""

import pytest

from vecgate.api.approving import asked_of
from vecgate.domain.approval import Approvers, Circle, Stage, Vote

ASKED = Approvers((Stage(Circle(("a", "b")), "all", "first"), Stage(Circle((), ("bob",)))), ("i",))
VOTES = Vote("x", 1.0, fits=("group:a",)), Vote("y", 2.0, fits=("group:b",)), Vote("bob", 3.0, "", 1, ("user:bob",))


@pytest.mark.parametrize(
    ("votes", "states"),
    [(0, ["waiting", "later"]), (1, ["waiting", "later"]), (2, ["done", "waiting"]), (3, ["done", "done"])],
)
def test_it_is_told_which_stage_waits(votes: int, states: list[str]) -> None:
    told = asked_of(ASKED, VOTES[:votes])
    assert told == {
        "approver_groups": ["a", "b"],
        "approver_issuers": ["i"],
        "approvals_needed": 3,
        "approvals": [
            {"by": "x", "at": 1.0, "stage": 1}, {"by": "y", "at": 2.0, "stage": 1}, {"by": "bob", "at": 3.0, "stage": 2},
        ][:votes],
        "stages": [
            {"name": "first", "asked": "each of a, b", "needed": 2, "state": states[0]},
            {"name": "", "asked": "1 of user bob", "needed": 1, "state": states[1]},
        ],
    }  # fmt: skip


def test_it_is_told_who_may_answer_as_well_once_a_stage_has_waited() -> None:
    asked = Approvers((Stage(Circle((), ("bob",)), escalate=Circle(("leads",)), after=600.0),))
    (stage,) = asked_of(asked, ())["stages"]  # type: ignore[misc, union-attr]
    assert stage["asked"] == "1 of user bob, or leads once it has waited 10min"  # type: ignore[index, call-overload]

"""How it stands: who may see it, what time is left, what the path is told."""

import pytest

from support.fakes.approvals import ALICE, BOB, CAROL, HELD, MALLORY, person
from vecgate.approvals.standing import Standing, kept, standing
from vecgate.domain.approval import Impact, Vote
from vecgate.domain.principal import Principal


def stands(state: str = "pending", **changes: object) -> Standing:
    values: dict[str, object] = {"created_at": 100.0, "expires_at": 160.0, "read_at": 110.0, **changes}
    return Standing(id="x", held=HELD, state=state, **values)


@pytest.mark.parametrize(
    ("who", "may", "sees"),
    [
        # outsiders
        (person("nobody"), False, False),
        (MALLORY, False, False),
        # the requester, also with an approver's group or another login of the same name
        (ALICE, False, True),
        (person("alice", "data-owners"), False, True),
        (person("a-2", "data-owners", user="alice"), False, False),
        (person("a-2", "data-owners", user="Alice", issuer="https://other.example"), False, False),
        # approvers
        (BOB, True, True),
        (CAROL, True, True),
    ],
)
def test_another_person_in_an_approver_group_may_decide(who: Principal, may: bool, sees: bool):
    assert stands().may_decide(who) is may
    assert stands().visible_to(who) is sees


@pytest.mark.parametrize(
    ("state", "read_at", "left"),
    [
        ("pending", 110.0, 50.0),
        ("approved", 110.0, 50.0),
        ("approved", 170.0, 0.0),
        ("denied", 110.0, 0.0),
        ("used", 110.0, 0.0),
    ],
)
def test_time_is_left_while_it_is_open(state: str, read_at: float, left: float):
    assert stands(state, read_at=read_at).seconds_left == left


def test_the_approval_carries_what_the_path_needs():
    approval = stands("denied", votes=(Vote("bob", 1.0),), ended_by="carol", reason="no").approval
    assert (approval.id, approval.state, approval.binding) == ("x", "denied", HELD.binding)
    assert (approval.approved_by, approval.ended_by, approval.reason) == (("bob",), "carol", "no")
    assert approval.impact == Impact(412, 500, "tickets")


def test_votes_are_read_in_the_order_they_were_given():
    fields = {**HELD.fields(), "id": "x", "state": "approved", "created": "1000", "expires": "61000"}
    votes = Vote("zoe", 2.0, "i#zoe", 0, ("group:g",), ("zoe",)), Vote("bob", 3.0, stage=1)
    found = standing({**fields, "said": kept(votes), "voter:k": "g", "votes": "2"}, read_at=4.0)
    assert found.votes == votes
    assert (found.created_at, found.expires_at, found.seconds_left) == (1.0, 61.0, 57.0)

"""What is asked, in words and in its kept form, and who may see it."""

import pytest

from support.fakes.approvals import ALICE, BOB, CAROL, HELD, MALLORY, held, person
from vecgate.approvals.held import Held, Standing, kept, standing
from vecgate.domain.approval import Approvers, Impact, Vote
from vecgate.domain.kinds import OPERATION_KINDS
from vecgate.domain.principal import Principal


def stands(state: str = "pending", **changes: object) -> Standing:
    values: dict[str, object] = {"created_at": 100.0, "expires_at": 160.0, "read_at": 110.0, **changes}
    return Standing(id="x", held=HELD, state=state, **values)


@pytest.mark.parametrize(
    "changes",
    [
        # nobody could approve it
        {"groups": ()},
        {"approvers": Approvers(())},
        # nobody would have to
        {"needed": 0},
        # it is nobody's, so anybody would be another person
        {"names": frozenset()},
        # it belongs to nobody
        {"requester": ""},
        # it is good for anything
        {"binding": ""},
    ],
)
def test_what_nobody_could_decide_on_cannot_be_asked(changes: dict[str, object]):
    with pytest.raises(ValueError, match="a held call needs"):
        held(**changes)


@pytest.mark.parametrize(
    ("changes", "effect"),
    [
        # nothing is known
        ({"impact": None}, "deletes tickets, number of records unknown"),
        # nothing is there
        ({"impact": Impact(0, 0, "tickets")}, "deletes 0 of 0 in tickets"),
        ({}, "deletes 412 of 500 in tickets"),
        ({"operation": "collection_drop"}, "destroys 412 of 500 in tickets"),
        ({"operation": "search"}, "reads 412 of 500 in tickets"),
        ({"operation": "upsert"}, "writes 412 of 500 in tickets"),
        ({"operation": "snapshot_read"}, "hands out 412 of 500 in tickets"),
        ({"operation": "collection_rename", "impact": None, "target": "old to new"}, "renames old to new"),
        ({"operation": "scan", "impact": None}, "tells which kinds of data are in tickets"),
        ({"operation": "unmask", "impact": None, "target": "tokens (2 EMAIL)"}, "opens tokens (2 EMAIL)"),
    ],
)
def test_the_effect_says_what_a_yes_does(changes: dict[str, object], effect: str):
    assert held(**changes).effect == effect


@pytest.mark.parametrize("kind", sorted(OPERATION_KINDS))
def test_every_kind_of_operation_has_an_effect(kind: str):
    assert held(operation=kind).effect.endswith(" 412 of 500 in tickets")


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"impact": None},
        {"impact": Impact(0, 0, "")},
        {"target": "größe ✓", "needed": 3, "issuers": ("i",)},
    ],
)
def test_the_kept_form_reads_back_as_the_same(changes: dict[str, object]):
    asked = held(**changes)
    assert all(isinstance(value, str) for value in asked.fields().values())
    assert Held.of(asked.fields()) == asked


def test_a_kept_form_with_a_missing_part_is_not_read():
    fields = HELD.fields()
    del fields["approvers"]
    with pytest.raises(KeyError):
        Held.of(fields)


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        # the identical call, with another count
        ({"impact": Impact(1, 2, "tickets")}, True),
        # another call
        ({"binding": "b"}, False),
        # another person with the same binding
        ({"requester": BOB.key}, False),
        # the rule now asks others
        ({"groups": ("security",)}, False),
        ({"needed": 2}, False),
        ({"issuers": ("https://login.example",)}, False),
    ],
)
def test_the_index_is_the_same_for_the_identical_call_only(changes: dict[str, object], same: bool):
    assert (held(**changes).index == HELD.index) is same


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

"""What is asked, in words and in its kept form."""

import pytest

from support.fakes.approvals import BOB, HELD, held
from vecgate.approvals.held import Held
from vecgate.domain.approval import Approvers, Impact
from vecgate.domain.kinds import OPERATION_KINDS


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
        ({"operation": "snapshot_restore"}, "puts a snapshot in the place of 412 of 500 in tickets"),
        ({"operation": "snapshot_delete", "impact": None}, "deletes snapshots of tickets, number of records unknown"),
        ({"operation": "collection_rename", "impact": None, "target": "old to new"}, "renames old to new"),
        ({"impact": None, "note": "no record is touched"}, "deletes tickets, no record is touched"),
        ({"note": "at most"}, "deletes 412 of 500 in tickets (at most)"),
        ({"operation": "collection_rename", "target": "old to new"}, "renames old to new, with 412 of 500 records"),
        ({"operation": "scan", "impact": None}, "tells which kinds of data are in tickets"),
        ({"operation": "unmask", "impact": None, "target": "tokens (2 EMAIL)"}, "opens tokens (2 EMAIL)"),
    ],
)
def test_the_effect_says_what_a_yes_does(changes: dict[str, object], effect: str):
    assert held(**changes).effect == effect


@pytest.mark.parametrize("kind", sorted(OPERATION_KINDS))
def test_every_kind_of_operation_has_an_effect(kind: str):
    tail = "renames tickets, with 412 of 500 records" if kind == "collection_rename" else " 412 of 500 in tickets"
    assert held(operation=kind).effect.endswith(tail)


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

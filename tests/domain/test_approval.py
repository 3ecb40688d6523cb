"""What an approver reads of a call's impact, and what is not printed of it."""

from vecgate.domain.approval import Approval, Impact


def test_an_impact_reads_as_a_sentence() -> None:
    assert str(Impact(412, 500, "tickets")) == "412 of 500 records in tickets"


def test_ids_are_not_printed_and_do_not_tell_impacts_apart() -> None:
    one = Impact(1, 5, "tickets", ("anna@example.com",))
    assert "anna" not in repr(one)
    assert one == Impact(1, 5, "tickets")


def test_an_approval_is_bound_to_no_records_unless_it_says_so() -> None:
    assert Approval("id", "pending", "digest", 0.0).bound is None

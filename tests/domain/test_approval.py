"""What an approver reads of a call's impact, and what is not printed of it."""

import pytest

from vecgate.domain.approval import Approval, Impact


def test_an_impact_reads_as_a_sentence() -> None:
    assert str(Impact(412, 500, "tickets")) == "412 of 500 records in tickets"


def test_ids_are_not_printed_and_do_not_tell_impacts_apart() -> None:
    one = Impact(1, 5, "tickets", ("anna@example.com",))
    assert "anna" not in repr(one)
    assert one == Impact(1, 5, "tickets")


def test_an_approval_is_bound_to_no_records_unless_it_says_so() -> None:
    assert Approval("id", "pending", "digest", 0.0).bound is None


@pytest.mark.parametrize(
    ("now", "fits"),
    [
        (Impact(100, 500, "t", collections=("t",), aliases=("live",)), True),
        (Impact(105, 500, "t", collections=("t",)), True),
        (Impact(106, 500, "t", collections=("t",)), False),
        (Impact(100, 500, "t", collections=("t",), aliases=("live", "more")), False),
        (Impact(100, 500, "t", collections=("t", "u")), False),
        (Impact(100, 500, "t"), True),
    ],
)
def test_it_is_within_what_was_shown(now: Impact, fits: bool) -> None:
    assert now.within(Impact(100, 500, "t", collections=("t",), aliases=("live",)), 0.05) is fits


def test_a_share_of_nothing_is_none() -> None:
    assert (Impact(0, 0, "t").share, Impact(1, 4, "t").share) == (0.0, 0.25)

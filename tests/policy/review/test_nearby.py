"""One slip apart is probably misspelt; numbered, listed and short names are not."""

import pytest

from vecgate.policy.review.nearby import is_slip, slips

PAIRS = [
    ("analyst", "analysts", True),
    ("anlaysts", "analysts", True),
    ("Analysts", "analysts", True),
    ("data_owners", "data-owners", True),
    ("data owners", "data-owners", True),
    ("suppart", "support", True),
    ("support", "support", False),
    ("team-a", "team-b", False),
    ("north-1", "north-2", False),
    ("hr1", "hr2", False),
    ("hr", "hq", False),
    ("eng", "end", False),
    ("support", "support-leads", False),
    ("research", "search", False),
]


@pytest.mark.parametrize(("one", "other", "slip"), PAIRS)
def test_a_slip_is_one_letter_capitals_or_separators(one, other, slip):
    assert is_slip(one, other) is is_slip(other, one) is slip


def test_the_one_that_comes_more_often_or_first_is_right():
    assert dict(slips(["analyst", "analysts", "analysts"])) == {"analyst": "analysts"}
    assert dict(slips(["analysts", "analyst"])) == {"analyst": "analysts"}
    assert dict(slips(["analysts"], known=["analyst"])) == {"analysts": "analyst"}
    assert dict(slips(["analysts"], known=["analysts", "analyst"])) == {}
    assert dict(slips([])) == {}

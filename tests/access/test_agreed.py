"""What one may agree to: less, and the same collections as whoever agreed before."""

from dataclasses import replace
from typing import Any

import pytest

from support.fakes.granting import TERMS
from vecgate.access.agreed import Things, bound, is_less, keeps
from vecgate.consent.judge import Objection
from vecgate.domain.grant import Terms

TWO = replace(TERMS, collections=("a", "b", "c*"))
OLD, NEW = (("a", "1"), ("b", "2")), (("a", "9"), ("b", "2"))


LAX = replace(TERMS, mask="lax")


@pytest.mark.parametrize(
    ("over", "so"),
    [
        ({}, True),
        ({"mask": "strict"}, True),
        ({"mask": "other"}, False),
        ({"seconds": 60.0}, True),
        ({"seconds": 7201.0}, False),
        ({"records": None}, False),
        ({"collections": ("x",)}, False),
    ],
)
def test_less_is_under_the_mask_that_was_asked_for_or_the_rules_own(over: dict[str, Any], so: bool) -> None:
    assert is_less(replace(LAX, **over), LAX, "strict") is so


CASES: dict[str, tuple[Things, Terms, Things, Things | None]] = {
    "the first yes": ((), TWO, OLD, OLD),
    "of what is no name in it nothing is said": ((), TERMS, OLD, ()),
    "the same again": (OLD, TWO, OLD, OLD),
    "another one of that name": (OLD, TWO, NEW, None),
    "one that is gone": (OLD, TWO, OLD[:1], None),
    "one that is there by now": (OLD[:1], TWO, OLD, OLD),
    "another one, whose name is left out": (OLD, replace(TWO, collections=("b",)), NEW, OLD[1:]),
}


@pytest.mark.parametrize("what", CASES)
def test_nobody_agrees_to_another_collection_of_a_name(what: str) -> None:
    agreed, terms, now, found = CASES[what]
    if found is None:
        with pytest.raises(Objection, match="another"):
            bound(agreed, terms, now)
    else:
        assert bound(agreed, terms, now) == found
        assert keeps(agreed, terms, found)

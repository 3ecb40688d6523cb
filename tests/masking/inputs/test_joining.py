"""A mark that stands for one value is told from one that stands for many."""

from typing import Any

import pytest

from support.fakes.inbound import ADDRESS, NAME, profile, shown
from vecgate.domain.profiles import ENTITIES, KEEP, MaskProfile, operators
from vecgate.masking.inputs.joining import UNJOINED, Derived, finding, is_joined, joining
from vecgate.refusals.errors import MaskFailed


@pytest.mark.parametrize(
    ("shown", "joined"),
    [
        (None, True),
        ({"ids": ["a", 1, None]}, True),
        (UNJOINED, False),
        ({"ids": ["a", f"to {UNJOINED}"]}, False),
        ({"m": [{UNJOINED: 1}]}, False),
    ],
)
def test_one_text_that_is_not_joined_is_enough(shown: Any, joined: bool) -> None:
    assert is_joined(shown) is joined


async def test_a_finding_profile_changes_what_the_other_would_change() -> None:
    for operator in operators().keys() - {"keep"}:
        made = finding(profile(operator, {"*.a": operator, "*.b": "keep"}, EMAIL="keep"))
        assert await shown(NAME, made) == UNJOINED
        assert await shown(ADDRESS, made) == ADDRESS
        assert await shown("x", made, "a") == UNJOINED
        assert await shown("x", made, "b") == "x"


@pytest.mark.parametrize("operator", sorted(operators()))
async def test_a_joining_profile_tells_apart_what_joins(operator: str) -> None:
    both = [await shown(value, joining(profile(operator))) for value in ("Ana Ruiz", "Bo Li")]
    joins = operators()[operator].joins
    assert (both[0] != both[1]) is joins
    assert [is_joined(one) for one in both] == [joins, joins]


def test_all_else_of_a_profile_stays() -> None:
    given = MaskProfile("p", dict.fromkeys(ENTITIES, KEEP), sensitivity="high", allow=("Acme",), unserved="refuse")
    for made in (finding(given), joining(given)):
        assert (made.sensitivity, made.allow, made.unserved) == ("high", ("Acme",), "refuse")
        assert made.masks_nothing


def test_a_profile_is_made_once_as_plans_are_kept_by_it() -> None:
    derived, given = Derived(), profile()
    assert derived.finding(given) is derived.finding(given)
    assert derived.joining(given) is not derived.finding(given)
    kept = [profile() for _ in range(100)]
    assert len({id(derived.joining(one)) for one in kept}) > 1
    assert derived.joining(kept[-1]) is derived.joining(kept[-1])
    with pytest.raises(MaskFailed):
        derived.finding(None)

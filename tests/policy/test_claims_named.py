"""Which names can be a claim's, and which texts are patterns by their looks?"""

import pytest

from vecgate.policy.claims_named import exact, no_claim

NAMES = [
    ("dept", None),
    ("realm_access.roles", None),
    ("https://example.com/dept", None),
    ("realm_access", "holds other claims"),
    ("sub.name", "can be no claim"),
    ("groups[0]", "can be no claim"),
    ("$.dept", "can be no claim"),
    ("a..b", "can be no claim"),
    ("dep?", "compared exactly"),
    (" dept", "has spaces around it"),
]


@pytest.mark.parametrize(("name", "said"), NAMES)
def test_a_name_that_can_be_no_claim_is_told(name, said):
    got = no_claim(name)
    assert got is None if said is None else said in got


def test_what_is_compared_exactly_is_no_pattern():
    assert exact(7) is None
    assert exact("ops") is None
    assert "it is no pattern" in exact("ops-*")

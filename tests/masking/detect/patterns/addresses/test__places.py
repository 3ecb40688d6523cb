"""What stands behind a street, in the order of each country."""

import pytest
import re2

from vecgate.masking.detect.patterns.addresses._places import COUNTRY, TAIL, TOWN, UK_CODE, UNIT, US_LINE


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        # nothing is a tail too
        (TAIL, ""),
        (UNIT, ""),
        (COUNTRY, ""),
        # with codes
        (TAIL, ", Springfield, IL 62704"),
        (TAIL, "\nNew York, NY 10118, USA"),
        (TAIL, ", London SW1A 2AA"),
        (TAIL, ", Toronto, ON M5H 2N2"),
        (TAIL, ", 10115 Berlin, Germany"),
        (TAIL, ", 1017 GP Amsterdam"),
        (TAIL, ", 00-950 Warszawa"),
        (UNIT, " Apt. 4b"),
        (UNIT, ", Suite 300"),
        (TOWN, "Frankfurt am Main"),
        (US_LINE, "Salt Lake City, UT 84101"),
        (UK_CODE, "SW1A 1AA"),
    ],
)
def test_it_is_one(pattern: str, text: str) -> None:
    assert re2.fullmatch(pattern, text)


@pytest.mark.parametrize("text", [", Springfield", ", please call", ", 12345", " 42"])
def test_a_town_or_a_number_alone_is_no_tail(text: str) -> None:
    assert not re2.fullmatch(TAIL, text)

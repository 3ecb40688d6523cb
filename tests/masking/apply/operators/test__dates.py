"""Dates in the common forms are read; what could be two dates, or is none, is not."""

from datetime import date

import pytest

from support.tools.every import every
from vecgate.masking.apply.operators._dates import read, year

DAY = date(1980, 3, 12)
FORMS = [
    # none
    ("", None),
    ("1980", None),
    ("soon", None),
    ("1980-13-12", None),
    ("1980-02-30", None),
    ("0000-01-01", None),
    ("12.03.80", None),
    ("1980-03-12 and 1981-03-12", None),
    ("1980-03.12", None),
    # ISO 8601, also with a time
    ("1980-03-12", DAY),
    (" 1980-03-12 ", DAY),
    ("1980/03/12", DAY),
    ("19800312", DAY),
    ("1980-03-12T08:15:00Z", DAY),
    ("1980-03-12 08:15", DAY),
    # day first
    ("12.03.1980", DAY),
    ("12-03-1980", DAY),
    ("13/03/1980", date(1980, 3, 13)),
    # month first
    ("03/13/1980", date(1980, 3, 13)),
    # either: nobody knows
    ("03/12/1980", None),
    ("03/03/1980", date(1980, 3, 3)),
    # words
    ("12 March 1980", DAY),
    ("12. März 1980", None),
    ("12 Mar 1980", DAY),
    ("12th of March 1980", DAY),
    ("12-Mar-1980", DAY),
    ("March 12, 1980", DAY),
    ("Mar. 12 1980", DAY),
    ("Smarch 12, 1980", None),
]


@every(("text", "day"), FORMS)
def test_read(text: str, day: date | None) -> None:
    found = read(text)
    assert (found.day if found else None) == day


@pytest.mark.parametrize("text", [text for text, day in FORMS if day and "T" not in text and ":" not in text])
def test_the_form_writes_a_date_that_is_read_as_the_same(text: str) -> None:
    found = read(text)
    assert found
    assert (again := read(found.day.replace(day=28).strftime(found.form)))
    assert again.day == found.day.replace(day=28)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", None),
        ("in spring", None),
        ("12345", None),
        ("1980", "1980"),
        ("born 1980 in Tartu", "1980"),
        ("12. März 1980", "1980"),
        ("1980 or 1981", None),
        ("03/12/1980", "1980"),
        ("19800312", "1980"),
    ],
)
def test_year(text: str, found: str | None) -> None:
    assert year(text) == found

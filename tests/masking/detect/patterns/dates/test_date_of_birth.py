"""Dates of birth."""

import pytest

from support.tools.findings import found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # introduced by a birth word
        ("born 12/03/1980", ["12/03/1980"]),
        ("DOB: 1980-03-12", ["1980-03-12"]),
        ("date of birth is 12 March 1980", ["12 March 1980"]),
        ("Birthday: March 12th, 1980", ["March 12th, 1980"]),
        ("born on the 3rd of May 1980", ["3rd of May 1980"]),
        ('{"birth_date":"1980-03-12T00:00:00Z"}', ["1980-03-12T00:00:00Z"]),
        ("geboren am 12. März 1980", ["12. März 1980"]),
        ("née le 12/03/1980", ["12/03/1980"]),
        ("fecha de nacimiento: 12 de marzo de 1980", ["12 de marzo de 1980"]),
        ("DOB 19800312", ["19800312"]),
        ("birthDate: 1996-5-30", ["1996-5-30"]),
        ("born 1980-01-01", ["1980-01-01"]),
        ("nació en 1951", ["1951"]),
        ("b. 1951 in Oslo", ["1951"]),
        # followed by one
        ("12/03/1980 (DOB)", ["12/03/1980"]),
        # any other date
        ("delivered 12/03/1980", []),
        ("1980-03-12", []),
        ("born in Berlin", []),
    ],
)
def test_date_of_birth(text: str, expected: list[str]) -> None:
    assert found("DATE_OF_BIRTH", text) == expected

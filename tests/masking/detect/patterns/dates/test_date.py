"""Dates of every kind, for the profiles that mask dates."""

from support.tools.every import every
from support.tools.findings import found


@every(
    ("text", "expected"),
    [
        # numbers
        ("delivered 12/03/1980", ["12/03/1980"]),
        ("1980-03-12", ["1980-03-12"]),
        ("since 7/3/1961", ["7/3/1961"]),
        ("am 01.02.2024 und", ["01.02.2024"]),
        ("On 2016-04-12 09:41:07 it", ["2016-04-12 09:41:07"]),
        ("at 2024-05-06T07:08:09.123Z", ["2024-05-06T07:08:09.123Z"]),
        ("31/12/24", ["31/12/24"]),
        # months by name, with or without a year
        ("On 14 May 1997 the court", ["14 May 1997"]),
        ("Between 3 March 1991 and 8 May 1994", ["3 March 1991", "8 May 1994"]),
        ("May 14th, 1997", ["May 14th, 1997"]),
        ("since May 1997", ["May 1997"]),
        ("on 3 October", ["3 October"]),
        ("el 3 de mayo de 1999", ["3 de mayo de 1999"]),
        ("le 1er août 2003", ["1er août 2003"]),
        ("am 3. März 2004", ["3. März 2004"]),
        ("12-Mar-1980", ["12-Mar-1980"]),
        ("Dnia 5 września 2001", ["5 września 2001"]),
        # a year alone
        ("founded in 1983", ["1983"]),
        ("nació en 1951", ["1951"]),
        ("(1999-2004)", ["1999", "2004"]),
        # none
        ("version 1.2.10", []),
        ("10.2.2024.7", []),
        ("port 2048", []),
        ("2000 users, 1920x1080, 2048 MB", []),
        ("$2000 and 1999.50", []),
        ("you may 5 times", []),
        ("13/14/2020", []),
        ("ISO-2022-JP", []),
        ("INV-2024-00017", []),
    ],
)
def test_date(text: str, expected: list[str]) -> None:
    assert found("DATE", text) == expected

"""Columns of people's names, whatever parts the cells."""

import pytest

from support.tools.findings import found
from vecgate.masking.detect.patterns import _tables, person_column

COLUMNS = [
    ("id,surname,dept\n1,Kowalczyk,Sales\n2,Tarn,HR\n", ["Kowalczyk", "Tarn"]),
    ("| Nr | Nachname | Ort |\n|---|---|---|\n| 1 | Zielke | Ulm |\n| 2 | Quandt | K\u00f6ln |", ["Zielke", "Quandt"]),
    ("No  Last Name   Score\n1   Winter      33\n2   van Zoli    40\n", ["Winter"]),
    ("Last name\nHolm\nde Vries\nBergqvist\n", ["Holm", "Bergqvist"]),
    ('"first";"family_name"\n"A.";"O\'Tarn"\n"B.";"Quist-Holm"', ["O'Tarn", "Quist-Holm"]),
    ("Customer names are below.\nid\tApellido\n1\tIba\u00f1ez\n2\tTarn", ["Iba\u00f1ez", "Tarn"]),
    # for people: where most cells are known as names
    ("name\tage\nOkafor\t33\nNguyen\t41\nBrandt\t29", ["Okafor", "Nguyen", "Brandt"]),
    ("name,price\nDenali,3\nAurora,9\nGlacier,4", []),
    ("name,price\nHolm,3", []),
    # what is no name in such a column
    ("surname\nHolm\nN/A\nTotal 3\nUnknown\n17", ["Holm"]),
    # the table ends where its rows do
    ("surname,x\nHolm,1\nsee below\nTarn,2", ["Holm"]),
    # for who people are: where some cells are
    (
        "id,assignee,state\n1,Zbrkov,open\n2,Holm,done\n3,Trzask,open\n4,Kszek,open",
        ["Zbrkov", "Holm", "Trzask", "Kszek"],
    ),
    ("id,student,age\n1,Yes,20\n2,No,21\n3,Yes,22", []),
    ("id,host,state\n1,Kszek,up\n2,Holm,up\n3,Trzask,up", []),  # machines are called so
    # far below its heading, after other pages, beside cells in quotes
    ("surname,dept\n" + '"Zbrkov","HR, east"\n' * 300 + "\nTrzask,HR", ["Zbrkov"] * 300 + ["Trzask"]),
    ("<table><tr><th>Id</th><th>Surname</th></tr><tr><td>1</td><td><b>Zbrkov</b></td></tr></table>", ["Zbrkov"]),
    ("<tr><td>Id<td>Assignee<tr><td>1<td>Kszek<tr><td>2<td>Holm<tr><td>3<td>N/A", ["Kszek", "Holm"]),
    ('[["id", "surname"], [1, "Zbrkov"], [2, "Trzask"], [3', ["Zbrkov", "Trzask"]),  # cut off: no JSON
    ('{"columns": ["Surname", "n"], "data": [["Zbrkov", 3],\n["Kszek", 4]', ["Zbrkov", "Kszek"]),
    ('["id", "surname"], {"x": ["id", "Zbrkov"]}', []),  # an object came between
    ('["id", "surname"]\n["1", "Zbrkov"]\n["2", "O\\"Tarn"]', ["Zbrkov"]),
    ('["name", "price"]\n["Denali", 3]\n["Aurora", 4]\n["Glacier", 5]', []),
    ("<tr><th>Wine</th></tr><tr><td>Zbrkov</td></tr>", []),
    # no heading: one name a line
    ("Kowalski\nNguyen\nSchmidt\nOkafor\nBrandt", ["Kowalski", "Nguyen", "Schmidt", "Okafor", "Brandt"]),
    ("Paris\nLondon\nBerlin\nMadrid\nRome", []),
    ("March\nApril\nMay\nJune\nAugust", []),
    ("Kowalski\nNguyen", []),
]


@pytest.mark.parametrize(("text", "expected"), COLUMNS)
def test_columns(text: str, expected: list[str]) -> None:
    assert found("PERSON", text) == expected


@pytest.mark.parametrize("text", ["name,x\nsurname\n", "surname,a\nHolm,b\n", "surname\n"])
def test_each_row_is_looked_at_once(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    looked: list[int] = []
    real = _tables.bare

    def bare(line: str, at: int, start: int, end: int) -> _tables.Cell:
        looked.append(at)
        return real(line, at, start, end)

    monkeypatch.setattr(_tables, "bare", bare)

    def work(times: int) -> int:
        looked.clear()
        list(person_column._column(text * times, 0, len(text) * times))
        return len(looked)

    assert work(400) < 2.3 * work(200)

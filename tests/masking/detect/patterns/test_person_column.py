"""Columns of people's names, whatever parts the cells."""

import pytest

from support.tools.findings import found
from vecgate.masking.detect.patterns import person_column

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
    real = person_column._cells

    def cells(line: str, at: int, mark: str) -> list[person_column.Cell]:
        looked.append(at)
        return real(line, at, mark)

    monkeypatch.setattr(person_column, "_cells", cells)

    def work(times: int) -> int:
        looked.clear()
        list(person_column._column(text * times, 0, len(text) * times))
        return len(looked)

    assert work(400) < 2.3 * work(200)

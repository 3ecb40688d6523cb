"""The cells of tables, however they are parted, and how far a table goes."""

import re

import pytest

from support.tools.work import growth
from vecgate.masking.detect.patterns._tables import elements, lines, lists, tables

HEADING = re.compile("surname")


def _column(text: str) -> list[str]:
    """What stands below `surname`."""
    cells = []
    for table in tables([*lines(text, 0, len(text))], lambda line: HEADING.search(line) is not None):
        at = [cell for _, _, cell in table.head].index("surname")
        for row in table.rows:
            start, end, cell = row[at]
            assert text[start:end] == cell
            cells.append(cell)
    return cells


TABLES = [
    # degenerate
    ("surname", []),
    ("surname,x", []),
    ("surname,x\n", []),
    ("surname\nHolm", ["Holm"]),
    # RFC 4180, 2.5 to 2.7: quotes hold marks and quotes
    ('surname,dept\nHolm,"Sales, east"\nTarn,HR', ["Holm", "Tarn"]),
    ('dept,surname\n"a ""b"", c",Holm\n"x", "Tarn"', ["Holm", "Tarn"]),
    ('size,surname\n5",Holm\n6",Tarn', ["Holm", "Tarn"]),  # inches open no quotes
    ("surname;x\r\nHolm;1\r\nTarn;2\r\n", ["Holm", "Tarn"]),
    ("x\tsurname\n1\tHolm\n\tTarn", ["Holm", "Tarn"]),
    ("| x | surname |\n|---|:--:|\n| 1 | **Holm** |", ["Holm"]),
    ("+---+---------+\n| x | surname |\n+---+---------+\n| 1 | Holm    |\n+---+---------+", ["Holm"]),
    # a page ends; a row has more cells than the heading
    ("surname,x\nHolm,1\n\nTarn,2\n\n\nLund,3\n\n\n\nBerg,4", ["Holm", "Tarn", "Lund"]),
    ("surname,x\nHolm,1\na,b,c\nTarn,2", ["Holm", "Tarn"]),
    ("surname,x\nHolm,1\nsee below\nTarn,2", ["Holm"]),
    ("surname\nHolm\n\nTarn", ["Holm"]),
    # aligned: to the left, to the right, with holes, with one blank where a cell is full
    ("id  surname  n\n1   Holm     2\n22  Lundqvi  33", ["Holm", "Lundqvi"]),
    ("id  surname     n\n 1     Holm     2\n22  Lundqvi    33", ["Holm", "Lundqvi"]),
    ("id  surname  dept  n\n1   Holm           2\n2   Tarn     HR    3\n3            HR    4", ["Holm", "Tarn", ""]),
    ("id   surname   n\n1234 Lundqvist 33", ["Lundqvist"]),
    ("id   surname   n\nThe totals of all this are below.", []),
    # ruled
    ("==  =======\nid  surname\n==  =======\n1   Holm\n==  =======", ["Holm"]),
    ("id surname n\n-- ------- -\n 1 Holm    2", ["Holm"]),
]


@pytest.mark.parametrize(("text", "expected"), TABLES)
def test_cells(text: str, expected: list[str]) -> None:
    assert _column(text) == expected


def test_a_heading_holds_for_the_last_row_as_for_the_first() -> None:
    assert _column("surname,x\n" + "Holm,1\n" * 5000) == ["Holm"] * 5000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<table></table>", [[], []]),
        ("<tr><td>a<td>b<tr><td>c", [["a", "b"], ["c"]]),
        ("<TABLE><tr class=x>\n<th scope='col'> <b>A b</b> </th>\n<td></td></tr></TABLE>", [[], ["A b", ""], []]),
        (f"<tr><td>{'x' * 401}</td><td>b</td></tr>", [["", "b"]]),
    ],
)
def test_rows_of_mark_up(text: str, expected: list[list[str]]) -> None:
    assert [[cell for _, _, cell in row] for row in elements(text, 0, len(text))] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("[", []),
        ('[["a", 1.5], ["b, c", null]]', [["a", "1.5"], ["b, c", "null"]]),
        ('[["a\\"]", "b"', [['a\\"]', "b"]]),
        ('{"x": ["a"]}', [[], ["a"]]),
        ('["a", {"b": 1}]', [[]]),
    ],
)
def test_lists(text: str, expected: list[list[str]]) -> None:
    assert [[cell for _, _, cell in row] for row in lists(text, 0, len(text))] == expected


@pytest.mark.parametrize(
    "text",
    [
        "surname,x\nHolm,1\n", 'surname,"x\n', 'surname,x\n"a,"a,""a\n', "id  surname  n\n1   Holm     2\n", "a  surname  ",
        "surname\n\n", "<tr><td>surname<tr><td>Holm", "<table><td><b><b><b>x", '["surname", 1], ',
        '["\\"', '[[["a',
    ],
)  # fmt: skip
def test_twice_the_rows_are_twice_the_work(text: str) -> None:
    def read(text: str) -> None:
        list(elements(text, 0, len(text)))
        list(lists(text, 0, len(text)))
        for table in tables([*lines(text, 0, len(text))], lambda line: HEADING.search(line) is not None):
            list(table.rows)

    assert growth(lambda n: text * n, read, 300, ("find",)) < 2.3  # from one mark to the next

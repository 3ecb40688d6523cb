"""What a table's heading is, seen from one of its cells."""

import pytest

from support.tools.work import growth
from vecgate.masking.detect.patterns._columns import around, ends_row, is_row


def _at(text: str, found: str) -> tuple[str, int, int]:
    return text, text.index(found), text.index(found) + len(found)


@pytest.mark.parametrize(
    ("text", "heading", "row", "column"),
    [
        ("", None, 0, 0),
        ("X", None, 0, 0),
        ("a,b\n1,X", None, 0, 0),  # a row could be anything
        ("a,b\n1,X\n2,Y", ["a", "b"], 1, 1),
        ("X,b\n1,2\n2,3", ["X", "b"], 0, 0),
        ("a  b\n1  X\n2  Y", ["a", "b"], 1, 1),
        ("title\n\na|b\n1|X\n2|Y", ["a", "b"], 1, 1),
        ("<table><tr><th>a<th>b<tr><td>1<td>X<tr><td>2<td>Y</table>", ["a", "b"], 1, 1),
        ('[["a", "b"], [1, "X"], [2, "Y"]]', ["a", "b"], 1, 1),
        ("a\tb\n" + "1\t2\n" * 900 + "1\tX\n2\tY", ["a", "b"], None, 1),
        ("a\tb\n" + "1\t2\n" * 20_000 + "1\tX\n2\tY", None, 0, 0),  # too far
        ("a\tb\tc\n" + "1\t2\n" * 900 + "1\tX\n2\tY", None, 0, 0),  # another table's
    ],
)
def test_the_heading(text: str, heading: list[str] | None, row: int | None, column: int) -> None:
    rows, at, number = around(*_at(text, "X" if "X" in text else ""))
    assert next(rows, None) == heading
    assert row is None or (at, number) == (row, column)


@pytest.mark.parametrize(
    ("text", "ends"), [("a;b\nc;d", True), ("a,b\nc,d", True), ("a, b\nc, d", False), ("a;b\nc", False), ("\n", False)]
)
def test_rows_end(text: str, ends: bool) -> None:
    assert ends_row(text, text.index("\n")) is ends


@pytest.mark.parametrize(
    ("text", "row"),
    [("1,X,2\n1,b,2", True), ("1,b,2\n1,X,2\n", True), ("1,X,2", False), ("1,X,2\nAll told", False), ("X", False)],
)
def test_rows_have_neighbours(text: str, row: bool) -> None:
    assert is_row(*_at(text, "X")) is row


@pytest.mark.parametrize("text", ["a,b\n", "a  b\n", "<tr><td>a", '["a", "b"], ', "a|"])
def test_each_cell_looks_no_further_in_a_longer_table(text: str) -> None:
    def look(text: str) -> None:
        for at in range(0, len(text), 40):
            around(text, at, at + 1)
            is_row(text, at, at + 1)

    assert growth(lambda n: text * 4 * n, look, 600, ("rfind", "find")) < 2.3

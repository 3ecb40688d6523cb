"""A file of what a page shows: no spreadsheet takes any cell for a formula."""

import csv
import io

import pytest

from vecgate.console.pages.export import as_csv, as_json, safe


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@SUM(A1)", "'@SUM(A1)"), ("\t=1", "'\t=1"), ("\r=1", "'\r=1"),
        ("  =1", "'  =1"), ("\n=1", "'\n=1"), ("a=1", "a=1"), ("", ""), (None, ""), (-1.5, "-1.5"), (True, "True"),
    ],
)  # fmt: skip
def test_no_cell_is_a_formula(cell: object, text: str) -> None:
    assert safe(cell) == text


def test_what_has_commas_quotes_and_lines_stays_one_cell() -> None:
    made = as_csv("history", ("a", "b"), [('x,"y"\nz', "=cmd"), ("\ud800", 2)])
    assert made.headers["content-disposition"] == 'attachment; filename="vecgate-history.csv"'
    rows = [*csv.reader(io.StringIO(bytes(made.body).decode()))]
    assert rows == [["a", "b"], ['x,"y"\nz', "'=cmd"], ["?", "2"]]
    assert bytes(as_json("history", [{"a": "=1"}]).body) == b'[\n  {\n    "a": "=1"\n  }\n]'

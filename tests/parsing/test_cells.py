"""No spreadsheet takes a cell for a formula, and what is none stays as it is."""

import pytest

from vecgate.parsing.cells import plain


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@sum(a1)", "\t=1", "\r=1", "\n=1", "  =1", "\u00a0@x", "-"])
def test_a_formula_is_text(cell: str) -> None:
    assert plain(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", " ", "a=1", "1-2", "tickets", "'=1", "2026-11-28T12:00:00.000Z"])
def test_text_stays(cell: str) -> None:
    assert plain(cell) == cell

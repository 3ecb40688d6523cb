"""Names that a line's end parts."""

import pytest

from vecgate.masking.detect.written.lines import over_line


@pytest.mark.parametrize(
    ("text", "first", "whole"),
    [
        ("the statement of Paula\nOkonkwo taken on", "Paula", "Paula\nOkonkwo"),
        ("according to Nadia\nEl Alvarez, who led", "Nadia", "Nadia\nEl Alvarez"),
        ("as told by Imene \n  Garcia's lawyer", "Imene", "Imene \n  Garcia"),
        # lists, the next sentence, and no name
        ("Paula\nOkonkwo taken on", "Paula", "Paula"),
        ("we met Paula\nThe next day", "Paula", "Paula"),
        ("we met Paula\nOkonkwo\nGarcia", "Paula", "Paula"),
        ("we met Paula\nYesterday it rained", "Paula", "Paula"),
        ("we met Paula Okonkwo", "Paula", "Paula"),
    ],
)
def test_over_a_lines_end(text: str, first: str, whole: str) -> None:
    start = text.index(first)
    assert text[start : over_line(text, start, start + len(first))] == whole

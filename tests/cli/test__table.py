"""Tables have straight columns and no blanks at their ends."""

import pytest

from vecgate.cli._table import table


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    assert table([("ID", "WHO", "WHY"), ("a", "somebody", ""), ("long", "x", "y")]) == [
        "ID    WHO       WHY",
        "a     somebody",
        "long  x         y",
    ]


def test_of_nothing_there_is_no_line() -> None:
    assert table([]) == []


def test_a_row_that_is_too_short_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="shorter"):
        table([("a", "b"), ("c",)])

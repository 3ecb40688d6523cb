"""A stored value fits a row as it is, and never as another type."""

import pytest

from vecgate.domain.call import Json
from vecgate.domain.row import Row


@pytest.mark.parametrize(
    ("value", "fits"),
    [
        (None, False),
        ("", False),
        ("sales", True),
        ("Sales", False),
        (["sales"], False),
        (1, True),
        (1.0, True),
        (1.5, False),
        (True, False),
        ("1", False),
        ({"a": 1}, False),
    ],
)
def test_a_value_fits_as_it_is(value: Json, fits: bool) -> None:
    assert Row("dept", ("sales", 1)).fits(value) is fits


def test_a_row_reads_as_a_condition() -> None:
    assert str(Row("dept", ("sales", 1))) == "dept = 'sales' or 1"

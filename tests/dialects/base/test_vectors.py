"""What is a vector?"""

from typing import Any

import pytest

from vecgate.dialects.base.vectors import is_numbers


@pytest.mark.parametrize(
    ("value", "is_one"),
    [([1, 2.5], True), ([0.0], True), ([], False), ([1, True], False), ([1, None], False), ([1, "2"], False), ([[1]], False), ("12", False), (None, False), ({}, False)],
)  # fmt: skip
def test_numbers_and_nothing_else(value: Any, is_one: bool) -> None:
    assert is_numbers(value) == is_one

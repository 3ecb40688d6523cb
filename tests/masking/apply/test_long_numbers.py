"""A long number is known by its digits, in whatever form it is written."""

import pytest

from vecgate.masking.apply.long_numbers import all_short, long_digits


@pytest.mark.parametrize(
    ("number", "digits"),
    [
        ("999999", None),
        ("-999999.99", None),
        ("1000000", "1000000"),
        ("-4111111111111111", "4111111111111111"),
        ("4155550134.0", "4155550134"),
        ("4.155550134e9", "4155550134"),
        ("1e-999999999999", None),
        ("4111111111111111e999", "4111111111111111"),
    ],
)
def test_the_digits_of_the_whole_part(number: str, digits: str | None) -> None:
    assert long_digits(number) == digits


@pytest.mark.parametrize(
    ("numbers", "short"),
    [
        ([], True),
        ([1, -0.5, True], True),
        ([None, None], True),
        ([1, None, 1e6], False),
        ([-1_000_000], False),
    ],
)
def test_a_list_of_short_numbers(numbers: list[float | None], short: bool) -> None:
    assert all_short(numbers) is short

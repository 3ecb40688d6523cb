"""The small proofs that rules share."""

import pytest

from vecgate.masking.detect.patterns._base import anything, before, digits, having, luhn


@pytest.mark.parametrize(
    ("number", "holds"),
    [
        # degenerate
        ("0", True),
        ("1", False),
        # ISO/IEC 7812-1 examples and test numbers of schemes
        ("79927398713", True),
        ("4111111111111111", True),
        ("378282246310005", True),
        # one digit off, two neighbours swapped
        ("79927398710", False),
        ("4111111111111112", False),
        ("378282246310050", False),
    ],
)
def test_luhn(number: str, holds: bool) -> None:
    assert luhn(number) is holds


def test_before_stays_on_the_line() -> None:
    assert before("phone\nid 123", 9, 40) == "id "
    assert before("123", 0, 40) == ""


def test_digits() -> None:
    assert digits("+1 (555) a") == "1555"


def test_checks_give_the_whole_hit_or_nothing() -> None:
    assert list(anything("abc", 1, 1)) == []
    assert list(anything("abc", 0, 2)) == [(0, 2)]
    assert list(having(str.isdigit)("a12", 1, 3)) == [(1, 3)]
    assert list(having(str.isdigit)("a12", 0, 3)) == []

"""Which JSON numbers are looked at as texts are? From seven digits on, whatever the profile: accounts, phones."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any, Final

LONG_NUMBER: Final = 10**6
#: What stands in a vector, and in other lists in which nothing may be a text.
PLAIN_NUMBERS: Final = frozenset({float, int, bool, type(None)})
_LONG_DIGITS: Final = len(str(LONG_NUMBER))
#: A number with more digits than this is read by the digits that were written, without its zeros.
_MOST_DIGITS: Final = 40
_SHORT_NUMBER: Final = re.compile(r"-?[0-9]{1,6}(?:\.[0-9]+)?").fullmatch


def long_digits(number: str) -> str | None:
    """The whole part of a number that is long, in digits, whatever form it is written in; None of a short one."""
    if _SHORT_NUMBER(number):
        return None
    digits = number.lstrip("-")
    if not digits.isdigit():
        try:
            value = Decimal(number)
        except InvalidOperation:  # an exponent out of any range
            value = Decimal(number.lower().partition("e")[0])
        if value.adjusted() > _MOST_DIGITS:
            digits = "".join(map(str, value.as_tuple().digits))
        else:
            digits = f"{value:f}".lstrip("-").partition(".")[0] if value.adjusted() + 1 >= _LONG_DIGITS else ""
    return digits if len(digits.lstrip("0")) >= _LONG_DIGITS else None


def all_short(numbers: list[Any]) -> bool:
    """Whether none of these numbers is long."""
    try:
        return not numbers or (max(numbers) < LONG_NUMBER and min(numbers) > -LONG_NUMBER)
    except TypeError:  # a null among them
        return all_short([number for number in numbers if number is not None])

"""Is this a payment card number? 12 to 19 digits, a known first digit group, and the Luhn check (ISO/IEC 7812-1)."""

import re
from collections.abc import Iterable
from typing import Final

from vecgate.masking.patterns._base import Rule, Span, luhn

# Major industry identifiers 2 to 6, plus the bank-card ranges that schemes publish; twelve and thirteen digits: fewer.
_ISSUER: Final = re.compile(r"4|5[0-8]|6[0-9]|3[0-9]|2[2-7]|1800|2131|9[0-9]")
_SHORT: Final = re.compile(r"4|5[0678]|6")
_LENGTHS: Final = (16, 15, 14, 19, 18, 17, 13, 12)
_GROUP: Final = re.compile(r"\d+")


def _is_card(number: str) -> bool:
    issuer = _SHORT if len(number) < 14 else _ISSUER
    return len(set(number)) > 1 and bool(issuer.match(number)) and luhn(number)


def _cards(text: str, start: int, end: int) -> Iterable[Span]:
    # A run may hold more than the card (a date before it, a code behind it): try what starts and ends at gaps.
    groups = [match.span() for match in _GROUP.finditer(text, start, end)]
    if len(groups) > 12:  # digits one by one: a gap means nothing, so any window may be it
        groups = [(start, end)]
        yield from _windows(text, start, end)
    taken = -1
    for i, (first, _) in enumerate(groups):
        if i <= taken:
            continue
        for j in range(len(groups) - 1, i - 1, -1):
            number = "".join(text[a:b] for a, b in groups[i : j + 1])
            if len(number) in _LENGTHS and _is_card(number):
                yield first, groups[j][1]
                taken = j
                break


def _windows(text: str, start: int, end: int) -> Iterable[Span]:
    places = [i for i in range(start, end) if text[i].isdigit()]
    number = "".join(text[i] for i in places)
    for i in range(len(number)):
        for length in _LENGTHS:
            if i + length <= len(number) and _is_card(number[i : i + length]):
                yield places[i], places[i + length - 1] + 1
                return


RULES: Final = (Rule("CREDIT_CARD", "luhn", r"\d(?:[ ._/-]{0,3}\d){11,30}", _cards),)

"""Is this a payment card number? 12 to 19 digits, a known first digit group, and the Luhn check (ISO/IEC 7812-1)."""

import re
from collections.abc import Iterable
from typing import Final

from vecgate.masking.patterns._base import Rule, Span, digits, luhn

# Major industry identifiers 2 to 6, plus the bank-card ranges that schemes publish; twelve and thirteen digits: fewer.
_ISSUER: Final = re.compile(r"4|5[0-8]|6[0-9]|3[0-9]|2[2-7]|1800|2131|9[0-9]")
_SHORT: Final = re.compile(r"4|5[0678]|6")
_GROUP: Final = re.compile(r"\d+")
_SHORTEST, _LONGEST = 12, 19
_MOST_GROUPS: Final = 6
_ONE_BY_ONE: Final = 11


def _is_card(found: str) -> bool:
    number = digits(found)
    if not _SHORTEST <= len(number) <= _LONGEST or len(set(number)) < 2:
        return False
    issuer = _SHORT if len(number) < 14 else _ISSUER
    return bool(issuer.match(number)) and luhn(number)


def _cards(text: str, start: int, end: int) -> Iterable[Span]:
    # A run may hold more than the card (a date before it, a code behind it): try what starts and ends at gaps.
    groups = [match.span() for match in _GROUP.finditer(text, start, end)]
    if len(groups) > _ONE_BY_ONE and all(b - a == 1 for a, b in groups):
        # Digits one by one: any gap would do, so a table of digits would be full of cards. Only the whole run counts.
        yield from ((start, end),) if _is_card(text[start:end]) else ()
        return
    first = 0
    while first < len(groups):
        for last in range(min(len(groups), first + _MOST_GROUPS) - 1, first - 1, -1):
            if _is_card(text[groups[first][0] : groups[last][1]]):
                yield groups[first][0], groups[last][1]
                first = last
                break
        first += 1


RULES: Final = (Rule("CREDIT_CARD", "luhn", r"\d(?:[ ._/-]{0,3}\d){11,}", _cards),)

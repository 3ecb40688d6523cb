"""Is this a bank account number? ISO 13616: the country's length and mod 97 equal to 1."""

import re
from collections.abc import Iterable
from typing import Final

from vecgate.masking.detect.patterns._base import Recogniser, Span, called, named

# SWIFT IBAN registry: country -> number of characters.
_LENGTHS: Final = {
    country: length
    for length, countries in {
        15: "NO", 16: "BE", 18: "DK FI FO GL NL SD", 19: "MK SI", 20: "AT BA EE KZ LT LU XK",
        21: "CH CR HR LI LV", 22: "BG BH DE GB GE IE ME RS VA", 23: "AE GI IL IQ OM SO TL",
        24: "AD CZ ES MD PK RO SA SE SK TN VG", 25: "LY PT ST", 26: "IS TR", 27: "BI DJ FR GR IT MC MR SM",
        28: "AL AZ BY CY DO GT HU LB NI PL SV", 29: "BR EG PS QA UA", 30: "JO KW MU", 31: "MT SC", 32: "LC",
        33: "RU",
    }.items()
    for country in countries.split()
}  # fmt: skip
_HEAD: Final = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}")
_REACH: Final = 80
_FEWEST_DIGITS: Final = 8


def _mod97(iban: str) -> int:
    return int("".join(str(int(c, 36)) for c in iban[4:] + iban[:4])) % 97


def _end(text: str, start: int) -> int | None:
    """Where a valid IBAN that starts here ends; separators between its characters are allowed."""
    length = _LENGTHS.get(text[start : start + 2].upper(), 0)
    iban = ""
    for i in range(start, min(len(text), start + _REACH)):
        if text[i].isalnum():
            iban += text[i].upper()
        if length and len(iban) == length:
            return i + 1 if _mod97(iban) == 1 else None
    return None


def _ibans(text: str, start: int, end: int) -> Iterable[Span]:
    at = start
    while head := _HEAD.search(text, at, end):
        stop = _end(text, head.start())
        if stop is not None:
            yield head.start(), stop
        at = max(head.end(), stop or 0)


def _mistyped(text: str, start: int, end: int) -> Iterable[Span]:
    # Called an IBAN, it need not be a valid one: somebody may have mistyped a digit.
    found = text[start:end]
    if _end(text, start) is not None or sum(c.isdigit() for c in found) < _FEWEST_DIGITS:
        return ()
    return ((start, end),)


RULES: Final = (
    Recogniser(
        "IBAN",
        "mod97",
        "the country's length and mod 97 (ISO 13616)",
        r"(?i)\b[A-Z]{2}\d{2}(?:[ ._-]{0,2}[A-Z0-9]){11,60}",
        _ibans,
        gate=r"\b[A-Za-z]{2}\d\d",
    ),
    Recogniser(
        "IBAN",
        "named",
        "called one, with a country's length or near it",
        named(r"iban", r"[A-Z]{2}[ ]?\d{2}(?:[ ._-]?[A-Z0-9]{4}){2,7}(?:[ ._-]?[A-Z0-9]{1,3})?"),
        _mistyped,
        1,
        gate=called("iban"),
    ),
)

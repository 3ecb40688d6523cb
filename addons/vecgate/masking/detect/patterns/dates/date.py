"""Is this a date? Numbers in the order of one, a day or a year beside a month's name, a time stamp, a year alone.

Masked only where a profile names DATE: most dates are nobody's. Those of a birth are found by `date_of_birth`.
"""

import re
from collections.abc import Iterable
from typing import Final

from vecgate.masking.detect.patterns._base import Recogniser, Span, words
from vecgate.masking.detect.patterns.dates._dates import DAY, MONTH, YEAR

_TIME: Final = (
    r"(?:(?:[T ]|,[ ])\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:[ ]?[AaPp]\.?[Mm]\b\.?)?"
    r"(?:Z|[ ]?[+-]\d{2}:?\d{2}\b)?)?"
)
_ISO: Final = rf"\b{YEAR}(?:-(?:0?[1-9]|1[0-2])-{DAY}|/(?:0?[1-9]|1[0-2])/{DAY}|\.(?:0?[1-9]|1[0-2])\.{DAY}){_TIME}\b"
_SHORT: Final = rf"\b{DAY}(?:-{DAY}-|/{DAY}/|\.[ ]?{DAY}\.[ ]?)(?:{YEAR}|\d{{2}})\b{_TIME}"
_DAY_NAME: Final = r"(?:st|nd|rd|th|er|\.|o)?(?:[ ](?:of|de|di|d'))?"
_DAY_FIRST: Final = (
    rf"\b{DAY}{_DAY_NAME}[ -]?{MONTH}\b\.?(?:,?(?:[ ](?:de|del))?[ -](?:{YEAR}|'\d{{2}}|\d{{2}}\b)|(?:{YEAR}))?{_TIME}"
)
_MONTH_FIRST: Final = rf"\b{MONTH}\.?[ ]{DAY}(?:st|nd|rd|th)?\b(?:,?[ ]{YEAR}\b)?{_TIME}"
_MONTH_YEAR: Final = rf"\b{MONTH}\.?,?(?:[ ](?:of|de))?[ ]{YEAR}\b"
#: Month's names that are words too: in small letters they need a year.
_ALSO_WORDS: Final = words(
    """
may mar mars march mai mei maj sept set dec jan ago abr avr dic fev feb jun jul aug oct okt nov dez marco maja
"""
)
_LETTERS: Final = re.compile(r"[A-Za-z]{3,}")
_HAS_YEAR: Final = re.compile(rf"{YEAR}(?!\d)")
_UNITS: Final = re.compile(
    r"[ ]?(?:%|[a-z]?m\b|[kmg]?b\b|[kmg]?hz\b|[km]?g\b|px\b|rpm\b|ms\b|w\b|v\b|mah\b|"
    r"points?\b|users?\b|rows?\b|items?\b|"
    r"people\b|times\b|tokens?\b|words?\b|pages?\b|characters?\b|dims?\b|dimensions?\b|bytes?\b|units?\b)",
    re.IGNORECASE,
)
_NUMBERED: Final = re.compile(
    r"\b(?:port|line|page|code|error|id|no|nr|number|version|v|room|art|article|(?-i:(?!IN\b)[A-Z]{2,}))"
    r"[ .:]?[ ]?$|\#[ ]?$",
    re.IGNORECASE,
)
_RANGE: Final = re.compile(rf"{YEAR}[ ]?-[ ]?{YEAR}\b")
_LONGER_BEFORE: Final = re.compile(r"[._/:#=@$€£&+*\\]$|\d[,-]$|[A-Z]-$")
_LONGER_BEHIND: Final = re.compile(r"[_@]|[./:,-]\d|-[A-Z]|x\d")


def _apart(text: str, start: int, end: int) -> bool:
    """Not a stretch of a longer number, a version, an address or a name."""
    return not _LONGER_BEFORE.search(text, max(0, start - 2), start) and not _LONGER_BEHIND.match(text, end)


def _numeric(text: str, start: int, end: int) -> Iterable[Span]:
    numbers = re.findall(r"\d+", text[start:end])[:3]
    year_first = len(numbers[0]) == 4
    # 1.2.10 is a version; a month has a number up to twelve.
    version = "." in text[start:end] and len(numbers[2]) == 2 and min(map(len, numbers)) < 2
    months = year_first or min(int(numbers[0]), int(numbers[1])) <= 12
    return ((start, end),) if months and not version and _apart(text, start, end) else ()


def _worded(text: str, start: int, end: int) -> Iterable[Span]:
    found = text[start:end]
    month = _LETTERS.search(found.replace("of", "").replace("de", "")) or _LETTERS.search(found)
    small = month is not None and month[0] in _ALSO_WORDS
    return ((start, end),) if not small or _HAS_YEAR.search(found) else ()


def _year(text: str, start: int, end: int) -> Iterable[Span]:
    if _RANGE.match(text, start) or _RANGE.fullmatch(text, max(0, start - 5), end):
        return ((start, end),)
    amount = _UNITS.match(text, end) or _NUMBERED.search(text, max(0, start - 12), start)
    return ((start, end),) if not amount and _apart(text, start, end) else ()


RULES: Final = (
    Recogniser(
        "DATE",
        "numeric",
        "year, month and day in numbers",
        rf"{_ISO}|{_SHORT}",
        _numeric,
        gate=r"\d[-/.][ ]?\d{1,2}[-/.][ ]?\d",
    ),
    Recogniser(
        "DATE",
        "named month",
        "a month's name with a day or a year",
        rf"(?i){_DAY_FIRST}|{_MONTH_FIRST}|{_MONTH_YEAR}",
        _worded,
        gate=rf"(?i)(?:\d[a-z.]{{0,2}}(?:[ ](?:of|de|di))?[ -]?{MONTH}|{MONTH}[., ])",
    ),
    Recogniser("DATE", "year", "four digits of a year, alone", rf"\b{YEAR}\b", _year),
)

"""Which day does this text name, and how is it written? ISO 8601 and the common forms; in doubt, none."""

import re
from calendar import month_abbr, month_name
from dataclasses import dataclass
from datetime import date
from typing import Final

_MONTHS: Final = {name.casefold(): i for names in (month_name, month_abbr) for i, name in enumerate(names) if name}
_NUMERIC: Final = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?=$|[T ]\d{2}:)|(\d{1,2})([-/.])(\d{1,2})\6(\d{4})$")
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})$")
_DAY_FIRST: Final = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th)?([. ]{1,2}|-)(?:of )?([a-z]{3,9})\.?,?[ -](\d{4})$", re.IGNORECASE
)
_MONTH_FIRST: Final = re.compile(r"([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})$", re.IGNORECASE)
_YEAR: Final = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d)")


@dataclass(frozen=True, slots=True)
class Day:
    """A day, and the pattern of `strftime` it was written in."""

    day: date
    form: str


def _day(year: str, month: str | int, day: str, form: str) -> Day | None:
    try:
        return Day(date(int(year), int(month), int(day)), form)
    except ValueError:
        return None


def _numeric(text: str) -> Day | None:
    if found := _COMPACT.match(text):
        return _day(found[1], found[2], found[3], "%Y%m%d")
    if not (found := _NUMERIC.match(text)):
        return None
    if found[1]:
        return _day(found[1], found[3], found[4], "%Y{0}%m{0}%d".format(found[2]))
    first, sep, second, year = found[5], found[6], found[7], found[8]
    if sep == "/" and int(second) > 12:
        return _day(year, first, second, "%m/%d/%Y")
    if sep == "/" and int(first) <= 12 and first != second:
        return None  # the third of December, or the twelfth of March
    return _day(year, second, first, f"%d{sep}%m{sep}%Y")


def _worded(text: str) -> Day | None:
    if found := _DAY_FIRST.match(text):
        month = _MONTHS.get(found[3].casefold())
        return _day(found[4], month, found[1], "%d %B %Y") if month else None
    if found := _MONTH_FIRST.match(text):
        month = _MONTHS.get(found[1].casefold())
        return _day(found[3], month, found[2], "%B %d, %Y") if month else None
    return None


def read(text: str) -> Day | None:
    """The day of a text that is one date, also with a time behind it; None when it is not, or cannot be told."""
    plain = text.strip()
    return _numeric(plain) or _worded(plain)


def year(text: str) -> str | None:
    """The year of a text that names one, and only one."""
    day = read(text)
    if day is not None:
        return f"{day.day.year:04d}"
    found = set(_YEAR.findall(text))
    return found.pop() if len(found) == 1 else None

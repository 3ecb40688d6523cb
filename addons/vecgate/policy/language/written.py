"""Is what stands in a condition what it is taken for? Networks, patterns, moments, zones, kinds of operation."""

import ipaddress
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final

import re2

from vecgate.domain.kinds import OPERATION_KINDS
from vecgate.parsing.words import unknown
from vecgate.policy.language.times import zone_of

#: A text in quotes.
TEXT: Final = r"(?:'([^'\\]*)'|\"([^\"\\]*)\")"
_ENDS: Final = re.compile(rf"\s*{TEXT}\s*\)")
_STARTS: Final = re.compile(rf"\s*{TEXT}\s*,")
_ZERO: Final = re.compile(r"[/%]\s*-?0u?(?![\w.])")
_KINDS: Final = re.compile(
    rf"(?<![\w.])operation\.(kind|group)\s*(?:[!=]=\s*({TEXT})|in\s*\[([^\]]*)\])|({TEXT})\s*[!=]=\s*operation\.(kind|group)\b"
)
#: What CEL's clocks show, from and to; and what one may not expect of that.
_SHOWN: Final[dict[str, tuple[int, int, str]]] = {
    "Month": (0, 11, "; January is 0"),
    "DayOfMonth": (0, 30, "; the first is 0, which 'getDate' counts as 1"),
    "Date": (1, 31, ""),
    "DayOfWeek": (0, 6, "; Sunday is 0"),
    "DayOfYear": (0, 365, "; the first is 0"),
    "Hours": (0, 23, ""),
    "Minutes": (0, 59, ""),
    "Seconds": (0, 59, ""),
    "Milliseconds": (0, 999, ""),
}
_CLOCK: Final = re.compile(
    rf"\.get({'|'.join(_SHOWN)})\([^()]*\)\s*(?:([!=<>]=?)\s*(-?\d+)|in\s*\[([-\d,\s]*)\])(?![\w.])"
)


@lru_cache(1024)
def network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    """A network. Raises ValueError."""
    return ipaddress.ip_network(text)


def _pattern(text: str) -> None:
    if set(text) & set("[]{}!\\"):
        raise ValueError(f"'{text}' is no pattern: '*' stands for any text and '?' for one character; nothing else")


def _instant(text: str) -> None:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})", text):
        raise ValueError(f"'{text}' is no moment; write it like '2026-12-31T18:00:00+01:00'")


def _expression(text: str) -> None:
    quietly = re2.Options()
    quietly.log_errors = False
    try:
        re2.compile(text, options=quietly)
    except re2.error as e:
        said = e.args[0].decode() if e.args and isinstance(e.args[0], bytes) else e
        raise ValueError(f"'{text}' is no regular expression of RE2: {said}") from e


#: What stands in a call of these, up to there; how it is read; and whether it must be a text as it stands.
_READ: Final[tuple[tuple[re.Pattern[str], re.Pattern[str], Callable[[str], object], bool], ...]] = (
    (re.compile(r"\bin_network\s*\("), _STARTS, ipaddress.ip_address, False),
    (re.compile(r"\bin_network\s*\([^,]*,"), _ENDS, network, True),
    (re.compile(r"\bglob\s*\([^,]*,"), _ENDS, _pattern, True),
    (re.compile(r"\.matches\s*\("), _ENDS, _expression, False),
    (re.compile(r"(?<![\w.])matches\s*\([^,]*,"), _ENDS, _expression, False),
    (re.compile(r"\.get[A-Z]\w*\((?!\s*\))"), _ENDS, zone_of, False),
    (re.compile(r"\btimestamp\s*\((?=\s*['\"])"), _ENDS, _instant, False),
)


def check(text: str) -> None:
    """Raises ValueError with line and column for the first thing that is not what it is taken for."""
    for look in (_calls, _zeros, _clocks, _kinds):
        for at, said in look(text):
            line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
            raise ValueError(f"line {line}, column {column}: {said}")


def _calls(text: str) -> Iterator[tuple[int, str]]:
    for called, ends, read, must in _READ:
        for call in called.finditer(text):
            said = ends.match(text, call.end())
            if said is None and must:
                yield call.end(), "it takes a text in quotes as it stands"
            try:
                read(said[1] or said[2] or "") if said is not None else None
            except ValueError as e:
                yield call.end(), str(e)


def _zeros(text: str) -> Iterator[tuple[int, str]]:
    for zero in _ZERO.finditer(re.sub(TEXT, lambda found: " " * len(found[0]), text)):
        yield zero.start(), "nothing can be divided by zero"


def _clocks(text: str) -> Iterator[tuple[int, str]]:
    for clock in _CLOCK.finditer(text):
        least, most, note = _SHOWN[clock[1]]
        above = most + (clock[2] in ("<", ">="))  # 'before 24' is all of a day
        if not all(least <= int(one) <= above for one in re.findall(r"-?\d+", clock[3] or clock[4])):
            yield clock.start(), f"'get{clock[1]}' is a number from {least} to {most}{note}"


def _kinds(text: str) -> Iterator[tuple[int, str]]:
    for found in _KINDS.finditer(text):
        what = found[1] or found[9]
        known = OPERATION_KINDS if what == "kind" else dict.fromkeys(OPERATION_KINDS.values())
        shown = "those that stand under 'operations'" if what == "kind" else ""
        for one in re.finditer(TEXT, found[0]):
            if (word := one[1] or one[2] or "") not in known:
                yield found.start() + one.start(), unknown(f"{what} of operation", word, known, shown)

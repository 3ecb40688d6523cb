"""What is a rule? A form, and a check that proves or narrows what has the form."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

type Span = tuple[int, int]
type Check = Callable[[str, int, int], Iterable[Span]]

_NO_DIGIT: Final = re.compile(r"\D+")


def anything(_text: str, start: int, end: int) -> Iterable[Span]:
    """The check of a form that needs no proof."""
    return ((start, end),) if end > start else ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One form of one entity.

    `pattern` is RE2 syntax over ASCII: the text is folded first (é is e, other cased letters are a or A).
    `group` is the part that is personal. `check(text, start, end)` gives the spans that stand, perhaps
    narrower, perhaps none. `name` tells rules of one entity apart in findings.
    """

    entity: str
    name: str
    pattern: str
    check: Check = anything
    group: int = 0


def digits(text: str) -> str:
    """Only the digits."""
    return _NO_DIGIT.sub("", text)


def luhn(number: str) -> bool:
    """The mod 10 check of ISO/IEC 7812-1 annex B."""
    total = 0
    for i, character in enumerate(reversed(number)):
        value = int(character)
        if i % 2:
            value = value * 2 - 9 if value > 4 else value * 2
        total += value
    return total % 10 == 0


def before(text: str, start: int, reach: int) -> str:
    """The words just before a hit, on the same line: what they call it."""
    return text[max(0, start - reach) : start].rpartition("\n")[2]


def having(proof: Callable[[str], bool]) -> Check:
    """A check that takes or leaves the whole hit."""

    def check(text: str, start: int, end: int) -> Iterable[Span]:
        return ((start, end),) if proof(text[start:end]) else ()

    return check

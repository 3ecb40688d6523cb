"""What is a rule? A form, and a check that proves or narrows what has the form."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

type Span = tuple[int, int]
type Check = Callable[[str, int, int], Iterable[Span]]

_NO_DIGIT: Final = re.compile(r"\D+")

#: However many blanks: columns are aligned by them.
#: What may stand between the name of a value and the value: `SSN no. (US) is: "078...`, or the line below.
GAP: Final = (
    r"(?:[ _-]{0,2}(?:numbers?|no|num|nr|id|code|value|\#)\b)?\.?[\"')\]]{0,2}[ \t]*(?:\([^()\n]{1,24}\)[ ]?)?"
    r"(?:(?:is|was|ist|es|est|are|[:=\#|>-]{1,2})[ \t]*){0,3}\n?[ \t]*[\"'(\[<]{0,2}"
)


def anything(_text: str, start: int, end: int) -> Iterable[Span]:
    """The check of a form that needs no proof."""
    return ((start, end),) if end > start else ()


@dataclass(frozen=True, slots=True)
class Recogniser:
    """One form of one entity.

    `name` tells the rules of one entity apart; `why` says in a few words what proves a hit. `pattern` is RE2
    syntax over ASCII: the text is folded first (é is e, other cased letters are a or A). `group` is the part
    that is personal. `check(text, start, end)` gives the spans that stand, perhaps narrower, perhaps none.
    `gate` is a simpler pattern that is found in every text in which `pattern` is; left out: the pattern itself.
    A gate without counts and long tails keeps the automaton of all gates small.
    """

    entity: str
    name: str
    why: str
    pattern: str
    check: Check = anything
    group: int = 0
    gate: str = ""


def words(text: str) -> frozenset[str]:
    """The words of a text, for "is it one of these?"."""
    return frozenset(text.split())


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


def after(text: str, end: int, reach: int) -> str:
    """The words just behind a hit, on the same line."""
    return text[end : end + reach].partition("\n")[0]


def having(proof: Callable[[str], bool]) -> Check:
    """A check that takes or leaves the whole hit."""

    def check(text: str, start: int, end: int) -> Iterable[Span]:
        return ((start, end),) if proof(text[start:end]) else ()

    return check


#: What an element of mark-up is: one of people's, or of anybody's.
_TAG: Final = re.compile(r"<([\w:.-]{1,60})\s[^<>]*$")
_TAG_OF_ANYBODY: Final = re.compile(
    r"person|people|human|user|author|creator|editor|contact|customer|client|patient|employ|staff|member|owner|name|guest|"
    r"student|teacher|doctor|nurse|driver|player|speaker|attend|particip|sender|recip|agent|lead|account|profile|card|"
    r"(?:^|:)(?:record|row|item|entry|data|node|object|value|doc|document|meta)$",
    re.IGNORECASE,
)


def in_thing(text: str, start: int) -> bool:
    """Whether it is an attribute of an element that is called as things are: <language name="Ayta, Sorsogon"/>."""
    tag = _TAG.search(text[max(0, start - 300) : start]) if "<" in text[max(0, start - 300) : start] else None
    return tag is not None and _TAG_OF_ANYBODY.search(tag[1]) is None


def with_digit(found: str) -> bool:
    """Whether there is a digit in it."""
    return any(c.isdigit() for c in found)


def called(words: str) -> str:
    """The gate of a pattern made by `named`."""
    return rf"(?i)(?:\b|_)(?:{words})(?:[^A-Za-z]|nu|no|nr|id|code|value|is|ist|es|are|was)"


def named(words: str, form: str) -> str:
    """A pattern whose group 1 has the form and comes behind one of the words (RE2 alternatives, any case)."""
    return rf"(?i)(?:\b|_)(?:{words}){GAP}({form})(?:\b|$)"

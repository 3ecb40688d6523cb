"""Is this a name because of its letters: a family name behind several initials, or in capitals behind a title?"""

from collections.abc import Iterable
from typing import Final

from vecgate.masking.detect.known import is_name
from vecgate.masking.detect.patterns._base import Recogniser, Span, words
from vecgate.masking.detect.patterns.person import FIRMS, NOT_NAMES

_PART: Final = r"[A-Z][\w'-]{0,24}"
_CAPITALS: Final = r"[A-Z][A-Z'-]{1,24}"
#: Letters with dots that are no initials.
_LETTERS: Final = words("US UK EU UN UAE USA AM PM BC AD PHD MD BA MA BSC MSC DC LA NY NYC IE EG")


def _behind_initials(text: str, start: int, end: int) -> Iterable[Span]:
    *initials, last = text[start:end].replace(" ", ".").split(".")
    letters = "".join(one for one in initials if len(one) == 1)
    known = is_name(last) and last not in NOT_NAMES and last not in FIRMS
    return ((start, end),) if known and letters not in _LETTERS and not last.isupper() else ()


def _shouted(text: str, start: int, end: int) -> Iterable[Span]:
    return ((start, end),) if text[start:end].split(" ")[0].capitalize() not in NOT_NAMES else ()


RULES: Final = (
    Recogniser(
        "PERSON",
        "shouted title",
        "in capitals behind a title",
        rf"\b(?:MR|MRS|MS|DR|PROF|REV|HON)\.[ ]({_CAPITALS}(?:[ ]{_CAPITALS}){{0,2}})\b",
        _shouted,
        1,
        gate=r"(?:MR|MRS|MS|DR|PROF|REV|HON)\.[ ]",
    ),
    Recogniser(
        "PERSON",
        "initials",
        "a family name behind several initials",
        rf"\b((?:[A-Z]\.[ ]?){{2,3}}(?:(?:Mac|Mc|O|De|Van|van|de|von|der)[ ]){{0,2}}{_PART})\b",
        _behind_initials,
        1,
        gate=r"\b[A-Z]\.[ ]?[A-Z]\.[ ]?[A-Zvd]",
    ),
)

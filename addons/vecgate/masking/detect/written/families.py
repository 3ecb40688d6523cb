"""Which families are written by their name in the plural? The Okonkwos' wall, the Fitzgeralds have moved."""

import re
from collections.abc import Callable, Iterator
from typing import Final

from vecgate.domain.finding import Finding
from vecgate.masking.detect.known import is_family
from vecgate.masking.detect.patterns._base import words as listed

FAMILY: Final = "several of a family"

_FAMILIES: Final = re.compile(
    r"\b[Tt]he ((?:(?:Van|De|Mac|O) )?[^\W\d_a-z][^\W\d_]+s)"
    r"(?=['\u2019](?: [a-z]|[.,)])| (?:are|were|have|live|lived|moved|paid|own|owned|rent|rented|sued|asked)\b)"
)
#: Peoples, who are called so too.
_PEOPLES: Final = listed("""
german roman norman frank dane swede finn turk scot briton pole celt saxon goth hun slav moor arab kurd serb croat czech
slovak american indian christian angle lombard french english dutch welsh irish mongol tatar inca maya viking ottoman
""")


def families(text: str, ordinary: Callable[[str], bool | None]) -> Iterator[Finding]:
    """Plurals of family names that are no other word, behind "the" and before what they own or do."""
    for match in _FAMILIES.finditer(text):
        last = match[1].rpartition(" ")[2]
        if any(_is_family(one, ordinary) for one in (last[:-1], last.removesuffix("es"))):
            yield Finding(*match.span(1), "PERSON", FAMILY)


def _is_family(word: str, ordinary: Callable[[str], bool | None]) -> bool:
    return is_family(word) and word.lower() not in _PEOPLES and ordinary(word.lower()) is not True

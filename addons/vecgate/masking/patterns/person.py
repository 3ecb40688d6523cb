"""Is this a name because the words around it say so? The model finds the rest."""

from collections.abc import Iterable
from typing import Final

from vecgate.masking.patterns._base import Rule, Span

_PART: Final = r"[A-Z][\w'-]{0,24}"
_PARTICLES: Final = r"(?:(?:van|von|de|der|den|da|di|la|le|del|bin|ibn|al|el|ter|ten|af|av)[ ])*"
_NAME: Final = rf"{_PART}(?:[ ]{_PARTICLES}(?:{_PART}|[A-Z]\.)){{0,3}}"
_ROLES: Final = (
    r"(?:(?:full|first|last|middle|customer|client|patient|contact|account|card ?holder|employee|user|given|"
    r"family|maiden|legal|"
    r"display|owner|author|agent|sender|recipient|reporter|assignee)[ _-])?name|"
    r"customer|patient|client|attn|attention|author|assignee|assigned to|reporter|requester|applicant|"
    r"card ?holder|beneficiary|spouse|"
    r"guest|tenant|passenger|employee|surname|owner|contact|agent|sender|recipient|signed by|created by|"
    r"updated by|reported by|cc|from|to"
)
# Words that stand in the place of a name and are none.
_NOT_NAMES_TEXT: Final = """
Team Support Customer Sir Madam All Everyone Service Sales Thank Thanks Please The This That Number Order
Invoice Account Email Phone Address Name Date Your Our Not Monday Tuesday Wednesday Thursday Friday Saturday
Sunday January February March April May June July August September October November December None Null True
False Yes No Inc Ltd LLC Dear Best Kind Regards Company Unknown Anonymous Admin User Subject Male Female We It
If In On At For And But When What How There Here Just Still Also Hi Hello I My You He She They Is Are Was
"""
_NOT_NAMES: Final = frozenset(_NOT_NAMES_TEXT.split())


def _name(text: str, start: int, end: int) -> Iterable[Span]:
    """The words up to the first that is no name's."""
    stop = start
    for word in text[start:end].split(" "):
        if word.strip(".,'") in _NOT_NAMES:
            break
        stop += len(word) + 1
    return ((start, stop - 1),) if stop - 1 > start + 1 else ()


RULES: Final = (
    Rule(
        "PERSON",
        "title",
        rf"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Sir|Herr|Frau|Mme|Mlle|Senora?|Sr|Sra)\b\.?[ ]({_NAME})",
        _name,
        1,
    ),
    Rule(
        "PERSON",
        "said",
        rf"(?i:\b(?:my name is|my name's|name is|i am called|i am|i'm|this is|here is|here's))[ ]+({_NAME})",
        _name,
        1,
    ),
    Rule("PERSON", "greeted", rf"(?im:^[ ]*(?:dear|hi|hello|hey)[ ]+)({_NAME})", _name, 1),
    Rule(
        "PERSON",
        "signed",
        rf"(?i:\b(?:signed|sincerely|regards|thanks|thank you|cheers|best wishes|yours truly)[,.!]?)"
        rf"[ ]*[\n][ ]*({_NAME})[ ]*(?m:$)",
        _name,
        1,
    ),
    Rule("PERSON", "labelled", rf"(?i:\b(?:{_ROLES})\b)[\"']?[ ]?[:=][ ]?[\"']?({_NAME})", _name, 1),
)

"""Shown: a made-up name, `person-k3v9...`. The same value has the same one, in every answer and after a restart.

It is one word without anything to escape, so it can be put into a filter, an id or a URL, and values still join.
"""

from typing import Final

from vecgate.domain.profiles import ENTITY, OperatorWords
from vecgate.masking.apply.marks import checked, is_ours
from vecgate.masking.apply.operators._base import KINDS, MarkForm, Operator, Params
from vecgate.masking.apply.operators._keyed import entity_of, mark

LENGTH: Final = 20  # 90 bits, and the check


WORDS: Final = OperatorWords({"as": ENTITY}, keyed=True, joins=True, hides=True)


def form(_params: Params) -> MarkForm:
    """An entity and letters."""
    return MarkForm(rf"(?:{KINDS.lower().replace('_', '-')})-[a-z2-7]{{20}}", ("-",))


def build(params: Params, key: bytes) -> Operator:
    """`as`: the entity a whole field counts as."""

    def named(text: str, entity: str) -> str:
        if is_ours(text, key):
            return text
        kind = entity_of(params, entity)
        return f"{kind.lower().replace('_', '-')}-{checked(mark(key, 'pseudonym', kind, text), LENGTH, key)}"

    return named

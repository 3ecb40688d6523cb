"""Shown: a keyed hash, `<PERSON:k3v9...>`. Equal values give equal hashes, so one sees that they are the same.

It is for people to look at; what filters are to work with is `pseudonym`.
"""

from typing import Final

from vecgate.domain.profiles import ENTITY, IntParam, OperatorWords
from vecgate.masking.apply.marks import checked, is_ours
from vecgate.masking.apply.operators._base import KINDS, MarkForm, Operator, Params, number
from vecgate.masking.apply.operators._keyed import LONGEST, entity_of, mark

LENGTH: Final = 16  # 70 bits, and the check: no two values of one tenant meet by chance


WORDS: Final = OperatorWords({"length": IntParam(8, 64), "as": ENTITY}, keyed=True, joins=True, hides=True)


def form(_params: Params) -> MarkForm:
    """An entity and letters, in angle brackets."""
    return MarkForm(rf"<(?:{KINDS}):[a-z2-7]{{8,52}}>", ("<",))


def build(params: Params, key: bytes) -> Operator:
    """`length`: how many characters of the hash are shown; `as`: the entity a whole field counts as."""
    length = min(number(params, "length", LENGTH), LONGEST)

    def hashed(text: str, entity: str) -> str:
        if is_ours(text, key):
            return text
        kind = entity_of(params, entity)
        return f"<{kind}:{checked(mark(key, 'hash', kind, text), length, key)}>"

    return hashed

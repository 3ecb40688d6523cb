"""Shown: what it was, `<PERSON>`, so that a text stays readable; or a fixed text (`with`).

Numbered (`<PERSON_1>`, `<PERSON_2>`), the same value has the same number all over one answer: a reader, also
one that is a language model, can tell who is who. The next answer begins at 1 again, so numbers never join.
"""

import re
from collections import Counter
from typing import Final

from vecgate.domain.profiles import FLAG, OperatorWords, TextParam
from vecgate.masking.apply.operators._base import KINDS, MarkForm, Operator, Params, PerAnswer, flag, words
from vecgate.masking.apply.operators._keyed import canonical

#: Where what was found is in what would be shown.
UNLIKE: Final = "***"
WORDS: Final = OperatorWords(
    {"with": TextParam(1, 64), "numbered": FLAG}, either=frozenset({"with", "numbered"}), hides=True
)


def form(params: Params) -> MarkForm:
    """An entity in angle brackets, also with a number; or the given text, which may be any."""
    fixed = words(params, "with", "")
    if fixed:
        return MarkForm(rf"{re.escape(fixed)}|{re.escape(UNLIKE)}")
    return MarkForm(rf"<(?:{KINDS})(?:_[0-9]+)?>|{re.escape(UNLIKE)}", ("<", UNLIKE))


def build(params: Params, _key: bytes) -> Operator:
    """`with`: the text to show in place of the entity's name; `numbered`: true for numbers."""
    if flag(params, "numbered"):
        return Numbered()
    fixed = words(params, "with", "")
    return lambda text, entity: _unlike(text, fixed or f"<{entity}>")


class Numbered(PerAnswer):
    """Names without numbers; `fresh` gives one that counts, from 1, for one answer."""

    def __call__(self, text: str, entity: str) -> str:
        """`<PERSON>`."""
        return _unlike(text, f"<{entity}>")

    def fresh(self) -> Operator:
        """An operator that counts."""
        numbers: dict[tuple[str, str], int] = {}
        last: Counter[str] = Counter()

        def numbered(text: str, entity: str) -> str:
            who = entity, canonical(text, entity)
            if who not in numbers:
                last[entity] += 1
                numbers[who] = last[entity]
            return _unlike(text, f"<{entity}_{numbers[who]}>")

        return numbered


def _unlike(text: str, shown: str) -> str:
    # A fixed text that happens to hold what was found would show it.
    return UNLIKE if text in shown and len(text) > 1 else shown

"""Shown: how long it was, `(12 characters)`; `unit`: what is counted is called so. A toy: one file, named nowhere else."""

import re
from typing import Final

from vecgate.domain.profiles import OperatorWords, TextParam
from vecgate.masking.apply.operators._base import MarkForm, Operator, Params, words

WORDS: Final = OperatorWords({"unit": TextParam(1, 20)}, hides=True)


def form(params: Params) -> MarkForm:
    """A number of them, in brackets."""
    return MarkForm(rf"\([0-9]+ {re.escape(words(params, 'unit', 'characters'))}\)", ("(",))


def build(params: Params, _key: bytes) -> Operator:
    """`unit`: what is counted."""
    unit = words(params, "unit", "characters")
    return lambda text, _entity: f"({len(text)} {unit})"

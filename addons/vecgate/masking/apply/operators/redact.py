"""Shown: one fixed mark. It tells that something was there, and nothing else."""

import re
from typing import Final

from vecgate.domain.profiles import OperatorWords
from vecgate.masking.apply.operators._base import MarkForm, Operator, Params

MARK: Final = "[REDACTED]"


WORDS: Final = OperatorWords(hides=True)


def form(_params: Params) -> MarkForm:
    """The mark."""
    return MarkForm(re.escape(MARK), (MARK,))


def build(_params: Params, _key: bytes) -> Operator:
    """No parameters."""
    return lambda _text, _entity: MARK

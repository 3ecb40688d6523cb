"""Shown: nothing at all. One such value, and the whole answer is refused (`mask.blocked`)."""

from typing import Final

from vecgate.domain.profiles import OperatorWords
from vecgate.masking.apply.operators._base import BLOCK, MarkForm, Operator, Params

WORDS: Final = OperatorWords(hides=True)


def form(_params: Params) -> MarkForm | None:
    """Nothing is shown."""
    return None


def build(_params: Params, _key: bytes) -> Operator:
    """No parameters."""
    return lambda _text, _entity: BLOCK

"""Shown: what was found, as it is. The one operator that hides nothing."""

from typing import Final

from vecgate.domain.profiles import OperatorWords
from vecgate.masking.apply.operators._base import MarkForm, Operator, Params

WORDS: Final = OperatorWords(joins=True)


def form(_params: Params) -> MarkForm | None:
    """Nothing is put in the place of anything."""
    return None


def build(_params: Params, _key: bytes) -> Operator:
    """No parameters."""
    return lambda text, _entity: text

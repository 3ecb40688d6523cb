"""Shown: nothing. The field goes away with its key; where it stands in a text or a list, its place is empty."""

from typing import Final

from vecgate.domain.profiles import OperatorWords
from vecgate.masking.apply.operators._base import DROP, MarkForm, Operator, Params

WORDS: Final = OperatorWords(hides=True)


def form(_params: Params) -> MarkForm | None:
    """Nothing is shown."""
    return None


def build(_params: Params, _key: bytes) -> Operator:
    """No parameters."""
    return lambda _text, _entity: DROP

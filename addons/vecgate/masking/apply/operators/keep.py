"""Shown: what was found, as it is. The one operator that hides nothing."""

from typing import Final

from vecgate.domain.profiles import Words
from vecgate.masking.apply.operators._base import Form, Operator, Params

WORDS: Final = Words(joins=True)


def form(_params: Params) -> Form | None:
    """Nothing is put in the place of anything."""
    return None


def build(_params: Params, _key: bytes) -> Operator:
    """No parameters."""
    return lambda text, _entity: text

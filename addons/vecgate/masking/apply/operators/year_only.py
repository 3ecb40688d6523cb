"""Shown: of a date its year, `1980`. What names no year, or more than one, is redacted."""

from typing import Final

from vecgate.domain.profiles import OperatorWords
from vecgate.masking.apply.operators._base import SHAPELESS, MarkForm, Operator, Params
from vecgate.masking.apply.operators._dates import year
from vecgate.masking.apply.operators.redact import MARK

WORDS: Final = OperatorWords()


def form(_params: Params) -> MarkForm:
    """A number."""
    return SHAPELESS


def build(_params: Params, _key: bytes) -> Operator:
    """No parameters."""

    def only(text: str, _entity: str) -> str:
        found = year(text)
        return MARK if found is None or found == text else found

    return only

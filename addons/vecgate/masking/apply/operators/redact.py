"""Shown: one fixed mark. It tells that something was there, and nothing else."""

from typing import Final

from vecgate.masking.apply.operators._base import Operator, Params

MARK: Final = "[REDACTED]"


def build(_params: Params, _key: bytes) -> Operator:
    """No parameters."""
    return lambda _text, _entity: MARK

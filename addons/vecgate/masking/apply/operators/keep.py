"""Shown: what was found, as it is. The one operator that hides nothing."""

from vecgate.masking.apply.operators._base import Operator, Params


def build(_params: Params, _key: bytes) -> Operator:
    """No parameters."""
    return lambda text, _entity: text

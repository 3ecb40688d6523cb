"""Shown: nothing at all. One such value, and the whole answer is refused (`mask.blocked`)."""

from vecgate.masking.apply.operators._base import BLOCK, Operator, Params


def build(_params: Params, _key: bytes) -> Operator:
    """No parameters."""
    return lambda _text, _entity: BLOCK

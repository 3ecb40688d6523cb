"""Shown: nothing. The field goes away with its key; where it stands in a text or a list, its place is empty."""

from vecgate.masking.apply.operators._base import DROP, Operator, Params


def build(_params: Params, _key: bytes) -> Operator:
    """No parameters."""
    return lambda _text, _entity: DROP

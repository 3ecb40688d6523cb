"""Shown: one fixed mark. It tells that something was there, and nothing else."""

import re
from typing import Final

from vecgate.domain.profiles import Words
from vecgate.masking.apply.operators._base import Form, Operator, Params

MARK: Final = "[REDACTED]"


WORDS: Final = Words(hides=True)


def form(_params: Params) -> Form:
    """The mark."""
    return Form(re.escape(MARK), (MARK,))


def build(_params: Params, _key: bytes) -> Operator:
    """No parameters."""
    return lambda _text, _entity: MARK

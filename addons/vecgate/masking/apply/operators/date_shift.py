"""Shown: another date. All dates of a tenant are moved by the same secret number of days, so times between them stay.

What cannot be read as a date is redacted, and so is a time of day behind it.
"""

import hmac
from datetime import timedelta
from typing import Final

from vecgate.domain.profiles import IntParam, OperatorWords
from vecgate.masking.apply.operators._base import SHAPELESS, MarkForm, Operator, Params, number
from vecgate.masking.apply.operators._dates import read
from vecgate.masking.apply.operators.redact import MARK
from vecgate.masking.derived import derived

DAYS: Final = 365


def shift(key: bytes, days: int) -> int:
    """From -`days` to `days`, but never 0: the same for the same key."""
    drawn = int.from_bytes(hmac.digest(derived(key, "date_shift"), str(days).encode(), "sha256")) % (2 * days)
    return drawn - days if drawn < days else drawn - days + 1


WORDS: Final = OperatorWords({"days": IntParam(7, 3650)}, keyed=True)


def form(_params: Params) -> MarkForm:
    """A date like any other."""
    return SHAPELESS


def build(params: Params, key: bytes) -> Operator:
    """`days`: the most by which a date is moved, back or forth."""
    most = number(params, "days", DAYS)

    def shifted(text: str, _entity: str) -> str:
        found = read(text)
        if found is None:
            return MARK
        try:
            moved = found.day + timedelta(days=shift(key, most))
        except OverflowError:
            return MARK
        return moved.strftime(found.form)

    return shifted

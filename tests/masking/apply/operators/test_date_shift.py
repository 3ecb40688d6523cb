"""Every date of a tenant moves by the same secret number of days; what is none is redacted."""

from datetime import date

import pytest

from vecgate.masking.apply.operators.date_shift import DAYS, build, shift
from vecgate.masking.apply.operators.redact import MARK

KEYS = [bytes([i]) * 32 for i in range(200)]


def test_the_time_between_two_dates_stays() -> None:
    shifted = build({}, KEYS[0])
    first, last = (date.fromisoformat(str(shifted(text, "DATE"))) for text in ("1980-03-12", "1980-04-12"))
    assert (last - first).days == 31
    assert first != date(1980, 3, 12)


def test_it_is_written_as_it_was() -> None:
    days = shift(KEYS[0], DAYS)
    moved = date.fromordinal(date(1980, 3, 13).toordinal() + days)
    shifted = build({}, KEYS[0])
    assert shifted("13.03.1980", "DATE") == f"{moved:%d.%m.%Y}"
    assert shifted("03/13/1980", "DATE") == f"{moved:%m/%d/%Y}"
    assert shifted("1980-03-13T08:15:00Z", "DATE") == f"{moved:%Y-%m-%d}"


@pytest.mark.parametrize("days", [7, DAYS, 3650])
def test_how_far_is_secret_and_never_nought(days: int) -> None:
    far = [shift(key, days) for key in KEYS]
    assert 0 not in far
    assert max(map(abs, far)) <= days
    assert min(far) < 0 < max(far)
    assert len(set(far)) > 12


@pytest.mark.parametrize("text", ["", "soon", "1980", "03/12/1980", "1980-02-30", "9999-12-31", "0001-01-01"])
def test_what_cannot_be_moved_is_redacted(text: str) -> None:
    shown = {build({}, key)(text, "DATE") for key in KEYS}
    assert MARK in shown
    assert text not in shown

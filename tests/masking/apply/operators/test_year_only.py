"""The year stays, and nothing else."""

import pytest

from vecgate.masking.apply.operators.redact import MARK
from vecgate.masking.apply.operators.year_only import build


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", MARK),
        ("soon", MARK),
        ("1980-03-12", "1980"),
        ("born on 12 March 1980", "1980"),
        ("1980 or 1981", MARK),
        # a year alone is what was to be hidden
        ("1980", MARK),
    ],
)
def test_year_only(text: str, shown: str) -> None:
    assert build({}, b"")(text, "DATE") == shown

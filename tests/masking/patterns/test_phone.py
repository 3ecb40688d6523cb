"""Phone numbers: grouping, words before them, numbering plans."""

import pytest

from support.findings import found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # grouped
        ("(555) 123-4567", ["(555) 123-4567"]),
        ("call 555-123-4567 x12", ["555-123-4567 x12"]),
        ("+44 20 7946 0958", ["+44 20 7946 0958"]),
        ("020 7946 0958", ["020 7946 0958"]),
        ("+491701234567", ["+491701234567"]),
        # named
        ("tel: 5550123", ["5550123"]),
        ("mobile 5551234567", ["5551234567"]),
        # in company
        ("2024-05-06 555-123-4567", ["555-123-4567"]),
        ("555-123-4567 555-987-6543", ["555-123-4567", "555-987-6543"]),
        # near misses
        ("2024-05-06", []),
        ("2024-05-06 12:30", []),
        ("order 1234567890", []),
        ("10.0.0.1", []),
        ("1,234,567", []),
        ("SKU-555-123-4567", []),
        ("111-111-1111", []),
        ("1999 - 2004", []),
    ],
)
def test_phone(text: str, expected: list[str]) -> None:
    assert found("PHONE", text) == expected

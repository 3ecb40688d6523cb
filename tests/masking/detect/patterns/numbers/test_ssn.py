"""US social security numbers."""

import pytest

from support.tools.findings import found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # grouped
        ("078-05-1120", ["078-05-1120"]),
        ("ssn: 123 45 6789", ["123 45 6789"]),
        # named
        ("SSN 123456789", ["123456789"]),
        ("social security number: 123-45-6789", ["123-45-6789"]),
        ("social security no. is 123456789", ["123456789"]),
        ('"ssn":"123456789"', ["123456789"]),
        ("SSN\n123456789", ["123456789"]),
        ("last four of my social are 6789", ["6789"]),
        # never given out
        ("000-12-3456", []),
        ("666-12-3456", []),
        ("900-12-3456", []),
        ("123-00-4567", []),
        ("123-45-0000", []),
        # near misses
        ("123456789", []),
        ("2123-45-67890", []),
        ("123-45.6789", []),
        ("1-123-45-6789", []),
    ],
)
def test_ssn(text: str, expected: list[str]) -> None:
    assert found("SSN", text) == expected

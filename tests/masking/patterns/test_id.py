"""Numbers that registers know people by."""

import pytest

from support.findings import found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # named
        ("passport no X1234567", ["X1234567"]),
        ("Driver's license: D123-4567-8901", ["D123-4567-8901"]),
        ("MRN 00123456", ["00123456"]),
        ("national_id: 38001085718", ["38001085718"]),
        # by check digits or form
        ("912-70-1234", ["912-70-1234"]),
        ("AB 12 34 56 C", ["AB 12 34 56 C"]),
        ("12345678Z", ["12345678Z"]),
        ("X1234567L", ["X1234567L"]),
        ("111.444.777-35", ["111.444.777-35"]),
        ("RSSMRA80A01H501U", ["RSSMRA80A01H501U"]),
        # near misses
        ("passport photo", []),
        ("12345678A", []),
        ("111.444.777-36", []),
        ("911-10-1234", []),
        ("account number: 2024-05-06", []),
    ],
)
def test_id(text: str, expected: list[str]) -> None:
    assert found("ID", text) == expected

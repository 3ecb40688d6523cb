"""Bank accounts: country length and mod 97."""

import pytest

from support.tools.findings import found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # from the SWIFT registry
        ("DE89 3704 0044 0532 0130 00", ["DE89 3704 0044 0532 0130 00"]),
        ("GB82WEST12345698765432", ["GB82WEST12345698765432"]),
        ("fr1420041010050500013m02606", ["fr1420041010050500013m02606"]),
        ("NO93 8601 1117 947", ["NO93 8601 1117 947"]),
        # text around it does not spoil it
        ("IBAN DE89370400440532013000 BIC COBADEFF", ["DE89370400440532013000"]),
        ("ab12 DE89370400440532013000", ["DE89370400440532013000"]),
        ("EE38 2200 2210 2014 5685 paid", ["EE38 2200 2210 2014 5685"]),
        # near misses
        ("DE89 3704 0044 0532 0130 01", []),
        ("DE89 3704 0044 0532 0130", []),
        ("ZZ89370400440532013000", []),
        ("AB12 3456 7890 1234", []),
    ],
)
def test_iban(text: str, expected: list[str]) -> None:
    assert found("IBAN", text) == expected

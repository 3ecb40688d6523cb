"""Keys, tokens and passwords."""

import pytest

from support.findings import found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # by prefix
        ("AKIAIOSFODNN7EXAMPLE", ["AKIAIOSFODNN7EXAMPLE"]),
        ("token ghp_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", ["ghp_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"]),
        ("hvs.CAESIJ0000000000000000", ["hvs.CAESIJ0000000000000000"]),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", ["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln"]),
        # by name
        ("password: hunter22", ["hunter22"]),
        ('DB_PASSWORD="s3cr3t-x"', ["s3cr3t-x"]),
        ("api_key=abcdef123456", ["abcdef123456"]),
        ("Authorization: Bearer abcdefgh.1234", ["abcdefgh.1234"]),
        ("postgres://app:pa55word@db:5432/x", ["pa55word"]),
        # keys in full
        (
            "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----",
            ["-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----"],
        ),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIB cut", ["-----BEGIN RSA PRIVATE KEY-----\nMIIB cut"]),
        # near misses
        ("the password was changed", []),
        ("I forgot my password: no", []),
        ("-----BEGIN CERTIFICATE-----", []),
        ("https://example.com:8443/a@b", []),
    ],
)
def test_secret(text: str, expected: list[str]) -> None:
    assert found("SECRET", text) == expected

"""Wallet addresses."""

import pytest

from support.findings import found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # bitcoin
        ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", ["1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"]),
        ("bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", ["bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"]),
        # ethereum
        ("0x52908400098527886E0F7030069857D2E4169EE7", ["0x52908400098527886E0F7030069857D2E4169EE7"]),
        # near misses
        ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", []),
        ("0x5290840009852788", []),
        ("bc1short", []),
    ],
)
def test_crypto(text: str, expected: list[str]) -> None:
    assert found("CRYPTO", text) == expected

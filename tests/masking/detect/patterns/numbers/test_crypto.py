"""Wallet addresses."""

import pytest

from support.tools.findings import found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # bitcoin and its kin
        ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", ["1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"]),
        ("bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", ["bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"]),
        (
            "bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr",
            ["bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr"],
        ),
        ("LVg2kJoFNg45Nbpy53h7Fe1wKyeXVRhMH9", ["LVg2kJoFNg45Nbpy53h7Fe1wKyeXVRhMH9"]),
        ("TJCnKsPa7y5okkXvQAidZBzqx3QyQ6sxMW", ["TJCnKsPa7y5okkXvQAidZBzqx3QyQ6sxMW"]),
        # ethereum, ripple
        ("0x52908400098527886E0F7030069857D2E4169EE7", ["0x52908400098527886E0F7030069857D2E4169EE7"]),
        ("rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh", ["rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh"]),
        # called one
        ("BTC wallet: 1BoatSLRHtKNngkdXEeobR76b53LETtpyA", ["1BoatSLRHtKNngkdXEeobR76b53LETtpyA"]),
        # near misses
        ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", []),
        ("bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdz", []),
        ("0x5290840009852788", []),
        ("bc1short", []),
    ],
)
def test_crypto(text: str, expected: list[str]) -> None:
    assert found("CRYPTO", text) == expected

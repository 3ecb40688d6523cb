"""Keys and tokens, by the prefixes of their makers."""

from support.tools.every import every
from support.tools.findings import found


@every(
    ("text", "expected"),
    [
        # by prefix
        ("AKIAIOSFODNN7EXAMPLE", ["AKIAIOSFODNN7EXAMPLE"]),
        ("token ghp_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", ["ghp_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"]),
        ("glpat-x1x1x1x1x1x1x1x1x1x1", ["glpat-x1x1x1x1x1x1x1x1x1x1"]),
        ("xoxb-123456789012-abcdefABCDEF", ["xoxb-123456789012-abcdefABCDEF"]),
        ("sk_live_a1a1a1a1a1a1a1a1a1a1a1a1", ["sk_live_a1a1a1a1a1a1a1a1a1a1a1a1"]),
        (
            "sk-ant-api03-a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1",
            ["sk-ant-api03-a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1"],
        ),
        ("hf_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", ["hf_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"]),
        ("npm_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", ["npm_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"]),
        (
            "SG.aaaaaaaaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
            ["SG.aaaaaaaaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"],
        ),
        ("SK0000000000000000000000000000000f", ["SK0000000000000000000000000000000f"]),
        ("hvs.CAESIJ0000000000000000", ["hvs.CAESIJ0000000000000000"]),
        ("AIzaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", ["AIzaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"]),
        ("GOCSPX-aaaaaaaaaaaaaaaaaaaaaaaa", ["GOCSPX-aaaaaaaaaaaaaaaaaaaaaaaa"]),
        ("110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0", ["110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0"]),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", ["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln"]),
        # keys in full
        (
            "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----",
            ["-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----"],
        ),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIB cut", ["-----BEGIN RSA PRIVATE KEY-----\nMIIB cut"]),
        # near misses
        ("-----BEGIN CERTIFICATE-----", []),
        ("sk-learn is a library", []),
        ("AKIA and others", []),
        ("task-force-one-two-three-four", []),
    ],
)
def test_secret(text: str, expected: list[str]) -> None:
    assert found("SECRET", text) == expected

"""Passwords, keys and codes that are called so."""

from support.tools.every import every
from support.tools.findings import found


@every(
    ("text", "expected"),
    [
        # passwords
        ("password: hunter22", ["hunter22"]),
        ('DB_PASSWORD="s3cr3t-x"', ["s3cr3t-x"]),
        ("my password is hunter2!", ["hunter2"]),
        ("Passwort: Sommer2024", ["Sommer2024"]),
        ("mysql --password=abc123xyz", ["abc123xyz"]),
        ('{"pwd":"Tr0ub4dor&3"}', ["Tr0ub4dor&3"]),
        # keys
        ("api_key=abcdef123456", ["abcdef123456"]),
        ("client_secret: 0a1b2c3d4e5f", ["0a1b2c3d4e5f"]),
        (
            "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            ["wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"],
        ),
        # codes
        ("PIN: 4711", ["4711"]),
        ("CVV 123", ["123"]),
        ("your verification code is 123456", ["123456"]),
        # in addresses and headers
        ("Authorization: Bearer abcdefgh.1234", ["abcdefgh.1234"]),
        ("postgres://app:pa55word@db:5432/x", ["pa55word"]),
        ("redis://:s3cret@cache/0", ["s3cret"]),
        ("https://x.blob.example/a?sv=1&sig=abcDEF123%2Bxyz789%3D", ["abcDEF123%2Bxyz789%3D"]),
        ("curl -u bob:s3cret https://x", ["s3cret"]),
        # placeholders, types and code
        ("password: str", []),
        ('password=os.environ["X"]', []),
        ("password = get_password()", []),
        ("password: ${DB_PASSWORD}", []),
        ('"password": "********"', []),
        ("postgres://user:password@localhost/x", []),
        ('token = response.json()["token"]', []),
        # talk of them
        ("the password was changed", []),
        ("I forgot my password: no", []),
        ("password is incorrect", []),
        ("https://example.com:8443/a@b", []),
        ("api key rotation", []),
    ],
)
def test_secret_named(text: str, expected: list[str]) -> None:
    assert found("SECRET", text) == expected

"""What may be looked at? One strict reading, and no token that brings its own key."""

import json
from typing import Any

import pytest

from support.servers.idp import segment
from support.tools.every import every
from vecgate.identity.envelope import measure, read
from vecgate.refusals.errors import TokenInvalid

MOST = 8192

HEADER = {"alg": "ES256", "kid": "k", "typ": "AT+JWT"}
CLAIMS = {"iss": "https://idp.example", "sub": "alice"}


def text(header: object = HEADER, claims: object = CLAIMS) -> str:
    parts = (part if isinstance(part, bytes) else json.dumps(part).encode() for part in (header, claims))
    return ".".join([*(segment(part) for part in parts), "c2ln"])


MISSHAPEN = [
    # nothing
    "",
    "..",
    "a.b",
    "a..c",
    # not three segments
    f"{text()}.x",
    f"{text()}.x.y",  # the five of a JWE
    # not the alphabet
    f"{text()}=",
    f"{text()}\n",
    f" {text()}",
    text().replace("c2ln", "c2+n"),
    text().replace("c2ln", "c2\u00e9n"),
    text().replace("c2ln", "c2\ud800n"),
    # too long
    f"{text()}{'x' * MOST}",
]

UNREADABLE = [
    # not one JSON object
    {"header": b""},
    {"header": b"[]"},
    {"header": b'"x"'},
    {"claims": b"[" * 2000},
    {"claims": b"{} {}"},
    {"claims": b'\xef\xbb\xbf{"iss":"i"}'},
    {"claims": b'{"iss":"\xff"}'},
    {"claims": b'{"iss":"i","exp":NaN}'},
    {"claims": b'{"iss":"i","exp":1e999}'},
    {"claims": b'{"iss":"i","exp":' + b"9" * 5000 + b"}"},
    # two readings
    {"header": b'{"alg":"none","alg":"ES256","kid":"k"}'},
    {"claims": b'{"iss":"i","sub":"alice","sub":"admin"}'},
    # its own key, or a rule we do not know
    *({"header": HEADER | {name: value}} for name, value in [
        ("jwk", {"kty": "EC"}), ("jku", "https://evil.example/k"), ("x5u", "https://evil.example/c"), ("x5c", ["MII"]),
        ("crit", ["exp"]), ("crit", []), ("b64", False), ("b64", True), ("zip", "DEF"), ("enc", "A256GCM"),
    ]),
    # no usable words
    {"header": {k: v for k, v in HEADER.items() if k != "alg"}},
    *({"header": HEADER | {name: value}} for name in ("alg", "kid", "typ") for value in (None, 1, True, [], "")),
    {"header": HEADER | {"kid": "k" * 257}},
    *({"claims": {"iss": value}} for value in (None, 1, ["https://idp.example"], "")),
    {"claims": {}},
]  # fmt: skip


@pytest.mark.parametrize("token", MISSHAPEN)
def test_what_is_not_shaped_like_a_token_is_not_parsed(token: str) -> None:
    with pytest.raises(TokenInvalid):
        measure(token, MOST)


@every("parts", UNREADABLE)
def test_a_token_with_a_doubt_is_refused(parts: dict[str, Any]) -> None:
    with pytest.raises(TokenInvalid) as refused:
        read(text(**parts))
    assert refused.value.code == "identity.invalid"
    assert "evil" not in str(refused.value)


def test_a_segment_of_impossible_length_is_refused() -> None:
    with pytest.raises(TokenInvalid, match="not base64url"):
        read("abcde.e30.c2ln")


def test_a_plain_token_is_read() -> None:
    envelope = read(text())
    assert (envelope.algorithm, envelope.key_id, envelope.type) == ("ES256", "k", "at+jwt")
    assert envelope.issuer == "https://idp.example"
    assert envelope.claims["sub"] == "alice"
    assert "alice" not in repr(envelope)


def test_an_absent_key_id_is_told_from_any_text() -> None:
    assert read(text({"alg": "ES256", "typ": "jwt"})).key_id == ""


def test_an_absent_type_is_told_from_any_text() -> None:
    assert read(text({"alg": "ES256", "kid": "k"})).type is None


def test_the_longest_token_is_measured() -> None:
    assert len(measure("a.b." + "c" * (MOST - 4), MOST)) == MOST


def test_a_token_that_is_too_long_is_told_its_length_the_bound_and_the_setting() -> None:
    with pytest.raises(TokenInvalid, match=r"it has 101 bytes, and 'limits.token' allows 100"):
        measure("a.b." + "c" * 97, 100)

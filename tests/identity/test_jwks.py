"""Which keys does a document hold? Public signature keys with an id of their own, each for its algorithms only."""

import json
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from support.servers.idp import public_jwk
from support.tools.every import every
from vecgate.identity.jwks import read
from vecgate.parsing.strict_json import NotStrict

ALL = ("RS256", "RS384", "PS256", "ES256", "ES384", "EdDSA")
P256 = public_jwk("ec", "ES256", ec.generate_private_key(ec.SECP256R1()))
P384 = public_jwk("ec3", "ES384", ec.generate_private_key(ec.SECP384R1()))
EDDSA = public_jwk("ed", "EdDSA", ed25519.Ed25519PrivateKey.generate())
RSA = public_jwk("rsa", "RS256", rsa.generate_private_key(65537, 2048))
OTHER = public_jwk("ec", "ES256", ec.generate_private_key(ec.SECP256R1()))
PRIVATE = jwt.get_algorithm_by_name("ES256").to_jwk(ec.generate_private_key(ec.SECP256R1()), as_dict=True) | {
    "kid": "p"
}
OCT = {"kty": "oct", "kid": "o", "k": "c2VjcmV0", "alg": "HS256"}


def without(entry: dict[str, Any], *names: str) -> dict[str, Any]:
    return {k: v for k, v in entry.items() if k not in names}


FOUND = [
    # none
    ([], set()),
    # one of each kind
    ([P256], {("ec", "ES256")}),
    ([P384], {("ec3", "ES384")}),
    ([EDDSA], {("ed", "EdDSA")}),
    ([RSA], {("rsa", "RS256")}),
    # without an algorithm: those its kind can do, of the accepted ones
    ([without(RSA, "alg")], {("rsa", "RS256"), ("rsa", "RS384"), ("rsa", "PS256")}),
    ([without(P256, "alg", "use")], {("ec", "ES256")}),
    ([P256 | {"key_ops": ["verify"]}], {("ec", "ES256")}),
    # not a public signature key
    ([OCT], set()),
    ([PRIVATE], set()),
    ([RSA | {"use": "enc"}], set()),
    ([RSA | {"key_ops": ["encrypt"]}], set()),
    ([RSA | {"key_ops": "verify"}], set()),
    # another algorithm than its kind can do
    ([RSA | {"alg": "HS256"}], set()),
    ([RSA | {"alg": "ES256"}], set()),
    ([P256 | {"alg": "ES384"}], set()),
    ([P256 | {"alg": None}], set()),
    ([P256 | {"crv": "secp256k1"}], set()),
    ([P256 | {"crv": ["P-256"]}], set()),
    # no usable id
    ([without(P256, "kid")], set()),
    ([P256 | {"kid": 1}], set()),
    ([P256 | {"kid": ""}], set()),
    # broken numbers
    ([P256 | {"x": "AA"}], set()),
    ([P256 | {"x": 5}], set()),
    ([RSA | {"e": "AQ"}], set()),
    ([without(RSA, "n")], set()),
    ([EDDSA | {"x": "AA"}], set()),
    # one broken entry does not hide the others
    ([None, 1, "x", [], {}, OCT, P256], {("ec", "ES256")}),
    # one id for two keys proves nothing; the same key twice is one
    ([P256, OTHER, EDDSA], {("ed", "EdDSA")}),
    ([P256, P256], {("ec", "ES256")}),
    # one id for keys of different algorithms is clear (RFC 7517 section 4.5)
    ([P256, EDDSA | {"kid": "ec"}], {("ec", "ES256"), ("ec", "EdDSA")}),
]


@every(("entries", "names"), FOUND)
def test_keys_are_filed_by_id_and_algorithm(entries: list[Any], names: set[tuple[str, str]]) -> None:
    found = read(json.dumps({"keys": entries}).encode(), ALL)
    assert {name for name in found if name[0]} == names
    assert all((key.key_id, key.algorithm) == name for name, key in found.items())


ALONE = [
    # none
    ([], set()),
    ([OCT], set()),
    # one, with an id or without, beside what is no usable key
    ([P256], {"ES256"}),
    ([without(P256, "kid")], {"ES256"}),
    ([without(P256, "kid"), OCT, PRIVATE, {}], {"ES256"}),
    ([P256, P256], {"ES256"}),
    ([without(RSA, "kid", "alg")], {"RS256", "RS384", "PS256"}),
    # two: either could be meant
    ([P256, OTHER], set()),
    ([P256, EDDSA], set()),
    ([without(P256, "kid"), without(OTHER, "kid")], set()),
    ([without(P256, "kid"), EDDSA], set()),
    ([P256, OTHER | {"kid": "another"}], set()),
]


@pytest.mark.parametrize(("entries", "algorithms"), ALONE)
def test_only_a_key_that_is_alone_is_filed_under_no_id(entries: list[Any], algorithms: set[str]) -> None:
    found = read(json.dumps({"keys": entries}).encode(), ALL)
    assert {algorithm for id, algorithm in found if not id} == algorithms


def test_a_key_of_an_algorithm_that_is_not_accepted_does_not_count() -> None:
    found = read(json.dumps({"keys": [P256, RSA]}).encode(), ("ES256",))
    assert ("", "ES256") in found


def test_only_accepted_algorithms_are_filed() -> None:
    assert not read(json.dumps({"keys": [P256, RSA]}).encode(), ("EdDSA",))


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"{}", b'{"keys":{}}', b'{"keys":[],"keys":[]}', b"<html>"])
def test_what_is_no_key_set_is_refused_whole(body: bytes) -> None:
    with pytest.raises(NotStrict):
        read(body, ALL)


def test_a_key_published_again_is_the_same_key() -> None:
    """A refresh must not make proven tokens forgotten; another key under the id must."""
    first, again, other = (read(json.dumps({"keys": [e]}).encode(), ALL)["ec", "ES256"] for e in (P256, P256, OTHER))
    assert first == again
    assert first != other

"""Is this proof good for this call? Every other method, URL, key, token, moment and form is refused by name."""

import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest

from support.servers.idp import segment
from support.tools.every import every
from support.tools.proofs import Agent
from vecgate.domain.principal import Secret
from vecgate.identity.dpop import Asked, Used, check
from vecgate.refusals.errors import TokenInvalid

NOW = 1_000_000.0
URL, TOKEN = "https://vdb.example.com/api/v2/tenants/a/query", "header.claims.signature"
ANN, EVE = Agent(), Agent()


def used(proof: str, key: str = ANN.cnf["jkt"]) -> Used:
    return check(Secret(proof), Asked("POST", URL, Secret(TOKEN), key, 60.0, 30.0), NOW)


def made(**over: Any) -> str:
    return ANN.proof("POST", URL, TOKEN, **{"iat": NOW} | over)


URLS = [
    URL,
    f"{URL}?limit=3",
    f"{URL}#x",
    "HTTPS://VDB.example.com:443/api/v2/tenants/a/query",
    "https://vdb.example.com/api/v2/tenants/%61/query",
]


@every("url", URLS)
def test_the_same_url_may_be_written_otherwise(url: str) -> None:
    assert used(made(htu=url)).seconds == 120.0


@every("algorithm", ["ES256", "ES384", "EdDSA", "RS256"])
def test_keys_of_every_kind_prove(algorithm: str) -> None:
    one = Agent(algorithm)
    assert used(one.proof("POST", URL, TOKEN, nonce="n-1", iat=NOW), one.cnf["jkt"]).nonce == "n-1"


def test_it_may_say_when_it_begins_and_ends() -> None:
    assert used(made(nbf=NOW, exp=NOW + 5)).seconds == used(made()).seconds


def test_a_proof_is_one_by_its_key_and_its_jti() -> None:
    assert used(made(jti="1")).mark == used(made(jti="1", iat=NOW - 5)).mark
    assert used(made(jti="1")).mark != used(made(jti="2")).mark
    assert used(made(jti="1")).mark != used(EVE.proof("POST", URL, TOKEN, jti="1", iat=NOW), EVE.cnf["jkt"]).mark


def _head(**over: Any) -> bytes:
    return json.dumps({"typ": "dpop+jwt", "alg": "ES256", "jwk": ANN.jwk} | over).encode()


def _said(more: str = "") -> bytes:
    return json.dumps({"jti": "1", "htm": "POST", "htu": URL, "iat": NOW}).encode()[:-1] + f"{more}}}".encode()


def by_hmac(alg: str = "HS256") -> str:
    """Signed with a secret that the proof itself shows."""
    jwk = {"kty": "oct", "k": segment(b"0" * 32)}
    text = f"{segment(_head(alg=alg, jwk=jwk))}.{segment(_said())}"
    return f"{text}.{segment(hmac.digest(b'0' * 32, text.encode(), hashlib.sha256))}"


def with_jwk(**more: Any) -> str:
    return made(head={"jwk": {**ANN.jwk, **more}})


BAD: dict[str, tuple[Callable[[], str], str]] = {
    # another call
    "another method": (lambda: made(htm="GET"), "'htm'"),
    "a method in small letters": (lambda: made(htm="post"), "'htm'"),
    "no method": (lambda: made(htm=None), "'htm'"),
    "methods": (lambda: made(htm=["POST"]), "'htm'"),
    "another path": (lambda: made(htu=URL + "/more"), "'htu'"),
    "a path that ends otherwise": (lambda: made(htu=URL + "/"), "'htu'"),
    "a path in another case": (lambda: made(htu=URL.replace("query", "Query")), "'htu'"),
    "another host": (lambda: made(htu=URL.replace("vdb", "evil")), "'htu'"),
    "another port": (lambda: made(htu=URL.replace(".com", ".com:8443")), "'htu'"),
    "in the clear": (lambda: made(htu=URL.replace("https", "http")), "'htu'"),
    "no URL": (lambda: made(htu=None), "'htu'"),
    "a path alone": (lambda: made(htu="/api/v2/tenants/a/query"), "'htu'"),
    "somebody before the host": (lambda: made(htu=URL.replace("vdb", "eve@vdb")), "'htu'"),
    "a slash in disguise": (lambda: made(htu=URL.replace("tenants/a", "tenants%2Fa")), "'htu'"),
    "a line break": (lambda: made(htu=URL.replace("query", "que\nry")), "'htu'"),
    "a list of URLs": (lambda: made(htu=[URL]), "'htu'"),
    "a port that is none": (lambda: made(htu=URL.replace(".com", ".com:x")), "'htu'"),
    # another token
    "no digest": (lambda: made(ath=None), "'ath'"),
    "another token's": (lambda: ANN.proof("POST", URL, "other", iat=NOW), "'ath'"),
    "the token itself": (lambda: made(ath=TOKEN), "'ath'"),
    # another moment
    "long ago": (lambda: made(iat=NOW - 91), "'iat'"),
    "ahead": (lambda: made(iat=NOW + 31), "'iat'"),
    "no time": (lambda: made(iat=None), "'iat'"),
    "a text": (lambda: made(iat=str(NOW)), "'iat'"),
    "true": (lambda: made(iat=True), "'iat'"),
    "an end that is past": (lambda: made(exp=NOW - 31), "'exp'"),
    "an end that is none": (lambda: made(exp="never"), "'exp'"),
    "a beginning to come": (lambda: made(nbf=NOW + 31), "'nbf'"),
    "a beginning that is true": (lambda: made(nbf=True), "'nbf'"),
    # no id
    "no jti": (lambda: made(jti=None), "'jti'"),
    "an empty jti": (lambda: made(jti=""), "'jti'"),
    "a jti of another type": (lambda: made(jti=7), "'jti'"),
    "a jti without an end": (lambda: made(jti="x" * 257), "'jti'"),
    "a nonce of another type": (lambda: made(nonce=7), "'nonce'"),
    # another key
    "a stranger's": (lambda: EVE.proof("POST", URL, TOKEN, iat=NOW), "not the one"),
    "a stranger's, who shows hers": (
        lambda: EVE.proof("POST", URL, TOKEN, head={"jwk": ANN.jwk}, iat=NOW),
        "signature",
    ),
    "no key": (lambda: made(head={"jwk": None}), "one public key"),
    "a key's address": (lambda: made(head={"jku": "https://evil.example/keys"}), "'jku'"),
    "a certificate": (lambda: made(head={"x5c": ["x"]}), "'x5c'"),
    "a private key": (lambda: with_jwk(d="x"), "one public key"),
    "a symmetric key": (by_hmac, "one public key"),
    "a symmetric key by another name": (lambda: by_hmac("ES256"), "one public key"),
    "a point that is none": (lambda: with_jwk(x="AA"), "not the one"),
    "a curve that is none": (lambda: with_jwk(crv="P-999"), "'alg'"),
    "a kind that is a list": (lambda: with_jwk(kty=["EC"]), "'alg'"),
    "none": (lambda: made(head={"alg": "none"}), "'alg'"),
    "HMAC": (lambda: made(head={"alg": "HS256"}), "'alg'"),
    "another algorithm": (lambda: made(head={"alg": "ES384"}), "'alg'"),
    "a list of algorithms": (lambda: made(head={"alg": ["ES256"]}), "'alg'"),
    # another kind of token, or in doubt
    "a login token": (lambda: made(head={"typ": "at+jwt"}), "'typ'"),
    "no kind": (lambda: made(head={"typ": None}), "'typ'"),
    "critical": (lambda: made(head={"crit": ["x"], "x": 1}), "must not have"),
    "not encoded": (lambda: made(head={"b64": False}), "'b64'"),
    "changed": (lambda: made()[:-4] + "AAAA", "signature"),
    "no signature": (lambda: made().rpartition(".")[0] + ".", "signature"),
    "two parts": (lambda: made().rpartition(".")[0], "no signed JWT"),
    "nothing": (lambda: "", "no signed JWT"),
    "without an end": (lambda: made(x="y" * 9000), "no signed JWT"),
    "two methods": (lambda: ANN.sign(_head(), _said(',"htm":"GET"')), "cannot be read"),
    "two ids": (lambda: ANN.sign(_head(), _said(',"jti":"2"')), "cannot be read"),
}


@every(("forge", "said"), BAD.values(), ids=BAD)
def test_a_proof_of_anything_else_is_refused_for_it(forge: Callable[[], str], said: str) -> None:
    with pytest.raises(TokenInvalid) as refused:
        used(forge())
    assert refused.value.code == "identity.proof"
    assert said in str(refused.value)

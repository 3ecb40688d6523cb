"""Does whoever sends a token hold its key? What is bound is never taken as if it was not."""

import time
from typing import Any

import pytest

from support.tools.every import every
from support.tools.proofs import Agent
from vecgate.domain.principal import Principal, Proof, Secret
from vecgate.identity.bound import Sent, prove, wanted
from vecgate.refusals.errors import TokenInvalid
from vecgate.settings.issuers import Issuer

ANN, TOKEN, URL = Agent(), "a.b.c", "https://vdb.example.com/x"
DIGEST = "A" * 43
BOTH = {**ANN.cnf, "x5t#S256": DIGEST}


def issuer(**more: Any) -> Issuer:
    return Issuer(**{"issuer": "https://idp.example", "audience": "vecgate"} | more)


@every(
    ("claims", "need", "proof"),
    [
        ({}, None, ""),
        ({"cnf": ANN.cnf}, None, "wanted"),
        ({"cnf": {"x5t#S256": DIGEST}}, None, "wanted"),
        ({"cnf": BOTH}, "dpop", "wanted"),
        ({"cnf": BOTH}, "mtls", "wanted"),
        ({"cnf": ANN.cnf}, "any", "wanted"),
    ],
)
def test_what_is_bound_is_to_be_proven(claims: dict[str, Any], need: Any, proof: Proof) -> None:
    assert wanted(claims, issuer(require_proof=need)) == proof


@every(
    ("claims", "need", "code"),
    [
        ({}, "any", "unproven"),
        ({}, "dpop", "unproven"),
        ({"cnf": {"x5t#S256": DIGEST}}, "dpop", "unproven"),
        ({"cnf": ANN.cnf}, "mtls", "unproven"),
        *(({"cnf": cnf}, None, "invalid") for cnf in (
            None, {}, [], "x", {"jkt": None}, {"jkt": ""}, {"jkt": DIGEST + "="}, {"jkt": "A" * 42}, {"jkt": [DIGEST]},
            {"jwk": ANN.jwk}, {"kid": "k"}, {"jku": "https://x"}, {"x5t": DIGEST}, {**ANN.cnf, "kid": "k"},
        )),
    ],
)  # fmt: skip
def test_what_never_could_be_proven_is_refused(claims: dict[str, Any], need: Any, code: str) -> None:
    with pytest.raises(TokenInvalid) as refused:
        wanted(claims, issuer(require_proof=need))
    assert refused.value.code == f"identity.{code}"


def shown(cnf: dict[str, str], *proofs: str, certificate: str = "") -> Proof:
    principal = Principal("i", "s", "ann", frozenset(), 9e9, {"cnf": cnf}, "wanted")
    sent = Sent("GET", URL, tuple(map(Secret, proofs)), certificate)
    return prove(principal, Secret(TOKEN), sent, issuer(), time.time())[0]


def test_by_each_key_that_it_names() -> None:
    assert shown(ANN.cnf, ANN.proof("GET", URL, TOKEN)) == "dpop"
    assert shown({"x5t#S256": DIGEST}, certificate=DIGEST) == "mtls"
    assert shown(BOTH, ANN.proof("GET", URL, TOKEN), certificate=DIGEST) == "dpop"


@every(
    ("cnf", "proofs", "certificate"),
    [
        (ANN.cnf, 0, DIGEST),
        (ANN.cnf, 2, ""),
        ({"x5t#S256": DIGEST}, 1, ""),
        ({"x5t#S256": DIGEST}, 0, "B" * 43),
        (BOTH, 0, DIGEST),
        (BOTH, 1, ""),
    ],
)
def test_and_by_nothing_less(cnf: dict[str, str], proofs: int, certificate: str) -> None:
    with pytest.raises(TokenInvalid) as refused:
        shown(cnf, *(ANN.proof("GET", URL, TOKEN) for _ in range(proofs)), certificate=certificate)
    assert refused.value.code == "identity.unproven"

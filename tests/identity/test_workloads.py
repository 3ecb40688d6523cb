"""Programs as callers: tokens of a Kubernetes cluster's service accounts and SPIFFE JWT-SVIDs, signed as those are."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support.servers import idp as servers
from support.servers.idp import Idp, public_jwk
from support.tools.every import every
from vecgate.domain.principal import Secret
from vecgate.identity.jwks import read
from vecgate.refusals.errors import TokenInvalid, Unavailable

NOW = 1_000_000.0
POD = {
    "namespace": "rag",
    "pod": {"name": "indexer-7f", "uid": "1"},
    "serviceaccount": {"name": "indexer", "uid": "2"},
}


@pytest.fixture(autouse=True)
def _at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "now", lambda: NOW)


def account(idp: Idp, name: str = "indexer", namespace: str = "rag", **over: Any) -> Secret:
    """As a cluster projects it into a pod: without `typ`, its audience a list, its namespace inside."""
    claims = {"aud": ["vecgate"], "nbf": NOW, "kubernetes.io": {**POD, "namespace": namespace}} | over
    raw = {"iss": idp.issuer, "sub": f"system:serviceaccount:{namespace}:{name}", "iat": NOW, "exp": NOW + 3600}
    head = {"alg": idp.keys[idp.current][0], "kid": idp.current}
    return Secret(idp.sign(json.dumps(head).encode(), json.dumps(raw | claims).encode()))


async def test_a_service_account_is_a_caller(idp: Idp, open_verifier: Callable[..., Any]) -> None:
    cluster = {
        "types": ("none",), "subjects": ("system:serviceaccount:rag:*",), "groups_claim": "kubernetes.io.namespace",
        "jwks_url": None, "algorithms": ("ES256",),
    }  # fmt: skip
    verifier = await open_verifier(lambda: NOW, **cluster)
    who = await verifier.check(account(idp))
    assert (who.user, who.groups) == ("system:serviceaccount:rag:indexer", {"rag"})
    for bad in (
        account(idp, namespace="other"),
        account(idp, aud=["https://kubernetes.default.svc.cluster.local"]),  # every pod has one of these
        account(idp, sub="system:node:rag"),
        account(idp, exp=NOW + 10 * 365 * 86400),
        Secret(idp.token("system:serviceaccount:rag:indexer")),  # with a `typ`
    ):
        with pytest.raises(TokenInvalid):
            await verifier.check(bad)


async def test_a_clusters_keys_are_asked_for_with_a_token(
    idp: Idp, open_verifier: Callable[..., Any], tmp_path: Path
) -> None:
    file = tmp_path / "token"
    verifier = await open_verifier(lambda: NOW, types=("none",), keys_token_file=file)
    with pytest.raises(Unavailable, match="keys_token_file"):
        await verifier.check(account(idp))
    file.write_text("pod-token\n")
    other = await open_verifier(lambda: NOW, types=("none",), keys_token_file=file)
    assert (await other.check(account(idp))).user.endswith(":indexer")
    assert idp.asked_with == "Bearer pod-token"


WORKLOAD = "spiffe://prod.example/ns/rag/indexer"


def svid(idp: Idp, sub: Any = WORKLOAD, head: dict[str, Any] | None = None, **over: Any) -> Secret:
    """As a SPIFFE server issues it: without `iss`, and with `iat` as it likes."""
    said = {"sub": sub, "aud": ["vecgate"], "exp": NOW + 300, "iat": NOW} | over
    told = {"alg": idp.keys[idp.current][0], "kid": idp.current, "typ": "JWT"} | (head or {})
    kept = {name: value for name, value in said.items() if value is not None}
    return Secret(idp.sign(json.dumps(told).encode(), json.dumps(kept).encode()))


async def spiffe(idp: Idp, open_verifier: Callable[..., Any], **more: Any) -> Any:
    told = {"issuer": "spiffe://prod.example", "types": ("jwt", "jose", "none")} | more
    return await open_verifier(lambda: NOW, **told)


async def test_a_workload_is_a_caller_by_its_spiffe_id(idp: Idp, open_verifier: Callable[..., Any]) -> None:
    verifier = await spiffe(idp, open_verifier, subjects=("spiffe://prod.example/ns/rag/*",))
    for good in (
        svid(idp),
        svid(idp, iat=None),
        svid(idp, head={"typ": "JOSE"}),
        svid(idp, iss="spiffe://prod.example"),
    ):
        who = await verifier.check(good)
        assert (who.key, who.user) == (f"spiffe://prod.example#{WORKLOAD}", WORKLOAD)


@every(
    "over",
    [
        {"sub": "spiffe://prod.example/ns/other/x"},
        {"sub": "spiffe://evil.example/ns/rag/indexer"},
        {"sub": "spiffe://prod.example"},
        {"sub": "spiffe://prod.example/"},
        {"sub": "spiffe:///ns/rag/indexer"},
        {"sub": "spiffe://prod.example.evil/ns/rag/indexer"},
        {"sub": "spiffe://evil.example/ns/rag/x", "iss": "spiffe://prod.example"},
        {"sub": "spiffe://prod.example/ns/rag/../admin"},
        {"sub": "spiffe://prod.example/ns/rag/./x"},
        {"sub": "spiffe://prod.example/ns/rag/.."},
        {"sub": "spiffe://prod.example/ns/rag/%2e%2e/admin"},
        {"sub": "spiffe://prod.example/ns/rag//x"},
        {"sub": "spiffe://prod.example/ns/rag/x/"},
        {"sub": "spiffe://prod.example/ns/rag/x?y"},
        {"sub": "spiffe://prod.example/ns/rag/x#y"},
        {"sub": "ann", "iss": "spiffe://prod.example"},
        {"sub": "ann"},
        {"sub": None},
        {"iss": "https://idp.example"},
        {"iss": None, "aud": ["other"]},
        {"aud": None},
        {"exp": None},
        {"exp": NOW - 40},
        {"exp": NOW - 1, "iat": None},
        {"exp": NOW + 10 * 86400, "iat": None},
        {"head": {"alg": "none"}},
        {"head": {"kid": "x"}},
    ],
)
async def test_whatever_is_no_svid_of_the_domain_is_refused(
    idp: Idp, open_verifier: Callable[..., Any], over: dict[str, Any]
) -> None:
    verifier = await spiffe(idp, open_verifier, subjects=("spiffe://prod.example/ns/rag/*",))
    with pytest.raises(TokenInvalid):
        await verifier.check(svid(idp, **over))


async def test_a_token_without_iss_is_of_no_other_issuer(idp: Idp, open_verifier: Callable[..., Any]) -> None:
    verifier = await open_verifier(lambda: NOW)
    for bad in (svid(idp), svid(idp, sub="ann"), svid(idp, head={"typ": "at+jwt"})):
        with pytest.raises(TokenInvalid, match="'iss'"):
            await verifier.check(bad)


def test_of_a_bundle_the_keys_that_sign_tokens_are_taken(idp: Idp) -> None:
    jwk = public_jwk("a", *idp.keys[idp.current])
    listed = [{**jwk, "use": "jwt-svid"}, {**jwk, "kid": "b", "use": "x509-svid"}]
    assert {key for key, _ in read(json.dumps({"keys": listed}).encode(), ["ES256"])} == {"a", ""}

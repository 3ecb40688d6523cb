"""Are tokens read as each login service writes them? Those of callers.md, with the settings that stand there."""

from collections.abc import Callable
from typing import Any, Final

import pytest
import yaml

from support.fakes.clock import Clock
from support.servers.idp import Idp
from support.tools.documents import ROOT, blocks
from vecgate.domain.principal import Secret
from vecgate.identity.verifier import Verifier
from vecgate.refusals.errors import TokenInvalid
from vecgate.settings.issuers import Issuer

TENANT: Final = "9b1f1f4e-5a3b-4d0e-8c62-0d8f6a1c2b3d"
_TREES: Final = [
    one
    for block in blocks("yaml")
    if block.document == ROOT / ".github" / "callers.md" and block.kind == "settings"
    for one in yaml.safe_load(block.text)["issuers"]
]
V1: Final = f"https://sts.windows.net/{TENANT}/"
V2: Final = f"https://login.microsoftonline.com/{TENANT}/v2.0"
KEYCLOAK: Final = "https://keycloak.example.com/realms"
COGNITO: Final = "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEfGhI"
CI: Final = "https://vecgate.example.com"
PING: Final = "https://auth.pingone.eu/5c0d2f1e-1111-2222-3333-444444444444/as"
CLUSTER: Final = "https://kubernetes.default.svc.cluster.local"

#: What is in the header and the claims, and whom it names, in which groups. Claims are those of the services' own pages.
SHAPES: Final[dict[str, tuple[dict[str, Any], dict[str, Any], str, set[str]]]] = {
    "entra v1": (
        {"typ": "JWT", "x5t": "abc"},
        {"iss": V1, "aud": "api://vecgate", "appid": "33333333-4444-5555-6666-777777777777", "appidacr": "0",
         "upn": "ann@example.com", "unique_name": "ann@example.com", "oid": "oid-1", "tid": TENANT, "ver": "1.0",
         "roles": ["Support"], "scp": "Search.Read", "amr": ["pwd", "mfa"], "ipaddr": "192.0.2.1",
         "_claim_names": {"groups": "src1"},
         "_claim_sources": {"src1": {"endpoint": "https://graph.windows.net/t/users/o/getMemberObjects"}}},
        "ann@example.com", {"Support"},
    ),
    "entra v2": (
        {"typ": "JWT"},
        {"iss": V2, "aud": "11111111-2222-3333-4444-555555555555", "azp": "a", "azpacr": "0", "oid": "oid-1",
         "tid": TENANT, "ver": "2.0", "preferred_username": "ann@example.com", "scp": "Search.Read profile",
         "roles": ["Support", "Leads"], "hasgroups": True},
        "ann@example.com", {"Support", "Leads"},
    ),
    "okta": (
        {"typ": None},
        {"iss": "https://example.okta.com/oauth2/default", "aud": "api://vecgate", "ver": 1, "jti": "AT.abc",
         "cid": "0oa1b2c3d4e5f6g7h8i9", "uid": "00u1", "scp": ["openid", "vecgate.read"], "auth_time": 1,
         "sub": "ann@example.com", "groups": ["Everyone", "Support Desk"]},
        "ann@example.com", {"Everyone", "Support Desk"},
    ),
    "google": (
        {"typ": "JWT"},
        {"iss": "https://accounts.google.com", "azp": "1234567890-abc.apps.googleusercontent.com",
         "aud": "1234567890-abc.apps.googleusercontent.com", "sub": "110169484474386276334", "hd": "example.com",
         "email": "ann@example.com", "email_verified": True, "at_hash": "x", "nonce": "n"},
        "ann@example.com", {"example.com"},
    ),
    "keycloak, paths": (
        {"typ": "JWT"},
        {"iss": f"{KEYCLOAK}/staff", "aud": ["vecgate", "account"], "typ": "Bearer", "azp": "desk", "sid": "s",
         "preferred_username": "ann", "groups": ["/staff/support", "/staff/leads"], "acr": "1",
         "allowed-origins": ["*"], "realm_access": {"roles": ["offline_access"]}, "scope": "profile email"},
        "ann", {"/staff/support", "/staff/leads"},
    ),
    "keycloak, roles of a client": (
        {"typ": "JWT"},
        {"iss": f"{KEYCLOAK}/agents", "aud": ["other", "vecgate"], "typ": "Bearer", "sub": "uuid-1",
         "azp": "bot", "resource_access": {"vecgate": {"roles": ["reader"]}, "account": {"roles": ["manage"]}}},
        "uuid-1", {"reader"},
    ),
    "auth0": (
        {"typ": "JWT"},
        {"iss": "https://example.eu.auth0.com/", "sub": "auth0|64b1", "azp": "x", "scope": "openid profile",
         "aud": [CI, "https://example.eu.auth0.com/userinfo"], "https://example.com/groups": ["support"],
         "permissions": ["read:db"], "life": 86400},
        "auth0|64b1", {"support"},
    ),
    "ping": (
        {"typ": None},
        {"iss": PING, "aud": [CI], "client_id": "c", "scope": "openid", "env": "e", "org": "o", "p1.rid": "r",
         "sub": "8a1", "memberOf": ["Support", "Leads"]},
        "8a1", {"Support", "Leads"},
    ),
    "cognito": (
        {"typ": None},
        {"iss": COGNITO, "aud": None, "client_id": "1example23456789", "token_use": "access", "version": 2,
         "origin_jti": "o", "event_id": "e", "scope": "aws.cognito.signin.user.admin", "sub": "uuid-2",
         "username": "ann", "cognito:groups": ["support"], "device_key": "d"},
        "ann", {"support"},
    ),
    "gitlab": (
        {"typ": "JWT"},
        {"iss": "https://gitlab.example.com", "aud": CI, "sub": "project_path:search/tickets:ref_type:branch:ref:main",
         "project_path": "search/tickets", "namespace_path": "search", "user_login": "ann", "ref_protected": "true",
         "pipeline_id": "1", "groups_direct": ["mygroup/a"]},
        "search/tickets", {"search"},
    ),
    "github": (
        {"typ": "JWT", "x5t": "abc"},
        {"iss": "https://token.actions.githubusercontent.com", "aud": CI, "sub": "repo:example/search:ref:refs/heads/main",
         "repository": "example/search", "repository_owner": "example", "actor": "ann", "run_id": "7",
         "job_workflow_ref": "example/search/.github/workflows/a.yml@refs/heads/main"},
        "example/search", {"example"},
    ),
    "kubernetes": (
        {"typ": None},
        {"iss": CLUSTER, "aud": ["vecgate"], "sub": "system:serviceaccount:rag:indexer", "nbf": 1,
         "kubernetes.io": {"namespace": "rag", "pod": {"name": "p"}, "serviceaccount": {"name": "indexer"}}},
        "system:serviceaccount:rag:indexer", {"rag"},
    ),
    "spiffe": (
        {"typ": "JOSE"},
        {"iss": None, "iat": None, "aud": ["vecgate"], "sub": "spiffe://prod.example/ns/rag/sa/indexer"},
        "spiffe://prod.example/ns/rag/sa/indexer", set(),
    ),
}  # fmt: skip

#: Tokens of the same services that are for somebody else, and what is said of them.
OTHERS: Final[list[tuple[str, dict[str, Any], str]]] = [
    ("entra v1", {"appid": "other"}, "accepted client"),
    ("entra v1", {"appid": None}, "accepted client"),
    ("entra v1", {"tid": "other"}, "'tid'"),
    ("entra v1", {"azp": "other"}, "accepted client"),
    ("okta", {"cid": "0oaOther"}, "accepted client"),
    ("google", {"email_verified": False}, "not verified"),
    ("google", {"aud": "other.apps.googleusercontent.com"}, "'aud'"),
    ("keycloak, paths", {"aud": "account"}, "'aud'"),
    ("auth0", {"aud": ["https://example.eu.auth0.com/userinfo"]}, "'aud'"),
    ("cognito", {"client_id": "another"}, "'client_id' is not this gateway"),
    ("cognito", {"client_id": None}, "'client_id' is not this gateway"),
    ("cognito", {"client_id": None, "aud": "1example23456789", "token_use": "id"}, "'client_id' is not this gateway"),
    ("cognito", {"client_id": {"0": "1example23456789"}}, "'client_id' is not this gateway"),
    ("cognito", {"aud": "https://other.example.com"}, "is not this gateway"),  # bound to another API
    ("gitlab", {"sub": "project_path:elsewhere/x:ref_type:branch:ref:main"}, "'sub'"),
    ("gitlab", {"sub": "project_path:search/tickets:ref_type:branch:ref:mine"}, "'sub'"),
    ("github", {"sub": "repo:example/search:pull_request"}, "'sub'"),
    ("spiffe", {"sub": "spiffe://prod.example/ns/web/sa/x"}, "'sub'"),
]


@pytest.fixture
def at(idp: Idp, open_verifier: Callable[..., Any]) -> Callable[[dict[str, Any], dict[str, Any]], Any]:
    """Whom the gateway of callers.md sees behind a token of that header and these claims."""

    async def seen(header: dict[str, Any], said: dict[str, Any]) -> Any:
        claims = {"sub": "somebody"} | said
        life = claims.pop("life", 300)
        now = int(idp_now())
        named, groups = claims.pop("sub"), claims.pop("groups", [])
        token = idp.token(named, groups, header=header, **{"exp": now + life, "iat": now} | claims)
        verifier: Verifier = await open_verifier(idp_now, *issuers(idp, claims.get("iss") or "spiffe://prod.example"))
        return await verifier.check(Secret(token))

    return seen


idp_now: Final = Clock(1_800_000_000.0)


def issuers(idp: Idp, name: str) -> list[Issuer]:
    """The first of that name in the page, its keys being at our issuer's and of its kind."""
    here = {"jwks_url": idp.jwks_url, "ca": None, "keys_token_file": None, "algorithms": ("ES256",)}
    told = next(one for one in _TREES if (name in str(one["issuer"]).replace("{tenantid}", TENANT)) and _is_plain(one))
    return list(Issuer(**told | here).each())


def _is_plain(one: dict[str, Any]) -> bool:
    return one.keys().isdisjoint(("overage", "introspection")) and isinstance(one["audience"], str)


@pytest.mark.parametrize("name", SHAPES)
async def test_a_token_is_read_as_its_service_writes_it(name: str, at: Callable[..., Any]) -> None:
    header, said, user, groups = SHAPES[name]
    found = await at(header, said)
    assert (found.user, found.groups) == (user, groups)


@pytest.mark.parametrize(("name", "over", "why"), OTHERS)
async def test_one_for_somebody_else_is_refused(
    name: str, over: dict[str, Any], why: str, at: Callable[..., Any]
) -> None:
    header, said, _, _ = SHAPES[name]
    with pytest.raises(TokenInvalid, match=why):
        await at(header, said | over)

"""Tokens of the identity engine: a key, and a role for people and one for the gateway."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import jwt

from support.credentials.store import Case, Vouching, values
from vecgate.domain.lease import Headers, Material

CLAIMS = '{"name": {{identity.entity.aliases.ACCESSOR.name}}}'


def token(material: Material) -> str:
    assert isinstance(material, Headers)
    return material.pairs[0][1].removeprefix("Bearer ")


@contextmanager
def prepared(store: Vouching, _folder: Path) -> Iterator[Case]:
    accessor = store.call("GET", "sys/auth")["data"]["vecgate/"]["accessor"]
    template = base64.b64encode(CLAIMS.replace("ACCESSOR", accessor).encode()).decode()
    key = {"algorithm": "ES256", "allowed_client_ids": ["*"]}
    store.call("POST", "identity/oidc/key/docs", key)
    role = {"key": "docs", "client_id": "docs-db", "ttl": "5m", "template": template}
    for name, who in (("docs", "person"), ("docs-own", "lookups")):
        store.call("POST", f"identity/oidc/role/{name}", role)
        store.permit(who, f"identity/oidc/token/{name}", "read")
    told = {"role": "docs", "gateway_role": "docs-own", "ttl": 300}

    def ends(material: Material) -> float:
        return float(jwt.decode(token(material), options={"verify_signature": False})["exp"])

    def works(material: Material) -> bool:
        """A resource server of our own: the published keys, audience, time."""
        keys = jwt.PyJWKSet.from_dict(store.call("GET", "identity/oidc/.well-known/keys"))
        kid = jwt.get_unverified_header(token(material))["kid"]
        try:
            jwt.decode(token(material), keys[kid], algorithms=["ES256"], audience="docs-db")
        except jwt.InvalidTokenError:
            return False
        return True

    yield Case("oidc_token", "weaviate", told, values, works, ends)

"""Tokens of the identity engine: a key, and a role for people and one for the gateway."""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import jwt

from support.credentials.store import Case, Vouching, values
from vecgate.domain.lease import Headers, Material

AUDIENCE = "docs-db"


def token(material: Material) -> str:
    assert isinstance(material, Headers)
    return material.pairs[0][1].removeprefix("Bearer ")


def key(store: Vouching, name: str, algorithm: str) -> None:
    """What tokens are signed with."""
    store.call("POST", f"identity/oidc/key/{name}", {"algorithm": algorithm, "allowed_client_ids": ["*"]})


def role(store: Vouching, name: str, *groups: str, key: str, audience: str = AUDIENCE, ttl: str = "5m") -> None:
    """Tokens in the name of whoever is vouched for, who is in these groups by having one."""
    accessor = store.call("GET", "sys/auth")["data"]["vecgate/"]["accessor"]
    claims = f'{{"name": {{{{identity.entity.aliases.{accessor}.name}}}}, "groups": {json.dumps(groups)}}}'
    template = base64.b64encode(claims.encode()).decode()
    store.call(
        "POST", f"identity/oidc/role/{name}", {"key": key, "client_id": audience, "ttl": ttl, "template": template}
    )


@contextmanager
def prepared(store: Vouching, _folder: Path) -> Iterator[Case]:
    key(store, "docs", "ES256")
    for name, who in (("docs", "person"), ("docs-own", "lookups")):
        role(store, name, key="docs")
        store.permit(who, f"identity/oidc/token/{name}", "read")
    told = {"role": "docs", "gateway_role": "docs-own", "ttl": 300}

    def ends(material: Material) -> float:
        return float(jwt.decode(token(material), options={"verify_signature": False})["exp"])

    def works(material: Material) -> bool:
        """A resource server of our own: the published keys, audience, time."""
        keys = jwt.PyJWKSet.from_dict(store.call("GET", "identity/oidc/.well-known/keys"))
        kid = jwt.get_unverified_header(token(material))["kid"]
        try:
            jwt.decode(token(material), keys[kid], algorithms=["ES256"], audience=AUDIENCE)
        except jwt.InvalidTokenError:
            return False
        return True

    yield Case("oidc_token", "weaviate", told, values, works, ends)

"""A real OpenSearch with its security plugin that trusts a test's OpenBao: what is in it, what its roles may do, what came to it."""

import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import jwt

from support.credentials.cases import oidc_token
from support.credentials.store import Vouching
from support.servers.opensearch.secured import Secured, Trust, running_secured

RULES: Final = """version: 1
mask_profiles: {no-phones: {default: replace, fields: {"*.phone": redact}}}
rules:
  - {name: staff, who: {users: [alice, bob]}, where: {collections: [people, private]}, operations: [read, write, delete], effect: allow, mask: no-phones}
  - {name: rowed, who: {users: [carol]}, where: {collections: [people]}, operations: [read], effect: allow, mask: no-phones, rows: [{field: city, equals: berlin}]}
  - {name: bob-ends, who: {users: [bob]}, where: anywhere, operations: [lock], effect: allow, mask: no-phones}
"""
#: What the roles that its tokens name may do there: reads of people see one tenant's records alone.
ROLES: Final[dict[str, Any]] = {
    "docs_reader": {
        "index_permissions": [
            {"index_patterns": ["people"], "dls": '{"term": {"tenant": "acme"}}', "allowed_actions": ["read"]}
        ],
        "cluster_permissions": ["cluster_composite_ops_ro", "indices:data/read/scroll*"],
    },
    "docs_writer": {
        "index_permissions": [{"index_patterns": ["people"], "allowed_actions": ["read", "write"]}],
        "cluster_permissions": ["cluster_composite_ops"],
    },
    "docs_lookups": {
        "index_permissions": [
            {
                "index_patterns": ["*"],
                "allowed_actions": [
                    "read",
                    "indices:admin/get",
                    "indices:admin/resolve/index",
                    "indices:admin/aliases/get",
                    "indices:admin/mappings/get",
                ],
            }
        ],
        "cluster_permissions": ["cluster_composite_ops_ro", "cluster:monitor/main"],
    },
}
PEOPLE: Final = [
    {"tenant": "acme", "city": "berlin", "phone": "030-12341", "note": "ask anna@example.org"},
    {"tenant": "acme", "city": "paris", "phone": "030-12342", "note": "nothing"},
    {"tenant": "globex", "city": "berlin", "phone": "030-12343", "note": "other"},
]


@contextmanager
def searched(store: Vouching, folder: Path) -> Iterator[Secured]:
    """It, with `PEOPLE`, and a record in `private`; gone when the block ends."""
    discovery = f"{store.bao.url}/v1/identity/oidc/.well-known/openid-configuration"
    with urllib.request.urlopen(discovery) as told:
        issuer = json.load(told)["issuer"]
    oidc_token.key(store, "search", "RS256")
    trust = Trust(discovery, issuer, oidc_token.AUDIENCE, "name", "groups")
    with running_secured(folder, trust, ROLES) as made:
        keyword = {name: {"type": "keyword"} for name in ("tenant", "city", "phone")}
        made.ask("PUT", "/people", {"mappings": {"properties": keyword}})
        for n, one in enumerate(PEOPLE):
            assert made.ask("PUT", f"/people/_doc/p{n}?refresh=true", one).status == 201
        made.ask("PUT", "/private/_doc/x?refresh=true", {"note": "secret"})
        yield made


def credential(store: Vouching) -> dict[str, Any]:
    """An upstream's, of which reads, writes and the gateway's own look-ups have a role each there."""
    for name, who in (("reader", "person"), ("writer", "person"), ("lookups", "lookups")):
        oidc_token.role(store, f"search-{name}", f"docs_{name}", key="search")
        store.permit(who, f"identity/oidc/token/search-{name}", "read")
    for name in ("foreign", "short", "curved"):
        store.permit("person", f"identity/oidc/token/search-{name}", "read")
    return {
        "kind": "oidc_token", "role": "search-reader", "write_role": "search-writer", "admin_role": "search-writer",
        "gateway_role": "search-lookups", "ttl": 300,
    }  # fmt: skip


def ids(tree: Any) -> list[str]:
    return [hit["_id"] for hit in tree["hits"]["hits"]]


def came(server: Secured, path: str) -> list[tuple[str, list[str]]]:
    """Who each call of that path was, as the server has it, and all that came in `Authorization`."""
    return [
        (
            one["audit_request_effective_user"],
            [
                value
                for name, values in one["audit_rest_request_headers"].items()
                if name.lower() == "authorization"
                for value in values
            ],
        )
        for one in server.audited()
        if one["audit_rest_request_path"] == path
    ]


def key_of(server: Secured, path: str, who: str) -> str:
    """The last that came there in a person's name."""
    return next(values[0] for name, values in reversed(came(server, path)) if name == who)


def claims(key: str) -> dict[str, Any]:
    told: dict[str, Any] = jwt.decode(key.removeprefix("Bearer "), options={"verify_signature": False})
    return told

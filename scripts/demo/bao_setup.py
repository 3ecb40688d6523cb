"""What is inside the demo's OpenBao? People, groups, the login service, the PKI and who may do what, as rows.

Runs once, with an administrator's token; its last call removes that administrator.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import hvac
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from demo import certs
from vecgate.credentials.vouching import GATEWAY_NAME
from vecgate.masking.apply.keys import LABEL

SETUP_MOUNT: Final = "setup"
SETUP_POLICY: Final = 'path "*" { capabilities = ["create", "read", "update", "patch", "delete", "list", "sudo"] }'

AUDIENCE: Final = "vecgate"
PEOPLE: Final[Mapping[str, str]] = {
    "alice": "analysts",
    "bob": "data-owners",
    "carol": "data-owners",
    "erin": "auditors",
}
OPERATOR: Final = "operator"
ACCOUNTS: Final = (*PEOPLE, OPERATOR)
FRONT_NAMES: Final = ("localhost", "tickets-db.internal")
JOURNAL_KEY: Final = "vecgate-journal"
MASKING_KEY: Final = "vecgate-masking"
#: What `vecgate idp` signs tokens with.
LOGIN_KEY: Final = "vecgate-login"

#: Where the gateway vouches for people. No other login there is, and only its policies may issue from `pki`.
VOUCHED: Final = "vecgate"
VOUCHING_ISSUER: Final = "vecgate"
#: Where the gateway, the only client of the vouched mount, comes from.
GATEWAY_ADDRESSES: Final = ("127.0.0.1/32",)

_ISSUE: Final = "allowed_parameters = { common_name = [] ttl = [] exclude_cn_from_sans = [] format = [] }"
_POLICIES: Final[Mapping[str, str]] = {
    "person": f'path "identity/oidc/token/{AUDIENCE}" {{ capabilities = ["read"] }}',
    "vecgate-person": f'path "pki/issue/vecgate-client" {{ capabilities = ["update"]\n{_ISSUE} }}',
    "vecgate-lookups": f'path "pki/issue/vecgate-gateway" {{ capabilities = ["update"]\n{_ISSUE} }}',
    "vecgate-auditor": f'path "transit/decrypt/{JOURNAL_KEY}" {{ capabilities = ["update"] }}',
    "vecgate-gateway": (
        f'path "transit/datakey/plaintext/{JOURNAL_KEY}" {{ capabilities = ["update"] }}\n'
        # Only this one HMAC, from which all keys of masked values are derived.
        f'path "transit/hmac/{MASKING_KEY}" {{ capabilities = ["update"]\n'
        f'allowed_parameters = {{ input = ["{LABEL}"] algorithm = [] key_version = [] }} }}\n'
        # For `vecgate doctor`: whether the vouched mount is bound as it must be.
        f'path "auth/{VOUCHED}/config" {{ capabilities = ["read"] }}\n'
        f'path "auth/{VOUCHED}/role/*" {{ capabilities = ["read"] }}'
    ),
    "login": (
        f'path "transit/keys/{LOGIN_KEY}" {{ capabilities = ["read"] }}\n'
        f'path "transit/sign/{LOGIN_KEY}/sha2-256" {{ capabilities = ["update"] }}'
    ),
    "front": 'path "pki-servers/issue/tickets-db" { capabilities = ["update"] }',
    OPERATOR: (
        'path "sys/seal" { capabilities = ["update", "sudo"] }\n'
        f'path "transit/keys/{MASKING_KEY}/rotate" {{ capabilities = ["update"] }}\n'
        f'path "transit/keys/{LOGIN_KEY}/rotate" {{ capabilities = ["update"] }}'
    ),
}

_CLAIMS: Final = '{"preferred_username": {{identity.entity.name}}, "groups": {{identity.entity.groups.names}}}'

type Row = tuple[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the server is, and where to leave what its machines log in with."""

    url: str
    ca: Path
    issuer: str
    secrets: Path


def _engines() -> list[Row]:
    mounts = {"auth/userpass": "userpass", "auth/jwt": "jwt", f"auth/{VOUCHED}": "jwt", "auth/approle": "approle"}
    mounts |= {"mounts/pki": "pki", "mounts/pki-servers": "pki", "mounts/transit": "transit"}
    rows: list[Row] = [(f"sys/{path}", {"type": kind}) for path, kind in mounts.items()]
    rows += [(f"sys/policies/acl/{name}", {"policy": text}) for name, text in _POLICIES.items()]
    rows.append((f"transit/keys/{JOURNAL_KEY}", {"type": "aes256-gcm96"}))
    rows.append((f"transit/keys/{MASKING_KEY}", {"type": "hmac", "key_size": 32}))
    rows.append((f"transit/keys/{LOGIN_KEY}", {"type": "ecdsa-p256", "auto_rotate_period": "720h"}))
    return rows


def _accounts(passwords: Mapping[str, str]) -> list[Row]:
    rows: list[Row] = []
    for name, password in passwords.items():
        policy = OPERATOR if name == OPERATOR else "person"
        rows.append((f"auth/userpass/users/{name}", {"password": password, "token_policies": [policy]}))
    return rows


def _login_service(place: Place) -> list[Row]:
    template = base64.b64encode(_CLAIMS.encode()).decode()
    key = {"algorithm": "ES256", "rotation_period": "24h", "verification_ttl": "48h", "allowed_client_ids": [AUDIENCE]}
    role = {"key": AUDIENCE, "client_id": AUDIENCE, "ttl": "1h", "template": template}
    return [
        ("identity/oidc/config", {"issuer": place.url}),
        (f"identity/oidc/key/{AUDIENCE}", key),
        (f"identity/oidc/role/{AUDIENCE}", role),
    ]


def _login_of_auditors(place: Place) -> list[Row]:
    """An auditor unseals recordings on their own login, which the gateway cannot vouch for: it must not open them."""
    trust = {
        "jwks_url": f"{place.issuer}/.well-known/keys",
        "jwks_ca_pem": place.ca.read_text("utf-8"),
        "bound_issuer": place.issuer,
        "jwt_supported_algs": ["ES256"],
    }
    role = {
        "role_type": "jwt",
        "bound_audiences": [AUDIENCE],
        "bound_claims": {"groups": ["auditors"]},
        "user_claim": "preferred_username",
        "groups_claim": "groups",
        "token_type": "batch",
        "token_ttl": "15m",
        "token_no_default_policy": True,
        "token_policies": ["vecgate-auditor"],
    }
    return [("auth/jwt/config", trust), ("auth/jwt/role/vecgate-auditor", role)]


def _vouched_login(place: Place) -> list[Row]:
    """The mount that trusts the gateway's key and no other. A leeway of -1 is none at all; 0 would be minutes."""
    trust = {
        "jwt_validation_pubkeys": [_vouching_key(place.secrets / "vouch.key")],
        "bound_issuer": VOUCHING_ISSUER,
        "jwt_supported_algs": ["ES256"],
    }
    role = {
        "role_type": "jwt",
        "bound_audiences": [place.url],
        "bound_claims": {"/act/sub": GATEWAY_NAME},
        "user_claim": "user",
        "claim_mappings": {"sub": "caller"},
        **dict.fromkeys(("expiration_leeway", "not_before_leeway", "clock_skew_leeway"), -1),
        "token_type": "batch",
        **dict.fromkeys(("token_ttl", "token_max_ttl", "token_explicit_max_ttl"), "1m"),
        "token_bound_cidrs": list(GATEWAY_ADDRESSES),
        "token_no_default_policy": True,
    }
    own = {"token_policies": ["vecgate-lookups"], "bound_subject": GATEWAY_NAME}
    return [
        (f"auth/{VOUCHED}/config", trust),
        (f"auth/{VOUCHED}/role/vecgate-person", role | {"token_policies": ["vecgate-person"]}),
        (f"auth/{VOUCHED}/role/vecgate-gateway", role | own),
    ]


def _vouching_key(path: Path) -> str:
    """Make the key that the gateway signs with, in a file of its own; the public half, for the mount."""
    key = ec.generate_private_key(ec.SECP256R1())
    certs.write_private(path, certs.key_pem(key))
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()


def _pki(accessor: str) -> list[Row]:
    """Two: one for client certificates, which the database trusts, and one for the database's own certificate."""
    short = {
        "key_type": "ec",
        "key_bits": 256,
        "max_ttl": "15m",
        "no_store": True,
        "generate_lease": False,
        "client_flag": True,
        "server_flag": False,
        "allow_localhost": False,
        "allow_ip_sans": False,
        "allow_bare_domains": True,
        "enforce_hostnames": False,
        "cn_validations": ["email", "hostname"],  # with hostname alone, nobody is called like a mail address
    }
    # The common name must be the name that was vouched for: nobody gets another one's certificate.
    own_name = {
        "allowed_domains": [f"{{{{identity.entity.aliases.{accessor}.name}}}}"],
        "allowed_domains_template": True,
    }
    front = {
        "key_type": "ec",
        "key_bits": 256,
        "max_ttl": "720h",
        "client_flag": False,
        "server_flag": True,
        "allow_bare_domains": True,
        "allowed_domains": list(FRONT_NAMES),
        "generate_lease": False,
    }
    root = {"key_type": "ec", "key_bits": 256, "ttl": "87600h"}
    return [
        ("sys/mounts/pki/tune", {"max_lease_ttl": "87600h"}),
        ("sys/mounts/pki-servers/tune", {"max_lease_ttl": "87600h"}),
        ("pki/root/generate/internal", root | {"common_name": "database access"}),
        ("pki-servers/root/generate/internal", root | {"common_name": "database servers"}),
        ("pki/roles/vecgate-client", short | own_name),
        ("pki/roles/vecgate-gateway", short | {"allowed_domains": [GATEWAY_NAME]}),
        ("pki-servers/roles/tickets-db", front),
    ]


def _machines() -> list[Row]:
    gateway = {"token_policies": ["vecgate-gateway"], "token_period": "20m"}
    front = {"token_policies": ["front"], "token_ttl": "5m", "token_type": "batch"}
    login = {"token_policies": ["login"], "token_period": "20m"}
    roles = {"vecgate": gateway, "front": front, "login": login}
    return [(f"auth/approle/role/{name}", role) for name, role in roles.items()]


class _Admin:
    """The temporary administrator's hands."""

    def __init__(self, place: Place, token: str) -> None:
        session = requests.Session()
        session.verify, session.trust_env = str(place.ca), False
        self.client = hvac.Client(place.url, token=token, session=session, timeout=20)

    def write(self, path: str, data: Mapping[str, Any]) -> dict[str, Any]:
        answer: Any = self.client.adapter.post(f"/v1/{path}", json=dict(data))
        return answer["data"] if isinstance(answer, dict) and "data" in answer else {}

    def write_all(self, rows: list[Row]) -> None:
        for path, data in rows:
            self.write(path, data)

    def read(self, path: str) -> dict[str, Any]:
        answer: Any = self.client.adapter.get(f"/v1/{path}")
        data: dict[str, Any] = answer["data"]
        return data

    def accessor(self, mount: str) -> str:
        return str(self.read("sys/auth")[f"{mount}/"]["accessor"])

    def add_people(self) -> None:
        """One entity per person, known by password and by JWT alike, in one group; not at the vouched mount."""
        mounts = [self.accessor("userpass"), self.accessor("jwt")]
        members: dict[str, list[str]] = {}
        for name, group in PEOPLE.items():
            entity = str(self.write("identity/entity", {"name": name})["id"])
            members.setdefault(group, []).append(entity)
            for accessor in mounts:
                alias = {"name": name, "canonical_id": entity, "mount_accessor": accessor}
                self.write("identity/entity-alias", alias)
        for group, entities in members.items():
            self.write("identity/group", {"name": group, "member_entity_ids": entities})

    def hand_over(self, role: str, folder: Path) -> None:
        """Leave an AppRole's two halves in two files."""
        role_id = self.read(f"auth/approle/role/{role}/role-id")["role_id"]
        secret_id = self.write(f"auth/approle/role/{role}/secret-id", {})["secret_id"]
        certs.write_private(folder / f"{role}.role-id", str(role_id).encode())
        certs.write_private(folder / f"{role}.secret-id", str(secret_id).encode())

    def leave(self) -> None:
        self.client.adapter.delete(f"/v1/sys/auth/{SETUP_MOUNT}")


def set_up(place: Place, token: str, passwords: Mapping[str, str]) -> None:
    """Write everything, then remove the administrator whose token this is."""
    admin = _Admin(place, token)
    admin.write_all(_engines() + _accounts(passwords) + _login_service(place))
    admin.write_all(_login_of_auditors(place) + _vouched_login(place))
    admin.write_all(_pki(admin.accessor(VOUCHED)) + _machines())
    admin.add_people()
    for mount, name in (("pki", "pki-root.pem"), ("pki-servers", "servers-root.pem")):
        root = admin.client.adapter.get(f"/v1/{mount}/cert/ca")["data"]["certificate"]
        (place.secrets / name).write_text(str(root).strip() + "\n", "utf-8")
    for role in ("vecgate", "front", "login"):
        admin.hand_over(role, place.secrets)
    admin.leave()

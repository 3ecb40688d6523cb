"""Keys of an AWS engine, which OpenBao has not: a KV of the first version stands in its place (aws_engine_stub).

What it answers has the form of Vault's documentation; that AWS takes a signature is held against its published vectors.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support.credentials.store import Case, Vouching
from vecgate.domain.lease import Material, Signature

KEYS = {
    "access_key": "ASIAEXAMPLEACCESSKEY",
    "secret_key": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    "security_token": "session-token-of-an-assumed-role",
}


@contextmanager
def prepared(store: Vouching, _folder: Path) -> Iterator[Case]:
    store.call("POST", "sys/mounts/aws", {"type": "kv", "options": {"version": "1"}})
    for role, who in (("reader", "person"), ("own", "lookups")):
        store.call("POST", f"aws/sts/{role}", {**KEYS, "ttl": "900s"})
        store.permit(who, f"aws/sts/{role}", "read")

    def seen(material: Material) -> tuple[str, ...]:
        assert isinstance(material, Signature)
        said = dict(material.sign("GET", "db.test", "/", b"").pairs)
        return KEYS["secret_key"], KEYS["security_token"], said["authorization"]

    told = {"role": "reader", "gateway_role": "own", "region": "eu-central-1"}
    yield Case("aws_sigv4", "opensearch", told, seen)

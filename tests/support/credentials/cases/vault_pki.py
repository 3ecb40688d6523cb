"""Client certificates: a PKI whose role lets people have their own name."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support.credentials.store import Case, Vouching
from vecgate.credentials.vouching import GATEWAY_NAME


@contextmanager
def prepared(store: Vouching, _folder: Path) -> Iterator[Case]:
    store.call("POST", "sys/mounts/pki", {"type": "pki"})
    store.call("POST", "pki/root/generate/internal", {"common_name": "database access", "key_type": "ec"})
    accessor = store.call("GET", "sys/auth")["data"]["vecgate/"]["accessor"]
    role = {
        "key_type": "ec", "key_bits": 256, "max_ttl": "15m", "no_store": True, "client_flag": True,
        "enforce_hostnames": False, "cn_validations": ["email", "hostname"], "allow_bare_domains": True,
    }  # fmt: skip
    names = {"allowed_domains": [f"{{{{identity.entity.aliases.{accessor}.name}}}}"], "allowed_domains_template": True}
    store.call("POST", "pki/roles/client", role | names)
    store.call("POST", "pki/roles/own", role | {"allowed_domains": [GATEWAY_NAME]})
    store.permit("person", "pki/issue/client", "update")
    store.permit("lookups", "pki/issue/own", "update")
    told = {"role": "client", "gateway_role": "own"}
    yield Case("vault_pki", "chroma", told, lambda _: ("PRIVATE KEY",))

"""Users of a real Valkey, made and dropped by the store's database engine."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from redis import Redis
from redis.exceptions import AuthenticationError

from support.credentials.store import Case, Vouching, values
from support.forked.ports import free_port
from support.servers.valkey import Valkey
from vecgate.domain.lease import Headers, Material


def named(material: Material) -> tuple[str, str]:
    assert isinstance(material, Headers)
    name, _, password = base64.b64decode(material.pairs[0][1].removeprefix("Basic ")).decode().partition(":")
    return name, password


@contextmanager
def prepared(store: Vouching, folder: Path) -> Iterator[Case]:
    place, port = folder / "u", free_port()
    place.mkdir()
    users = Valkey(place, "--port", str(port), "--bind", "127.0.0.1")
    users.start()
    try:
        admin = Redis(unix_socket_path=str(users.socket), decode_responses=True)
        admin.execute_command("ACL", "SETUSER", "bao", "on", ">bao-password", "~*", "+@all")
        store.call("POST", "sys/mounts/database", {"type": "database"})
        told = {
            "plugin_name": "valkey-database-plugin", "host": "127.0.0.1", "port": port, "username": "bao",
            "password": "bao-password", "allowed_roles": ["*"],
        }  # fmt: skip
        store.call("POST", "database/config/docs", told)
        role = {"db_name": "docs", "default_ttl": "10m", "max_ttl": "1h"}
        for name, who, words in (
            ("reader", "person", '["~doc:*", "+@read"]'),
            ("writer", "person", '["~doc:*", "+@read", "+@write"]'),
            ("own", "lookups", '["~*", "+@read"]'),
        ):
            store.call("POST", f"database/roles/{name}", role | {"creation_statements": [words]})
            store.permit(who, f"database/creds/{name}", "read")
        for path in ("sys/leases/revoke", "sys/leases/renew"):
            store.permit("gateway", path, "update")

        def works(material: Material) -> bool:
            name, password = named(material)
            try:
                with Redis(port=port, username=name, password=password) as client:
                    client.get("doc:1")
            except AuthenticationError:
                return False
            return True

        def left() -> int:
            return sum(name not in ("default", "bao") for name in admin.acl_users())

        made = {"role": "reader", "write_role": "writer", "gateway_role": "own"}
        yield Case(
            "vault_database", "opensearch", made, lambda m: (*values(m), named(m)[1]), works, left=left, port=port
        )
    finally:
        users.kill()

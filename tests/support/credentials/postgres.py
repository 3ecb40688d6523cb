"""A real PostgreSQL, as a user of its own, whose users the store's database engine makes and drops. Skips without it."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from support.credentials.cases.vault_database import named
from support.credentials.store import Case, Vouching, values
from support.forked.ports import free_port
from vecgate.domain.lease import Material

_ADMIN: Final = "bao-password"
_PLACES: Final = "/usr/lib/postgresql"
_MADE: Final = (
    "CREATE ROLE \"{{name}}\" WITH LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}'; "
    'GRANT %s ON docs TO "{{name}}";'
)
#: The engine's own template keeps eight letters of who it is for, which are those of `vecgate-`.
_NAMED: Final = 'v-{{.DisplayName | replace "vecgate-" "" | lowercase | truncate 30}}-{{random 16}}'
_DROPPED: Final = 'REASSIGN OWNED BY "{{name}}" TO bao; DROP OWNED BY "{{name}}"; DROP ROLE IF EXISTS "{{name}}";'


@dataclass
class Postgres:
    """One server, on a loopback port."""

    port: int
    psql: str

    def ask(self, user: str, password: str, words: str) -> tuple[int, str]:
        """The exit code of `psql`, and what it says."""
        about = {"PGPASSWORD": password, "PGCONNECT_TIMEOUT": "20", "PATH": os.defpath}
        command = [
            self.psql,
            "-XAt",
            "-h",
            "127.0.0.1",
            "-p",
            str(self.port),
            "-U",
            user,
            "-d",
            "postgres",
            "-c",
            words,
        ]
        done = subprocess.run(command, env=about, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    def users(self) -> set[str]:
        """Who was made."""
        status, said = self.ask("bao", _ADMIN, "SELECT rolname FROM pg_roles WHERE rolname LIKE 'v-%'")
        assert status == 0, said
        return set(said.split())


def _program(name: str) -> str:
    here = [*sorted(Path(_PLACES).glob(f"*/bin/{name}"), reverse=True), *filter(None, [shutil.which(name)])]
    if not here:
        pytest.skip(f"needs PostgreSQL ({name}): Debian's package 'postgresql'")
    return str(here[0])


def _owner() -> str | None:
    """PostgreSQL does not run as root: then as its own user, or nobody."""
    if os.geteuid() != 0:
        return None
    known = {one.pw_name for one in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


@contextmanager
def running() -> Iterator[Postgres]:
    initdb, server, psql = (_program(name) for name in ("initdb", "postgres", "psql"))
    owner, port = _owner(), free_port()
    with tempfile.TemporaryDirectory(prefix="vg-pg-") as folder:
        word = Path(folder, "word")
        word.write_text(_ADMIN, "utf-8")
        if owner:
            for path in (folder, word):
                shutil.chown(path, owner)
        data = str(Path(folder, "data"))
        words = [initdb, "-D", data, "-U", "bao", "--pwfile", str(word), "--auth=scram-sha-256", "--no-sync"]
        made = subprocess.run(words, user=owner, cwd=folder, capture_output=True, text=True, check=False)
        assert made.returncode == 0, made.stderr
        options = ("-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={folder}", "-c", "fsync=off")
        with Path(folder, "log").open("wb") as log:
            process = subprocess.Popen(
                [server, "-D", data, "-p", str(port), *options], user=owner, cwd=folder, stdout=log, stderr=log
            )
        try:
            found = Postgres(port, psql)
            end = time.monotonic() + 60
            while found.ask("bao", _ADMIN, "SELECT 1")[0] != 0:
                assert process.poll() is None, Path(folder, "log").read_text("utf-8")
                assert time.monotonic() < end, "PostgreSQL did not start"
                time.sleep(0.1)
            assert found.ask("bao", _ADMIN, "CREATE TABLE docs (id int); INSERT INTO docs VALUES (1)")[0] == 0
            yield found
        finally:
            process.terminate()
            process.wait(30)


def case(store: Vouching, at: Postgres) -> Case:
    """The engine set up for it, with a role for reads and one for writes."""
    store.call("POST", "sys/mounts/pg", {"type": "database"})
    told = {
        "plugin_name": "postgresql-database-plugin",
        "connection_url": f"postgresql://{{{{username}}}}:{{{{password}}}}@127.0.0.1:{at.port}/postgres?sslmode=disable",
        "username": "bao",
        "password": _ADMIN,
        "allowed_roles": ["*"],
        "username_template": _NAMED,
    }
    store.call("POST", "pg/config/docs", told)
    role = {"db_name": "docs", "default_ttl": "10m", "max_ttl": "1h", "revocation_statements": [_DROPPED]}
    for name, who, may in (("reader", "person", "SELECT"), ("writer", "person", "ALL"), ("own", "lookups", "SELECT")):
        store.call("POST", f"pg/roles/{name}", role | {"creation_statements": [_MADE % may]})
        store.permit(who, f"pg/creds/{name}", "read")
    for path in ("sys/leases/revoke", "sys/leases/renew"):
        store.permit("gateway", path, "update")

    def works(material: Material) -> bool:
        return at.ask(*named(material), "SELECT * FROM docs")[0] == 0

    made = {"mount": "pg", "role": "reader", "write_role": "writer", "gateway_role": "own"}
    return Case(
        "vault_database",
        "opensearch",
        made,
        lambda m: (*values(m), named(m)[1]),
        works,
        left=lambda: len(at.users()),
        port=at.port,
    )

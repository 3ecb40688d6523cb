"""A gateway whose people have rows: tokens with any claim, a policy of one's own, and calls as they stand."""

import http.client
import json
import os
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from demo import certs
from demo.gateway import Gateway
from demo.stack import Stack
from path.conftest import Factory, merged
from support.forked.ports import free_port
from support.leaks import Ask, Said
from support.milvus.recorded.server import running_milvus
from support.servers import own
from support.servers.chroma import running_chroma
from support.servers.elasticsearch import running_elasticsearch
from support.servers.idp import Idp, running_idp
from support.servers.opensearch import running_opensearch
from support.servers.qdrant import SCRIPTS, running_qdrant
from support.tools.direct import ask as direct
from support.weaviate.weaviate_recorded import running_weaviate

#: Everybody reaches their own tenant's records, whatever they ask for; an owner reaches all.
POLICY = """
version: 1
rules:
  - name: own-tenant
    who: {groups: [staff]}
    where: anywhere
    operations: ["*"]
    effect: allow
    mask: unsafe-nothing
    vectors: true
    rows: [{field: tenant, equals: "{claims.tenant}"}]
  - name: owners
    who: {groups: [owners]}
    where: anywhere
    operations: ["*"]
    effect: allow
    mask: unsafe-nothing
    vectors: true
"""


#: How the tests' own server of each database is started.
STARTS: Final = {
    "chroma": running_chroma,
    "elasticsearch": running_elasticsearch,
    "milvus": running_milvus,
    "opensearch": running_opensearch,
    "qdrant": running_qdrant,
    "weaviate": running_weaviate,
}


@dataclass
class Rowed:
    """One gateway, its login service, and the stack behind it."""

    stack: Stack
    gateway: Gateway
    idp: Idp

    def token(self, user: str, *groups: str, **claims: Any) -> str:
        return self.idp.token(user, groups or ["staff"], **claims)

    def say(self, ask: Ask, token: str) -> Said:
        """One call over a new connection, as it stands."""
        context = ssl.create_default_context(cafile=str(self.gateway.ca))
        line = http.client.HTTPSConnection("localhost", self.gateway.listen.port, context=context, timeout=60)
        return _said(line, ask, {"authorization": f"Bearer {token}"})

    def bare(self, ask: Ask) -> Said:
        """One call to the database as it is."""
        line = http.client.HTTPSConnection(
            "127.0.0.1", self.stack.ports["front"], context=self.stack.gateway_context(), timeout=60
        )
        return _said(line, ask, {})

    def direct(self, method: str, path: str, body: Any = None) -> Any:
        """The database as it is, on a certificate of the gateway's own."""
        return direct(self.stack, method, path, body)


def _said(line: http.client.HTTPSConnection, ask: Ask, headers: dict[str, str]) -> Said:
    raw = ask.body if isinstance(ask.body, bytes) or ask.body is None else json.dumps(ask.body).encode()
    try:
        typed = {"content-type": "application/json"} if raw else {}
        line.request(ask.method, ask.path, raw, headers | typed | dict(ask.headers))
        answer = line.getresponse()
        body = answer.read()
    except http.client.HTTPException:
        return Said(502, None)
    finally:
        line.close()
    try:
        return Said(answer.status, json.loads(body) if body else None)
    except ValueError:
        return Said(answer.status, body.decode("utf-8", "replace"))


@contextmanager
def fronted(
    stack: Stack, folder: Path, database: str = "qdrant", which: str = "tests", start: Any = None
) -> Iterator[tuple[str, dict[str, Any]]]:
    """A database behind a TLS front that demands client certificates: its URL without one, and an upstream's settings.

    `which`: the tests' own, or one of yours (own.py). `start`: what starts the tests' own, where that is another.
    """
    folder.mkdir(parents=True, exist_ok=True)
    ca = certs.make_ca(folder, "people-db")
    pem, key = certs.make_server(folder, "people-db", ("localhost", "127.0.0.1"))
    with own.serving(database, which, folder / database, start or STARTS[database]) as url:
        port = free_port()  # only now: the server opens ports of its own
        command = [
            sys.executable,
            "-P",
            "-m",
            "demo.relay",
            "--listen",
            f"127.0.0.1:{port}",
            "--connect",
            url.partition("//")[2],
        ]
        command += ["--cert", str(pem), "--key", str(key), "--ca", str(stack.pki_root)]
        front = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(SCRIPTS)})
        try:
            told = {"dialect": database, "url": f"https://127.0.0.1:{port}", "server_name": "localhost", "ca": str(ca)}
            yield url, told
        finally:
            front.terminate()
            front.wait(timeout=30)


def plainly(url: str, ask: Ask) -> Said:
    """One call to a database that asks for no certificate, as it stands."""
    return _said(http.client.HTTPConnection(url.partition("//")[2], timeout=60), ask, {})


def succeeded(url: str, method: str, path: str, body: Any = None) -> Any:
    """The same, and what it is answered. Raises RuntimeError for anything but success."""
    said = plainly(url, Ask(method, path, body))
    if said.status >= 300:
        raise RuntimeError(f"the database answers {said.status}: {said.text}")
    return said.tree


@contextmanager
def rowed(
    stack: Stack, gateways: Factory, folder: Path, policy: str = POLICY, workers: int = 1, **over: Any
) -> Iterator[Rowed]:
    """It, running; gone when the block ends. `over` is laid over its settings."""
    policies = folder / "policies"
    policies.mkdir()
    (policies / "rules.yaml").write_text(policy, "utf-8")
    with running_idp() as idp:
        known = yaml.safe_load(stack.settings_path.read_text("utf-8"))["issuers"]
        mine = {"issuer": idp.issuer, "audience": "vecgate", "jwks_url": idp.jwks_url, "keys_cooldown": 0.1}
        told = {
            "issuers": [*known, mine],
            "policies": str(policies),
            "state": {"prefix": f"rows-{folder.name}"},
            "telemetry": {"upstream_check": None},
        }
        gateway = gateways.make(over=merged(told, over), **({"workers": workers} if workers > 1 else {}))
        gateway.start()
        try:
            yield Rowed(stack, gateway, idp)
        finally:
            gateway.stop()

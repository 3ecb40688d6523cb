"""Databases that ask for a key, behind a real gateway whose store of keys is a test's own."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest
import yaml

from demo.gateway import Gateway, Reply
from demo.stack import Stack
from path.conftest import Factory
from support.credentials.fronted import Front
from support.credentials.store import AUDIENCE, Vouching, vouching

RULES = """version: 1
mask_profiles: {strict: {default: redact}}
rules:
  - {name: all, who: anyone, where: anywhere, operations: [read, write, delete, schema, destroy], effect: allow, mask: strict}
  - {name: bob-ends, who: {users: [bob]}, where: anywhere, operations: [lock], effect: allow, mask: strict}
"""


@pytest.fixture(scope="module")
def store() -> Iterator[Vouching]:
    with tempfile.TemporaryDirectory(prefix="vg-") as folder, vouching(Path(folder)) as made:
        made.permit("gateway", "transit/datakey/plaintext/vecgate-journal", "update")
        yield made


@dataclass
class Keyed:
    """The gateway, and what stands behind it."""

    gateway: Gateway
    stack: Stack
    front: Front
    store: Vouching

    def ask(self, method: str, path: str, body: Any = None, who: str = "alice") -> Reply:
        return self.gateway.ask(method, path, token=self.stack.token(who), body=body)

    def written(self) -> str:
        """Everything that the gateway has written down: its log, and its journals."""
        files = [self.gateway.log, *(p for p in self.gateway.settings.parent.rglob("*") if p.is_file())]
        return "\n".join(path.read_bytes().decode("latin-1") for path in files)


class Make(Protocol):
    def __call__(self, dialect: str, front: Front, credential: dict[str, Any], rules: str = RULES) -> Keyed: ...


@pytest.fixture(scope="module")
def keyed(store: Vouching, stack: Stack, gateways: Factory) -> Make:
    """One with a database of a dialect, and a credential."""

    def make(dialect: str, front: Front, credential: dict[str, Any], rules: str = RULES) -> Keyed:
        policies = gateways.folder / f"policies-{dialect}-{credential['kind']}"
        policies.mkdir()
        (policies / "rules.yaml").write_text(rules, "utf-8")
        over: dict[str, Any] = {"policies": str(policies), "state": {"prefix": policies.name}, "masking": {"key": None}}
        made = gateways.make(over)
        tree = yaml.safe_load(made.settings.read_text("utf-8"))
        tree["upstreams"] = {
            "docs": {
                "dialect": dialect,
                "url": front.url,
                "server_name": "localhost",
                "ca": str(front.ca),
                "hosts": ["localhost"],
                "credential": credential,
            }
        }
        tree["vault"] = {
            "url": store.bao.url,
            "role_id_file": str(store.folder / "role-id"),
            "secret_id_file": str(store.folder / "secret-id"),
            "vouch": {"key_file": str(store.folder / "vouch.key"), "audience": AUDIENCE},
            "timeout": 30,
        }
        made.settings.write_text(yaml.safe_dump(tree), "utf-8")
        made.start()
        return Keyed(made, stack, front, store)

    return make

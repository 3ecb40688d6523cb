"""Do Milvus's clients do through the gateway, over gRPC, what they do without it? And where they may not, do users read why?

Unmodified, in environments of their own, with a real Milvus 2.3.5 that asks for a login.
"""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from demo.gateway import Gateway
from demo.stack import Stack
from path.conftest import Factory
from support.credentials.fronted import fronted
from support.credentials.store import AUDIENCE, vouching
from support.milvus.real import Real, running_real
from support.servers.chroma import free_port
from support.tools.families import FAMILIES, RESULTS, RULE, VECTORS, check_told, walk

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]
POLICY: Final = """
version: 1
mask_profiles:
  people: {default: replace}
  nothing-here: {default: replace, fields: {"*.salary": redact}}
rules:
  - {name: handshake, who: anyone, where: {without_collection: true}, operations: [auth_read, health, tenant_read, collection_read], effect: allow, mask: nothing-here}
  - {name: owners, who: {users: [bob]}, where: {collections: ["c_*"]}, operations: [read, write, delete, schema, destroy], effect: allow, mask: unsafe-nothing, vectors: true}
  - name: own-rows
    who: {users: [alice]}
    where: {collections: [people]}
    operations: [read, write, delete]
    effect: allow
    mask: people
    rows: [{field: tenant, equals: t1}]
    limits: {max_results: 50}
"""
#: What an owner of some rows is told.
TOLD: Final = {
    "inserts_for_another": "rows.field", "upserts_anothers": "rows.taken", "breaks_out": "body.unreadable", "asks_for_too_many": RESULTS,
    "asks_for_vectors": VECTORS, "looks_elsewhere": "collection.unknown", "drops_it": RULE, "comes_with_a_bad_token": "identity.invalid",
}  # fmt: skip
QUIET: Final = {"PYTHONPATH": str(FAMILIES)}
FIELDS: Final = {"id": "Int64", "tenant": "VarChar", "name": "VarChar", "vec": "FloatVector"}


@dataclass(frozen=True, slots=True)
class Town:
    """A gateway, and the Milvus behind it."""

    stack: Stack
    gateway: Gateway
    real: Real

    def walk(self, family: str, part: str, user: str | None, collection: str) -> dict[str, Any]:
        """As root to the database itself, where there is no user."""
        if user is None:
            told = {"uri": self.real.rest, "token": "root:Milvus", "ca": ""}
        else:
            uri = f"https://localhost:{self.gateway.listen.port}"
            told = {"uri": uri, "token": self.stack.token(user), "ca": str(self.gateway.ca)}
        return walk(family, part, {**told, "collection": collection}, QUIET)


@pytest.fixture(scope="module")
def town(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("milvus-clients")
    (folder / "policies").mkdir()
    (folder / "policies" / "rules.yaml").write_text(POLICY, "utf-8")
    gateways = Factory(stack, tmp_path_factory.mktemp("gateways"), free_port)
    with (
        tempfile.TemporaryDirectory(prefix="vg-") as own,
        vouching(Path(own)) as store,
        running_real(folder / "db") as real,
        fronted(folder / "front", real.rest, ("h2", "http/1.1")) as front,
    ):
        store.permit("gateway", "transit/datakey/plaintext/vecgate-journal", "update")
        for who in ("person", "lookups"):
            store.call("POST", f"secret/data/milvus/{who}", {"data": {"username": "root", "password": "Milvus"}})
            store.permit(who, f"secret/data/milvus/{who}", "read")
        made = gateways.make(
            {"policies": str(folder / "policies"), "state": {"prefix": "milvus-clients"}, "masking": {"key": None}}
        )
        tree = yaml.safe_load(made.settings.read_text("utf-8"))
        key = {"kind": "vault_kv", "role": "milvus/person", "gateway_role": "milvus/lookups"}
        tree["upstreams"] = {
            "milvus-db": {
                "dialect": "milvus", "url": front.url, "grpc": True, "grpc_url": front.url, "server_name": "localhost",
                "ca": str(front.ca), "hosts": ["localhost"], "timeout": 30, "credential": key,
            }
        }  # fmt: skip
        tree["vault"] = {
            "url": store.bao.url, "role_id_file": str(store.folder / "role-id"), "secret_id_file": str(store.folder / "secret-id"),
            "vouch": {"key_file": str(store.folder / "vouch.key"), "audience": AUDIENCE}, "timeout": 30,
        }  # fmt: skip
        made.settings.write_text(yaml.safe_dump(tree), "utf-8")
        made.start()
        try:
            yield Town(stack, made, real)
        finally:
            made.stop()


def test_what_is_allowed_goes_as_without_the_gateway(town: Town) -> None:
    without = town.walk("milvus", "works", None, "c_works")
    through = town.walk("milvus", "works", "bob", "c_works")
    assert {case: one for case, one in through.items() if "gave" not in one} == {}
    assert through == without


def test_one_is_kept_to_ones_own_rows_and_told_so(town: Town) -> None:
    town.real.make("people", FIELDS, 4)
    town.real.tell("POST", "/v1/vector/insert", {"collectionName": "people", "data": [*map(row, range(1, 6))]})
    found = town.walk("milvus", "limited", "alice", "people")
    check_told(found, TOLD, town.gateway, town.stack.token("alice"))
    assert found["queries_for_own"]["gave"] == [[1, "t1"], [2, "t1"], [3, "t1"]]
    assert found["shows_masked"]["gave"] == ["mail <EMAIL>"]
    assert found["gets_anothers"]["gave"] == []
    assert (found["counts"]["gave"], found["counts_by_statistics"]["gave"]) == (4, 4)
    assert found["iterates"]["gave"] == [1, 2, 3, 11]
    asked = {"collectionName": "people", "filter": 'tenant == "t2"', "outputFields": ["id", "name"], "limit": 10}
    theirs = town.real.tell("POST", "/v1/vector/query", asked)["data"]
    assert sorted((int(one["id"]), one["name"]) for one in theirs) == [(4, "n4"), (5, "n5")]


def row(number: int) -> dict[str, Any]:
    tenant = "t1" if number < 4 else "t2"
    return {
        "id": number, "tenant": tenant, "name": f"n{number}", "vec": [number / 10, 0.2, 0.3, 0.4],
        "note": f"mail someone{number}@example.org",
    }  # fmt: skip

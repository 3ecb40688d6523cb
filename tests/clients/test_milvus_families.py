"""Do Milvus's clients, and what is built on them, do through the gateway, over gRPC, what they do without it? And where they may not, do users read why?

Unmodified, in environments of their own, with a real Milvus 2.3.5 that asks for a login.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
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
from support.forked.ports import free_port
from support.milvus.real import Real, running_real
from support.tools.families import FAMILIES, RESULTS, RULE, VECTORS, check_told, walk

pytestmark = [pytest.mark.long, pytest.mark.timeout(900), pytest.mark.shares("milvus")]
POLICY: Final = """
version: 1
mask_profiles:
  people: {default: replace}
  nothing-here: {default: replace, fields: {"*.salary": redact}}
rules:
  - {name: handshake, who: anyone, where: {without_collection: true}, operations: [auth_read, health, tenant_read, collection_read], effect: allow, mask: nothing-here}
  - {name: owners, who: {users: [bob]}, where: {collections: ["c_*"]}, operations: [read, write, delete, schema, destroy, tenant_admin], effect: allow, mask: unsafe-nothing, vectors: true}
  - name: own-rows
    who: {users: [alice]}
    where: {collections: ["people*"]}
    operations: [read, write, delete]
    effect: allow
    mask: people
    rows: [{field: tenant, equals: t1}]
    limits: {max_results: 50}
  - name: open-ones-of-a-framework
    who: {users: [alice]}
    where: {collections: [kept_langchain]}
    operations: [read]
    effect: allow
    mask: people
    rows: [{field: status, equals: open}]
    vectors: zero # it asks for them in each search
    limits: {max_results: 50}
  - {name: reads-words, who: {users: [alice]}, where: {collections: ["words_*"]}, operations: [read, index_rebuild], effect: allow, mask: people, limits: {max_results: 50}}
  # It loads what it opens, which is about no rows.
  - {name: loads-a-framework, who: {users: [alice]}, where: {collections: [kept_langchain]}, operations: [index_rebuild], effect: allow, mask: nothing-here}
  - name: reads-a-framework
    who: {users: [alice]}
    where: {collections: [kept_llamaindex]}
    operations: [read]
    effect: allow
    mask: nothing-here
    limits: {max_results: 50}
"""
DRIVERS: Final = ("milvus", "milvus_25", "milvus_24", "milvus_orm", "milvus_async", "milvus_js")
#: What an owner of some rows is told, and what they are given.
TOLD: Final = {
    "inserts_for_another": "rows.field", "upserts_anothers": "rows.taken", "breaks_out": "body.unreadable", "asks_for_too_many": RESULTS,
    "asks_for_vectors": VECTORS, "looks_elsewhere": "collection.unknown", "drops_it": RULE, "comes_with_a_bad_token": "identity.invalid",
    "breaks_out_by_a_part": "body.unreadable",
}  # fmt: skip
GIVEN: Final = {
    "queries_for_own": [[1, "t1"], [2, "t1"], [3, "t1"]], "shows_masked": ["mail <EMAIL>"], "gets_anothers": [], "reads_anothers": [],
    "deletes_anothers": [1, 2, 3],
}  # fmt: skip
#: What a reader of what a framework keeps is told.
FRAMEWORKS: Final = {
    "milvus_langchain": {
        "breaks_out": "body.unreadable",
        "asks_for_too_many": RESULTS,
        "writes": RULE,
        "drops_the_old": RULE,
    },
    "milvus_llamaindex": {"retrieves_too_many": RESULTS, "inserts": RULE, "deletes_a_document": RULE, "clears": RULE},
}
QUIET: Final = {"PYTHONPATH": str(FAMILIES)}
FIELDS: Final = {"id": "Int64", "tenant": "VarChar", "name": "VarChar", "vec": "FloatVector"}


@dataclass(frozen=True, slots=True)
class Town:
    """A gateway, and where the Milvus behind it is."""

    stack: Stack
    gateway: Gateway
    url: str

    def walk(self, family: str, part: str, user: str | None, collection: str) -> dict[str, Any]:
        """As root to the database itself, where there is no user."""
        if user is None:
            told = {"uri": self.url, "token": "root:Milvus", "ca": ""}
        else:
            uri = f"https://localhost:{self.gateway.listen.port}"
            told = {"uri": uri, "token": self.stack.token(user), "ca": str(self.gateway.ca)}
        return walk(family, part, {**told, "collection": collection}, QUIET)


@contextmanager
def before(stack: Stack, folders: pytest.TempPathFactory, url: str) -> Iterator[Town]:
    """A gateway before a Milvus that speaks in the clear there, and a TLS front between both."""
    folder = folders.mktemp("milvus-clients")
    (folder / "policies").mkdir()
    (folder / "policies" / "rules.yaml").write_text(POLICY, "utf-8")
    gateways = Factory(stack, folders.mktemp("gateways"), free_port)
    with (
        tempfile.TemporaryDirectory(prefix="vg-") as own,
        vouching(Path(own)) as store,
        fronted(folder / "front", url, ("h2", "http/1.1")) as front,
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
            yield Town(stack, made, url)
        finally:
            made.stop()


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Real]:
    with running_real(tmp_path_factory.mktemp("milvus") / "db") as made:
        yield made


@pytest.fixture(scope="module")
def town(stack: Stack, tmp_path_factory: pytest.TempPathFactory, real: Real) -> Iterator[Town]:
    with before(stack, tmp_path_factory, real.rest) as made:
        yield made


@pytest.mark.parametrize("family", [*DRIVERS, *FRAMEWORKS])
def test_what_is_allowed_goes_as_without_the_gateway(town: Town, family: str) -> None:
    name = f"c_{family}"
    without = town.walk(family, "works", None, name)
    through = town.walk(family, "works", "bob", name)
    assert {case: one for case, one in through.items() if "gave" not in one} == {}
    assert through == without


def keeps_to_its_own(town: Town, family: str, name: str) -> None:
    """Who may do less gets what is theirs of those five rows, and is told of the rest."""
    found = town.walk(family, "limited", "alice", name)
    # The older way asks whether it is there, and says in words of its own that it is not.
    told = TOLD | ({"looks_elsewhere": "not exist"} if family == "milvus_orm" else {})
    check_told(found, told, town.gateway, town.stack.token("alice"))
    own = [1, 2, 3, 11] if "inserts_own" in found else [1, 2, 3]
    given = GIVEN | {"iterates": own, "counts": len(own), "counts_by_statistics": len(own)}
    assert {case: one["gave"] for case, one in found.items() if case in given} == {
        case: one for case, one in given.items() if case in found
    }


@pytest.mark.parametrize("family", DRIVERS)
def test_one_is_kept_to_ones_own_rows_and_told_so(town: Town, real: Real, family: str) -> None:
    name = f"people_{family}"
    real.make(name, FIELDS, 4)
    real.tell("POST", "/v1/vector/insert", {"collectionName": name, "data": [*map(row, range(1, 6))]})
    keeps_to_its_own(town, family, name)
    asked = {"collectionName": name, "filter": 'tenant == "t2"', "outputFields": ["id", "name"], "limit": 10}
    theirs = real.tell("POST", "/v1/vector/query", asked)["data"]
    assert sorted((int(one["id"]), one["name"]) for one in theirs) == [(4, "n4"), (5, "n5")]


@pytest.mark.parametrize("family", FRAMEWORKS)
def test_who_may_read_of_a_framework_reads_and_is_told_of_the_rest(town: Town, family: str) -> None:
    name = family.replace("milvus", "kept")
    filled = town.walk(family, "fills", None, name)
    assert all("gave" in one for one in filled.values()), filled
    found = town.walk(family, "limited", "alice", name)
    check_told(found, FRAMEWORKS[family], town.gateway, town.stack.token("alice"))
    if family == "milvus_langchain":  # whose reader has those alone that are open
        assert {status for _, status in found["searches"]["gave"]} == {"open"}
        assert found["searches_with_filter"]["gave"] == []


def row(number: int) -> dict[str, Any]:
    tenant = "t1" if number < 4 else "t2"
    return {
        "id": number, "tenant": tenant, "name": f"n{number}", "vec": [number / 10, 0.2, 0.3, 0.4],
        "note": f"mail someone{number}@example.org",
    }  # fmt: skip

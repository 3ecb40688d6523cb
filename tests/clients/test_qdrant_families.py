"""Do Qdrant's clients do through the gateway what they do without it? And where they may not, do their users read why?

Each family runs in an environment of its own, unmodified: beside an edge shim of its own, and through the gateway.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pytest

from demo.gateway import Gateway
from demo.stack import Stack
from path.conftest import Factory
from support.servers.qdrant import running_qdrant
from support.tools.families import FAMILIES, MASKED, RESULTS, RULE, WAITS, check_told, walk
from support.tools.families import VECTORS as NO_VECTORS

sys.path.insert(0, str(FAMILIES))
from cases import METADATA, NUMBERS, TEXTS, VECTORS

from support.forked.ports import free_port

POLICY: Final = """
version: 1
mask_profiles:
  nothing-here: {default: replace, fields: {"*.salary": redact}}
rules:
  - {name: handshake, who: anyone, where: {without_collection: true}, operations: [health, collection_read], effect: allow, mask: nothing-here}
  - {name: owners, who: {users: [bob]}, where: {collections: ["c-*"]}, operations: [read, write, delete, schema, destroy], effect: allow, mask: nothing-here, vectors: true}
  - {name: readers, who: {users: [alice]}, where: {collections: ["c-*"]}, operations: [read], effect: allow, mask: nothing-here, limits: {max_results: 3}}
  - name: asks
    who: {users: [alice]}
    where: {collections: ["c-*"]}
    operations: [delete_filter]
    effect: hold
    mask: nothing-here
    approvers: {groups: [data-owners]}
    wait: 2s
"""
ALL: Final = (
    "qdrant", "qdrant_async", "qdrant_js", "qdrant_langchain", "qdrant_llamaindex", "qdrant_haystack", "qdrant_mcp",
)  # fmt: skip
#: Those run always; the others, which build on them, with --long.
PLAIN: Final = ("qdrant", "qdrant_js")
EACH: Final = pytest.mark.parametrize(
    "family", [family if family in PLAIN else pytest.param(family, marks=pytest.mark.long) for family in ALL]
)
QUIET: Final = {"HAYSTACK_TELEMETRY_ENABLED": "False", "PYTHONPATH": str(FAMILIES)}
#: What fails on purpose, also without a gateway.
FAILS: Final = {"misses"}
#: What a reader without vectors, and with three results at most, is told. What is not listed works.
TOLD: Final[dict[str, dict[str, str]]] = {
    "qdrant": {"asks_for_all": RESULTS, "asks_by_what_is_masked": MASKED, "asks_for_vectors": NO_VECTORS, "writes": RULE, "deletes_what_waits": WAITS, "takes_a_snapshot": RULE},
    "qdrant_async": {"asks_for_all": RESULTS, "writes": RULE, "deletes_what_waits": WAITS},
    "qdrant_js": {"asks_for_all": RESULTS, "asks_by_what_is_masked": MASKED, "asks_for_vectors": NO_VECTORS, "writes": RULE, "deletes_what_waits": WAITS},
    "qdrant_langchain": {"ranks_for_diversity": NO_VECTORS, "asks_for_too_many": RESULTS, "writes": RULE},
    "qdrant_llamaindex": {"gets_nodes": NO_VECTORS, "inserts": RULE, "deletes_a_document": WAITS},
    "qdrant_haystack": {"filters": NO_VECTORS, "writes": RULE, "deletes": RULE},
    "qdrant_mcp": {"finds": RESULTS, "stores_one": RULE},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Town:
    """A gateway before the stack's Qdrant, and a Qdrant of its own beside it."""

    stack: Stack
    gateway: Gateway
    beside: str

    def walk(self, family: str, part: str, user: str | None, collection: str) -> dict[str, Any]:
        if user is None:
            return walk(family, part, {"url": self.beside, "token": "", "collection": collection}, QUIET)
        told = {
            "url": f"https://localhost:{self.gateway.listen.port + 1}",  # the second database's
            "token": self.stack.token(user),
            "collection": collection,
        }
        trust = {"SSL_CERT_FILE": str(self.gateway.ca), "NODE_EXTRA_CA_CERTS": str(self.gateway.ca)}
        return walk(family, part, told, QUIET | trust)


@pytest.fixture(scope="module")
def beside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_qdrant(tmp_path_factory.mktemp("beside")) as url:
        yield url


@pytest.fixture(scope="module")
def town(stack_of_two: Stack, beside: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    gateways = Factory(stack_of_two, tmp_path_factory.mktemp("gateways"), free_port)
    policies = tmp_path_factory.mktemp("policies")
    (policies / "rules.yaml").write_text(POLICY, "utf-8")
    port = stack_of_two.ports["gateway"]  # the one above it is nobody's
    gateway = gateways.make({"policies": str(policies), "state": {"prefix": "clients"}, "listen": {"port": port}})
    try:
        gateway.start()
        yield Town(stack_of_two, gateway, beside)
    finally:
        gateways.stop()


def seeded(town: Town, collection: str, *, named: str = "") -> None:
    """The collection with its four records, made around everything; `named`: the one vector has a name."""
    size = {"size": 3, "distance": "Cosine"}
    ask(town, "PUT", f"/collections/{collection}", {"vectors": {named: size} if named else size})
    points = [
        {"id": n, "vector": {named: vector} if named else vector, "payload": payload}
        for n, vector, payload in zip(NUMBERS, VECTORS, map(as_frameworks_do, TEXTS, METADATA), strict=True)
    ]
    ask(town, "PUT", f"/collections/{collection}/points?wait=true", {"points": points})


def as_frameworks_do(text: str, metadata: dict[str, Any]) -> dict[str, Any]:
    """Where each of them keeps the text, and what is beside it."""
    node = {"text": text, "metadata": metadata, "class_name": "TextNode"}
    return {
        "document": text, "page_content": text, "content": text, "metadata": metadata, "meta": metadata, **metadata,
        "_node_content": json.dumps(node), "_node_type": "TextNode", "doc_id": "doc-0", "ref_doc_id": "doc-0", "id": "d0",
    }  # fmt: skip


def ask(town: Town, method: str, path: str, body: Any) -> None:
    connection = town.stack.qdrant.connection()
    try:
        connection.request(method, path, json.dumps(body))
        answer = connection.getresponse()
        assert answer.status == 200, answer.read()
    finally:
        connection.close()


def said(found: dict[str, Any]) -> dict[str, str]:
    return {case: one["said"] for case, one in found.items() if "said" in one and case not in FAILS}


@pytest.mark.long  # through the gateway they do the same
@EACH
def test_clients_do_with_the_edge_shim_all_that_they_can(beside: str, family: str) -> None:
    told = {"url": beside, "token": "", "collection": f"c-{family.replace('_', '-')}"}
    found = walk(family, "works", told, QUIET)
    assert said(found) == {}
    for case in FAILS & found.keys():
        assert "Not found: Collection" in found[case]["said"], found[case]


@pytest.mark.sample(1)
@EACH
def test_what_is_allowed_goes_as_it_goes_without_the_gateway(town: Town, family: str) -> None:
    name = f"c-{family.replace('_', '-')}-works"
    without = town.walk(family, "works", None, name)
    through = town.walk(family, "works", "bob", name)
    for case in FAILS:
        without.pop(case, None), through.pop(case, None)
    assert through == without


@EACH
def test_what_is_refused_is_told_to_the_user_in_words(town: Town, family: str) -> None:
    name = f"c-{family.replace('_', '-')}-limited"
    seeded(town, name, named="fixed" if family == "qdrant_mcp" else "")
    found = town.walk(family, "limited", "alice", name)
    check_told(found, TOLD[family], town.gateway, town.stack.token("alice"))


def test_the_readme_says_of_each_client_as_what_it_is_tested_or_that_it_is_not() -> None:
    text = (FAMILIES.parents[1] / "README.md").read_text("utf-8")
    table = text.partition("| client | how it is pointed")[2].partition("\n\n")[0].splitlines()[2:]
    tested = [line.rpartition(" | ")[2].strip(" |`") for line in table]
    families = {path.name for path in FAMILIES.iterdir() if (path / "walk.py").exists() or (path / "walk.mjs").exists()}
    families |= {"thin", "pinecone_7", "pinecone_grpc_7", "milvus_24", "milvus_25"}  # which walk as others do
    assert {name for name in tested if name != "untested"} == families
    assert set(ALL) <= families

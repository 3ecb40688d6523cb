"""Do clients do through the gateway what they do without it? And where they may not, do their users read why?

Each family runs in an environment of its own: once beside a database of its own, once through the gateway.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pytest

from demo.gateway import DATA, Gateway
from demo.stack import Stack
from path.conftest import Factory
from support.forked.ports import free_port
from support.servers.chroma import running_chroma
from support.tools import direct
from support.tools.families import FAMILIES, MASKED, RESULTS, RULE, VECTORS, WAITS, check_told, walk

POLICY: Final = """
version: 1
mask_profiles:
  nothing-here: {default: replace, fields: {"*.salary": redact}}
rules:
  - {name: handshake, who: anyone, where: {without_collection: true}, operations: [auth_read, health, tenant_read, collection_read], effect: allow, mask: nothing-here}
  - {name: owners, who: {users: [bob]}, where: {collections: ["c-*", not-there-at-all]}, operations: [read, write, delete, schema, destroy], effect: allow, mask: nothing-here, vectors: true}
  - {name: readers, who: {users: [alice]}, where: {collections: ["c-*", not-there-at-all]}, operations: [read], effect: allow, mask: nothing-here, limits: {max_results: 3}}
  - {name: zeros, who: {users: [erin]}, where: {collections: ["c-*"]}, operations: [read], effect: allow, mask: nothing-here, vectors: zero}
  - name: asks
    who: {users: [alice]}
    where: {collections: ["c-*"]}
    operations: [delete_filter]
    effect: hold
    mask: nothing-here
    approvers: {groups: [data-owners]}
    wait: 2s
"""
ALL: Final = ("chromadb", "chromadb_async", "thin", "js", "langchain", "llamaindex", "haystack", "mcp")
#: Those run always; the others, which build on them, with --long.
PLAIN: Final = ("chromadb", "js")
EACH: Final = pytest.mark.parametrize(
    "family", [family if family in PLAIN else pytest.param(family, marks=pytest.mark.long) for family in ALL]
)
#: What a reader without vectors, and with three results at most, is told. What is not listed works.
TOLD: Final[dict[str, dict[str, str]]] = {
    "chromadb": {"asks_for_all": RESULTS, "asks_by_what_is_masked": MASKED, "asks_for_too_many": RESULTS, "asks_for_vectors": VECTORS, "writes": RULE, "deletes_what_waits": WAITS},
    "chromadb_async": {"asks_for_all": RESULTS, "writes": RULE, "deletes_what_waits": WAITS},
    "js": {"asks_for_all": RESULTS, "asks_by_what_is_masked": MASKED, "asks_for_too_many": RESULTS, "asks_for_vectors": VECTORS, "writes": RULE, "deletes_what_waits": WAITS},
    "langchain": {"gets": RESULTS, "asks_for_too_many": RESULTS, "ranks_for_diversity": VECTORS, "writes": RULE},
    "llamaindex": {"ranks_for_diversity": VECTORS, "clears": RESULTS, "inserts": RULE, "deletes_a_document": WAITS},
    "haystack": {"retrieves": VECTORS, "filters": VECTORS, "writes_one": RULE, "deletes": RULE},
    "mcp": {"deletes": RULE, "drops": RULE},
}  # fmt: skip
TOLD["thin"] = TOLD["chromadb"]
#: Families whose cases need records that are there already.
SEEDED: Final = ("mcp",)


@dataclass(frozen=True, slots=True)
class Town:
    """A gateway, and a Chroma of its own beside it."""

    stack: Stack
    gateway: Gateway
    beside: str

    def told(self, user: str | None, collection: str) -> dict[str, Any]:
        """Where a family's script goes, as whom, and on which collection."""
        if user is None:
            port = int(self.beside.rpartition(":")[2])
            return {"host": "127.0.0.1", "port": port, "ssl": False, "collection": collection, "token": "", "basic": ""}
        token = self.stack.token(user)
        return {
            "host": "localhost", "port": self.gateway.listen.port, "ssl": True, "collection": collection,
            "token": token, "basic": "",
        }  # fmt: skip

    def environ(self, user: str | None) -> dict[str, str]:
        """The recipe that needs no change to anybody's code."""
        quiet = {"ANONYMIZED_TELEMETRY": "False", "HAYSTACK_TELEMETRY_ENABLED": "False", "PYTHONPATH": str(FAMILIES)}
        if user is None:
            return quiet
        return quiet | {
            "SSL_CERT_FILE": str(self.gateway.ca),
            "NODE_EXTRA_CA_CERTS": str(self.gateway.ca),
            "CHROMA_CLIENT_AUTH_PROVIDER": "chromadb.auth.token_authn.TokenAuthClientProvider",
            "CHROMA_CLIENT_AUTH_CREDENTIALS": self.stack.token(user),
        }

    def walk(self, family: str, part: str, user: str | None, collection: str, **more: Any) -> dict[str, Any]:
        return walk(family, part, self.told(user, collection) | more, self.environ(user))


@pytest.fixture(scope="module")
def town(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    gateways = Factory(stack, tmp_path_factory.mktemp("gateways"), free_port)
    policies = tmp_path_factory.mktemp("policies")
    (policies / "rules.yaml").write_text(POLICY, "utf-8")
    gateway = gateways.make({"policies": str(policies), "state": {"prefix": "clients"}})
    try:
        gateway.start()
        with running_chroma(tmp_path_factory.mktemp("beside")) as beside:
            yield Town(stack, gateway, beside)
    finally:
        gateways.stop()


def seeded(town: Town, collection: str) -> None:
    """The collection with its four records, made around everything."""
    uuid = direct.ask(town.stack, "POST", f"{DATA}/collections", {"name": collection, "get_or_create": True})["id"]
    _fill(lambda path, body: direct.ask(town.stack, "POST", path, body), uuid)


def _fill(post: Any, uuid: str) -> None:
    import sys

    sys.path.insert(0, str(FAMILIES))
    from cases import IDS, METADATA, TEXTS, VECTORS

    body = {"ids": IDS, "documents": TEXTS, "metadatas": METADATA, "embeddings": VECTORS}
    post(f"{DATA}/collections/{uuid}/upsert", body)


def seeded_beside(town: Town, collection: str) -> None:
    import json
    import urllib.request

    def post(path: str, body: Any) -> Any:
        asked = urllib.request.Request(
            town.beside + path, json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(asked) as answer:
            return json.load(answer)

    _fill(post, post(f"{DATA}/collections", {"name": collection, "get_or_create": True})["id"])


@pytest.mark.sample(1)
@EACH
def test_what_is_allowed_goes_as_it_goes_without_the_gateway(town: Town, family: str) -> None:
    name = f"c-{family.replace('_', '-')}-works"
    if family in SEEDED:
        seeded(town, name)
        seeded_beside(town, name)
    without = town.walk(family, "works", None, name)
    through = town.walk(family, "works", "bob", name)
    assert through == without
    failed = {case: one["said"] for case, one in without.items() if "said" in one}
    assert set(failed) <= {"refuses_bad_filters", "misses"}, failed


@EACH
def test_what_is_refused_is_told_to_the_user_in_words(town: Town, family: str) -> None:
    name = f"c-{family.replace('_', '-')}-limited"
    seeded(town, name)
    found = town.walk(family, "limited", "alice", name)
    check_told(found, TOLD[family], town.gateway, town.stack.token("alice"))


@pytest.mark.long
def test_vectors_of_zeros_keep_clients_going_that_always_ask_for_them(town: Town) -> None:
    seeded(town, "c-haystack-zeros")
    found = town.walk("haystack", "limited", "erin", "c-haystack-zeros")
    assert "gave" in found["filters"], found
    assert "gave" in found["retrieves"], found


@pytest.mark.long
def test_the_mcp_server_passes_a_token_as_its_basic_password(town: Town) -> None:
    seeded(town, "c-mcp-basic")
    environ = town.environ("bob")
    for name in ("CHROMA_CLIENT_AUTH_PROVIDER", "CHROMA_CLIENT_AUTH_CREDENTIALS"):
        del environ[name]
    told = town.told("bob", "c-mcp-basic") | {"basic": f"bob:{town.stack.token('bob')}"}
    found = walk("mcp", "limited", told, environ)
    assert found["counts"] == {"gave": "4"}, found


def test_locks_have_hashes_and_name_no_index() -> None:
    for lock in FAMILIES.glob("*/requirements.lock"):
        text = lock.read_text("utf-8")
        assert "--hash=sha256:" in text
        assert "://" not in text
    locks = [*FAMILIES.glob("*/package-lock.json")]
    assert locks
    assert not [lock for lock in locks if '"resolved"' in lock.read_text("utf-8")]

"""An answer is right, or it is refused, or it says what is missing: records, vectors, entries of lists."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import chromadb
import pytest
from chromadb.config import Settings

from demo.gateway import DATA, Gateway, Reply
from demo.stack import Stack
from path.conftest import Factory
from support.tools.askers import assert_refused
from support.tools.direct import Collection, ask, collection

RULES = """
version: 1
mask_profiles:
  shown: {default: replace}
  hidden: {default: replace, fields: {"*.note": redact}}
rules:
  - {name: lists, who: anyone, where: {without_collection: true}, operations: [collection_read, tenant_read, auth_read, health], effect: allow, mask: unsafe-nothing}
  - {name: finds, who: anyone, where: {collections: ["open-*"]}, operations: [collection_read, count], effect: allow, mask: shown}
  - {name: finds-hidden, who: anyone, where: {collections: ["noted-*"]}, operations: [collection_read], effect: allow, mask: hidden}
  - {name: asks-for-held, who: anyone, where: {collections: ["held-*"]}, operations: [collection_read], effect: hold, mask: shown, approvers: {groups: [nobody]}}
  - {name: nobody-sees, who: anyone, where: {collections: ["hr-*"]}, operations: ["*"], effect: deny}
  - name: alice-reads
    who: {users: [alice]}
    where: {collections: ["open-*"]}
    operations: [read]
    effect: allow
    mask: shown
    limits: {max_results: 20}
  - name: bob-reads-cut
    who: {users: [bob]}
    where: {collections: ["open-*"]}
    operations: [read]
    effect: allow
    mask: shown
    vectors: zero
    limits: {max_results: 20, when_over: cut}
"""


@dataclass(frozen=True, slots=True)
class Scene:
    stack: Stack
    gateway: Gateway
    data: Collection

    def ask(self, user: str, method: str, path: str, body: Any = None) -> Reply:
        return self.gateway.ask(method, path, token=self.stack.token(user), body=body)

    def get(self, user: str, **body: Any) -> Reply:
        return self.ask(user, "POST", f"{self.data.path}/get", body)


@pytest.fixture(scope="module")
def scene(stack: Stack, gateways: Factory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("whole")
    (folder / "policies").mkdir()
    (folder / "policies" / "rules.yaml").write_text(RULES, "utf-8")
    gateway = gateways.make(over={"policies": str(folder / "policies"), "state": {"prefix": "whole-test"}})
    gateway.start()
    with collection(stack, "open-fifty", 50) as data:
        yield Scene(stack, gateway, data)


# records


@pytest.mark.parametrize(
    "body", [{}, {"include": []}, {"where": {"status": "closed"}}, {"limit": None}, {"offset": 20}]
)
def test_a_read_without_a_number_that_finds_more_is_refused_and_says_how_many(scene: Scene, body: Any) -> None:
    reply = scene.get("alice", **body)
    assert_refused(reply, "limit.results")
    assert f"All of {50 - body.get('offset', 0)} results" in reply.json["message"]
    assert "by 'limit' and 'offset' or 'size' and 'from'" in reply.json["message"]


def test_what_fits_is_given_whole_and_pages_make_up_the_whole(scene: Scene) -> None:
    assert len(scene.get("alice", offset=30).json["ids"]) == 20
    assert len(scene.get("alice", ids=["r1", "r2"]).json["ids"]) == 2
    pages = [one for at in (0, 20, 40) for one in scene.get("alice", limit=20, offset=at, include=[]).json["ids"]]
    assert sorted(pages) == sorted(f"r{n}" for n in range(50))
    assert_refused(scene.get("alice", limit=21), "limit.results")


def test_where_the_rule_says_so_it_is_cut_and_says_what_is_missing(scene: Scene) -> None:
    for body, missing in (({}, "30"), ({"where": {"status": "closed"}, "offset": 5}, "25")):
        reply = scene.get("bob", **body)
        assert (reply.status, len(reply.json["ids"]), len(reply.json["documents"])) == (200, 20, 20)
        assert reply.headers["vecgate-missing"] == missing
    assert "vecgate-missing" not in scene.get("bob", offset=30).headers
    text = b"".join(path.read_bytes() for path in (scene.gateway.settings.parent / "recordings").glob("*.jsonl"))
    assert b'"notes":{"vecgate-missing":"25"}' in text


def test_a_query_that_says_nothing_gives_ten_for_each_of_its_vectors(scene: Scene) -> None:
    path = f"{scene.data.path}/query"
    one = scene.ask("alice", "POST", path, {"query_embeddings": [[1, 1]]})
    assert [len(ids) for ids in one.json["ids"]] == [10]
    two = scene.ask("alice", "POST", path, {"query_embeddings": [[1, 1], [0, 1]]})
    assert [len(ids) for ids in two.json["ids"]] == [10, 10]
    three = scene.ask("alice", "POST", path, {"query_embeddings": [[1, 1]] * 3})
    assert_refused(three, "limit.results")
    assert "30 results" in three.json["message"]


# vectors


def test_vectors_are_refused_by_name_or_come_as_zeros(scene: Scene) -> None:
    wish = {"query_embeddings": [[1, 1]], "n_results": 2, "include": ["embeddings"]}
    reply = scene.ask("alice", "POST", f"{scene.data.path}/query", wish)
    assert_refused(reply, "vectors.not_allowed")
    assert "'alice-reads'" in reply.json["message"]
    reply = scene.ask("bob", "POST", f"{scene.data.path}/query", wish)
    assert reply.json["embeddings"] == [[[0.0, 0.0], [0.0, 0.0]]]
    assert reply.headers["vecgate-vectors"] == "zero"
    assert "vecgate-vectors" not in scene.get("bob", limit=1).headers


# lists


@pytest.fixture
def seven(scene: Scene) -> Iterator[list[str]]:
    """Collections of four kinds, between each other; what may be seen of them."""
    names = ["hr-a", "open-a", "held-a", "noted-a", "hr-b", "open-b", "hr-c"]
    note = {"note": "layoffs in spring", "owner": "anna.schmidt@example.org"}
    for name in names:
        ask(scene.stack, "POST", f"{DATA}/collections", {"name": name, "metadata": note})
    try:
        yield ["open-a", "noted-a", "open-b"]
    finally:
        for name in names:
            ask(scene.stack, "DELETE", f"{DATA}/collections/{name}")


def test_a_list_holds_only_what_one_may_see_and_its_pages_and_count_are_those_of_that_list(
    scene: Scene, seven: list[str]
) -> None:
    def listed(query: str = "") -> list[str]:
        return [c["name"] for c in scene.ask("alice", "GET", f"{DATA}/collections{query}").json]

    everything = listed()
    assert sorted(name for name in everything if name in seven) == sorted(seven)
    assert not [name for name in everything if name.startswith(("hr-", "held-"))]
    paged = [name for at in range(len(everything) + 1) for name in listed(f"?limit=1&offset={at}")]
    assert paged == everything
    assert listed("?limit=0") == []
    assert listed(f"?offset={len(everything) - 2}") == everything[-2:]
    count = scene.ask("alice", "GET", f"{DATA}/collections_count")
    assert count.json == len(everything)


def test_an_entry_is_masked_as_it_would_be_alone(scene: Scene, seven: list[str]) -> None:
    listed = {c["name"]: c for c in scene.ask("alice", "GET", f"{DATA}/collections").json}
    for name in seven:
        alone = scene.ask("alice", "GET", f"{DATA}/collections/{name}").json
        assert listed[name] == alone
        assert alone["metadata"]["owner"] == "<EMAIL>"
    assert listed["noted-a"]["metadata"]["note"] != listed["open-a"]["metadata"]["note"] == "layoffs in spring"


def test_databases_are_listed_by_what_may_be_read_of_them(scene: Scene) -> None:
    told = scene.ask("alice", "GET", "/api/v2/auth/identity").json
    assert told["databases"] == ["default_database"]
    listed = scene.ask("alice", "GET", f"{DATA.rpartition('/')[0]}").json
    assert [d["name"] for d in listed] == ["default_database"]


# the official asynchronous client


def test_the_official_asynchronous_client_starts_and_reads(scene: Scene) -> None:
    async def work() -> tuple[int, int, list[str]]:
        client = await chromadb.AsyncHttpClient(
            host="localhost", port=scene.gateway.listen.port, ssl=True, headers={"X-Chroma-Token": scene.stack.token("alice")},
            settings=Settings(chroma_server_ssl_verify=str(scene.gateway.ca), anonymized_telemetry=False),
        )  # fmt: skip
        beat = await client.heartbeat()
        found = await client.get_collection("open-fifty", embedding_function=None)
        hits = await found.query(query_embeddings=[[1.0, 1.0]])
        return beat, await found.count(), hits["ids"][0]

    beat, count, ids = asyncio.run(work())
    assert beat > 0
    assert (count, len(ids)) == (50, 10)


def test_what_breaks_the_database_does_not_reach_it(scene: Scene) -> None:
    """Its writer may write anything else; a refusal names the reason, and the journal has it."""
    before = scene.data.count()
    for body in (
        {"ids": ["a"], "metadatas": [{"chroma:document": None}]},
        {"ids": ["a"], "metadatas": [{f"k{n}": n for n in range(5462)}]},
    ):
        assert_refused(scene.ask("bob", "POST", f"{scene.data.path}/update", body), "body.harmful")
    wide = {"where": {"$and": [{"status": f"v{n}"} for n in range(20_000)]}}
    assert_refused(scene.ask("alice", "POST", f"{scene.data.path}/get", wide), "body.harmful")
    for body in (
        {"name": "dies", "configuration": {"hnsw": {"max_neighbors": 0}}},
        {"name": "dies", "metadata": {"hnsw:M": 0}},
    ):
        assert scene.ask("bob", "POST", f"{DATA}/collections", body).status == 400
    assert scene.data.count() == before
    assert "dies" not in json.dumps(ask(scene.stack, "GET", f"{DATA}/collections"))

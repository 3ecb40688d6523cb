"""What a scan reads of each database, through its dialect: all of a small collection, record by record, and nothing that somebody chose."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import quote, urlencode

import pytest

from support.lucene.asked import Described
from support.milvus.people import TYPES, people
from support.milvus.recorded.server import Recorded
from support.pinecone.recorded import Project
from support.tools.every import every
from support.weaviate.weaviate_recorded import WeaviateRecorded
from vecgate import dialects
from vecgate.domain.call import Answer, Call
from vecgate.domain.decision import Decision, Effect
from vecgate.domain.exchange import Raw
from vecgate.domain.operation import Operation

ALL: Final = Decision(Effect.ALLOW, "all", "because", "v1", max_results=1000)
JSON: Final = (("content-type", "application/json"),)


def target(call: Call) -> str:
    return f"{call.path}?{urlencode(call.query, quote_via=quote)}" if call.query else call.path


class OfMilvus:
    def __init__(self) -> None:
        self.server = Recorded()
        self.server.make("people", TYPES).rows = people()

    async def ask(self, call: Call) -> Answer:
        status, said = self.server.answer(call.method, target(call), dict(call.headers), call.body)
        return Answer(status, body=json.dumps(said).encode())


class OfWeaviate:
    def __init__(self) -> None:
        self.server = WeaviateRecorded()

    async def ask(self, call: Call) -> Answer:
        status, said = self.server.answer(call.method, target(call), call.body)
        return Answer(status, body=json.dumps(said).encode())


class OfPinecone:
    def __init__(self) -> None:
        self.server = Project()
        space = self.server.add("people", dimension=2).space("ns")
        for n in range(6):
            space[f"r{n}"] = {"id": f"r{n}", "values": [0.5, n / 10], "metadata": {"name": f"Person {n}"}}

    async def ask(self, call: Call) -> Answer:
        status, said = self.server.answer(
            "people" if call.origin else "", call.method, target(call), dict(call.headers), call.body
        )
        return Answer(status, body=json.dumps(said).encode())


class OfOpenSearch:
    """What it would describe; and of its records those that are asked for by their numbers."""

    def __init__(self) -> None:
        self.described = Described()

    async def ask(self, call: Call) -> Answer:
        if call.path.endswith("/_count"):
            return Answer(200, body=b'{"count": 6, "_shards": {}}')
        if not call.path.endswith("/_search"):
            return await self.described.ask(call)
        tree: Any = call.tree
        hits = [{"_id": f"r{n}", "_source": {"name": f"Person {n}"}} for n in range(6)]
        return Answer(
            200, body=json.dumps({"hits": {"hits": hits[tree["from"] : tree["from"] + tree["size"]]}}).encode()
        )


SERVERS: Final[Mapping[str, tuple[Any, tuple[str, str, str]]]] = {
    "milvus": (OfMilvus, ("default", "default", "people")), "weaviate": (OfWeaviate, ("", "", "Person")),
    "pinecone": (OfPinecone, ("ns", "", "people")), "opensearch": (OfOpenSearch, ("", "", "people")),
}  # fmt: skip


async def scanned(name: str, most: int) -> tuple[int, list[Any], list[Operation]]:
    """How many there are, each record that was read, and what each call of the scan meant."""
    make, place = SERVERS[name]
    server, dialect = make(), dialects.load(name)
    going = dialect.sample(*place, most, lambda below: below - 1)
    assert going is not None
    records, meant = list[Any](), list[Operation]()
    call = next(going)
    while True:
        headers = call.headers if not call.body else (*JSON, *(one for one in call.headers if one[0] != "content-type"))
        read = dialect.read(Raw(call.method, target(call), headers, call.body))
        operation = await dialect.classify(read, server.ask)
        assert dialect.samples(read) is dialect.samples(call)
        answer = await server.ask(dialect.outgoing(dialect.restrict(read, operation, ALL)))
        assert answer.status == 200, (call, answer)
        tree = json.loads(answer.body)
        if dialect.samples(read):
            meant.append(operation)
            records += dialect.singly(operation, tree) or ()
        try:
            call = going.send(tree)
        except StopIteration as e:
            return e.value, records, meant


@every("name", sorted(SERVERS))
def test_a_small_collection_is_read_whole_and_each_record_alone(name: str) -> None:
    total, records, meant = asyncio.run(scanned(name, 300))
    assert total == len(records) == 6, (total, records)
    assert not any(one.wants_vectors for one in meant)
    dialect = dialects.load(name)
    for record in records:
        found = record
        for key in dialect.stored_at:
            found = found[0] if isinstance(found, list) else found
            found = found[key]
        found = found[0] if isinstance(found, list) else found
        assert "name" in found, record
    assert asyncio.run(scanned(name, 2))[0] == 6


CHOSEN: Final[Mapping[str, tuple[Call, ...]]] = {
    "milvus": (
        Call("POST", "/v2/vectordb/entities/query", tree={"collectionName": "people", "limit": 5, "filter": "id == 1"}),
        Call("POST", "/v2/vectordb/entities/query", tree={"collectionName": "people", "limit": 5, "partitionNames": ["p"]}),
        Call("POST", "/v2/vectordb/entities/query", tree={"collectionName": "people", "limit": 1001}),
        Call("POST", "/v2/vectordb/entities/query", tree={"collectionName": "people"}),
        Call("POST", "/v2/vectordb/entities/get", tree={"collectionName": "people", "id": [1]}),
    ),
    "weaviate": (
        Call("GET", "/v1/objects", (("class", "Person"), ("limit", "1001"))), Call("GET", "/v1/objects", (("limit", "5"),)),
        Call("GET", "/v1/objects", (("class", "Person"), ("limit", "5"), ("after", "x"))), Call("GET", "/v1/objects", (("class", "Person"),)),
        Call("GET", "/v1/objects", (("class", "Person"), ("limit", "5"), ("include", "vector"))),
        Call("POST", "/v1/graphql", tree={"query": "{Aggregate{Person(where:{path:[\"x\"]}){meta{count}}}}"}),
        Call("POST", "/v1/graphql", tree={"query": "{Get{Person{name}}}"}),
        Call("POST", "/v1/graphql", tree={"query": "{Aggregate{Person{meta{count}} Company{meta{count}}}}"}),
    ),
    "pinecone": (
        Call("POST", "/idx/people/query", tree={"topK": 5, "vector": [1, 0.5]}), Call("POST", "/idx/people/query", tree={"topK": 5, "id": "r1"}),
        Call("POST", "/idx/people/query", tree={"topK": 5, "vector": [1, 1], "filter": {"a": 1}}), Call("POST", "/idx/people/query", tree={"topK": 1001, "vector": [1]}),
        Call("POST", "/idx/people/describe_index_stats", tree={"filter": {"a": 1}}), Call("GET", "/idx/people/vectors/fetch", (("ids", "r1"),)),
    ),
    "opensearch": (
        Call("POST", "/people/_search", tree={"size": 5, "query": {"ids": {"values": ["r1"]}}}), Call("POST", "/people/_search", tree={"size": 1001}),
        Call("POST", "/people/_search", tree={"size": 5, "sort": ["name"]}), Call("POST", "/people/_count", tree={"query": {"match_all": {}}}),
        Call("POST", "/_search", tree={"size": 5}), Call("POST", "/people/_search", tree={}), Call("GET", "/people/_doc/r1"),
    ),
}  # fmt: skip


@every("name", sorted(CHOSEN))
def test_what_names_or_chooses_records_is_no_sample(name: str) -> None:
    dialect = dialects.load(name)
    for call in CHOSEN[name]:
        assert not dialect.samples(call), call


@every("name", sorted(SERVERS))
def test_an_answer_of_another_shape_is_no_sample(name: str) -> None:
    operation = Operation(name, "x", "scan", 1)
    for tree in (
        {},
        [],
        "x",
        {"hits": {}},
        {"matches": 1},
        {"objects": None},
        {"data": None, "code": 0} if name == "milvus" else {},
    ):
        with pytest.raises(ValueError, match="sample"):
            dialects.load(name).singly(replace(operation), tree)

"""Twice as much in a call or an answer is at most 2.3 times the work, in Milvus, Weaviate, Pinecone, OpenSearch and Elasticsearch as well."""

import asyncio
import importlib
import json
from typing import Any, Final

import orjson
import pytest

from growth.test_dialects import MOST, OPEN, ROWS, Make, as_it_is, at_once, guarded, unchanged
from support.tools.every import every
from support.tools.work import growth
from support.weaviate.asked import described, prop
from vecgate import dialects
from vecgate.dialects import Dialect
from vecgate.domain.call import Answer, Call
from vecgate.domain.exchange import Raw
from vecgate.domain.operation import Operation
from vecgate.handling.reading import parsed
from vecgate.refusals.errors import CallRefused
from vecgate.settings.limits import Limits

LOADED: Final[dict[str, Dialect]] = {
    name: dialects.load(name) for name in ("elasticsearch", "milvus", "opensearch", "pinecone", "weaviate")
}
JSON: Final = (("content-type", "application/json"),)
LINES: Final = (("content-type", "application/x-ndjson"),)
E: Final = "/v2/vectordb/entities"
P: Final = {"collectionName": "people"}
I: Final = "/idx/people"  # noqa: E741 - as the rest is called
ID: Final = "abc30000-0000-4000-8000-{:012}"


def ors(n: int, one: str) -> str:
    return " or ".join(one.format(i) for i in range(n))


def lines(n: int, *each: Any) -> bytes:
    return b"".join(orjson.dumps(one) + b"\n" for _ in range(n) for one in each)


def leaves(n: int) -> str:
    return ",".join(f'{{path:["dept"],operator:Equal,valueText:"{i}"}}' for i in range(n))


def row(i: int) -> Any:
    return {"id": i, "vec": [0.5] * 4, "dept": "hr", "text": "a text", "about": {"a": [1, {"b": "c"}]}}


CALLS: Final[dict[str, tuple[str, str, str, Make]]] = {
    "milvus: conditions": ("milvus", "POST", f"{E}/query", lambda n: {**P, "filter": ors(n, "age > {}")}),
    "milvus: parentheses": ("milvus", "POST", f"{E}/query", lambda n: {**P, "filter": " and ".join(f"(age > {i} or not (dept == 'a'))" for i in range(n // 2))}),
    "milvus: values": ("milvus", "POST", f"{E}/query", lambda n: {**P, "filter": f"id in {[*range(n)]}"}),
    "milvus: a sum": ("milvus", "POST", f"{E}/query", lambda n: {**P, "filter": f"age > {'+'.join('1' * 8 * n)}"}),
    "milvus: texts in a list": ("milvus", "POST", f"{E}/query", lambda n: {**P, "filter": f"dept in {[str(i) for i in range(8 * n)]}"}),
    "milvus: a long text": ("milvus", "POST", f"{E}/query", lambda n: {**P, "filter": f'dept == "{"x" * (50 * n)}"'}),
    "milvus: ids": ("milvus", "POST", f"{E}/get", lambda n: {**P, "id": [*range(n)]}),
    "milvus: a hybrid search": ("milvus", "POST", f"{E}/hybrid_search", lambda n: {**P, "search": [{"data": [[0.5]], "annsField": "vec", "filter": "age > 3"}] * (1 + n // 8)}),
    "milvus: vectors": ("milvus", "POST", f"{E}/search", lambda n: {**P, "data": [[0.5] * 4] * n, "annsField": "vec"}),
    "milvus: fields": ("milvus", "POST", f"{E}/query", lambda n: {**P, "outputFields": [f"f{i}" for i in range(n)]}),
    "milvus: rows": ("milvus", "POST", f"{E}/upsert", lambda n: {**P, "data": [row(i) for i in range(n)]}),
    "weaviate: operands": ("weaviate", "POST", "/v1/graphql", lambda n: {"query": f"{{Get{{People(where:{{operator:Or,operands:[{leaves(n)}]}}){{dept}}}}}}"}),
    "weaviate: searches": ("weaviate", "POST", "/v1/graphql", lambda n: {"query": f"{{Get{{{' '.join(f'a{i}:People(limit:1){{dept}}' for i in range(1 + n // 8))}}}}}"}),
    "weaviate: a vector": ("weaviate", "POST", "/v1/graphql", lambda n: {"query": f"{{Get{{People(nearVector:{{vector:{[i / 7 for i in range(8 * n)]}}}){{dept}}}}}}"}),
    "weaviate: texts and comments": ("weaviate", "POST", "/v1/graphql", lambda n: {"query": "{Get{People(bm25:{query:\"" + "\\\"[1" * n + "\"}){dept}}}" + "\n#\"[0,"[:5] * n}),
    "weaviate: fragments": ("weaviate", "POST", "/v1/graphql", lambda n: {"query": "{Get{...F}}fragment F on GetObjectsObj{People{" + " ".join(f"f{n}_{i}" for i in range(n)) + "}}"}),
    "weaviate: where": ("weaviate", "POST", "/v1/search/People/bm25", lambda n: {"query": "a", "queryProperties": ["dept"], "where": {"operator": "And", "operands": [{"path": ["dept"], "operator": "Equal", "valueText": "a"}] * n}}),
    "weaviate: objects": ("weaviate", "POST", "/v1/batch/objects", lambda n: {"objects": [{"class": "People", "id": ID.format(i), "vector": [0.5] * 4, "properties": {"dept": "hr", "text": "a", f"k{i}": {"a": ["b"]}}} for i in range(n)]}),
    "pinecone: conditions": ("pinecone", "POST", f"{I}/query", lambda n: {"topK": 5, "vector": [0.5], "filter": {"$or": [{"dept": {"$eq": str(i)}} for i in range(n)]}}),
    "pinecone: values": ("pinecone", "POST", f"{I}/query", lambda n: {"topK": 5, "vector": [0.5], "filter": {"dept": {"$in": [str(i) for i in range(n)]}}}),
    "pinecone: a vector": ("pinecone", "POST", f"{I}/query", lambda n: {"topK": 5, "vector": [0.5] * (8 * n)}),
    "pinecone: vectors": ("pinecone", "POST", f"{I}/vectors/upsert", lambda n: {"vectors": [{"id": f"r{i}", "values": [0.5] * 4, "metadata": {"dept": "hr", "a": ["b"]}} for i in range(n)]}),
    "pinecone: records": ("pinecone", "POST", f"{I}/records/namespaces/ns/upsert", lambda n: lines(n, {"_id": "a", "dept": "hr", "text": "a text"})),
    "opensearch: clauses": ("opensearch", "POST", "/people/_search", lambda n: {"query": {"bool": {"should": [{"term": {"dept": str(i)}} for i in range(n)]}}}),
    "opensearch: terms": ("opensearch", "POST", "/people/_search", lambda n: {"query": {"terms": {"dept": [str(i) for i in range(n)]}}}),
    "opensearch: a vector": ("opensearch", "POST", "/people/_search", lambda n: {"query": {"knn": {"vec": {"vector": [0.5] * (8 * n), "k": 5}}}}),
    "opensearch: aggregations": ("opensearch", "POST", "/people/_search", lambda n: {"size": 0, "aggs": {f"a{i}": {"max": {"field": "age"}} for i in range(1 + n // 8)}}),
    "opensearch: searches": ("opensearch", "POST", "/people/_msearch", lambda n: lines(1 + n // 8, {}, {"query": {"term": {"dept": "a"}}})),
    "opensearch: documents": ("opensearch", "POST", "/people/_bulk", lambda n: lines(n, {"index": {"_id": "a"}}, {"dept": "hr", "text": "a text", "vec": [0.5] * 4})),
    "elasticsearch: clauses": ("elasticsearch", "POST", "/people/_search", lambda n: {"query": {"bool": {"should": [{"term": {"dept": str(i)}} for i in range(n)]}}}),
    "elasticsearch: a vector": ("elasticsearch", "POST", "/people/_search", lambda n: {"knn": {"field": "vec", "query_vector": [0.5] * (8 * n), "k": 5, "num_candidates": 50}}),
    "elasticsearch: neighbours": ("elasticsearch", "POST", "/people/_search", lambda n: {"knn": [{"field": "vec", "query_vector": [0.5] * 4, "k": 5, "num_candidates": 50, "filter": {"term": {"dept": str(i)}}} for i in range(1 + n // 8)]}),
    "elasticsearch: a retriever": ("elasticsearch", "POST", "/people/_search", lambda n: {"retriever": {"standard": {"query": {"bool": {"must": [{"term": {"dept": str(i)}} for i in range(n)]}}, "filter": [{"term": {"dept": "a"}}] * (1 + n // 8)}}}),
    "elasticsearch: documents": ("elasticsearch", "POST", "/people/_bulk", lambda n: lines(n, {"index": {"_id": "a"}}, {"dept": "hr", "text": "a text", "vec": [0.5] * 4})),
    "opensearch: ids": ("opensearch", "POST", "/people/_mget", lambda n: {"ids": [f"r{i}" for i in range(n)]}),
}  # fmt: skip
CASES: Final = [(what, *case) for what, case in CALLS.items()]


async def answered(name: str, dialect: Dialect, question: Call) -> Answer:
    if name == "weaviate":
        return Answer(
            200, body=json.dumps(described("People", prop("dept", "text", "field"), prop("text", "text"))).encode()
        )
    found: Answer = await importlib.import_module(f"dialects.{name}.guarded").ask(dialect, question)
    return found


def read(name: str, method: str, path: str, body: bytes) -> tuple[Call, Operation]:
    dialect = LOADED[name]

    async def ask(question: Call) -> Answer:
        return await answered(name, dialect, question)

    headers = (
        LINES
        if path.endswith(("_bulk", "_msearch", "/upsert")) and not body.startswith(b'{"v') and b"\n" in body
        else JSON
    )
    call = dialect.read(Raw(method, path, headers, body))
    return call, at_once(dialect.classify(call, ask))


def as_sent(tree: Any) -> bytes:
    return tree if isinstance(tree, bytes) else orjson.dumps(tree)


async def nothing(_question: Call) -> Answer:
    return Answer(404)


def as_understood(dialect: Dialect, call: Call, operation: Operation) -> None:
    """Everything that is asked of a dialect about a call."""
    dialect.restrict(call, operation, OPEN)
    dialect.canonical(call)
    sum(
        1 for _ in (*dialect.fields(call, operation), *dialect.ids(call, operation), *dialect.examples(call, operation))
    )
    tree = call.tree
    assert isinstance(tree, dict)
    dialect.filters(operation, tree, unchanged)
    dialect.rewritten(operation, tree, as_it_is)
    dialect.rebuilt(call, {**tree})
    dialect.writing(call)
    dialect.vectors(operation, tree)
    dialect.searches(operation, tree)
    at_once(dialect.reach(call, operation, nothing, 10**9))
    dialect.exact(operation, tree, rounded=True)
    dialect.unclean_vectors(operation, tree, tree)
    if dialect.lists(operation):
        dialect.telling(call, operation, ["dept"])
    if (carried := dialect.carried(operation, tree)) is not None:
        carried.described([{"a": 1}] * len(carried.listed))
        dialect.recalled(call, operation, [one.id for one in carried.listed if one.id][:50])
    if (over := dialect.overwriting(call, operation)) is not None:
        over.put(over.sent)


@every(("what", "name", "method", "path", "make"), CASES, sample=12)
def test_a_call_is_read_and_told_of(what: str, name: str, method: str, path: str, make: Make) -> None:
    def work(body: bytes) -> None:
        as_understood(LOADED[name], *read(name, method, path, body))

    assert growth(lambda n: as_sent(make(n)), work, 160) < MOST, what


@every(("what", "name", "method", "path", "make"), CASES)
def test_a_call_is_kept_to_rows(what: str, name: str, method: str, path: str, make: Make) -> None:
    dialect = LOADED[name]

    async def ask(question: Call) -> Answer:
        return await answered(name, dialect, question)

    def work(read_before: tuple[Call, Operation]) -> str:
        try:
            scoped = at_once(dialect.scoped(read_before[0], ROWS, ask))
        except CallRefused as refused:
            return refused.refusal.code
        for owned in scoped.owned:
            owned.there(owned.ids[:50]), owned.own(owned.ids[:50])
        return ""

    def made(n: int) -> tuple[Call, Operation]:
        return read(name, method, path, as_sent(make(n)))

    assert work(made(160)) in ("", "rows.unscopable", "rows.field"), what
    assert growth(made, work, 160) < MOST, what


def _multiplied(name: str, n: int, route: str) -> Any:
    """The answer of the dialect's table, with n records in the place of its two."""
    case = importlib.import_module(f"dialects.{name}.guarded").CALLS[route].answer
    text = orjson.dumps(case)
    tree: Any = orjson.loads(text)
    return _longer(tree, n)


def _longer(node: Any, n: int) -> Any:
    if isinstance(node, list) and len(node) == 2 and all(isinstance(one, dict) for one in node):
        return [node[i % 2] for i in range(n)]
    if isinstance(node, dict):
        return {key: _longer(value, n) for key, value in node.items()}
    return [_longer(one, n) for one in node] if isinstance(node, list) else node


ANSWERS: Final = [
    ("milvus", "entities_search"), ("milvus", "entities_query"), ("weaviate", "graphql"), ("weaviate", "objects_list"),
    ("weaviate", "search_bm25"), ("pinecone", "query"), ("pinecone", "search_records"), ("opensearch", "search"), ("opensearch", "mget"), ("elasticsearch", "search"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "route"), ANSWERS)
def test_an_answer_is_told_of(name: str, route: str) -> None:
    case = importlib.import_module(f"dialects.{name}.guarded").CALLS[route]
    dialect = dialects.load(name)

    async def ask(question: Call) -> Answer:
        found: Answer = await importlib.import_module(f"dialects.{name}.guarded").ask(dialect, question)
        return found

    body = b"" if case.body is None else orjson.dumps(case.body)
    call = dialect.read(Raw(case.method, case.path, JSON if body else (), body))
    operation = asyncio.run(dialect.classify(call, ask))

    def work(raw: bytes) -> None:
        tree = parsed(raw, Limits())
        dialect.records(operation, tree)
        dialect.strip_vectors(operation, tree)
        dialect.strip_vectors(operation, tree, zeros=True)
        dialect.cut(operation, tree, 7)
        guarded(dialect, operation, tree)

    assert dialect.records(operation, parsed(orjson.dumps(_multiplied(name, 160, route)), Limits())) == 160
    assert growth(lambda n: orjson.dumps(_multiplied(name, n, route)), work, 160) < MOST

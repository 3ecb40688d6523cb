"""How long does it take to read a call, and to check and strip an answer? For each database, beside the loop or on it.

Run as: .venv/bin/python scripts/bench/dialects.py [--rounds N] [--json FILE]
"""

import argparse
import asyncio
import json
import random
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "addons"))

import orjson

from vecgate import dialects
from vecgate.dialects import Dialect
from vecgate.domain.call import Answer, Call
from vecgate.domain.decision import Decision, Effect
from vecgate.domain.exchange import Raw
from vecgate.domain.operation import Operation
from vecgate.handling.reading import parsed
from vecgate.settings.limits import Limits

DIMENSIONS: Final = 384
BATCH: Final = 100
ANSWER_BYTES: Final = 1_000_000
#: In microseconds.
AIMS: Final = {"search": 150.0, "batch of 100": 2_000.0, "answer of 1 MB": 15_000.0}
_COLUMNS: Final = ("bytes", "best", "p50", "p95", "cpu", "aim")
_ID: Final = "0f8fad5b-d9cb-469f-a165-70867728950e"
_CHROMA: Final = f"/api/v2/tenants/t/databases/d/collections/{_ID}"
_DECISION: Final = Decision(Effect.ALLOW, "r", "because", "v1", max_results=10_000)
type Sent = tuple[str, str, Any]

_dice: Final = random.Random(7)  # noqa: S311 - numbers to measure with


def vector(length: int = DIMENSIONS) -> list[float]:
    """Numbers as clients send them."""
    return [round(_dice.uniform(-1, 1), 8) for _ in range(length)]


def texts(name: str) -> Any:
    """A list of 100 records that a write brings, as that database has them."""
    each = range(BATCH)
    return {
        "milvus": [{"id": i, "vec": vector(16), "dept": "hr", "text": "a text"} for i in each],
        "pinecone": [{"id": f"r{i}", "values": vector(16), "metadata": {"dept": "hr", "text": "a text"}} for i in each],
        "weaviate": [
            {"class": "People", "id": f"abc30000-0000-4000-8000-{i:012}", "vector": vector(16),
             "properties": {"dept": "hr", "text": "a text"}} for i in each
        ],
    }[name]  # fmt: skip


def calls(name: str) -> dict[str, Sent]:
    """A typical search, and a batch of 100, in that database."""
    search, batch = _CALLS[name]()
    return {"search": search, "batch of 100": batch}


def _chroma() -> tuple[Sent, Sent]:
    where = {"$and": [{"dept": {"$eq": "hr"}}, {"age": {"$gt": 30}}]}
    records = {"ids": [f"r{i}" for i in range(BATCH)], "embeddings": [vector(16) for _ in range(BATCH)],
               "documents": ["a text"] * BATCH, "metadatas": [{"dept": "hr", "n": 1}] * BATCH}  # fmt: skip
    search = {"query_embeddings": [vector()], "n_results": 10, "where": where, "include": ["documents", "distances"]}
    return ("POST", f"{_CHROMA}/query", search), ("POST", f"{_CHROMA}/upsert", records)


def _qdrant() -> tuple[Sent, Sent]:
    path = "/collections/people/points/query"
    condition = [{"key": "dept", "match": {"value": "hr"}}, {"key": "age", "range": {"gt": 30}}]
    search = {"query": {"nearest": vector()}, "filter": {"must": condition}, "limit": 10, "with_payload": True}
    small = [{**search, "query": vector(16)} for _ in range(BATCH)]
    return ("POST", path, search), ("POST", f"{path}/batch", {"searches": small})


def _milvus() -> tuple[Sent, Sent]:
    path, of = "/v2/vectordb/entities", {"collectionName": "people"}
    search = {
        **of,
        "data": [vector()],
        "annsField": "vec",
        "filter": 'dept == "hr" and age > 30',
        "limit": 10,
        "outputFields": ["text"],
    }
    return ("POST", f"{path}/search", search), ("POST", f"{path}/upsert", {**of, "data": texts("milvus")})


def _weaviate() -> tuple[Sent, Sent]:
    each = '{path:["dept"],operator:Equal,valueText:"hr"},{path:["age"],operator:GreaterThan,valueInt:30}'
    told = f"limit:10,nearVector:{{vector:{vector()}}},where:{{operator:And,operands:[{each}]}}"
    query = f"{{Get{{People({told}){{dept text _additional{{id distance}}}}}}}}"
    return ("POST", "/v1/graphql", {"query": query}), ("POST", "/v1/batch/objects", {"objects": texts("weaviate")})


def _pinecone() -> tuple[Sent, Sent]:
    where = {"$and": [{"dept": {"$eq": "hr"}}, {"age": {"$gt": 30}}]}
    search = {"vector": vector(), "topK": 10, "filter": where, "includeMetadata": True, "namespace": "ns"}
    return ("POST", "/idx/people/query", search), ("POST", "/idx/people/vectors/upsert", {"vectors": texts("pinecone")})


_CHOSEN: Final = {"bool": {"filter": [{"term": {"dept": "hr"}}, {"range": {"age": {"gt": 30}}}]}}


def _opensearch() -> tuple[Sent, Sent]:
    near = {"vec": {"vector": vector(), "k": 10, "filter": _CHOSEN}}
    return ("POST", "/people/_search", {"size": 10, "query": {"knn": near}, "_source": ["text"]}), _bulk()


def _elasticsearch() -> tuple[Sent, Sent]:
    near = {"field": "vec", "query_vector": vector(), "k": 10, "num_candidates": 50, "filter": _CHOSEN}
    return ("POST", "/people/_search", {"size": 10, "knn": near, "_source": ["text"]}), _bulk()


def _bulk() -> Sent:
    texts_ = [{"dept": "hr", "text": "a text", "vec": vector(16)} for _ in range(BATCH)]
    lines = [line for i, one in enumerate(texts_) for line in ({"index": {"_id": f"r{i}"}}, one)]
    return "POST", "/people/_bulk", b"".join(orjson.dumps(one) + b"\n" for one in lines)


#: A search and a batch: method, path and body (bytes: as they stand, one document a line).
_CALLS: Final[dict[str, Callable[[], tuple[Sent, Sent]]]] = {
    "chroma": _chroma, "elasticsearch": _elasticsearch, "milvus": _milvus, "opensearch": _opensearch,
    "pinecone": _pinecone, "qdrant": _qdrant, "weaviate": _weaviate,
}  # fmt: skip


def answer(name: str) -> tuple[str, bytes]:
    """An operation's name, and 1 MB of an answer to it, vectors and all."""
    hits: list[Any] = []
    while len(orjson.dumps(hits)) < ANSWER_BYTES:
        text = "some words of a text " * 8
        hits += [
            {"id": len(hits) + i, "version": 1, "score": 0.5, "payload": {"text": text}, "vector": vector()}
            for i in range(20)
        ]
    return _ANSWERS[name][0], orjson.dumps(_ANSWERS[name][1](hits))


def _columns(hits: list[Any]) -> Any:
    return {"ids": [[str(hit["id"]) for hit in hits]], "documents": [[hit["payload"]["text"] for hit in hits]],
            "embeddings": [[hit["vector"] for hit in hits]], "distances": [[0.5] * len(hits)]}  # fmt: skip


def _lucene(hits: list[Any]) -> Any:
    found = [
        {"_index": "people", "_id": str(hit["id"]), "_score": 0.5, "_source": {**hit["payload"], "vec": hit["vector"]}}
        for hit in hits
    ]
    return {"took": 1, "hits": {"total": {"value": len(hits), "relation": "eq"}, "max_score": 0.5, "hits": found}}


def _milvus_rows(hits: list[Any]) -> Any:
    rows = [{"id": hit["id"], "distance": 0.5, **hit["payload"], "vec": hit["vector"]} for hit in hits]
    return {"code": 0, "topks": [len(hits)], "data": rows}


def _document(hits: list[Any]) -> Any:
    beside = ({"id": str(hit["id"]), "distance": 0.5, "vector": hit["vector"]} for hit in hits)
    return {
        "data": {
            "Get": {"People": [{**hit["payload"], "_additional": one} for hit, one in zip(hits, beside, strict=True)]}
        }
    }


def _matches(hits: list[Any]) -> Any:
    named = {"payload": "metadata", "vector": "values", "id": "id", "score": "score"}
    found = [
        {named[key]: str(value) if key == "id" else value for key, value in hit.items() if key in named} for hit in hits
    ]
    return {"matches": found, "namespace": "ns"}


#: A search by its name, and what it is answered with such hits.
_ANSWERS: Final[dict[str, tuple[str, Callable[[list[Any]], Any]]]] = {
    "chroma": ("collection_query", _columns),
    "qdrant": ("query_points", lambda hits: {"result": {"points": hits}, "status": "ok", "time": 0.1}),
    "milvus": ("entities_search", _milvus_rows),
    "weaviate": ("graphql", _document),
    "pinecone": ("query", _matches),
    "opensearch": ("search", _lucene),
    "elasticsearch": ("search", _lucene),
}


async def _ask(dialect: Dialect, call: Call) -> Answer:
    return dialect.offline(call, "people")


def understood(dialect: Dialect, method: str, path: str, body: bytes) -> Callable[[], Awaitable[object]]:
    """Read, classified and rewritten within limits, as on the path."""
    kind = "application/x-ndjson" if path.endswith("_bulk") else "application/json"
    raw = Raw(method, path, (("content-type", kind),), body)

    async def once() -> Call:
        call = dialect.read(raw)
        operation = await dialect.classify(call, lambda question: _ask(dialect, question))
        return dialect.restrict(call, operation, _DECISION)

    return once


def told(dialect: Dialect, name: str, body: bytes) -> Callable[[], Awaitable[object]]:
    """Parsed within bounds, counted, and stripped of its vectors."""
    operation, limits = Operation(dialect.name, name, "search", 1), Limits()

    async def once() -> object:
        tree = parsed(body, limits)
        return dialect.records(operation, tree), dialect.strip_vectors(operation, tree)

    return once


async def measured(work: Callable[[], Awaitable[object]], rounds: int) -> dict[str, float]:
    """Microseconds of one, over so many; `cpu`: the median of what the processor spent on one."""
    await work()
    times, spent = [], []
    for _ in range(rounds):
        began, busy = time.perf_counter(), time.thread_time()
        await work()
        spent.append((time.thread_time() - busy) * 1e6)
        times.append((time.perf_counter() - began) * 1e6)
    told = {"best": min(times), "p50": statistics.median(times), "p95": sorted(times)[int(len(times) * 0.95)]}
    return {name: round(number, 1) for name, number in (told | {"cpu": statistics.median(spent)}).items()}


async def table(rounds: int) -> list[dict[str, Any]]:
    """A row for each work, and each database that has calls above."""
    rows = []
    for name in _CALLS:
        dialect = dialects.load(name)
        for work, (method, path, tree) in calls(name).items():
            body = tree if isinstance(tree, bytes) else orjson.dumps(tree)
            found = await measured(understood(dialect, method, path, body), rounds)
            rows.append({"database": name, "work": work, "bytes": len(body), **found, "aim": AIMS[work]})
        operation, body = answer(name)
        found = await measured(told(dialect, operation, body), max(20, rounds // 20))
        rows.append(
            {"database": name, "work": "answer of 1 MB", "bytes": len(body), **found, "aim": AIMS["answer of 1 MB"]}
        )
    return rows


def main(argv: list[str] | None = None) -> int:
    """Print the table, in microseconds; 1 where a median is over its aim."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args(argv)
    rows = asyncio.run(table(args.rounds))
    print(f"{'database':13} {'work':15}" + "".join(f"{column:>9}" for column in _COLUMNS))
    for row in rows:
        numbers = (row[column] for column in _COLUMNS)
        print(f"{row['database']:13} {row['work']:15}" + "".join(f"{number:9.0f}" for number in numbers))
    if args.json:
        args.json.write_text(json.dumps(rows, indent=2))
    return int(any(row["p50"] > row["aim"] for row in rows))


if __name__ == "__main__":
    sys.exit(main())

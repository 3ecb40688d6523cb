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
_dice: Final = random.Random(7)  # noqa: S311 - numbers to measure with


def vector(length: int = DIMENSIONS) -> list[float]:
    """Numbers as clients send them."""
    return [round(_dice.uniform(-1, 1), 8) for _ in range(length)]


def calls(name: str) -> dict[str, tuple[str, str, Any]]:
    """A typical search, and a batch of 100, in that database."""
    if name == "chroma":
        where = {"$and": [{"dept": {"$eq": "hr"}}, {"age": {"$gt": 30}}]}
        records = {"ids": [f"r{i}" for i in range(BATCH)], "embeddings": [vector(16) for _ in range(BATCH)],
                   "documents": ["a text"] * BATCH, "metadatas": [{"dept": "hr", "n": 1}] * BATCH}  # fmt: skip
        search = {
            "query_embeddings": [vector()],
            "n_results": 10,
            "where": where,
            "include": ["documents", "distances"],
        }
        return {"search": ("POST", f"{_CHROMA}/query", search), "batch of 100": ("POST", f"{_CHROMA}/upsert", records)}
    path = "/collections/people/points/query"
    condition = [{"key": "dept", "match": {"value": "hr"}}, {"key": "age", "range": {"gt": 30}}]
    search = {"query": {"nearest": vector()}, "filter": {"must": condition}, "limit": 10, "with_payload": True}
    small = [{**search, "query": vector(16)} for _ in range(BATCH)]
    return {"search": ("POST", path, search), "batch of 100": ("POST", f"{path}/batch", {"searches": small})}


def answer(name: str) -> tuple[str, bytes]:
    """An operation's name, and 1 MB of an answer to it, vectors and all."""
    hits: list[Any] = []
    while len(orjson.dumps(hits)) < ANSWER_BYTES:
        text = "some words of a text " * 8
        hits += [
            {"id": len(hits) + i, "version": 1, "score": 0.5, "payload": {"text": text}, "vector": vector()}
            for i in range(20)
        ]
    if name == "qdrant":
        return "query_points", orjson.dumps({"result": {"points": hits}, "status": "ok", "time": 0.1})
    tree = {"ids": [[str(hit["id"]) for hit in hits]], "documents": [[hit["payload"]["text"] for hit in hits]],
            "embeddings": [[hit["vector"] for hit in hits]], "distances": [[0.5] * len(hits)]}  # fmt: skip
    return "collection_query", orjson.dumps(tree)


async def _ask(dialect: Dialect, call: Call) -> Answer:
    return dialect.offline(call, "people")


def understood(dialect: Dialect, method: str, path: str, body: bytes) -> Callable[[], Awaitable[object]]:
    """Read, classified and rewritten within limits, as on the path."""
    raw = Raw(method, path, (("content-type", "application/json"),), body)

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
    """A row for each database and work."""
    rows = []
    for name in dialects.names():
        dialect = dialects.load(name)
        for work, (method, path, tree) in calls(name).items():
            body = orjson.dumps(tree)
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
    print(f"{'database':9} {'work':15}" + "".join(f"{column:>9}" for column in _COLUMNS))
    for row in rows:
        numbers = (row[column] for column in _COLUMNS)
        print(f"{row['database']:9} {row['work']:15}" + "".join(f"{number:9.0f}" for number in numbers))
    if args.json:
        args.json.write_text(json.dumps(rows, indent=2))
    return int(any(row["p50"] > row["aim"] for row in rows))


if __name__ == "__main__":
    sys.exit(main())

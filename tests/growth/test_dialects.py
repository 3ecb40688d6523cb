"""Twice as much in a call or an answer is at most 2.3 times the work for each thing that a dialect tells of it."""

from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any, Final

import orjson
import pytest

from support.tools.every import every
from support.tools.work import growth
from vecgate import dialects
from vecgate.dialects import Dialect
from vecgate.domain.call import Answer, Call
from vecgate.domain.decision import Decision, Effect
from vecgate.domain.exchange import Raw
from vecgate.domain.guards import OWN
from vecgate.domain.inlets import Condition, Site
from vecgate.domain.operation import Operation
from vecgate.domain.row import Row
from vecgate.handling.reading import parsed
from vecgate.refusals.errors import CallRefused
from vecgate.settings.limits import Limits

MOST: Final = 2.3
LOADED: Final[dict[str, Dialect]] = {name: dialects.load(name) for name in ("chroma", "qdrant")}
C: Final = "/api/v2/tenants/t/databases/d/collections/0f8fad5b-d9cb-469f-a165-70867728950e"
Q: Final = "/collections/people/points"
OPEN: Final = Decision(Effect.ALLOW, "r", "because", "v1", vectors=True, max_results=10**9)
ROWS: Final = replace(OPEN, rows=(Row("dept", ("hr",)),))
HEADERS: Final = (("content-type", "application/json"),)

type Make = Callable[[int], Any]


def at_once[T](work: Coroutine[Any, Any, T]) -> T:
    """What a coroutine gives that waits for nothing."""
    try:
        work.send(None)
    except StopIteration as e:
        given: T = e.value
        return given
    raise AssertionError("it waits")


def names(n: int) -> list[str]:
    """Of other fields for each size: how a path is written is remembered."""
    return [f"k{n}_{i}" for i in range(n)]


def conditions(n: int) -> list[Any]:
    return [{"key": key, "match": {"value": "a"}} for key in names(n)]


def shoulds(n: int) -> Any:
    tree: Any = {"must": conditions(1)}
    for _ in range(n // 16):  # a body is nested 64 deep at most, and each is two
        tree = {"should": [tree, *conditions(16)]}
    return tree


def prefetches(n: int) -> list[Any]:
    one = {
        "query": [0.5] * 4,
        "filter": {"must": conditions(2)},
        "params": {"idf": {"corpus": {"must": conditions(1)}}},
    }
    return [{**one, "prefetch": [one]} for _ in range(1 + n // 8)]


def point(i: int) -> Any:
    return {"id": i, "vector": [0.5] * 4, "payload": {"dept": "hr", "text": "a text", f"k{i}": [1, {"a": "b"}]}}


FEEDBACK: Final = {"strategy": {"naive": {"a": 1, "b": 1, "c": 1}}, "target": 1}
QDRANT: Final[dict[str, tuple[str, str, Make]]] = {
    "conditions": ("POST", f"{Q}/query", lambda n: {"query": [0.5], "filter": {"must": conditions(n)}}),
    "nested clauses": ("POST", f"{Q}/scroll", lambda n: {"filter": shoulds(n)}),
    "min_should": (
        "POST",
        f"{Q}/scroll",
        lambda n: {"filter": {"min_should": {"conditions": conditions(n), "min_count": 1}}},
    ),
    "values": ("POST", f"{Q}/count", lambda n: {"filter": {"must": [{"key": "k", "match": {"any": ["a"] * n}}]}}),
    "ids in a filter": ("POST", f"{Q}/scroll", lambda n: {"filter": {"must": [{"has_id": [*range(n)]}]}}),
    "prefetches": ("POST", f"{Q}/query", lambda n: {"query": [0.5], "prefetch": prefetches(n)}),
    "a batch": (
        "POST",
        f"{Q}/query/batch",
        lambda n: {"searches": [{"query": [0.5], "filter": {"must": conditions(2)}} for _ in range(1 + n // 4)]},
    ),
    "an older batch": (
        "POST",
        f"{Q}/search/batch",
        lambda n: {
            "searches": [{"vector": [0.5], "limit": 3, "filter": {"must": conditions(2)}} for _ in range(1 + n // 4)]
        },
    ),
    "groups": ("POST", f"{Q}/query/groups", lambda n: {"query": [0.5], "group_by": "a", "filter": shoulds(n)}),
    "examples": ("POST", f"{Q}/query", lambda n: {"query": {"recommend": {"positive": [*range(n)]}}}),
    "pairs": (
        "POST",
        f"{Q}/query",
        lambda n: {"query": {"context": [{"positive": i, "negative": i + 1} for i in range(n)]}},
    ),
    "feedback": (
        "POST",
        f"{Q}/query",
        lambda n: {
            "query": {"relevance_feedback": {**FEEDBACK, "feedback": [{"example": i, "score": 1} for i in range(n)]}}
        },
    ),
    "a formula": (
        "POST",
        f"{Q}/query",
        lambda n: {
            "prefetch": {"query": [0.5]},
            "query": {"formula": {"sum": ["$score", *[{"mult": [0.5, c]} for c in conditions(n // 2)]]}},
        },
    ),
    "fields shown": ("POST", f"{Q}/query", lambda n: {"query": [0.5], "with_payload": names(n)}),
    "ids": ("POST", Q, lambda n: {"ids": [*range(n)]}),
    "a facet": ("POST", "/collections/people/facet", lambda n: {"key": "k", "filter": {"must": conditions(n)}}),
    "a matrix": ("POST", f"{Q}/search/matrix/pairs", lambda n: {"filter": {"must": conditions(n)}}),
    "points": ("PUT", Q, lambda n: {"points": [point(i) for i in range(1 + n // 4)]}),
    "columns": (
        "PUT",
        Q,
        lambda n: {"batch": {"ids": [*range(n)], "vectors": [[0.5]] * n, "payloads": [{"dept": "hr"}] * n}},
    ),
    "a payload": ("POST", f"{Q}/payload", lambda n: {"points": [1], "payload": dict.fromkeys(names(n), "v")}),
    "keys": ("POST", f"{Q}/payload/delete", lambda n: {"points": [1], "keys": names(n)}),
    "deletes": ("POST", f"{Q}/delete", lambda n: {"points": [*range(n)]}),
    "vectors": ("PUT", f"{Q}/vectors", lambda n: {"points": [{"id": i, "vector": [0.5]} for i in range(n)]}),
    "writes": (
        "POST",
        f"{Q}/batch",
        lambda n: {
            "operations": [
                one
                for i in range(1 + n // 8)
                for one in (
                    {"upsert": {"points": [point(i)]}},
                    {"set_payload": {"payload": {"a": "b"}, "filter": {"must": conditions(2)}}},
                    {"delete": {"points": [i]}},
                )
            ]
        },
    ),
}


def wide(n: int) -> Any:
    return {"$and": [{f"k{i}": {"$in": ["a", "b"]}} for i in range(n)]}


def knn(n: int) -> Any:
    return {"$sum": [{"$val": 0.5}, *[{"$knn": {"query": [0.5] * 4, "limit": 5}} for _ in range(n)]]}


CHROMA: Final[dict[str, tuple[str, str, Make]]] = {
    "conditions": ("POST", f"{C}/query", lambda n: {"query_embeddings": [[0.5]], "where": wide(n)}),
    "texts": (
        "POST",
        f"{C}/get",
        lambda n: {"where_document": {"$or": [{"$contains": f"word {i}"} for i in range(n)]}, "limit": 5},
    ),
    "vectors": ("POST", f"{C}/query", lambda n: {"query_embeddings": [[0.5] * 4] * n}),
    "ids": ("POST", f"{C}/get", lambda n: {"ids": [f"r{i}" for i in range(n)]}),
    "records": (
        "POST",
        f"{C}/upsert",
        lambda n: {
            "ids": [f"r{i}" for i in range(n)],
            "embeddings": [[0.5] * 4] * n,
            "documents": ["a text"] * n,
            "metadatas": [{"dept": "hr", f"k{i}": 1} for i in range(n)],
        },
    ),
    "changes": (
        "POST",
        f"{C}/update",
        lambda n: {"ids": [f"r{i}" for i in range(n)], "metadatas": [{"dept": "hr", "a": "b"}] * n},
    ),
    "deletes": ("POST", f"{C}/delete", lambda n: {"ids": [f"r{i}" for i in range(n)]}),
    "searches": (
        "POST",
        f"{C}/search",
        lambda n: {"searches": [{"filter": wide(2), "rank": knn(1), "limit": {"limit": 5}} for _ in range(1 + n // 8)]},
    ),
    "a rank": ("POST", f"{C}/search", lambda n: {"searches": [{"rank": knn(n // 2), "limit": {"limit": 5}}]}),
}
CALLS: Final = [
    pytest.param(name, *case, id=f"{name}: {what}")
    for name, cases in (("chroma", CHROMA), ("qdrant", QDRANT))
    for what, case in cases.items()
]


def read(dialect: Dialect, method: str, path: str, body: bytes) -> tuple[Call, Operation]:
    async def ask(question: Call) -> Answer:
        return dialect.offline(question, "people")

    call = dialect.read(Raw(method, path, HEADERS, body))
    return call, at_once(dialect.classify(call, ask))


async def counting(question: Call) -> Answer:
    return Answer(200, body=b'{"result":{"count":1}}')


def as_it_is(condition: Condition) -> Any:
    return condition.value


def unchanged(site: Site) -> Any:
    return site.filter


def as_understood(dialect: Dialect, call: Call, operation: Operation) -> None:
    """Everything that is asked of a dialect about a call."""
    dialect.restrict(call, operation, OPEN)
    dialect.canonical(call)
    sum(1 for _ in dialect.fields(call, operation))
    sum(1 for _ in dialect.ids(call, operation))
    sum(1 for _ in dialect.examples(call, operation))
    tree = call.tree
    assert isinstance(tree, dict)
    dialect.filters(operation, tree, unchanged)
    dialect.rewritten(operation, tree, as_it_is)
    dialect.rebuilt(call, {**tree})
    dialect.writing(call)
    dialect.vectors(operation, tree)
    dialect.searches(operation, tree)
    at_once(dialect.reach(call, operation, counting, 10**9))
    at_once(dialect.lost(call, operation, counting, OWN))
    dialect.telling(call, operation, ["dept"])
    if operation.group == "write":
        dialect.laid(call, {"_vecgate_who": "ann"})
    dialect.unwithheld(call, operation)
    dialect.exact(operation, tree, rounded=True)
    dialect.unclean_vectors(operation, tree, tree)
    if (carried := dialect.carried(operation, tree)) is not None:
        carried.described([{"a": 1}] * len(carried.listed))
        carried.without([i % 2 == 0 for i in range(len(carried.listed))])
    if (stored := dialect.stored(operation, tree)) is not None:
        sum(1 for _ in stored.records)


@every(("name", "method", "path", "make"), CALLS)
def test_a_call_is_read_and_told_of(name: str, method: str, path: str, make: Make) -> None:
    dialect = LOADED[name]

    def work(body: bytes) -> None:
        as_understood(dialect, *read(dialect, method, path, body))

    assert growth(lambda n: orjson.dumps(make(n)), work, 160) < MOST


@every(("name", "method", "path", "make"), CALLS)
def test_a_call_is_kept_to_rows(name: str, method: str, path: str, make: Make) -> None:
    dialect = LOADED[name]

    async def ask(question: Call) -> Answer:
        return Answer(200, body=b'{"result":{"config":{"params":{}}}}')

    def work(read_before: tuple[Call, Operation]) -> str:
        try:
            scoped = at_once(dialect.scoped(read_before[0], ROWS, ask))
        except CallRefused as refused:
            return refused.refusal.code
        for owned in scoped.owned:
            owned.there(owned.ids), owned.own(owned.ids)
        return ""

    def made(n: int) -> tuple[Call, Operation]:
        return read(dialect, method, path, orjson.dumps(make(n)))

    assert work(made(160)) in ("", "rows.unscopable")
    assert growth(made, work, 160) < MOST


def hits(n: int) -> list[Any]:
    """Every second one is another's."""
    return [
        {**point(i), "payload": {"dept": "hr" if i % 2 else "it", "text": "a text"}, "score": 0.123, "version": 7}
        for i in range(n)
    ]


def groups(n: int) -> Any:
    return {"groups": [{"id": f"g{i}", "hits": hits(4)} for i in range(n // 4)]}


def columns(n: int, nested: bool) -> Any:
    tree: Any = {
        "ids": [f"r{i}" for i in range(n)],
        "documents": ["a text"] * n,
        "metadatas": [{"dept": "hr" if i % 2 else "it", "a": [1, 2]} for i in range(n)],
        "embeddings": [[0.5] * 4] * n,
        "distances": [0.123] * n,
    }
    return {key: [value] for key, value in tree.items()} if nested else {**tree, "distances": None}


ANSWERS: Final[dict[str, tuple[str, str, str, Any, Make]]] = {
    "chroma: query": ("chroma", "POST", f"{C}/query", {"query_embeddings": [[0.5]]}, lambda n: columns(n, nested=True)),
    "chroma: get": ("chroma", "POST", f"{C}/get", {}, lambda n: columns(n, nested=False)),
    "qdrant: query": ("qdrant", "POST", f"{Q}/query", {"query": [0.5]}, lambda n: {"result": {"points": hits(n)}}),
    "qdrant: scroll": ("qdrant", "POST", f"{Q}/scroll", {}, lambda n: {"result": {"points": hits(n)}}),
    "qdrant: fields": (
        "qdrant",
        "POST",
        f"{Q}/query",
        {"query": [0.5], "with_payload": ["text"]},
        lambda n: {"result": {"points": hits(n)}},
    ),
    "qdrant: groups": (
        "qdrant",
        "POST",
        f"{Q}/query/groups",
        {"query": [0.5], "group_by": "a"},
        lambda n: {"result": groups(n)},
    ),
    "qdrant: batch": (
        "qdrant",
        "POST",
        f"{Q}/query/batch",
        {"searches": [{"query": [0.5]}]},
        lambda n: {"result": [{"points": hits(n)}]},
    ),
    "qdrant: facet": (
        "qdrant",
        "POST",
        "/collections/people/facet",
        {"key": "dept"},
        lambda n: {"result": {"hits": [{"value": f"v{i}", "count": i} for i in range(n)]}},
    ),
    "qdrant: matrix": (
        "qdrant",
        "POST",
        f"{Q}/search/matrix/pairs",
        {},
        lambda n: {"result": {"pairs": [{"a": i, "b": i + 1, "score": 0.5} for i in range(n)]}},
    ),
}


def guarded(dialect: Dialect, operation: Operation, tree: Any) -> None:
    """What guards ask of an answer's records."""
    dialect.scored(operation, tree, 2)
    records = dialect.answered(operation, tree)
    if records is not None:
        records.described([{"a": 1}] * len(records.listed))
        records.without([i % 2 == 0 for i in range(len(records.listed))])


@pytest.mark.parametrize(("name", "method", "path", "body", "make"), ANSWERS.values(), ids=ANSWERS)
def test_an_answer_is_read_and_told_of(name: str, method: str, path: str, body: Any, make: Make) -> None:
    dialect = LOADED[name]
    call, operation = read(dialect, method, path, orjson.dumps(body))

    async def ask(question: Call) -> Answer:
        return Answer(200, body=b'{"result":{"config":{"params":{}}}}')

    scoped = at_once(dialect.scoped(call, ROWS, ask))

    def work(raw: bytes) -> int:
        tree = parsed(raw, Limits())
        own, dropped = scoped.answered(tree)
        for one in (tree, own):
            dialect.records(operation, one)
            dialect.strip_vectors(operation, one)
            dialect.strip_vectors(operation, one, zeros=True)
            dialect.cut(operation, one, 7)
            guarded(dialect, operation, one)
        return dropped

    held = dialect.records(operation, parsed(orjson.dumps(make(160)), Limits()))
    assert (work(orjson.dumps(make(160))), held) in ((80, 160), (0, 160))
    assert growth(lambda n: orjson.dumps(make(n)), work, 160) < MOST

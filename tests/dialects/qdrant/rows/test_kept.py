"""How is a Qdrant call kept to rows? Every place of a filter (Q-68, Q-69, Q-76), every read by id (Q-70), every route."""

import asyncio
from typing import Any

import orjson
import pytest

from support.tools.every import every
from vecgate import dialects
from vecgate.dialects.qdrant.routes import ROUTES
from vecgate.dialects.qdrant.rows.kept import apart, condition
from vecgate.domain.call import Answer, Call, Json
from vecgate.domain.decision import Decision, Effect
from vecgate.domain.row import Row
from vecgate.domain.scoped import Scoped
from vecgate.refusals.errors import CallRefused

QDRANT = dialects.load("qdrant")
P = "/collections/c/points"
ACME = Row("tenant", ("acme",))
T: Json = {"key": "tenant", "match": {"value": "acme"}}
F: Json = {"must_not": [T], "should": [{"key": "n", "match": {"value": 1}}]}
#: Points of which the answer is looked at; and those that have the value, and not in a list.
LISTED: Json = {"must": [{"must": [T]}]}
LISTED_BOTH: Json = {"must": [{"must": [T]}, F]}
APART: Json = {"must": [T, {"is_empty": {"key": "tenant[]"}}]}
ALONE: Json = {"must": [{"must": [APART]}]}
BOTH: Json = {"must": [{"must": [APART]}, F]}
TOLD: Json = {
    "result": {
        "config": {"params": {"sparse_vectors": {"s": {"modifier": "idf"}, "plain": {}, "": {"modifier": "idf"}}}}
    }
}


async def server(call: Call) -> Answer:
    assert (call.method, call.path) == ("GET", "/collections/c"), "nothing else is asked"
    return Answer(200, body=orjson.dumps(TOLD))


def scoped(path: str, tree: Any, *rows: Row, method: str = "POST", shown: bool = True) -> Scoped:
    decision = Decision(Effect.ALLOW, "own", "because", "v1", rows=rows or (ACME,))
    return asyncio.run(QDRANT.scoped(Call(method, path, tree=tree), decision, server, shown=shown))


def sent(path: str, tree: Any, *rows: Row, method: str = "POST") -> Any:
    return scoped(path, tree, *rows, method=method, shown=False).call.tree


def refused(path: str, tree: Any, *rows: Row, method: str = "POST") -> str:
    with pytest.raises(CallRefused) as e:
        scoped(path, tree, *rows, method=method)
    return str(getattr(e.value.refusal, "code", ""))


CONDITIONS: list[tuple[tuple[Row, ...], Json]] = [
    ((ACME,), T),
    ((Row("n", (1, 2)),), {"key": "n", "match": {"any": [1, 2]}}),
    ((Row("b", (True,)),), {"key": "b", "match": {"value": True}}),
    ((Row("metadata.dept", ("x",)),), {"key": "metadata.dept", "match": {"value": "x"}}),
    ((Row("x", ("a", 1, True)),), {"should": [{"key": "x", "match": {"value": "a"}}, {"key": "x", "match": {"value": 1}}, {"key": "x", "match": {"value": True}}]}),
    ((ACME, Row("n", (1,))), {"must": [T, {"key": "n", "match": {"value": 1}}]}),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "made"), CONDITIONS)
def test_rows_are_one_condition(rows: tuple[Row, ...], made: Json) -> None:
    assert condition(rows) == made
    assert apart(rows) == {"must": [made, *({"is_empty": {"key": f"{row.field}[]"}} for row in rows)]}


def test_where_points_are_listed_lists_are_sifted_and_elsewhere_kept_out() -> None:
    """Q-78"""
    asked: Json = {"query": {"indices": [1], "values": [1.0]}, "using": "s", "filter": F}
    made = scoped(f"{P}/query", asked)
    assert made.call.tree is not None
    assert made.call.tree["filter"] == LISTED_BOTH
    assert made.call.tree["params"] == {"idf": {"corpus": ALONE}}
    assert made.answered({"result": {"points": [{"id": 1, "payload": {"tenant": ["acme", "globex"]}}]}}) == (
        {"result": {"points": []}},
        1,
    )
    for path in ("points/count", "facet", "points/search/matrix/pairs"):
        tree: Json = {"filter": F, "using": "plain"} if "matrix" in path else {"filter": F}
        assert (scoped(f"/collections/c/{path}", tree).call.tree or {})["filter"] == BOTH
    assert (scoped(f"{P}/delete", {"filter": F}).call.tree or {})["filter"] == BOTH
    assert (scoped(f"{P}/scroll", {}).call.tree or {})["filter"] == LISTED


WORDS: Json = {"indices": [1], "values": [1.0]}
UNNAMED: list[tuple[str, dict[str, Json]]] = [
    ("query", {"query": WORDS}),
    ("query", {"query": {"nearest": WORDS}}),
    ("query", {"query": {"nearest": WORDS}, "using": ""}),
    ("query", {"query": 7}),
    ("query", {"query": {"recommend": {"positive": [7]}}}),
    ("recommend", {"positive": [7], "limit": 1}),
    ("discover", {"target": 7, "limit": 1}),
]
PLACES: list[tuple[str, Json, Json]] = [
    ("scroll", {}, {"filter": ALONE}),
    ("scroll", {"filter": F}, {"filter": BOTH}),
    ("scroll", {"filter": {}}, {"filter": {"must": [{"must": [APART]}, {}]}}),
    ("count", {"filter": F}, {"filter": BOTH, "exact": True}),
    ("count", {"exact": True}, {"filter": ALONE, "exact": True}),
    ("query", {"query": [1.0]}, {"query": [1.0], "filter": ALONE}),
    ("query", {"query": {"fusion": "rrf"}, "prefetch": [{"query": [1.0], "filter": F}, {"prefetch": [{"query": [2.0]}], "query": [1.0]}]},
     {"query": {"fusion": "rrf"}, "filter": ALONE, "prefetch": [{"query": [1.0], "filter": BOTH}, {"prefetch": [{"query": [2.0], "filter": ALONE}], "query": [1.0], "filter": ALONE}]}),
    ("query/batch", {"searches": [{"query": [1.0]}, {"query": [2.0], "filter": F}]}, {"searches": [{"query": [1.0], "filter": ALONE}, {"query": [2.0], "filter": BOTH}]}),
    ("query/groups", {"query": [1.0], "group_by": "g"}, {"query": [1.0], "group_by": "g", "filter": ALONE}),
    ("search", {"vector": [1.0], "limit": 1}, {"vector": [1.0], "limit": 1, "filter": ALONE}),
    ("search/matrix/pairs", {"sample": 3, "using": "plain"}, {"sample": 3, "using": "plain", "filter": ALONE}),
    # what the rarity of words is counted over: set where the vector weighs words, joined where it is said
    ("query", {"query": {"indices": [1], "values": [1.0]}, "using": "s"}, {"query": {"indices": [1], "values": [1.0]}, "using": "s", "filter": ALONE, "params": {"idf": {"corpus": ALONE}}}),
    ("query", {"query": {"indices": [1], "values": [1.0]}, "using": "s", "params": {"idf": "global", "exact": True}}, {"query": {"indices": [1], "values": [1.0]}, "using": "s", "filter": ALONE, "params": {"exact": True, "idf": {"corpus": ALONE}}}),
    ("query", {"query": [1.0], "using": "s", "params": {"idf": {"corpus": F}}}, {"query": [1.0], "using": "s", "filter": ALONE, "params": {"idf": {"corpus": BOTH}}}),
    ("query", {"query": {"indices": [1], "values": [1.0]}, "using": "plain"}, {"query": {"indices": [1], "values": [1.0]}, "using": "plain", "filter": ALONE}),
    # and so with the empty name, that an object without one, an id and an example look in
    *((verb, tree, {**tree, "filter": ALONE, "params": {"idf": {"corpus": ALONE}}}) for verb, tree in UNNAMED),
    ("search", {"vector": {"name": "s", "vector": {"indices": [1], "values": [1.0]}}, "limit": 1}, {"vector": {"name": "s", "vector": {"indices": [1], "values": [1.0]}}, "limit": 1, "filter": ALONE, "params": {"idf": {"corpus": ALONE}}}),
]  # fmt: skip


@every(("verb", "tree", "made"), PLACES)
def test_every_place_of_a_filter_is_filled(verb: str, tree: Json, made: Json) -> None:
    assert sent(f"{P}/{verb}", tree) == made


@pytest.mark.parametrize("tree", [{"using": "s"}, {"using": ""}, {}])
def test_a_matrix_of_words_has_no_corpus_of_its_own(tree: Json) -> None:
    assert refused(f"{P}/search/matrix/pairs", tree) == "rows.unscopable"


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/collections/c/facet"), ("POST", "/collections/c/shards/0/points/scroll")]
)
def test_other_reads_are_kept_to_them_too(method: str, path: str) -> None:
    assert sent(path, {"filter": F}, method=method)["filter"] == BOTH


@pytest.mark.parametrize(
    ("path", "asked"),
    [("facet", {"key": "a"}), ("points/count", {"exact": True}), ("points/search/matrix/offsets", {})],
)
def test_what_lists_no_points_is_asked_for_none_of_their_fields(path: str, asked: dict[str, Json]) -> None:
    """Q-71"""
    made = scoped(f"/collections/c/{path}", asked | {"using": "plain"} if "matrix" in path else asked)
    assert made.call.tree == asked | {"filter": ALONE} | ({"using": "plain"} if "matrix" in path else {})
    assert made.answered({"result": {}, "usage": {"hardware": {"cpu": 9}}}) == ({"result": {}}, 0)


def test_reads_by_id_become_filters() -> None:
    made = scoped(P, {"ids": [3, 1, 3], "with_vector": True, "shard_key": "x", "with_payload": True}).call
    assert (made.method, made.path) == ("POST", f"{P}/scroll")
    chosen: Json = {"must": [{"must": [APART]}, {"must": [{"has_id": [3, 1, 3]}]}]}
    assert made.tree == {"with_vector": True, "shard_key": "x", "filter": chosen, "limit": 3, "with_payload": True}
    made = scoped(f"{P}/7", None, method="GET").call
    assert (made.method, made.path) == ("POST", f"{P}/scroll")
    assert made.tree == {
        "filter": {"must": [{"must": [APART]}, {"must": [{"has_id": [7]}]}]}, "limit": 1, "with_payload": True, "with_vector": True,
    }  # fmt: skip


def test_points_that_a_search_starts_from_are_looked_up() -> None:
    made = scoped(
        f"{P}/query", {"query": {"recommend": {"positive": [1, 2], "negative": [2]}}, "prefetch": [{"query": 5}]}
    )
    (owned,) = made.owned
    assert (owned.ids, owned.fresh) == (("1", "2", "5"), False)
    asked = owned.own(["1", "2"])
    assert (asked.path, asked.tree) == (
        f"{P}/scroll",
        {"filter": {"must": [{"must": [APART]}, {"must": [{"has_id": [1, 2]}]}]}, "limit": 2, "with_payload": False, "with_vector": False},
    )  # fmt: skip
    assert owned.found({"result": {"points": [{"id": 1}, {"id": "u"}]}}) == ["1", "u"]
    assert scoped(f"{P}/query", {"query": [1.0]}).owned == ()


UNSCOPABLE: list[tuple[str, str, Json]] = [
    ("POST", f"{P}/count", {"exact": False}),
    ("POST", f"{P}/query", {"query": 1, "lookup_from": {"collection": "d"}}),
    ("POST", f"{P}/query", {"query": [1.0], "prefetch": [{"query": 1, "lookup_from": {"collection": "c"}}]}),
    ("POST", f"{P}/query/groups", {"query": [1.0], "group_by": "g", "with_lookup": "c"}),
    ("POST", f"{P}/search/matrix/pairs", {"using": "s"}),
    ("GET", "/collections/c/optimizations", None),
    ("GET", "/collections/c/memory", None),
    ("GET", "/collections/c/shards", None),
    ("GET", "/collections/c/cluster", None),
    ("GET", "/telemetry", None),
    ("POST", "/collections/c/snapshots", None),
    ("PUT", "/collections/c/index", {"field_name": "tenant"}),
    ("POST", "/collections/aliases", {"actions": []}),
    ("DELETE", "/collections/c", None),
    ("POST", "/collections/c/shards/0/cleanup", None),
]


@pytest.mark.parametrize(("method", "path", "tree"), UNSCOPABLE)
def test_what_no_filter_reaches_is_refused(method: str, path: str, tree: Json) -> None:
    assert refused(path, tree, method=method) == "rows.unscopable"


def test_every_route_is_kept_to_rows_or_shows_none_or_is_refused() -> None:
    whole = {route.name for route in ROUTES if QDRANT.scope_of(route) == "whole"}
    assert whole == {
        "root", "healthz", "livez", "readyz", "get_collections", "get_collection", "collection_exists",
        "get_collection_aliases", "get_collections_aliases",
    }  # fmt: skip
    kept = {route.kind for route in ROUTES if QDRANT.scope_of(route) == "kept"}
    assert kept == {
        "search", "read_ids", "list_scan", "count", "aggregate", "upsert", "update", "update_filter", "delete_filter",
        "mixed_batch",
    }  # fmt: skip


POINT: Any = {"id": 7, "vector": [1.0], "payload": {}}
WRITTEN: list[tuple[str, str, Any, tuple[str, ...]]] = [
    ("PUT", P, {"points": [POINT, {**POINT, "id": 8}, POINT]}, ("7", "8")),
    ("PUT", P, {"points": [POINT], "update_mode": "insert_only"}, ("7",)),
    ("PUT", P, {"points": [POINT], "update_mode": "update_only"}, ()),
    ("PUT", P, {"batch": {"ids": [7, 9], "vectors": [[1.0], [2.0]]}}, ("7", "9")),
    ("POST", f"{P}/batch", {"operations": [{"delete": {"points": [1]}}, {"upsert": {"points": [POINT]}}]}, ("7",)),
    ("PUT", f"{P}/vectors", {"points": [{"id": 7, "vector": [1.0]}]}, ()),
    ("POST", f"{P}/delete", {"points": [7]}, ()),
    ("POST", f"{P}/scroll", {}, ()),
]


@pytest.mark.parametrize(("method", "path", "tree", "ids"), WRITTEN)
def test_others_wait_for_the_ids_that_a_write_may_make(method: str, path: str, tree: Any, ids: tuple[str, ...]) -> None:
    """Q-72"""
    assert QDRANT.writing(Call(method, path, tree=tree)) == ids

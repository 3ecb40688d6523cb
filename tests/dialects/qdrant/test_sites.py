"""Are all places of a body visited: filters, examples, fields, ids? One place that is missed is a way around."""

import json
from typing import Any

import pytest

from support.tools.every import every
from vecgate import dialects
from vecgate.dialects.qdrant import sites
from vecgate.dialects.qdrant.filters import both
from vecgate.domain.call import Call, Json
from vecgate.domain.exchange import Raw
from vecgate.domain.inlets import Site
from vecgate.domain.operation import Operation

P = "/collections/people/points"
V = [0.1, 0.2]
T: Any = {"key": "tenant", "match": {"value": "acme"}}
F: Any = {"must": [{"key": "dept", "match": {"value": "hr"}}]}


def read(method: str, target: str, body: Any) -> tuple[Call, Operation]:
    dialect = dialects.load("qdrant")
    call = dialect.read(Raw(method, target, (("content-type", "application/json"),), json.dumps(body).encode()))
    route = dialect.match(call).route
    return call, Operation("qdrant", route.name, route.kind, route.danger)


SEARCHES = ["query", "query/groups", "search", "search/groups", "recommend", "recommend/groups", "discover", "scroll",
            "count", "search/matrix/pairs", "search/matrix/offsets"]  # fmt: skip
NEEDED: dict[str, Any] = {
    "query/groups": {"group_by": "a"},
    "search": {"vector": V, "limit": 1},
    "search/groups": {"vector": V, "limit": 1, "group_by": "a", "group_size": 1},
    "recommend": {"limit": 1},
    "recommend/groups": {"limit": 1, "group_by": "a", "group_size": 1},
    "discover": {"limit": 1},
}


def wrapped(site: Site) -> Json:
    return both(T, site.filter)


@every("target", SEARCHES)
@every("sent", [{}, {"filter": F}])
def test_every_search_has_a_place_for_a_filter(target: str, sent: Any) -> None:
    """Q-01: and what is put there stands nested beside the caller's own, whole."""
    call, operation = read("POST", f"{P}/{target}", {**NEEDED.get(target, {}), **sent})
    new = dialects.load("qdrant").filters(operation, call.tree, wrapped)  # type: ignore[arg-type]
    assert new["filter"] == {"must": [{"must": [T]}, *([F] if sent else [])]}


DEEP: Any = {
    "query": V,
    "filter": F,
    "params": {"idf": {"corpus": F}},
    "prefetch": [{"query": V, "prefetch": {"filter": {"must": [T]}}}],
}
BODIES: list[tuple[str, str, Any]] = [
    ("POST", f"{P}/query", {}),
    ("POST", f"{P}/query", DEEP),
    ("POST", f"{P}/query/batch", {"searches": [DEEP, {"query": V}]}),
    ("POST", f"{P}/scroll", {"filter": F}),
    ("POST", f"{P}/delete", {"filter": F}),
    ("POST", f"{P}/delete", {"points": [1]}),
    ("PUT", P, {"points": [{"id": 1, "vector": V}], "update_filter": F}),
    ("PUT", P, {"points": [{"id": 1, "vector": V}]}),
    (
        "POST",
        f"{P}/batch",
        {"operations": [{"delete": {"filter": F}}, {"upsert": {"points": [{"id": 1, "vector": V}]}}]},
    ),
    ("POST", P, {"ids": [1]}),
]


@pytest.mark.parametrize(("method", "target", "body"), BODIES)
def test_the_places_that_are_looked_at_are_those_that_are_changed(method: str, target: str, body: Any) -> None:
    call, operation = read(method, target, body)
    assert isinstance(call.tree, dict)
    changed: list[Site] = []

    def note(site: Site) -> Json:
        changed.append(site)
        return site.filter

    sites.mapped(operation.name, call.tree, note)
    looked_at = list(sites.sites(operation.name, call.tree))
    assert sorted(looked_at, key=lambda site: site.at) == sorted(changed, key=lambda site: site.at)


def test_neither_filter_loses_its_meaning_beside_the_other() -> None:
    """Q-01, Q-03: whatever is in F, it is one element; T never stands at the root."""
    evil: Any = {"must_not": [T], "min_should": {"conditions": [T, T, F], "min_count": 2}, "should": [T]}
    assert both(T, evil) == {"must": [{"must": [T]}, evil]}
    assert both({"must_not": [T]}, F) == {"must": [{"must": [{"must_not": [T]}]}, F]}
    assert both(T, None) == {"must": [{"must": [T]}]}
    assert both(T, {}) == {"must": [{"must": [T]}, {}]}


def test_a_prefetch_has_a_place_at_any_depth_and_so_has_the_corpus() -> None:
    """Q-02, Q-68, Q-69"""
    body = {
        "prefetch": [
            {"prefetch": {"query": V, "filter": F}, "query": V, "params": {"idf": {"corpus": F}}},
            {"query": V},
        ],
        "query": {"fusion": "rrf"},
    }
    call, operation = read("POST", f"{P}/query", body)
    seen: list[tuple[str, str, bool]] = []

    def note(site: Site) -> Json | None:
        seen.append((site.at, site.what, site.filter is not None))
        return wrapped(site)

    new: Any = dialects.load("qdrant").filters(operation, call.tree, note)  # type: ignore[arg-type]
    assert {at for at, what, _ in seen if what != "corpus"} == {
        "/filter", "/prefetch/0/filter", "/prefetch/0/prefetch/0/filter", "/prefetch/1/filter",
    }  # fmt: skip
    assert [(at, there) for at, what, there in seen if what == "corpus"] == [
        ("/prefetch/0/prefetch/0/params/idf/corpus", False), ("/prefetch/0/params/idf/corpus", True),
        ("/prefetch/1/params/idf/corpus", False), ("/params/idf/corpus", False),
    ]  # fmt: skip
    assert new["prefetch"][0]["prefetch"][0]["filter"] == both(T, F)
    assert new["prefetch"][0]["params"]["idf"]["corpus"] == both(T, F)
    assert new["params"]["idf"]["corpus"] == both(T, None)


@pytest.mark.parametrize("target", ["query/batch", "search/batch", "recommend/batch", "discover/batch"])
def test_every_search_of_a_batch_has_its_own(target: str) -> None:
    """Q-76"""
    one = NEEDED.get(target.partition("/")[0], {})
    call, operation = read("POST", f"{P}/{target}", {"searches": [one, {**one, "filter": F}]})
    new: Any = dialects.load("qdrant").filters(operation, call.tree, wrapped)  # type: ignore[arg-type]
    assert [search["filter"] for search in new["searches"]] == [both(T, None), both(T, F)]


WRITES: list[tuple[str, str, Any, list[tuple[str, str, bool]]]] = [
    ("PUT", "", {"points": [{"id": 1, "vector": V}]}, [("/update_filter", "guard", False)]),
    ("PUT", "/vectors", {"points": [{"id": 1, "vector": V}], "update_filter": F}, [("/update_filter", "guard", True)]),
    ("POST", "/delete", {"points": [1]}, [("/filter", "select", False)]),
    ("POST", "/delete", {"filter": F}, [("/filter", "select", True)]),
    ("POST", "/payload", {"points": [1], "payload": {}}, [("/filter", "select", False)]),
    ("PUT", "/payload", {"filter": F, "payload": {}}, [("/filter", "select", True)]),
    ("POST", "/payload/delete", {"filter": F, "keys": []}, [("/filter", "select", True)]),
    ("POST", "/payload/clear", {"points": [1]}, [("/filter", "select", False)]),
    ("POST", "/vectors/delete", {"points": [1], "vector": ["a"]}, [("/filter", "select", False)]),
]


@pytest.mark.parametrize(("method", "target", "body", "places"), WRITES)
def test_every_write_has_a_place_for_a_condition(method: str, target: str, body: Any, places: list[Any]) -> None:
    """Q-72, Q-73, Q-74"""
    seen: list[Any] = []
    call, operation = read(method, P + target, body)
    dialects.load("qdrant").filters(
        operation, call.tree, lambda s: (seen.append((s.at, s.what, s.filter is not None)), s.filter)[1]
    )  # type: ignore[arg-type,func-returns-value]
    assert seen == places


def test_every_member_of_a_batch_of_writes_has_its_own() -> None:
    """Q-76"""
    members = [{"upsert": {"points": [{"id": 1, "vector": V}]}}, {"delete": {"points": [2]}}, {"set_payload": {"filter": F, "payload": {}}}]  # fmt: skip
    call, operation = read("POST", f"{P}/batch", {"operations": members})
    new: Any = dialects.load("qdrant").filters(operation, call.tree, wrapped)  # type: ignore[arg-type]
    upsert, delete, payload = new["operations"]
    assert upsert["upsert"]["update_filter"] == both(T, None)
    assert delete["delete"]["filter"] == both(T, None)
    assert payload["set_payload"]["filter"] == both(T, F)
    assert [one for _, one in dialects.load("qdrant").ids(call, operation)] == [1, 2]


EXAMPLES: list[tuple[str, Any, list[Any]]] = [
    ("query", {"query": 7}, [7]),
    ("query", {"query": {"nearest": 7}}, [7]),
    ("query", {"query": {"recommend": {"positive": [1, V], "negative": [2]}}}, [1, 2]),
    ("query", {"query": {"discover": {"target": 1, "context": {"positive": 2, "negative": 3}}}}, [1, 2, 3]),
    ("query", {"query": {"context": [{"positive": 2, "negative": V}]}}, [2]),
    ("query", {"query": {"relevance_feedback": {"target": 1, "feedback": [{"example": 2, "score": 1}], "strategy": {"naive": {"a": 1, "b": 1, "c": 1}}}}}, [1, 2]),
    ("query", {"prefetch": {"prefetch": {"query": 5}, "query": V}, "query": 4}, [4, 5]),
    ("query/batch", {"searches": [{"query": 1}, {"prefetch": {"query": 2}}]}, [1, 2]),
    ("recommend", {"positive": [1], "negative": [2], "limit": 1}, [1, 2]),
    ("discover", {"target": 1, "context": [{"positive": 2, "negative": 3}], "limit": 1}, [1, 2, 3]),
    ("query", {"query": V}, []),
]  # fmt: skip


@pytest.mark.parametrize(("target", "body", "found"), EXAMPLES)
def test_every_point_that_a_search_starts_from_is_named(target: str, body: Any, found: list[Any]) -> None:
    """Q-67: its vector shows in the scores, whoever owns it."""
    call, operation = read("POST", f"{P}/{target}", body)
    dialect = dialects.load("qdrant")
    assert sorted(one.id for one in dialect.examples(call, operation)) == found
    assert sorted(one for _, one in dialect.ids(call, operation)) == found  # type: ignore[type-var]


def test_an_example_that_is_elsewhere_says_where() -> None:
    """Q-62"""
    call, operation = read("POST", f"{P}/query", {"query": 7, "lookup_from": {"collection": "other"}})
    assert [one.collection for one in dialects.load("qdrant").examples(call, operation)] == ["other"]


def test_every_id_is_named_wherever_it_stands() -> None:
    for method, target, body, found in (
        ("POST", "", {"ids": [1, 2]}, [1, 2]),
        ("PUT", "", {"batch": {"ids": [3], "vectors": [V]}}, [3]),
        ("POST", "/scroll", {"filter": {"must": [{"has_id": [4]}, {"must_not": {"nested": {"key": "a", "filter": {"should": {"has_id": [5]}}}}}]}}, [4, 5]),
        ("POST", "/count", {"filter": {"min_should": {"conditions": [{"has_id": [6]}], "min_count": 1}}}, [6]),
    ):  # fmt: skip
        call, operation = read(method, P + target, body)
        assert [one for _, one in dialects.load("qdrant").ids(call, operation)] == found


FIELDS: list[tuple[str, str, Any, set[tuple[Any, ...]]]] = [
    ("POST", "/scroll", {"filter": {"must": [{"key": '"a b".c[]', "match": {"value": 1}}]}}, {("a b", "c", None, "filter", "match")}),
    ("POST", "/count", {"filter": {"must_not": {"key": "a", "match": {"text": "x"}}}}, {("a", "text", "match")}),
    ("POST", "/count", {"filter": {"should": [{"is_empty": {"key": "a"}}, {"is_null": {"key": "b"}}, {"key": "c", "values_count": {"gt": 1}}]}}, {("a", "filter", "is_empty"), ("b", "filter", "is_null"), ("c", "filter", "values_count")}),
    ("POST", "/count", {"filter": {"must": {"nested": {"key": "orders", "filter": {"must": {"key": "sku", "match": {"any": ["x"]}}}}}}}, {("orders", None, "sku", "filter", "match")}),
    ("POST", "/query", {"query": {"order_by": {"key": "age"}}}, {("age", "order", "")}),
    ("POST", "/scroll", {"order_by": "age"}, {("age", "order", "")}),
    ("POST", "/query/groups", {"query": V, "group_by": "a.b"}, {("a", "b", "group", "")}),
    ("POST", "/query", {"query": {"formula": {"sum": ["$score", {"mult": ["salary", {"key": "dept", "match": {"value": "x"}}]}, {"exp_decay": {"x": {"datetime_key": "joined"}}}, {"geo_distance": {"origin": {"lon": 1, "lat": 1}, "to": "home"}}]}}}, {("salary", "formula", "number"), ("dept", "formula", "match"), ("joined", "formula", ""), ("home", "formula", "")}),
    ("POST", "/query", {"prefetch": {"filter": {"must": {"key": "x", "is_null": True}}}, "params": {"idf": {"corpus": {"must": {"key": "y", "match": {"value": 1}}}}}, "query": V}, {("x", "filter", "is_null"), ("y", "filter", "match")}),
    ("POST", "/query", {"query": V, "with_payload": {"include": ["a"]}}, {("a", "show", "")}),
    ("POST", "/query/batch", {"searches": [{"query": V, "with_payload": ["a"]}]}, {("a", "show", "")}),
    ("POST", "/payload", {"payload": {"t": 1}, "key": '"a"', "points": [1]}, {("a", "t", "write", "")}),
    ("PUT", "/payload", {"payload": {"t": 1}, "points": [1]}, {("t", "write", "")}),
    ("POST", "/payload/delete", {"keys": ['"tenant"', "a[0].b"], "points": [1]}, {("tenant", "write", "delete"), ("a", 0, "b", "write", "delete")}),
    ("PUT", "", {"points": [{"id": 1, "vector": V, "payload": {'"t"': 1}}], "update_filter": F}, {('"t"', "write", ""), ("dept", "filter", "match")}),
]  # fmt: skip


@pytest.mark.parametrize(("method", "target", "body", "found"), FIELDS)
def test_every_field_is_named_with_how_it_is_used(method: str, target: str, body: Any, found: set[Any]) -> None:
    """Q-81, Q-77, Q-25"""
    call, operation = read(method, P + target, body)
    named = {(*one.path, one.how, one.operator) for one in dialects.load("qdrant").fields(call, operation)}
    assert named == found


def test_a_facet_and_an_index_name_their_field() -> None:
    """Q-81"""
    dialect = dialects.load("qdrant")
    call, operation = read("POST", "/collections/people/facet", {"key": '"email"'})
    assert [(one.path, one.how) for one in dialect.fields(call, operation)] == [(("email",), "facet")]
    call, operation = read("PUT", "/collections/people/index", {"field_name": "a.b"})
    assert [(one.path, one.how) for one in dialect.fields(call, operation)] == [(("a", "b"), "index")]
    call = dialect.read(Raw("DELETE", "/collections/people/index/%22email%22", ()))
    assert [(one.path, one.how) for one in dialect.fields(call, operation)] == [(("email",), "index")]


def test_the_given_tree_stays_as_it_is() -> None:
    call, operation = read("POST", f"{P}/query", {"prefetch": {"query": V, "filter": F}, "query": V})
    before = json.dumps(call.tree)
    dialects.load("qdrant").filters(operation, call.tree, wrapped)  # type: ignore[arg-type]
    assert json.dumps(call.tree) == before

"""What does a call mean: kind, danger, indices, records, limit; and under which names does it go out?"""

from typing import Any

import pytest

from support.lucene.asked import OPEN, Described
from support.tools.every import every
from vecgate import dialects
from vecgate.refusals.errors import CallRefused

ALL: Any = {"match_all": {}}
KNN: Any = {"knn": {"vec": {"vector": [0.5, 1], "k": 3}}}
SOME: Any = {"term": {"city": "Berlin"}}
MEANT: list[tuple[str, str, Any, str, int, tuple[str, ...], int | None, int | None]] = [
    ("GET", "/", None, "health", 0, (), None, None),
    ("HEAD", "/", None, "health", 0, (), None, None),
    ("GET", "/_cluster/health", None, "cluster_read", 1, (), None, None),
    ("GET", "/_cluster/health/people", None, "collection_read", 1, ("people",), None, None),
    ("HEAD", "/_alias/people", None, "collection_read", 1, ("people",), None, None),
    ("GET", "/_mapping", None, "collection_read", 1, ("_all",), None, None),
    ("GET", "/people/_search", None, "list_scan", 2, ("people",), 10, None),
    ("GET", "/_search", None, "list_scan", 2, ("_all",), 10, None),
    ("POST", "/people/_search", {"query": SOME, "size": 3}, "search", 2, ("people",), 3, None),
    ("POST", "/people,pets/_search", {"query": KNN}, "search", 2, ("people", "pets"), 10, None),
    ("POST", "/people/_search", {"query": {"bool": {"filter": []}}}, "list_scan", 2, ("people",), 10, None),
    ("POST", "/people/_search", {"query": {"bool": {"should": [ALL, SOME]}}}, "list_scan", 2, ("people",), 10, None),
    ("POST", "/people/_search", {"query": {"bool": {"must": [SOME]}}}, "search", 2, ("people",), 10, None),
    ("POST", "/people/_search", {"query": {"hybrid": {"queries": [KNN, SOME]}}}, "search", 2, ("people",), 10, None),
    ("POST", "/people/_search", {"size": 0}, "count", 2, ("people",), 0, None),
    ("POST", "/people/_search", {"size": 0, "aggs": {"a": {"terms": {"field": "city"}}}}, "aggregate", 2, ("people",), 0, None),
    ("POST", "/people/_search", {"size": 0, "query": KNN}, "search", 2, ("people",), 0, None),
    ("POST", "/people/_search", {"size": 0, "query": SOME, "min_score": 2}, "search", 2, ("people",), 0, None),
    ("POST", "/people/_search", {"size": 0, "query": SOME, "aggs": {"a": {"filter": KNN}}}, "search", 2, ("people",), 0, None),
    ("GET", "/people/_count", None, "count", 1, ("people",), None, None),
    ("POST", "/people/_msearch", [{}, {"query": SOME, "size": 2}, {}, {"query": SOME}], "search", 2, ("people",), 12, None),
    ("POST", "/_msearch", [{"index": "a"}, {"query": SOME}, {"index": ["b", "c"]}, {"size": 1}], "list_scan", 2, ("a", "b", "c"), 11, None),
    ("GET", "/people/_doc/r1", None, "read_ids", 1, ("people",), 1, None),
    ("HEAD", "/people/_doc/r1", None, "read_ids", 1, ("people",), None, None),
    ("POST", "/people/_mget", {"ids": ["r1", "r2"]}, "read_ids", 1, ("people",), 2, None),
    ("POST", "/_mget", {"docs": [{"_index": "a", "_id": "r1"}, {"_index": "b", "_id": 2}]}, "read_ids", 1, ("a", "b"), 2, None),
    ("POST", "/people/_doc", {"a": 1}, "upsert", 2, ("people",), None, 1),
    ("PUT", "/people/_doc/r1", {"a": 1}, "upsert", 3, ("people",), None, 1),
    ("PUT", "/people/_create/r1", {"a": 1}, "upsert", 2, ("people",), None, 1),
    ("POST", "/people/_update/r1", {"doc": {"a": 1}}, "update", 3, ("people",), None, 1),
    ("DELETE", "/people/_doc/r1", None, "delete_ids", 2, ("people",), None, 1),
    ("POST", "/people/_bulk", [{"index": {}}, {"a": 1}, {"create": {"_id": "r"}}, {"a": 1}], "upsert", 3, ("people",), None, 2),
    ("POST", "/_bulk", [{"index": {"_index": "a", "_id": "r"}}, {"a": 1}, {"delete": {"_index": "b", "_id": "r"}}], "delete_ids", 3, ("a", "b"), None, 2),
    ("POST", "/people/_delete_by_query", {"query": SOME}, "delete_filter", 4, ("people",), None, None),
    ("GET", "/people", None, "collection_read", 1, ("people",), None, None),
    ("HEAD", "/people", None, "collection_read", 1, ("people",), None, None),
    ("PUT", "/people", {"mappings": {"properties": {"a": {"type": "keyword"}}}}, "collection_create", 3, ("people",), None, None),
    ("DELETE", "/people", None, "collection_drop", 4, ("people",), None, None),
    ("DELETE", "/people,pets", None, "collection_drop", 4, ("people", "pets"), None, None),
    ("PUT", "/people/_mapping", {"properties": {"a": {"type": "keyword"}}}, "collection_alter", 3, ("people",), None, None),
    ("PUT", "/people/_settings", {"index": {"number_of_replicas": 0}}, "collection_alter", 3, ("people",), None, None),
    ("POST", "/people/_refresh", None, "collection_alter", 1, ("people",), None, None),
    ("POST", "/people/_close", None, "collection_alter", 4, ("people",), None, None),
]  # fmt: skip


@every(("method", "target", "body", "kind", "danger", "names", "limit", "records"), MEANT)
def test_a_call_means(
    method: str, target: str, body: Any, kind: str, danger: int, names: Any, limit: Any, records: Any
) -> None:
    """O-18, O-30"""
    _, operation = Described().read(method, target, body)
    assert (operation.kind, operation.danger, operation.collections) == (kind, danger, names)
    assert (operation.limit, operation.records) == (limit, records)


@every(
    ("target", "body", "made"),
    [
        ("/a/_update/1", {"doc": {"x": 1}}, []), ("/a/_update/1", {"doc": {"x": 1}, "doc_as_upsert": False}, []),
        ("/a/_update/1", {"doc": {"x": 1}, "doc_as_upsert": True}, [("upsert", 2, 1)]), ("/a/_update/1", {"doc": {"x": 1}, "upsert": {}}, [("upsert", 2, 1)]),
        ("/a/_bulk", [{"update": {"_id": "1"}}, {"doc": {}, "upsert": {}}, {"update": {"_id": "2"}}, {"doc": {}}], [("upsert", 2, 1)]),
    ],
)  # fmt: skip
def test_an_update_that_makes_a_record_is_decided_on_as_both(target: str, body: Any, made: Any) -> None:
    _, operation = Described().read("POST", target, body)
    assert operation.kind == "update"
    assert [(one.kind, one.danger, one.records) for one in operation.also] == made


def test_every_index_that_is_named_is_decided_on(described: Described) -> None:
    """O-06"""
    _, operation = described.read("POST", "/people/_bulk", [{"index": {"_index": "private"}}, {"a": 1}])
    assert operation.collections == ("private",)
    _, operation = described.read(
        "POST", "/people/_bulk", [{"index": {"_index": "private"}}, {"a": 1}, {"index": {}}, {"a": 1}]
    )
    assert operation.collections == ("people", "private")


def test_aliases_are_changed_under_every_name_they_take_and_every_index_behind(described: Described) -> None:
    """O-33"""
    actions = [{"add": {"index": "pets", "alias": "everyone"}}, {"remove": {"index": "people", "aliases": ["crew"]}}]
    call, operation = described.read("POST", "/_aliases", {"actions": actions})
    assert {*operation.collections} == {"pets", "people", "everyone", "crew"}
    assert (operation.kind, operation.danger, call.path) == ("alias", 4, "/_aliases")


NOT_ALONE = [
    ("PUT", "/a,b/_doc/r", {"a": 1}), ("GET", "/a,b/_doc/r", None), ("POST", "/a,b/_bulk", [{"index": {}}, {"a": 1}]),
    ("POST", "/a,b/_mget", {"ids": ["r"]}), ("PUT", "/a,b", {}), ("PUT", "/a*", {}), ("POST", "/_bulk", [{"index": {}}, {"a": 1}]),
    ("POST", "/_mget", {"ids": ["r"]}), ("POST", "/_msearch", [{}, {}]), ("POST", "/a*/_doc,b", {"a": 1}),
]  # fmt: skip


@every(("method", "target", "body"), NOT_ALONE)
def test_a_record_is_in_one_index(method: str, target: str, body: Any) -> None:
    """O-30"""
    assert Described().no(method, target, body).startswith(("body.unreadable", "route.", "path."))


def test_results_are_bounded() -> None:
    from dataclasses import replace

    from vecgate.refusals.catalogue import CATALOGUE

    few = replace(OPEN, max_results=3)
    described, dialect = Described(), dialects.load("opensearch")
    call, operation = described.read("POST", "/people/_search", {})
    assert dialect.restrict(call, operation, few).tree == {"size": 4}
    call, operation = described.read("GET", "/people/_search")
    assert (dialect.restrict(call, operation, few).method, dialect.restrict(call, operation, few).tree) == (
        "POST",
        {"size": 4},
    )
    call, operation = described.read("POST", "/_msearch", [{"index": "a"}, {"size": 2}, {"index": "b"}, {"size": 2}])
    with pytest.raises(CallRefused, match=r"limit\.results"):
        dialect.restrict(call, operation, few)
    call, operation = described.read("POST", "/people/_mget", {"ids": ["a", "b", "c", "d"]})
    with pytest.raises(CallRefused, match=r"limit\.results"):
        dialect.restrict(call, operation, few)
    assert "limit.results" in CATALOGUE


def test_what_counts_or_deletes_by_nearness_is_a_search_too() -> None:
    """O-69, E-66"""
    near = {"query": {"bool": {"filter": [KNN]}}}
    for said, kinds in ((near, ["search"]), ({"query": SOME}, ["count"]), (None, ["count"])):
        _, operation = Described().read("POST", "/people/_count", said)
        assert [operation.kind, *(one.kind for one in operation.also)] == kinds
    for said, kinds in ((near, ["delete_filter", "search"]), ({"query": SOME}, ["delete_filter"])):
        _, operation = Described().read("POST", "/people/_delete_by_query", said)
        assert [operation.kind, *(one.kind for one in operation.also)] == kinds
    beside = {"query": {"knn": {"field": "vec", "query_vector": [1], "k": 3}}}
    assert Described("elasticsearch").read("POST", "/people/_count", beside)[1].kind == "search"

"""Is a read that shows embeddings told of as one, whichever way `_source` says so, and one that shows none not?"""

from typing import Any

import pytest

from support.lucene.asked import Described
from vecgate.dialects.base.lucene import vectors
from vecgate.dialects.base.lucene.names import Index

VECTOR: Any = {"type": "knn_vector", "dimension": 2}
MAPPED: Any = {"properties": {"vec": VECTOR, "city": {"type": "keyword"}, "boxes": {"properties": {"near": VECTOR}}}}
WITH, BARE = (
    Index("people", "u", {}, {}, MAPPED),
    Index("towns", "v", {}, {}, {"properties": {"city": {"type": "keyword"}}}),
)
KNN: Any = {"query": {"knn": {"other": {"vector": [1], "k": 1}}}}


@pytest.mark.parametrize("source", [None, True, "vec", "v*", ["city", "boxes"], ["boxes.near"], {"includes": ["b*"]}, {"excludes": ["vec"]}, {"excludes": ["city"]}, {"includes": []}])  # fmt: skip
def test_what_shows_a_field_of_vectors_asks_for_it(source: Any) -> None:
    tree: Any = {} if source is None else {"_source": source}
    assert vectors.asked("search", tree, [BARE, WITH])
    assert vectors.asked(
        "msearch", {"searches": [{"header": {}, "body": {"size": 0}}, {"header": {}, "body": tree}]}, [WITH]
    )
    assert vectors.asked("mget", {"docs": [{"_id": "a", "_source": False}, {"_id": "b", **tree}]}, [WITH])


@pytest.mark.parametrize("source", [False, "city", ["city", "boxes.far"], {"includes": ["city"]}, {"excludes": ["vec", "boxes"]}, {"excludes": ["v*", "*.near"]}])  # fmt: skip
def test_what_shows_none_does_not(source: Any) -> None:
    assert not vectors.asked("search", {"_source": source}, [WITH])
    assert not vectors.asked("mget", {"docs": [{"_id": "b", "_source": source}]}, [WITH])


def test_so_does_a_read_by_id_and_a_search_by_a_field_that_nobody_described() -> None:
    assert vectors.asked("get", {}, [WITH])
    assert vectors.asked("mget", {"ids": ["a"]}, [WITH])
    assert vectors.asked("search", KNN, [BARE])
    for name, tree in (("get", {}), ("mget", {"ids": ["a"]}), ("search", {}), ("search", {**KNN, "size": 0})):
        assert not vectors.asked(name, tree, [BARE])
    for name in ("count", "exists", "index", "delete_by_query", "indices_get"):
        assert not vectors.asked(name, {}, [WITH])


@pytest.mark.parametrize(("database", "body"), [("opensearch", KNN), ("elasticsearch", {"knn": {"field": "other", "query_vector": [1]}})])  # fmt: skip
def test_a_call_says_so(database: str, body: Any) -> None:
    described = Described(database)
    assert described.read("POST", "/people/_search", body)[1].wants_vectors
    assert not described.read("POST", "/people/_search", {**body, "_source": ["city"]})[1].wants_vectors
    assert not described.read("POST", "/people/_search", {**body, "size": 0})[1].wants_vectors

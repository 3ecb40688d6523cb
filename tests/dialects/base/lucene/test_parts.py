"""Which queries does a search have, and where does each stand?"""

from typing import Any, Final

from vecgate.dialects.base.lucene.parts import finding, parts, with_parts

ALL: Any = {"match_all": {}}
SOME: Any = {"term": {"city": "Berlin"}}
NEAR: Any = {"field": "vec", "query_vector": [1], "k": 3}
AGGS: Any = {"a": {"filter": SOME}}
RANKED: Any = {"rrf": {"retrievers": [{"standard": {"query": SOME, "filter": [ALL]}}, {"knn": NEAR}], "filter": [SOME]}}
WEIGHED: Any = {"linear": {"retrievers": [{"retriever": {"standard": {}}, "weight": 2}, {"retriever": RANKED}]}}
#: A search, where its queries stand, and by which of them it finds.
SEARCHES: Final[list[tuple[Any, list[str], list[Any]]]] = [
    ({}, ["/query"], [None]),
    ({"query": SOME, "post_filter": ALL, "aggs": AGGS}, ["/query", "/post_filter", "/aggs/a/filter"], [SOME]),
    ({"knn": [NEAR, NEAR]}, ["/knn/0", "/knn/1"], [{"knn": NEAR}] * 2),
    ({"query": SOME, "knn": [NEAR]}, ["/query", "/knn/0"], [SOME, {"knn": NEAR}]),
    ({"retriever": {"knn": NEAR}}, ["/retriever/knn"], [{"knn": NEAR}]),
    ({"retriever": {"standard": {}}, "aggs": AGGS}, ["/retriever/standard/query", "/aggs/a/filter"], [None]),
    (
        {"retriever": RANKED},
        [f"/retriever/rrf/{one}" for one in ("retrievers/0/standard/query", "retrievers/0/standard/filter/0", "retrievers/1/knn", "filter/0")],
        [SOME, {"knn": NEAR}],
    ),
    (
        {"retriever": WEIGHED},
        [f"/retriever/linear/retrievers/{one}" for one in ("0/retriever/standard/query", *(f"1/retriever/rrf/{two}" for two in (
            "retrievers/0/standard/query", "retrievers/0/standard/filter/0", "retrievers/1/knn", "filter/0")))],
        [None, SOME, {"knn": NEAR}],
    ),
]  # fmt: skip


def test_every_query_of_a_search_is_found() -> None:
    """E-50, E-51, E-54"""
    for search, places, found in SEARCHES:
        assert [part.at for part in parts(search)] == places, search
        assert [*finding(search)] == found


def test_no_query_comes_where_there_was_none_beside_a_search_by_vectors() -> None:
    """E-50: what a query finds would be added to its hits."""
    for search, _, _ in SEARCHES:
        assert with_parts(search, lambda part: part.query) == search
    new = with_parts({"knn": [NEAR]}, lambda part: {"knn": {**NEAR, "filter": [SOME]}})
    assert new == {"knn": [{**NEAR, "filter": [SOME]}]}
    assert with_parts({"query": SOME}, lambda _: None) == {}

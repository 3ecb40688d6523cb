"""How often, with which vectors and how deep does a call search, and what would tell exact scores?"""

from typing import Any

from support.tools.every import every
from vecgate.dialects.base.lucene.guards import searching
from vecgate.dialects.base.lucene.names import Index

KNN: Any = {"knn": {"vec": {"vector": [1, 2], "k": 3}}}
EXACT: Any = {
    "script_score": {
        "query": {"match_all": {}},
        "script": {
            "source": "knn_score",
            "lang": "knn",
            "params": {"field": "vec", "query_value": [3], "space_type": "l2"},
        },
    }
}


def test_every_search_and_every_vector_is_counted() -> None:
    hybrid = {"query": {"hybrid": {"queries": [KNN, {"bool": {"must": [EXACT]}}]}}}
    assert searching.searches("search", {}) == 1
    assert searching.searches("search", hybrid) == 2
    assert searching.vectors("search", hybrid) == [[1, 2], [3]]
    many = {"searches": [{"header": {}, "body": {}}, {"header": {}, "body": hybrid}]}
    assert searching.searches("msearch", many) == 2
    assert searching.vectors("msearch", many) == [[1, 2], [3]]
    assert searching.searches("count", {}) == 1
    for beside in (
        {"post_filter": KNN},
        {"aggs": {"x": {"filter": KNN}}},
        {"aggs": {"x": {"filters": {"filters": {"a": KNN}}}}},
    ):
        assert searching.vectors("search", beside) == [[1, 2]], beside


@every(
    ("body", "rounded", "dropped"),
    [
        ({}, None, None), ({"query": KNN}, None, None), ({"min_score": 1}, "min_score", "min_score"), ({"sort": ["_score"]}, "sort", "sort"),
        ({"query": {"knn": {"v": {"vector": [1], "max_distance": 1}}}}, "max_distance", "max_distance"), ({"query": {"term": {"a": {"value": 1, "boost": 2}}}}, "boost", None),
        ({"post_filter": {"knn": {"v": {"vector": [1], "min_score": 1}}}}, "min_score", "min_score"),
        ({"aggs": {"x": {"terms": {"field": "a"}, "aggs": {"y": {"filter": {"knn": {"v": {"vector": [1], "min_score": 1}}}}}}}}, "min_score", "min_score"),
        ({"query": {"dis_max": {"queries": [], "tie_breaker": 0.3}}}, "tie_breaker", None), ({"query": {"multi_match": {"query": "x", "fields": ["a^9"]}}}, "fields", None),
        ({"query": {"bool": {"should": [KNN, {"constant_score": {"filter": {"ids": {"values": ["y"]}}, "boost": 0.5}}]}}}, "boost", "boost"),
    ],
)  # fmt: skip
def test_what_tells_exact_scores_is_named(body: Any, rounded: Any, dropped: Any) -> None:
    assert searching.exact("search", body, rounded=True) == rounded
    assert searching.exact("search", body, rounded=False) == dropped


def test_a_page_goes_as_deep_as_its_end() -> None:
    assert searching.reach("search", {}) == 10
    assert searching.reach("search", {"size": 5, "from": 20}) == 25
    assert searching.reach("search", {"size": 5, "sort": ["a"], "search_after": [1]}) is None
    assert searching.reach("mget", {"ids": ["a"]}) == 0
    pages: Any = {"composite": {"sources": [{"a": {"terms": {"field": "a"}}}], "size": 30}}
    assert searching.reach("search", {"size": 0, "aggs": {"x": {"filter": {}, "aggs": {"y": pages}}}}) == 30
    pages["composite"]["after"] = {"a": "x"}
    assert searching.reach("search", {"size": 0, "aggs": {"x": {"filter": {}, "aggs": {"y": pages}}}}) is None


def test_what_is_kept_back_is_counted_nowhere_or_the_call_is_refused() -> None:
    known = Index("a", "u", {}, {}, {})
    kept = {"bool": {"must_not": [{"prefix": {"_vecgate_quarantine": "withhold"}}]}}
    around = {"bool": {"must": [{"match_all": {}}], "filter": [kept]}}
    assert searching.unwithheld("count", {}, [known]) == {"query": around}
    assert searching.unwithheld("search", {"size": 0}, [known]) == {"size": 0, "query": around}
    many: Any = searching.unwithheld("msearch", {"searches": [{"header": {}, "body": {"query": KNN}}]}, [known])
    assert many["searches"][0]["body"]["query"]["bool"]["must"][0]["knn"]["vec"]["filter"] == kept
    assert searching.unwithheld("exists", {}, [known]) is None
    for dynamic in (False, "false", "strict"):
        assert searching.unwithheld("count", {}, [known, known._replace(mappings={"dynamic": dynamic})]) is None
    assert searching.unwithheld("count", {}, [None]) is None

"""What may a query say?"""

from typing import Any

from support.lucene.asked import Described
from support.tools.every import every

ALL: Any = {"match_all": {}}
KNN: Any = {"knn": {"vec": {"vector": [0.5, 1], "k": 3}}}
EXACT: Any = {"source": "knn_score", "lang": "knn", "params": {"field": "vec", "query_value": [1], "space_type": "l2"}}
MAY: list[Any] = [
    ALL, {"match_none": {}}, {"term": {"a": "x"}}, {"term": {"a.b": {"value": 1, "boost": 2.0}}}, {"terms": {"a": ["x", 1]}},
    {"terms": {"_id": ["r1"]}}, {"range": {"a": {"gte": 1, "lt": "2024-01-01"}}}, {"exists": {"field": "a"}}, {"ids": {"values": ["r1"]}},
    {"prefix": {"a": "x"}}, {"wildcard": {"a": {"value": "x*"}}}, {"regexp": {"a": "x.*"}}, {"fuzzy": {"a": {"value": "x", "fuzziness": "AUTO"}}},
    {"match": {"a": "some words"}}, {"match": {"a": {"query": "x", "operator": "and", "minimum_should_match": "75%"}}},
    {"match_phrase": {"a": "some words"}}, {"match_phrase_prefix": {"a": {"query": "so", "max_expansions": 5}}},
    {"multi_match": {"query": "x", "fields": ["a^2", "b"], "type": "best_fields"}}, {"bool": {"must": [ALL], "should": ALL, "filter": None}},
    {"constant_score": {"filter": ALL, "boost": 1.0}}, {"dis_max": {"queries": [ALL]}},
    {"boosting": {"positive": ALL, "negative": ALL, "negative_boost": 0.5}}, {"nested": {"path": "a", "query": {"term": {"a.b": 1}}}},
    KNN, {"knn": {"vec": {"vector": [1], "min_score": 0.5, "filter": {"term": {"a": "x"}}}}}, {"script_score": {"query": ALL, "script": EXACT}},
    {"hybrid": {"queries": [KNN, {"match": {"a": "x"}}]}},
]  # fmt: skip
MAY_NOT: list[tuple[Any, str]] = [
    ({"wrapper": {"query": "e30="}}, "hides another query"), ({"has_child": {"type": "a", "query": ALL}}, "joined"),
    ({"has_parent": {"parent_type": "a", "query": ALL}}, "joined"), ({"parent_id": {"type": "a", "id": "1"}}, "joined"),
    ({"terms": {"a": {"index": "private", "id": "1", "path": "b"}}}, "must be a list"), ({"more_like_this": {"like": [{"_id": "1"}]}}, "reads other documents"),
    ({"percolate": {"field": "q", "index": "private", "id": "1"}}, "reads other documents"), ({"geo_shape": {"a": {"indexed_shape": {"id": "1"}}}}, "reads shapes"),
    ({"script": {"script": "true"}}, "program"), ({"function_score": {"script_score": {"script": "1"}}}, "program"),
    ({"script_score": {"query": ALL, "script": {"source": "1"}}}, "knn_score"), ({"script_score": {"query": ALL, "script": {"id": "s"}}}, "unknown member"),
    ({"script_score": {"query": ALL, "script": {**EXACT, "lang": "painless"}}}, "knn"), ({"query_string": {"query": "tenant:globex"}}, "may name any field"),
    ({"simple_query_string": {"query": "x"}}, "may name any field"), ({"neural": {"v": {"query_text": "x"}}}, "model elsewhere"),
    ({"template": {"query": {}}}, "becomes a query"), ({"terms_set": {"a": {"terms": ["x"]}}}, "program"), ({"pinned": {"ids": ["1"]}}, "whatever the filter"),
    ({"bool": {"must": [{"hybrid": {"queries": [ALL]}}]}}, "not in another one"), ({"hybrid": {"queries": [{"hybrid": {"queries": [ALL]}}]}}, "not in another one"),
    ({"nested": {"path": "a", "query": ALL, "inner_hits": {}}}, "records within records"), ({"term": {"_index": "private"}}, "name of a field"),
    ({"term": {"a*": "x"}}, "name of a field"), ({"multi_match": {"query": "x"}}, "is missing"), ({"multi_match": {"query": "x", "fields": ["*"]}}, "must be"),
    ({"multi_match": {"query": 5, "fields": ["_seq_no"]}}, "name of a field"), ({"multi_match": {"query": "x", "fields": ["a", "_id^2"]}}, "name of a field"),
    ({"multi_match": {"query": "x", "fields": ["a^"]}}, "must be"), ({"multi_match": {"query": "x", "fields": ["a^2^3"]}}, "must be"),
    ({"exists": {"field": "_source"}}, "name of a field"), ({"Term": {"a": 1}}, "written like"), ({"term": {"a": 1}, "terms": {"a": []}}, "stand together"),
    ({"match": {"a": {"query": "x", "analyzer": "y"}}}, "unknown member"), ({"bool": {"_name": "x"}}, "unknown member"),
    ({"knn": {"v": {"vector": [1]}}}, "is missing"), ({"knn": {"v": {"vector": [1], "k": 1, "model_id": "m"}}}, "unknown member"),
]  # fmt: skip


@every("said", MAY)
def test_a_query_may_say(said: Any) -> None:
    Described().read("POST", "/people/_search", {"query": said})


@every(("said", "why"), MAY_NOT)
def test_a_query_may_not_say(said: Any, why: str) -> None:
    """O-21, O-44, O-45, O-49, O-51, O-52"""
    for wrapped in (
        said,
        {"bool": {"must": [said]}},
        {"constant_score": {"filter": said}},
        {"knn": {"v": {"vector": [1], "k": 1, "filter": said}}},
    ):
        assert "body.unreadable" in Described().no("POST", "/people/_search", {"query": wrapped})
    assert why in Described().no("POST", "/people/_search", {"query": said}), said

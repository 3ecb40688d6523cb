"""What may an aggregation say?"""

from typing import Any

from support.lucene.asked import ALL, Described
from support.tools.every import every

AGGS: list[Any] = [
    {"terms": {"field": "city", "size": 5, "order": {"_count": "desc"}}}, {"avg": {"field": "age"}}, {"filter": {"term": {"a": 1}}, "aggs": {"b": {"max": {"field": "age"}}}},
    {"filters": {"filters": {"x": ALL}}}, {"date_histogram": {"field": "at", "calendar_interval": "month"}}, {"range": {"field": "age", "ranges": [{"to": 30}]}},
    {"composite": {"sources": [{"c": {"terms": {"field": "city"}}}]}}, {"nested": {"path": "a"}, "aggregations": {"b": {"sum": {"field": "a.b"}}}},
]  # fmt: skip


AGGS_NOT: list[tuple[Any, str]] = [
    ({"global": {}}, "counts all records"), ({"terms": {"field": "city", "min_doc_count": 0}}, "whole number from 1"), ({"children": {"type": "a"}}, "joined"),
    ({"parent": {"type": "a"}}, "joined"), ({"significant_terms": {"field": "a"}}, "compares with all"), ({"significant_text": {"field": "a"}}, "compares with all"),
    ({"top_hits": {}}, "shows records"), ({"scripted_metric": {}}, "program"), ({"terms": {"script": "1"}}, "unknown member"), ({"terms": {"field": "city", "script": "1"}}, "unknown member"),
    ({"multi_terms": {"terms": []}}, "not known here yet"), ({"histogram": {"field": "a", "interval": 1, "min_doc_count": 0}}, "whole number from 1"),
    ({"terms": {"field": "city", "include": ".*"}}, "must be a list"), ({"terms": {"field": "city"}, "meta": {"a": 1}}, "come back"),
    ({"filter": {"wrapper": {"query": ""}}}, "hides another query"), ({"avg": {"field": "_id"}}, "name of a field"),
]  # fmt: skip


@every("said", AGGS)
def test_an_aggregation_may_say(said: Any) -> None:
    Described().read("POST", "/people/_search", {"aggs": {"x": said}})


@every(("said", "why"), AGGS_NOT)
def test_an_aggregation_may_not_say(said: Any, why: str) -> None:
    """O-41, O-42, O-44, O-47"""
    assert why in Described().no("POST", "/people/_search", {"aggs": {"x": said}})
    below = {"x": {"terms": {"field": "city"}, "aggs": {"y": said}}}
    assert why in Described().no("POST", "/people/_search", {"aggs": below})

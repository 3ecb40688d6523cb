"""Which fields does an aggregation show, where, and which queries are in it?"""

from typing import Any

from vecgate.dialects.base.lucene import aggregations

ALL: Any = {"match_all": {}}
AGGS: Any = {
    "a": {"filter": ALL, "aggs": {"b": {"terms": {"field": "city"}}}},
    "c": {"filters": {"filters": {"x": ALL}}, "aggs": {"d": {"avg": {"field": "age"}}}},
}


def test_where_values_of_fields_stand_in_an_answer() -> None:
    told = {one.path: (one.at, one.keys) for one in aggregations.shown(AGGS)}
    assert told["city",][0] == "/aggs/a/aggs/b/terms"
    assert told["city",][1][0] == ("aggregations", "a", "b", "buckets", "*", "key")
    assert told["age",][1][0] == ("aggregations", "c", "buckets", "x", "d", "value")


def test_the_queries_of_filters_are_found_and_put_back() -> None:
    found = dict(aggregations.queries(AGGS))
    assert found == {"/aggs/a/filter": ALL, "/aggs/c/filters/filters/x": ALL}
    new: Any = aggregations.with_queries(AGGS, {at: {"match_none": {}} for at in found})
    assert new["a"]["filter"] == new["c"]["filters"]["filters"]["x"] == {"match_none": {}}
    assert aggregations.with_queries(AGGS, found) == AGGS

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


def test_how_many_there_are_within_a_record_is_told_of_what_holds_them() -> None:
    aggs: Any = {"n": {"nested": {"path": "contacts"}, "aggs": {"b": {"max": {"field": "contacts.age"}}}}}
    told = {one.path: (one.kind, one.keys) for one in aggregations.shown(aggs)}
    assert told["contacts",] == ("nested", ())
    assert ("contacts", "age") in told


def test_the_queries_of_filters_are_found_and_put_back() -> None:
    found = dict(aggregations.queries(AGGS))
    assert found == {"/aggs/a/filter": ALL, "/aggs/c/filters/filters/x": ALL}
    new: Any = aggregations.with_queries(AGGS, {at: {"match_none": {}} for at in found})
    assert new["a"]["filter"] == new["c"]["filters"]["filters"]["x"] == {"match_none": {}}
    assert aggregations.with_queries(AGGS, found) == AGGS


def test_the_values_that_an_answer_shows_are_counted() -> None:
    one: Any = {"key": 1.0, "doc_count": 2}
    for answer, count in (
        ({"x": {"buckets": [one, {"key": 2.0, "doc_count": 0}, one]}}, 2), ({"x": {"buckets": [{**one, "y": {"buckets": [one] * 3}}, one]}}, 4),
        ({"x": {"buckets": [{"key": "*-1.0", "to": 1.0, "doc_count": 2}, {"from": 1.0, "doc_count": 2, "y": {"buckets": [one]}}]}}, 1),
        ({"x": {"doc_count": 3, "buckets": {"buckets": [{**one, "from": {"value": 1.0}}] * 2}}}, 2), ({"x": {"buckets": {"p": {"doc_count": 1, "y": {"buckets": [one]}}}}}, 1),
        ({"x": {"buckets": [{"key": {"a": 1, "b": 2}, "doc_count": 1}], "after_key": {"a": 1}}, "y": {"values": {"50.0": 1.0}}}, 1), (None, 0),
    ):  # fmt: skip
        assert aggregations.found(answer) == count, answer


def test_values_are_asked_for_in_numbers() -> None:
    terms: Any = {"terms": {"field": "a"}}
    for aggs, count in (
        ({"x": terms}, 5), ({"x": {"terms": {"field": "a", "size": 3}}, "y": {"max": {"field": "b"}}}, 3), ({"x": {**terms, "aggs": {"y": terms}}}, 25),
        ({"x": {"composite": {"sources": [{"a": terms}], "size": 40}}}, 40), ({"x": {"filters": {"filters": {"p": {}, "q": {}}}, "aggs": {"y": terms}}}, 10),
        ({"x": {"range": {"field": "a", "ranges": [{"to": 1}, {"from": 1}]}, "aggs": {"y": terms}}}, 10), ({"x": {"max": {"field": "a"}}}, 0), ({}, 0),
    ):  # fmt: skip
        assert aggregations.sized(aggs, 5)[1] == count, aggs  # type: ignore[arg-type]
    new: Any = aggregations.sized({"x": {**terms, "aggs": {"y": {"composite": {"sources": [{"a": terms}]}}}}}, 5)[0]
    assert (new["x"]["terms"]["size"], new["x"]["aggs"]["y"]["composite"]["size"]) == (5, 5)
    assert aggregations.sized({"x": terms}, 500)[0] == {"x": {"terms": {"field": "a", "size": 10}}}

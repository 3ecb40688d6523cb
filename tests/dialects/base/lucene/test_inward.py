"""Which fields does a search name, which values does it compare with, and what shows beside records?"""

from typing import Any

from support.tools.every import every
from vecgate.dialects.base.lucene import aggregations, inward
from vecgate.dialects.opensearch.forms import BODIES
from vecgate.domain.inlets import Field

SEARCHED: Any = {
    "query": {"bool": {"must": [{"match": {"name.raw": "x"}}], "filter": [{"terms": {"city": ["a"]}}, {"range": {"age": {"gt": 3}}}],
                       "must_not": [{"knn": {"vec": {"vector": [1], "k": 1, "filter": {"exists": {"field": "mail"}}}}}]}},
    "post_filter": {"nested": {"path": "a", "query": {"prefix": {"a.b": "x"}}}},
    "sort": ["age", {"city": "asc"}, "_score"], "_source": {"includes": ["phone", "meta*"]}, "slice": {"id": 0, "max": 2, "field": "salary"},
    "aggs": {"x": {"terms": {"field": "city"}, "aggs": {"y": {"filter": {"term": {"kind": 1}}, "aggs": {"z": {"max": {"field": "pay"}}}}}}},
}  # fmt: skip


def test_every_field_that_a_search_names_is_told() -> None:
    """O-20"""
    tree = BODIES.search.read(SEARCHED, "")
    found = {(".".join(map(str, one.path)), one.how) for one in inward.fields("search", tree)}  # type: ignore[arg-type]
    assert found == {
        ("name.raw", "text"), ("city", "filter"), ("age", "filter"), ("vec", "filter"), ("mail", "filter"), ("a", "filter"), ("a.b", "text"),
        ("kind", "filter"), ("salary", "filter"), ("age", "order"), ("city", "order"), ("city", "facet"), ("pay", "facet"), ("phone", "show"),
    }  # fmt: skip
    assert "salary" not in str([*inward.fields("search", {**tree, "slice": {"id": 0, "max": 2, "field": "_id"}})])  # type: ignore[dict-item]
    paged = inward.fields("search", {"sort": ["_id"], "search_after": ["a"]})
    assert [(one.at, one.path, one.how) for one in paged] == [("/search_after", ("_id",), "order")]
    assert [*inward.fields("search", {"sort": ["_id", "_doc", "_shard_doc"]})] == []
    batch = {"searches": [{"header": {}, "body": tree}]}
    assert {one.at.split("/")[1] for one in inward.fields("msearch", batch)} == {"searches"}


def test_values_beside_records_are_told() -> None:
    tree: Any = BODIES.search.read(SEARCHED, "")
    found = {(one.at, ".".join(map(str, one.path))) for one in inward.beside("search", tree)}
    assert (("hits", "hits", "*", "sort", "0"), "age") in found
    assert (("aggregations", "x", "buckets", "*", "key"), "city") in found
    assert (("aggregations", "x", "buckets", "*", "y", "z", "value"), "pay") in found
    composite = {"c": {"composite": {"sources": [{"k": {"terms": {"field": "city"}}}]}}}
    keys = {keys for one in aggregations.shown(composite) for keys in one.keys}
    assert ("aggregations", "c", "buckets", "*", "key", "k") in keys
    assert ("aggregations", "c", "after_key", "k") in keys


@every(
    ("agg", "at"),
    [
        ({"histogram": {"field": "pay", "interval": 1}}, ("buckets", "*", "key")),
        ({"date_histogram": {"field": "pay", "fixed_interval": "1s"}}, ("buckets", "*", "key_as_string")),
        ({"filters": {"filters": {"a": {"match_all": {}}, "b": {"match_all": {}}}}, "aggs": {"y": {"terms": {"field": "pay"}}}}, ("buckets", "b", "y", "buckets", "*", "key")),
        ({"percentiles": {"field": "pay"}}, ("values", "50.0")),
        ({"extended_stats": {"field": "pay"}}, ("std_deviation_bounds", "upper")),
        ({"extended_stats": {"field": "pay"}}, ("max",)),
    ],
)  # fmt: skip
def test_whatever_of_an_aggregation_is_a_value_is_told(agg: Any, at: tuple[str, ...]) -> None:
    found = {(one.at, one.path) for one in inward.beside("search", {"aggs": {"x": agg}})}
    assert (("aggregations", "x", *at), ("pay",)) in found


def test_what_names_a_text_looks_into_it_or_tells_its_words() -> None:
    """O-57, E-68"""
    for how, operator, found, told in (
        ("filter", "match", "words", ("text", "match")), ("filter", "match", "whole", ("filter", "match")), ("filter", "exists", "words", ("filter", "exists")),
        ("order", "", "pieces", ("order", "words")), ("facet", "number", "words", ("facet", "words")), ("facet", "", "unknown", ("facet", "")), ("show", "", "words", ("show", "")),
    ):  # fmt: skip
        new = inward.by_words(Field("/at", ("a",), how, operator), frozenset({found}))  # type: ignore[arg-type]
        assert (new.how, new.operator) == told

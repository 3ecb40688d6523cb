"""Which clauses does a query have, and does it find everything?"""

from typing import Any

from support.tools.every import every
from vecgate.dialects.base.lucene import query

ALL: Any = {"match_all": {}}
KNN: Any = {"knn": {"vec": {"vector": [0.5, 1], "k": 3}}}


@every(
    ("said", "all"),
    [
        (None, True), ({}, True), (ALL, True), ({"bool": {}}, True), ({"bool": {"filter": [ALL]}}, True), ({"bool": {"should": [{"term": {"a": 1}}, ALL]}}, True),
        ({"bool": {"filter": [ALL], "should": [{"term": {"a": 1}}]}}, True), ({"constant_score": {"filter": ALL}}, True), ({"bool": {"must_not": [{"match_none": {}}]}}, True),
        ({"term": {"a": 1}}, False), ({"bool": {"must": [ALL, {"term": {"a": 1}}]}}, False), ({"bool": {"should": [{"term": {"a": 1}}]}}, False),
        ({"bool": {"must_not": [{"term": {"a": 1}}]}}, False), (KNN, False),
        ({"hybrid": {"queries": [KNN, ALL]}}, True), ({"hybrid": {"queries": [KNN]}}, False),
        ({"boosting": {"positive": ALL, "negative": KNN, "negative_boost": 1}}, True), ({"boosting": {"positive": KNN, "negative": ALL, "negative_boost": 1}}, False),
        *(({"bool": {"must": [ALL], "should": [{"term": {"a": 1}}], "minimum_should_match": least}}, True) for least in ("0", "0%", "75%", "-1", -1, "2<75%")),
        *(({"bool": {"must": [ALL], "should": [{"term": {"a": 1}}], "minimum_should_match": least}}, False) for least in (1, "1")),
    ],
)  # fmt: skip
def test_what_finds_everything_by_its_form_is_known(said: Any, all: bool) -> None:
    """O-18"""
    assert query.finds_all(said) is all


def test_a_search_by_vectors_is_one_clause_in_either_way_of_writing_it() -> None:
    some: Any = {"term": {"city": "Berlin"}}
    for said, at in (
        ({"vec": {"vector": [1], "k": 3, "filter": some}}, "/knn/vec"), ({"field": {"vector": [1], "k": 3, "filter": some}}, "/knn/field"),
        ({"field": "vec", "query_vector": [1], "filter": [some]}, "/knn"),
    ):  # fmt: skip
        near, inner = query.clauses({"knn": said})
        assert (near.at, near.kind, near.path) == (at, "knn", ("field",) if at.endswith("field") else ("vec",))
        assert near.value["vector"] == [1]
        assert (inner.kind, inner.path, inner.value, inner.scored) == ("term", ("city",), "Berlin", False)
        assert inner.at.startswith(f"{at}/filter")
        told = query.mapped({"knn": said}, lambda one: ALL if "term" in one else one)
        assert next(iter(query.clauses(told))).value["filter"] in (ALL, [ALL])

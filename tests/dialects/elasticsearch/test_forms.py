"""What may a search of Elasticsearch say: by vectors beside a query and within it, and by retrievers?"""

from typing import Any, Final

from support.lucene.asked import Described
from support.tools.every import every

ALL: Any = {"match_all": {}}
SOME: Any = {"term": {"city": "Berlin"}}
NEAR: Any = {"field": "vec", "query_vector": [0.5, 1], "k": 3, "num_candidates": 10}
RRF: Any = {
    "rrf": {"retrievers": [{"standard": {"query": SOME}}, {"knn": NEAR}], "rank_constant": 20, "rank_window_size": 50}
}
LINEAR: Any = {"linear": {"retrievers": [{"retriever": {"knn": NEAR}, "weight": 2, "normalizer": "minmax"}]}}
#: A search, and how it is sent.
MAY: Final[list[tuple[Any, Any]]] = [
    ({"knn": NEAR}, {"knn": [NEAR]}), ({"knn": [NEAR, NEAR]}, {"knn": [NEAR, NEAR]}), ({"query": SOME, "knn": NEAR}, {"query": SOME, "knn": [NEAR]}),
    ({"knn": {**NEAR, "filter": SOME}}, {"knn": [{**NEAR, "filter": [SOME]}]}), ({"knn": {**NEAR, "filter": []}}, {"knn": [{**NEAR, "filter": []}]}),
    ({"knn": {**NEAR, "filter": None, "k": None}}, {"knn": [{one: NEAR[one] for one in ("field", "query_vector", "num_candidates")}]}),
    ({"query": {"knn": {"field": "vec", "query_vector": [1]}}}, {"query": {"knn": {"field": "vec", "query_vector": [1]}}}),
    ({"query": {"bool": {"must": {"knn": {**NEAR, "filter": SOME}}}}}, {"query": {"bool": {"must": [{"knn": {**NEAR, "filter": [SOME]}}]}}}),
    ({"knn": {**NEAR, "rescore_vector": {"oversample": 2.0}, "boost": 0.5}}, {"knn": [{**NEAR, "rescore_vector": {"oversample": 2.0}, "boost": 0.5}]}),
    ({"retriever": {"standard": {"query": SOME, "filter": ALL}}}, {"retriever": {"standard": {"query": SOME, "filter": [ALL]}}}),
    ({"retriever": {"knn": NEAR}, "min_score": 0.5}, {"retriever": {"knn": NEAR}, "min_score": 0.5}), ({"retriever": RRF, "size": 3}, {"retriever": RRF, "size": 3}),
    ({"retriever": LINEAR}, {"retriever": LINEAR}), ({"retriever": {"rrf": {"retrievers": [RRF, LINEAR]}}}, {"retriever": {"rrf": {"retrievers": [RRF, LINEAR]}}}),
]  # fmt: skip
MAY_NOT: Final[list[tuple[Any, str]]] = [
    ({"knn": []}, "must not be empty"), ({"knn": {"vec": {"vector": [1], "k": 3}}}, "unknown member 'vec'"), ({"knn": {**NEAR, "query_vector": "0a0b"}}, "a list of numbers"),
    ({"knn": {**NEAR, "query_vector_builder": {}}}, "gives its text to a model"), ({"knn": {**NEAR, "inner_hits": {}}}, "records within records"),
    ({"knn": {**NEAR, "k": 20_000}}, "whole number"), ({"knn": {"field": "vec", "k": 3}}, "is missing"), ({"knn": {**NEAR, "field": "_id"}}, "name of a field"),
    ({"knn": {**NEAR, "filter": {"wrapper": {"query": "e30="}}}}, "hides another query"), ({"query": {"hybrid": {"queries": [ALL]}}}, "unknown member"),
    *(({"retriever": {"standard": {}}, one: said}, "stand together") for one, said in (("query", ALL), ("knn", NEAR), ("sort", "age"), ("search_after", [1]), ("terminate_after", 1))),
    *(({"retriever": {"standard": {one: 1}}}, "has one place") for one in ("sort", "search_after", "terminate_after", "collapse")),
    ({"retriever": {"standard": {"min_score": 1}}}, "beside the retriever"),
    ({"retriever": {}}, "is missing"), ({"retriever": {"standard": {}, "knn": NEAR}}, "stand together"), ({"retriever": {"rrf": {"retrievers": []}}}, "must not be empty"),
    ({"retriever": {"rrf": {"query": "x", "fields": ["a"], "retrievers": [RRF]}}}, "lets the server make"), ({"retriever": {"text_similarity_reranker": {}}}, "texts of records to a model"),
    ({"retriever": {"rule": {}}}, "whatever the query finds"), ({"retriever": {"pinned": {}}}, "whatever the query finds"), ({"retriever": {"rescorer": {}}}, "not known here yet"),
    ({"retriever": {"linear": {"retrievers": [{"standard": {}}]}}}, "unknown member 'standard'"), ({"rank": {"rrf": {}}}, "old way of saying"), ({"sub_searches": []}, "old way of saying"),
    *(({"query": {one: {}}}, "model elsewhere") for one in ("semantic", "sparse_vector", "text_expansion")), ({"query": {"weighted_tokens": {}}}, "from a model"),
    *(({"query": {one: {}}}, "stored at the server") for one in ("rule", "rule_query")), ({"query": {"pinned": {}}}, "whatever the filter says"), ({"query": {"shape": {}}}, "reads shapes"),
    ({"query": {"script_score": {"query": ALL, "script": {"source": "1"}}}}, "program"), ({"runtime_mappings": {"tenant": {"type": "long"}}}, "program"),
    *(({one: 1}, "body.unreadable") for one in ("pit", "slice", "suggest", "profile", "explain", "fields", "docvalue_fields", "stored_fields", "highlight", "rescore", "script_fields", "ext")),
]  # fmt: skip


@every(("said", "sent"), MAY)
def test_a_search_may_say(said: Any, sent: Any) -> None:
    """E-23, E-50, E-51, E-54"""
    for target, body in (("/people/_search", said), ("/people/_msearch", [{}, said])):
        call, operation = Described("elasticsearch").read("POST", target, body)
        assert (call.tree if body is said else call.tree["searches"][0]["body"]) == sent
        assert operation.kind in ("search", "list_scan")


@every(("said", "why"), MAY_NOT)
def test_a_search_may_not_say(said: Any, why: str) -> None:
    """E-25, E-55, E-56, E-59, E-60, E-61"""
    assert why in Described("elasticsearch").no("POST", "/people/_search", said)
    assert why in Described("elasticsearch").no("POST", "/people/_msearch", [{}, said])


def test_what_finds_everything_is_known_wherever_it_stands() -> None:
    """E-23"""
    for said, kind in (
        ({}, "list_scan"), ({"knn": NEAR}, "search"), ({"query": SOME, "knn": NEAR}, "search"), ({"query": ALL, "knn": NEAR}, "list_scan"), ({"retriever": RRF}, "search"),
        ({"retriever": {"standard": {}}}, "list_scan"), ({"retriever": {"rrf": {"retrievers": [{"standard": {"query": ALL}}, {"knn": NEAR}]}}}, "list_scan"),
        ({"size": 0, "knn": NEAR}, "search"), ({"size": 0, "retriever": RRF}, "search"), ({"size": 0, "retriever": {"standard": {"query": SOME}}}, "count"),
    ):  # fmt: skip
        _, operation = Described("elasticsearch").read("POST", "/people/_search", said)
        assert operation.kind == kind, said


def test_a_mapping_has_vectors_and_nothing_that_goes_to_a_model() -> None:
    """E-59, E-61"""
    vectors = {"mappings": {"properties": {"vec": {"type": "dense_vector", "dims": 2}, "meta": {"type": "flattened"}}}}
    assert Described("elasticsearch").read("PUT", "/people", vectors)[0].tree == vectors
    for kind in ("semantic_text", "sparse_vector", "alias", "join", "percolator", "knn_vector", "completion"):
        said = {"mappings": {"properties": {"a": {"type": kind}}}}
        assert "not known here" in Described("elasticsearch").no("PUT", "/people", said)
    assert "program" in Described("elasticsearch").no("PUT", "/people/_mapping", {"runtime": {"a": {"type": "lookup"}}})

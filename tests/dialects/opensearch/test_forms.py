"""What may a search of OpenSearch say that one of Elasticsearch says in another way, or not at all?"""

from typing import Any

from support.lucene.asked import Described
from support.tools.every import every

ALL: Any = {"match_all": {}}
KNN: Any = {"vector": [1], "k": 3}


@every(
    ("said", "why"),
    [
        ({"knn": {"field": "vec", "query_vector": [1]}}, "unknown member 'knn'"), ({"retriever": {"standard": {}}}, "unknown member 'retriever'"),
        ({"query": {"knn": {"field": "vec", "query_vector": [1]}}}, "an object with one key"), ({"query": {"knn": {"vec": {**KNN, "filter": [ALL]}}}}, "must be an object"),
        ({"query": {"semantic": {"field": "a", "query": "x"}}}, "unknown member"), ({"derived": {}}, "program"), ({"search_pipeline": "x y"}, "name of a pipeline"),
        ({"query": {"neural_sparse": {"a": {}}}}, "model elsewhere"), ({"query": {"agentic": {}}}, "model elsewhere"),
    ],
)  # fmt: skip
def test_what_another_server_reads_is_refused(said: Any, why: str) -> None:
    """O-22, O-52"""
    assert why in Described().no("POST", "/people/_search", said)


def test_a_vector_search_and_hybrid_queries_are_read() -> None:
    """O-48, O-49"""
    for said in (
        {"knn": {"vec": {**KNN, "filter": ALL}}},
        {"hybrid": {"queries": [{"knn": {"vec": KNN}}, ALL], "pagination_depth": 20}},
    ):
        call, _ = Described().read("POST", "/people/_search", {"query": said})
        assert call.tree == {"query": said}

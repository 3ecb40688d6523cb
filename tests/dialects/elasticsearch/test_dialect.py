"""What of Elasticsearch is its own: how it names itself, how its keys are sent, what each read and write means?"""

import json
from dataclasses import replace
from typing import Any, Final

from support.lucene.asked import Described, T, no, raw_of, scoped, within
from support.lucene.asked import operation as operation_of
from support.tools.every import every
from vecgate import dialects
from vecgate.doctor.checks.around import ports
from vecgate.refusals.catalogue import CATALOGUE, Refusal

ALL: Final[Any] = {"match_all": {}}
SOME: Final[Any] = {"exists": {"field": "city"}}
NEAR: Final[Any] = {"field": "vec", "query_vector": [1, 1], "k": 3}
KEPT: Final[Any] = {**NEAR, "filter": T}
PRODUCT: Final = ("x-elastic-product", "Elasticsearch")


@every("code", sorted(CATALOGUE))
def test_a_refusal_says_which_product_it_is_of(code: str) -> None:
    """E-12, E-71"""
    kind = CATALOGUE[code]
    rendered = dialects.load("elasticsearch").render(Refusal(code, kind.status, kind.what, kind.todo))
    tree = json.loads(rendered.body)
    assert PRODUCT in rendered.headers
    assert (rendered.status, tree["error"]["type"]) == (kind.status, code)
    assert tree["error"]["root_cause"][0]["type"] == code


def test_answers_have_the_header_that_clients_look_for() -> None:
    """E-12"""
    assert dialects.load("elasticsearch").answer_headers == (PRODUCT,)
    assert dialects.load("opensearch").answer_headers == ()


def test_a_hold_is_answered_before_clients_give_up() -> None:
    """E-72"""
    patience = dialects.load("elasticsearch").patience
    assert patience is not None
    assert patience < 10


def test_a_key_goes_as_its_server_takes_it() -> None:
    ways = dialects.load("elasticsearch").ways
    assert [way.name for way in ways] == ["basic", "api_key", "bearer"]
    assert dict(ways[1].shown("aWQ6a2V5").pairs)["authorization"] == "ApiKey aWQ6a2V5"


def test_the_doctor_knocks_at_every_port() -> None:
    assert {port.number for port in ports("elasticsearch")} == {9200, 9300}


#: A search, and how it is sent where there are rows.
SCOPED: Final[list[tuple[Any, Any]]] = [
    ({}, {"query": within(ALL)}),
    ({"knn": NEAR}, {"knn": [KEPT]}),
    ({"knn": [NEAR, {**NEAR, "filter": [SOME]}]}, {"knn": [KEPT, {**NEAR, "filter": [T, SOME]}]}),
    ({"query": SOME, "knn": NEAR}, {"query": within(SOME), "knn": [KEPT]}),
    ({"query": {"knn": NEAR}}, {"query": within({"knn": KEPT})}),
    ({"query": {"bool": {"should": [{"knn": NEAR}]}}}, {"query": within({"bool": {"should": [{"knn": KEPT}]}})}),
    ({"knn": {**NEAR, "filter": {"knn": NEAR}}}, {"knn": [{**NEAR, "filter": [T, {"knn": KEPT}]}]}),
    ({"knn": NEAR, "post_filter": {"knn": NEAR}}, {"knn": [KEPT], "post_filter": {"knn": KEPT}}),
    ({"retriever": {"knn": NEAR}}, {"retriever": {"knn": KEPT}}),
    ({"retriever": {"standard": {}}}, {"retriever": {"standard": {"query": within(ALL)}}}),
    (
        {"retriever": {"standard": {"query": SOME, "filter": [{"knn": NEAR}]}}},
        {"retriever": {"standard": {"query": within(SOME), "filter": [{"knn": KEPT}]}}},
    ),
    (
        {"retriever": {"rrf": {"retrievers": [{"standard": {"query": SOME}}, {"knn": NEAR}], "filter": SOME}}},
        {
            "retriever": {
                "rrf": {"retrievers": [{"standard": {"query": within(SOME)}}, {"knn": KEPT}], "filter": [SOME]}
            }
        },
    ),
    (
        {
            "retriever": {
                "linear": {"retrievers": [{"retriever": {"rrf": {"retrievers": [{"knn": NEAR}]}}, "weight": 2}]}
            }
        },
        {
            "retriever": {
                "linear": {"retrievers": [{"retriever": {"rrf": {"retrievers": [{"knn": KEPT}]}}, "weight": 2}]}
            }
        },
    ),
]


@every(("said", "sent"), SCOPED)
def test_rows_are_put_wherever_a_search_finds(said: Any, sent: Any) -> None:
    """E-50, E-51, E-52, E-53, E-54"""
    told = scoped("POST", "/people/_search", said, database="elasticsearch").call.tree
    assert {**told, "size": 10, "_source": True} == {**sent, "size": 10, "_source": True}
    told = scoped("POST", "/people/_msearch", [{}, said], database="elasticsearch").call.tree
    assert {**told["searches"][0]["body"], "size": 10, "_source": True} == {**sent, "size": 10, "_source": True}


def test_words_do_not_rank_in_any_part_where_there_are_rows() -> None:
    """E-57, E-62"""
    word: Any = {"match": {"name": "anna"}}
    for said in (
        {"query": word, "knn": NEAR}, {"retriever": {"standard": {"query": word}}}, {"retriever": {"rrf": {"retrievers": [{"knn": NEAR}, {"standard": {"query": word}}]}}},
    ):  # fmt: skip
        assert "how rare a word is" in no("POST", "/people/_search", said, database="elasticsearch")
    nested: Any = {"nested": {"path": "parts", "query": {"knn": NEAR}}}
    assert "within nested records" in no("POST", "/people/_search", {"query": nested}, database="elasticsearch")


def test_a_record_may_be_called_like_a_route() -> None:
    """E-06"""
    call, operation = Described("elasticsearch").read("POST", "/people/_doc/_search", {"query": 1})
    assert (operation.name, operation.kind, call.path) == ("index", "upsert", "/people/_doc/_search")


def test_what_a_client_says_of_its_connection_goes_no_further() -> None:
    """E-08, E-15"""
    dialect, raw = dialects.load("elasticsearch"), raw_of("POST", "/people/_search", {})
    said = (*raw.headers, ("upgrade", "h2c"), ("http2-settings", "AAMAAABk"), ("x-opaque-id", "x"))
    assert {name for name, _ in dialect.read(replace(raw, headers=said)).headers} == {
        "accept", "accept-encoding", "content-type",
    }  # fmt: skip
    assert "path.odd" in Described("elasticsearch").no("GET", "/people/_search#x")


def test_queries_within_queries_are_bounded() -> None:
    """E-24"""
    said = ALL
    for _ in range(200):
        said = {"bool": {"must": [said]}}
    assert Described("elasticsearch").no("POST", "/people/_search", {"query": said}).startswith("body.")


def test_what_tells_exact_scores_is_known_wherever_it_stands() -> None:
    """E-58"""
    dialect, operation = dialects.load("elasticsearch"), operation_of("search", "elasticsearch")
    for said, plainly, rounded in (
        ({"knn": [NEAR]}, None, None), ({"knn": [{**NEAR, "similarity": 1}]}, "similarity", "similarity"), ({"query": {"knn": {**NEAR, "similarity": 1}}}, "similarity", "similarity"),
        ({"retriever": {"knn": {**NEAR, "similarity": 1}}}, "similarity", "similarity"), ({"knn": [{**NEAR, "boost": 1e9}]}, "boost", "boost"), ({"min_score": 1}, "min_score", "min_score"),
        ({"retriever": {"linear": {"retrievers": [{"retriever": {"knn": NEAR}, "weight": 1e9}]}}}, "weight", "weight"),
    ):  # fmt: skip
        assert (dialect.exact(operation, said, False), dialect.exact(operation, said, True)) == (plainly, rounded), said


def test_every_vector_and_every_search_is_counted() -> None:
    """E-51"""
    dialect, operation = dialects.load("elasticsearch"), operation_of("search", "elasticsearch")
    said: Any = {"knn": [NEAR, {**NEAR, "filter": [{"knn": NEAR}]}], "query": {"knn": NEAR}}
    assert dialect.vectors(operation, said) == [[1, 1]] * 4
    assert dialect.searches(operation, said) == 4
    said = {"retriever": {"rrf": {"retrievers": [{"knn": NEAR}, {"standard": {"query": {"knn": NEAR}}}]}}}
    assert (len(dialect.vectors(operation, said)), dialect.searches(operation, said)) == (2, 2)


def test_frameworks_may_ask_what_product_it_is() -> None:
    """E-73"""
    for method in ("GET", "HEAD"):
        _, operation = Described("elasticsearch").read(method, "/")
        assert (operation.kind, operation.danger, operation.collections) == ("health", 0, ())

"""Is what a read may return counted, bounded and stripped?"""

import pytest

from vecgate.dialects.chroma import results
from vecgate.domain.call import Json
from vecgate.refusals.errors import CallRefused

GET, QUERY, SEARCH = "collection_get", "collection_query", "collection_search"
Q1: Json = [[1.0, 2.0]]
Q3: Json = [[1.0], [2.0], [3.0]]

ASKED: list[tuple[str, dict[str, Json], int | None]] = [
    # no bound
    (GET, {}, None),
    (GET, {"limit": None, "ids": None}, None),
    (SEARCH, {"searches": [{}]}, None),
    (SEARCH, {"searches": [{"limit": {"limit": 5}}, {"limit": {"offset": 1}}]}, None),
    # nothing at all
    (GET, {"limit": 0}, 0),
    (GET, {"ids": []}, 0),
    (QUERY, {"query_embeddings": [], "n_results": 10}, 0),
    (SEARCH, {"searches": []}, 0),
    # a query that says nothing asks for ten, each of its vectors
    (QUERY, {"query_embeddings": Q1}, 10),
    (QUERY, {"query_embeddings": Q3, "n_results": None}, 30),
    # the smaller bound
    (GET, {"limit": 5}, 5),
    (GET, {"ids": ["a", "b"]}, 2),
    (GET, {"ids": ["a", "b"], "limit": 1}, 1),
    (GET, {"ids": ["a"], "limit": 100}, 1),
    # over all queries
    (QUERY, {"query_embeddings": Q1, "n_results": 10}, 10),
    (QUERY, {"query_embeddings": Q3, "n_results": 10}, 30),
    (SEARCH, {"searches": [{"limit": {"limit": 5}}, {"limit": {"limit": 7}}]}, 12),
]


@pytest.mark.parametrize(("name", "tree", "asked"), ASKED)
def test_results_are_counted_over_all_queries(name: str, tree: dict[str, Json], asked: int | None) -> None:
    assert results.asked(name, tree) == asked


BOUNDED: list[tuple[str, dict[str, Json], dict[str, Json]]] = [
    # within the bound: left as it is
    (GET, {"limit": 10}, {"limit": 10}),
    (GET, {"ids": ["a"]}, {"ids": ["a"]}),
    (QUERY, {"query_embeddings": Q1, "n_results": 10}, {"query_embeddings": Q1, "n_results": 10}),
    # no bound: one more than is allowed, which tells whether there are more
    (GET, {}, {"limit": 11}),
    (GET, {"limit": None, "where": {"a": 1}}, {"limit": 11, "where": {"a": 1}}),
    (SEARCH, {"searches": [{}]}, {"searches": [{"limit": {"limit": 11}}]}),
    (
        SEARCH,
        {"searches": [{"limit": {"limit": 4}}, {"limit": {"offset": 1}, "rank": {}}]},
        {"searches": [{"limit": {"limit": 4}}, {"limit": {"offset": 1, "limit": 7}, "rank": {}}]},
    ),
    # a query that says nothing asks for what the server gives it, in its words
    (QUERY, {"query_embeddings": Q1}, {"query_embeddings": Q1, "n_results": 10}),
]


@pytest.mark.parametrize(("name", "tree", "bounded"), BOUNDED)
def test_a_read_is_bounded_to_what_is_allowed(name: str, tree: dict[str, Json], bounded: dict[str, Json]) -> None:
    assert results.bounded(name, tree, 10, "r") == bounded
    asked = results.asked(name, bounded)
    assert asked is not None
    assert asked <= 11


@pytest.mark.parametrize(
    ("name", "tree"),
    [
        (GET, {"limit": 11}),
        (GET, {"ids": list("abcdefghijk")}),
        (QUERY, {"query_embeddings": Q1, "n_results": 11}),
        (QUERY, {"query_embeddings": Q3, "n_results": 4}),
        (QUERY, {"query_embeddings": Q3}),
        (SEARCH, {"searches": [{"limit": {"limit": 6}}, {"limit": {"limit": 5}}]}),
        (SEARCH, {"searches": [{"limit": {"limit": 6}}, {}, {"limit": {"limit": 6}}]}),
    ],
)
def test_asking_for_more_is_refused(name: str, tree: dict[str, Json]) -> None:
    with pytest.raises(CallRefused, match=r"limit\.results.*rule 'r' allows"):
        results.bounded(name, tree, 10, "r")


WISHES: list[dict[str, Json]] = [
    {"include": ["documents", "embeddings"]},
    {"include": ["embeddings", "embeddings"]},
    {"searches": [{"select": {"keys": ["#embedding", "#score"]}}, {}]},
]


def test_a_wish_for_vectors_is_seen() -> None:
    for tree in ({}, {"include": ["documents"]}, {"searches": [{}]}):
        assert not results.wants_vectors(tree)
    assert all(map(results.wants_vectors, WISHES))


@pytest.mark.parametrize(
    ("name", "vectors", "zeros"),
    [
        (GET, [[1.0, -2], [0.5, 3.0]], [[0.0, 0.0], [0.0, 0.0]]),
        (QUERY, [[[1.0, 2.0]], []], [[[0.0, 0.0]], []]),
        (SEARCH, [[[1.0]], None], [[[0.0]], None]),
        (GET, [None, "AACAPw==", {"a": 1}, ["x", 1.0]], [None, None, None, [None, None]]),
        (GET, "anna", None),
    ],
)
def test_vectors_become_zeros_of_their_length(name: str, vectors: Json, zeros: Json) -> None:
    answer: Json = {"ids": ["a"], "embeddings": vectors}
    assert results.stripped(name, answer, zeros=True) == {"ids": ["a"], "embeddings": zeros}


def test_an_answer_without_vectors_is_given_back_itself() -> None:
    for answer in ({"embeddings": None, "metadatas": [{"tags": ["a"], "k": 1}, None]}, {"ids": []}, {"embeddings": []}):
        assert results.stripped(GET, answer) is answer or answer == {"embeddings": []}


COLUMNS: Json = {
    "ids": ["a", "b", "c"],
    "documents": ["1", "2", "3"],
    "metadatas": None,
    "include": ["documents", "x", "y"],
}
QUERIED: Json = {"ids": [["a", "b"], ["c", "d"], ["e"]], "distances": [[1, 2], [3, 4], [5]], "documents": [["1", "2"], ["3", "4"], None]}  # fmt: skip


def test_an_answer_is_cut_to_its_first_records_over_all_queries() -> None:
    assert results.cut(GET, COLUMNS, 2) == {**COLUMNS, "ids": ["a", "b"], "documents": ["1", "2"]}  # type: ignore[dict-item]
    assert results.cut(QUERY, QUERIED, 3) == {
        "ids": [["a", "b"], ["c"], []],
        "distances": [[1, 2], [3], []],
        "documents": [["1", "2"], ["3"], None],
    }


def test_an_answer_loses_its_vectors_and_keeps_its_shape() -> None:
    answer: Json = {"ids": ["a"], "embeddings": [[1.0]], "metadatas": [{"k": "v"}, None], "include": ["embeddings"]}
    assert results.stripped(GET, answer) == {**answer, "embeddings": None}  # type: ignore[dict-item]
    assert answer["embeddings"] == [[1.0]]  # type: ignore[index, call-overload]
    assert results.stripped(SEARCH, {"embeddings": [[[1.0]], None]}) == {"embeddings": [None, None]}


def test_sparse_vectors_in_metadata_are_emptied() -> None:
    sparse: Json = {"#type": "sparse_vector", "indices": [1], "values": [0.5], "tokens": ["secret"]}
    answer: Json = {"metadatas": [[{"bm25": sparse, "k": "v"}, None], None]}
    assert results.stripped(QUERY, answer) == {
        "metadatas": [[{"bm25": {"#type": "sparse_vector", "indices": [], "values": []}, "k": "v"}, None], None]
    }


@pytest.mark.parametrize("tree", [None, 3, [], "1.0.0", {"error": "x", "message": "y"}])
def test_an_answer_without_vectors_is_left_alone(tree: Json) -> None:
    assert results.stripped(GET, tree) == tree
    assert results.stripped("get_collection", {"embeddings": [1]}) == {"embeddings": [1]}

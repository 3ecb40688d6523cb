"""Chroma's columns, taken apart by record and put together again."""

from typing import Any

import pytest

from vecgate.dialects.chroma import parts

GET = {
    "ids": ["a", "b"],
    "documents": ["x", None],
    "metadatas": [{"n": 1}, None],
    "uris": None,
    "include": ["documents"],
}
QUERY = {
    "ids": [["a"], ["b", "c"]],
    "documents": [["x"], [None, "z"]],
    "metadatas": None,
    "distances": [[0.123], [0.4, 0.56]],
}


def test_an_answer_is_its_records_in_order() -> None:
    found = parts.answered("collection_get", GET)
    assert found is not None
    assert [(r.id, r.texts, r.metadata) for r in found.listed] == [
        ("a", (("documents", "x"),), {"n": 1}),
        ("b", (), None),
    ]
    nested = parts.answered("collection_query", QUERY)
    assert nested is not None
    assert [(r.id, r.metadata) for r in nested.listed] == [("a", None), ("b", None), ("c", None)]


def test_an_answer_without_some_records_keeps_the_others_whole() -> None:
    found, nested = parts.answered("collection_get", GET), parts.answered("collection_query", QUERY)
    assert found is not None
    assert nested is not None
    assert found.without([True, True]) is GET
    assert found.without([False, True]) == {**GET, "ids": ["b"], "documents": [None], "metadatas": [None]}
    assert nested.without([True, False, True]) == {
        "ids": [["a"], ["c"]], "documents": [["x"], ["z"]], "metadatas": None, "distances": [[0.123], [0.56]],
    }  # fmt: skip


def test_metadata_is_put_where_its_record_is() -> None:
    found, nested = parts.answered("collection_get", GET), parts.answered("collection_query", QUERY)
    assert found is not None
    assert nested is not None
    assert found.described([None, {"m": 2}])["metadatas"] == [{"n": 1}, {"m": 2}]  # type: ignore[index,call-overload]
    assert nested.described([None, {"m": 2}, None])["metadatas"] == [[None], [{"m": 2}, None]]  # type: ignore[index,call-overload]


@pytest.mark.parametrize(("name", "tree"), [("collection_count", 5), ("heartbeat", {}), ("collection_get", None)])
def test_what_holds_no_records_tells_none(name: str, tree: Any) -> None:
    assert parts.answered(name, tree) is None


def test_an_answer_that_lists_no_ids_is_none() -> None:
    with pytest.raises(ValueError, match="no ids"):
        parts.answered("collection_get", {"documents": ["x"]})


def test_a_write_carries_records_and_a_delete_none() -> None:
    tree: Any = {"ids": ["a"], "documents": ["x"], "embeddings": [[1.0]]}
    found = parts.carried("collection_upsert", tree)
    assert found is not None
    assert found.described([{"k": 1}]) == {**tree, "metadatas": [{"k": 1}]}
    assert parts.carried("collection_delete", {"ids": ["a"]}) is None


@pytest.mark.parametrize(
    ("name", "tree", "asked"),
    [
        ("collection_get", {}, None),
        ("collection_get", {"include": ["metadatas"]}, None),
        ("collection_get", {"include": []}, {"include": ["metadatas"]}),
        ("collection_query", {"include": ["documents"]}, {"include": ["documents", "metadatas"]}),
        (
            "collection_search",
            {"searches": [{"select": {"keys": ["#id"]}}]},
            {"searches": [{"select": {"keys": ["#id", "#metadata"]}}]},
        ),
        ("collection_search", {"searches": [{}]}, None),
        ("collection_count", {}, None),
    ],
)
def test_metadata_is_asked_for_where_it_is_not(name: str, tree: Any, asked: Any) -> None:
    assert parts.with_metadata(name, tree) == asked


def test_what_only_the_gateway_asked_for_is_taken_out() -> None:
    assert parts.without_metadata({"ids": [], "metadatas": [{}], "include": ["metadatas"]}) == {
        "ids": [],
        "metadatas": None,
        "include": [],
    }


@pytest.mark.parametrize(("places", "wanted"), [(1, [[0.1], [0.4, 0.6]]), (0, [[0.0], [0.0, 1.0]]), (None, None)])
def test_scores_are_rounded_or_gone(places: int | None, wanted: Any) -> None:
    assert parts.scored("collection_query", QUERY, places) == {**QUERY, "distances": wanted}
    assert parts.scored("collection_get", GET, places) is GET


SEARCH: Any = {
    "searches": [
        {"rank": {"$sum": [{"$knn": {"query": [1, 2]}}, {"$knn": {"query": "text"}}]}},
        {"limit": {"limit": 5, "offset": 2}},
    ]
}


@pytest.mark.parametrize(
    ("name", "tree", "vectors", "searches"),
    [
        ("collection_query", {"query_embeddings": [[1.0], [2.0]]}, [[1.0], [2.0]], 2),
        ("collection_search", SEARCH, [[1, 2], "text"], 2),
        ("collection_search", {"searches": [{"rank": {"$sum": [{"$knn": {"query": [1]}}] * 3}}]}, [[1]] * 3, 3),
        ("collection_get", {}, [], 1),
    ],
)
def test_searches_and_their_vectors_are_told(name: str, tree: Any, vectors: Any, searches: int) -> None:
    assert parts.vectors(name, tree) == vectors
    assert parts.searches(name, tree) == searches


@pytest.mark.parametrize(
    ("name", "tree", "reach"),
    [
        ("collection_get", {}, None),
        ("collection_get", {"offset": 3}, None),
        ("collection_get", {"limit": 5}, 5),
        ("collection_get", {"limit": 5, "offset": 3}, 8),
        ("collection_get", {"ids": ["a"]}, 0),
        ("collection_query", {"n_results": 4294967295}, 4294967295),
        ("collection_query", {"n_results": None}, 10),
        ("collection_query", {"n_results": 50, "ids": ["a"]}, 0),
        ("collection_search", SEARCH, None),
        ("collection_search", {"searches": [{"limit": {"limit": 5, "offset": 2}}, {"limit": {"limit": 9}}]}, 9),
    ],
)
def test_how_far_a_list_goes(name: str, tree: Any, reach: int | None) -> None:
    assert parts.reach(name, tree) == reach


_KNN: Any = {"$knn": {"query": [1]}}
_RANKED: Any = {"$knn": {"query": [1], "return_rank": True}}


@pytest.mark.parametrize(
    ("rank", "what"),
    [
        (None, None),
        (_KNN, None),
        ({"$mul": [{"$val": 1e6}, _KNN]}, "rank"),
        ({"$max": [{"$val": 0.5}, _KNN]}, "rank"),
        ({"$sub": {"left": _RANKED, "right": {"$abs": _KNN}}}, "rank"),
        ({"$sum": [{"$div": {"left": {"$val": 1}, "right": {"$sum": [{"$val": 60}, _RANKED]}}}]}, None),
    ],
)
def test_what_reckons_with_scores_is_named_and_what_takes_their_ranks_is_not(rank: Any, what: str | None) -> None:
    assert parts.exact("collection_search", {"searches": [{"limit": {"limit": 1}}, {"rank": rank}]}) == what
    assert parts.exact("collection_query", {"query_embeddings": [[1.0]]}) is None

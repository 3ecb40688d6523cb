"""How many records does an answer hold, and what is left when some or their vectors are taken away? Fact Q-103."""

import json
from typing import Any

import pytest

from support.tools.every import every
from vecgate.dialects.qdrant.results import RECORDS, asked, bounded, cut, held, stripped, wants_vectors
from vecgate.refusals.errors import CallRefused


def hit(id: int, vector: Any = None) -> dict[str, Any]:
    return {"id": id, "version": 1, "score": 1.0} | ({} if vector is None else {"vector": vector})


ANSWERS: list[tuple[str, Any, int]] = [
    ("query_points", {"result": {"points": [hit(1), hit(2), hit(3)]}}, 3),
    ("query_batch_points", {"result": [{"points": [hit(1)]}, {"points": [hit(2), hit(3)]}]}, 3),
    (
        "query_points_groups",
        {"result": {"groups": [{"id": "a", "hits": [hit(1), hit(2)]}, {"id": "b", "hits": [hit(3)]}]}},
        3,
    ),
    ("search_points", {"result": [hit(1), hit(2), hit(3)]}, 3),
    ("search_batch_points", {"result": [[hit(1)], [hit(2), hit(3)]]}, 3),
    (
        "facet",
        {"result": {"hits": [{"value": "a", "count": 1}, {"value": "b", "count": 1}, {"value": "c", "count": 1}]}},
        3,
    ),
    ("search_matrix_pairs", {"result": {"pairs": [{"a": 1, "b": 2, "score": 1}] * 3}}, 3),
]


@pytest.mark.parametrize(("name", "tree", "count"), ANSWERS)
def test_records_are_counted_and_cut(name: str, tree: Any, count: int) -> None:
    before = json.dumps(tree)
    assert held(name, tree) == count
    less = cut(name, tree, 2)
    assert held(name, less) == 2
    assert json.dumps(tree) == before
    assert cut(name, tree, 5) == tree


INNER: list[tuple[str, Any, int]] = [
    ("query_points", {"limit": 3, "prefetch": [{"limit": 50}]}, 50),
    ("query_points", {"limit": 3, "prefetch": [{"limit": 5, "prefetch": [{"limit": 60}, {"limit": 1}]}]}, 60),
    ("query_points_groups", {"limit": 1, "group_size": 1, "prefetch": [{"limit": 70}]}, 70),
    ("query_batch_points", {"searches": [{"limit": 1}, {"limit": 1, "prefetch": [{"limit": 80}]}]}, 80),
    ("query_points", {"limit": 3, "query": {"nearest": [1.0], "mmr": {"candidates_limit": 90}}}, 90),
]


@pytest.mark.parametrize(("name", "tree", "inner"), INNER)
def test_a_search_within_a_search_collects_no_more_than_is_allowed(name: str, tree: Any, inner: int) -> None:
    assert bounded(name, tree, inner, "r") == tree
    with pytest.raises(CallRefused, match=rf"limit\.results.*{inner} .*search within a search.*{inner - 1}"):
        bounded(name, tree, inner - 1, "r")


def test_a_prefetch_that_names_no_number_is_given_one_below_the_servers_own() -> None:
    """Q-114"""
    tree: Any = {"limit": 2, "prefetch": [{"prefetch": [{}]}, {"limit": 1}]}
    made = {"limit": 2, "prefetch": [{"limit": 4, "prefetch": [{"limit": 4}]}, {"limit": 1}]}
    assert bounded("query_points", tree, 4, "r") == made
    assert bounded("query_points", tree, 10, "r") is tree
    assert bounded("query_batch_points", {"searches": [tree]}, 4, "r") == {"searches": [made]}


def test_a_group_without_hits_is_gone() -> None:
    less: Any = cut("query_points_groups", ANSWERS[2][1], 1)
    assert [group["id"] for group in less["result"]["groups"]] == ["a"]


def test_a_page_goes_on_after_what_is_left_of_it() -> None:
    tree = {"result": {"points": [hit(1), hit(2), hit(3)], "next_page_offset": 4}}
    assert cut("scroll_points", tree, 2)["result"]["next_page_offset"] == 3  # type: ignore[index,call-overload]
    last = {"result": {"points": [hit(1), hit(2)], "next_page_offset": None}}
    assert cut("scroll_points", last, 1)["result"]["next_page_offset"] is None  # type: ignore[index,call-overload]


VECTORS: list[tuple[Any, Any]] = [
    ([0.1, 0.2], [0.0, 0.0]),
    ([[0.1], [0.2]], [[0.0], [0.0]]),
    ({"a": [0.1], "b": {"indices": [1], "values": [1]}}, {"a": [0.0], "b": {"indices": [], "values": []}}),
    ("text in its place", None),
]


@every("name", sorted(set(RECORDS) - {"facet", "search_matrix_pairs"}))
@every(("vector", "zeros"), VECTORS)
def test_vectors_are_taken_away_wherever_records_are(name: str, vector: Any, zeros: Any) -> None:
    tree: Any = hit(1, vector)
    for part in reversed(RECORDS[name]):
        tree = [tree] if part == "*" else {part: tree}
    text = json.dumps(stripped(name, tree))
    assert '"vector": null' in text
    assert json.dumps(zeros) in json.dumps(stripped(name, tree, zeros=True))
    bare: Any = json.loads(text)
    assert stripped(name, bare) is bare


def test_what_is_looked_up_loses_its_vector_too() -> None:
    tree: Any = {"result": {"groups": [{"id": "a", "hits": [], "lookup": {"id": 1, "vector": [1.0]}}]}}
    assert stripped("query_points_groups", tree)["result"]["groups"][0]["lookup"]["vector"] is None  # type: ignore[index,call-overload]


def test_an_error_has_no_records() -> None:
    assert held("query_points", {"status": {"error": "x"}, "time": 0}) is None
    assert stripped("query_points", {"status": {"error": "x"}}) == {"status": {"error": "x"}}


def test_a_read_that_names_no_number_asks_for_one_more_than_is_allowed() -> None:
    assert bounded("scroll_points", {}, 3, "r") == {"limit": 4}
    assert bounded("scroll_points", {}, 50, "r") == {"limit": 10}
    assert bounded("scroll_points", {"limit": 3}, 3, "r") == {"limit": 3}
    for name, tree in (("scroll_points", {"limit": 4}), ("get_points", {"ids": [1, 2, 3, 4]}), ("query_points_groups", {"limit": 2, "group_size": 2}),
                       ("query_batch_points", {"searches": [{"limit": 2}, {"limit": 2}]}), ("search_matrix_pairs", {"sample": 2, "limit": 2})):  # fmt: skip
        with pytest.raises(CallRefused, match=r"limit\.results"):
            bounded(name, tree, 3, "r")


def test_what_is_no_read_of_records_has_no_number() -> None:
    assert asked("upsert_points", {}) is None
    assert not wants_vectors("count_points", {})

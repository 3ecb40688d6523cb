"""How often does a call search, with what, and how deep does it go (Q-108, Q-109)?"""

from typing import Any

import pytest

from support.tools.every import every
from vecgate.dialects.qdrant.guards import searching
from vecgate.domain.call import Answer, Call
from vecgate.parsing.strict_json import dump

U = "0f8fad5b-d9cb-469f-a165-70867728950e"
V, W = [1.0, 0.0], [0.0, 1.0]
SPARSE, TEXT = {"indices": [1], "values": [0.5]}, {"text": "x", "model": "m"}
MADE: list[tuple[str, Any, int, list[Any]]] = [
    # (operation, body, searches, what they are made with)
    ("query_points", {"query": V}, 1, [V]),
    ("query_points", {"query": {"nearest": V, "mmr": {}}}, 1, [V]),
    ("query_points", {"query": {"nearest": [V, W]}}, 1, [V, W]),
    ("query_points", {"query": 7}, 1, []),
    ("query_points", {"query": {"nearest": U}}, 1, []),
    ("query_points", {"query": SPARSE}, 1, [SPARSE]),
    ("query_points", {"query": TEXT}, 1, [TEXT]),
    ("query_points", {"query": {"recommend": {"positive": [V]}}}, 1, [V]),
    ("query_points", {"query": {"recommend": {"positive": [V, V, W]}}}, 1, [{"recommend": {"positive": [V, V, W]}}["recommend"]]),
    ("query_points", {"query": {"discover": {"target": V}}}, 1, [{"discover": {"target": V}}]),
    ("query_points", {"query": {"fusion": "rrf"}, "prefetch": [{"query": V}, {"query": W}]}, 2, [V, W]),
    ("query_points", {"query": V, "prefetch": [{"query": W, "prefetch": [{"query": V}]}]}, 3, [V, W, V]),
    ("query_points", {}, 1, []),
    ("query_points", {"query": {"sample": "random"}}, 1, []),
    ("query_batch_points", {"searches": [{"query": V}, {"query": 7}, {}]}, 3, [V]),
    ("search_points", {"vector": V}, 1, [V]),
    ("search_points", {"vector": {"name": "a", "vector": W}}, 1, [W]),
    ("search_points", {"vector": {"name": "a", "vector": SPARSE}}, 1, [SPARSE]),
    ("recommend_points", {"positive": [1], "negative": [2]}, 1, [{"positive": [1], "negative": [2]}]),
    ("recommend_points", {"positive": [1]}, 1, []),
    ("discover_points", {"target": V, "context": []}, 1, [{"target": V, "context": []}]),
    ("search_matrix_pairs", {"sample": 40}, 40, []),
    ("search_matrix_offsets", {}, 10, []),
    ("scroll_points", {}, 1, []),
]  # fmt: skip


@every(("name", "tree", "number", "made"), MADE)
def test_searches_are_counted_with_all_they_are_made_with(name: str, tree: Any, number: int, made: list[Any]) -> None:
    assert (searching.searches(name, tree), searching.vectors(name, tree)) == (number, made)


@pytest.mark.parametrize(
    ("tree", "what"),
    [
        ({"query": V}, None),
        ({"query": V, "score_threshold": 0.5}, "score_threshold"),
        ({"prefetch": [{"query": V, "score_threshold": 0.5}]}, "score_threshold"),
        ({"query": {"formula": {"mult": [1e6, "$score"]}}, "prefetch": [{"query": V}]}, "formula"),
        ({"query": {"fusion": "rrf"}, "prefetch": [{"query": V}]}, None),
    ],
)
def test_what_tells_exact_scores_is_named(tree: Any, what: str | None) -> None:
    assert searching.exact("query_points", tree) == what


@pytest.mark.parametrize("name", ["facet", "search_matrix_pairs", "search_matrix_offsets"])
def test_what_lists_no_points_is_asked_over_those_that_are_not_withheld(name: str) -> None:
    made = searching.unwithheld(name, {"key": "t", "filter": {"should": [{"key": "a", "match": {"value": 1}}]}})
    mine = {"must_not": [{"key": "_vecgate_quarantine", "match": {"text": "withhold"}}]}
    assert made is not None
    assert made["filter"] == {"must": [{"must": [mine]}, {"should": [{"key": "a", "match": {"value": 1}}]}]}
    assert "idf" not in str(made)
    assert searching.unwithheld("scroll_points", {}) is None


IDS = [1, 2, 30, U]


async def scrolled(call: Call) -> Answer:
    """A collection with these ids, as many of them as are asked for."""
    tree: Any = call.tree
    assert tree["with_payload"] is False
    listed: Any = [{"id": one} for one in IDS[: tree["limit"]]]
    return Answer(200, body=dump({"result": {"points": listed, "next_page_offset": None}}))


@pytest.mark.parametrize(
    ("name", "tree", "depth"),
    [
        ("scroll_points", {}, 10),
        ("scroll_points", {"limit": 3}, 3),
        ("scroll_points", {"limit": 2, "offset": 1}, 2),
        ("scroll_points", {"limit": 2, "offset": 2}, 3),
        ("scroll_points", {"limit": 2, "offset": 29}, 4),
        ("scroll_points", {"limit": 2, "offset": U}, 5),
        ("scroll_points", {"limit": 2, "offset": "ffffffff-ffff-ffff-ffff-ffffffffffff"}, 6),
        ("scroll_points", {"limit": 9, "offset": 2}, 9),
        ("scroll_points", {"order_by": {"key": "n", "start_from": 5}}, None),
        ("scroll_points", {"order_by": "n", "limit": 4}, 4),
        ("query_points", {}, 10),
        ("query_points", {"limit": 3, "offset": 40}, 43),
        ("query_points", {"limit": 3, "prefetch": [{"limit": 500}]}, 500),
        ("query_batch_points", {"searches": [{"limit": 3}, {"offset": 9, "limit": 3}]}, 12),
        ("query_points_groups", {"limit": 3, "group_size": 4}, 12),
        ("get_points", {"ids": [1, 2]}, 0),
        ("facet", {"key": "a", "limit": 100}, 0),
        ("search_matrix_pairs", {"sample": 100}, 0),
    ],
)
async def test_a_page_goes_as_deep_as_what_comes_before_it(name: str, tree: Any, depth: int | None) -> None:
    assert await searching.reach(scrolled, name, "people", tree, 6) == depth


async def test_a_page_that_is_too_deep_is_told_without_counting_on() -> None:
    assert await searching.reach(scrolled, "scroll_points", "people", {"limit": 1, "offset": U}, 2) == 3

"""Points of every shape of answer, taken apart and put together again (Q-106, Q-107)."""

from typing import Any

import pytest

from vecgate.dialects.qdrant import results
from vecgate.dialects.qdrant.guards import points
from vecgate.domain.call import Call

A: Any = {"id": 1, "version": 3, "score": 0.123456, "payload": {"t": "x"}}
B: Any = {"id": "0f8fad5b-d9cb-469f-a165-70867728950e", "version": 4, "score": 0.5}
C: Any = {"id": 3, "version": 5, "score": 1, "payload": {"t": "z"}}
SHAPES: list[tuple[str, Any, list[str], Any]] = [
    # (operation, the result, its points, the result without the first)
    ("query_points", {"points": [A, B]}, ["1", B["id"]], {"points": [B]}),
    ("scroll_points", {"points": [A, B], "next_page_offset": 9}, ["1", B["id"]], {"points": [B], "next_page_offset": 9}),
    ("scroll_shard_points", {"points": [A], "next_page_offset": None}, ["1"], {"points": [], "next_page_offset": None}),
    ("search_points", [A, B], ["1", B["id"]], [B]),
    ("recommend_points", [A], ["1"], []),
    ("discover_points", [A, C], ["1", "3"], [C]),
    ("get_points", [A, C], ["1", "3"], [C]),
    ("get_shard_points", [A], ["1"], []),
    ("get_point", A, ["1"], None),
    ("query_batch_points", [{"points": [A]}, {"points": []}, {"points": [B, C]}], ["1", B["id"], "3"], [{"points": []}, {"points": []}, {"points": [B, C]}]),
    ("search_batch_points", [[A], [B]], ["1", B["id"]], [[], [B]]),
    ("recommend_batch_points", [[A, B]], ["1", B["id"]], [[B]]),
    ("discover_batch_points", [[A]], ["1"], [[]]),
    ("query_points_groups", {"groups": [{"id": "g", "hits": [A], "lookup": {"id": "g", "payload": {}}}, {"id": "h", "hits": [B]}]}, ["1", "g", B["id"]], {"groups": [{"id": "h", "hits": [B]}]}),
    ("search_point_groups", {"groups": [{"id": "g", "hits": [A, B]}]}, ["1", B["id"]], {"groups": [{"id": "g", "hits": [B]}]}),
    ("recommend_point_groups", {"groups": [{"id": "g", "hits": [A]}]}, ["1"], {"groups": []}),
]  # fmt: skip


def answer(result: Any) -> Any:
    return {"result": result, "status": "ok", "time": 0.1}


@pytest.mark.parametrize(("name", "result", "ids", "rest"), SHAPES)
def test_every_shape_is_taken_apart_and_put_together(name: str, result: Any, ids: list[str], rest: Any) -> None:
    tree = answer(result)
    found = points.answered(name, tree, "other")
    assert found is not None
    assert [one.id for one in found.listed] == ids
    assert found.without([True] * len(ids)) == tree
    assert found.described([None] * len(ids)) is tree
    assert found.without([False, *[True] * (len(ids) - 1)]) == answer(rest)
    told = points.answered(name, found.described([{"n": 1}, *[None] * (len(ids) - 1)]), "other")
    assert told is not None
    assert told.listed[0].metadata == {"n": 1}
    assert [one.metadata for one in told.listed[1:]] == [one.metadata for one in found.listed[1:]]


def test_all_shapes_that_list_points_are_here() -> None:
    assert {name for name, *_ in SHAPES} == results.LISTED == results.RECORDS.keys() - {"facet", "search_matrix_pairs"}


def test_what_is_looked_up_is_of_another_collection_and_goes_alone() -> None:
    tree = answer({"groups": [{"id": "g", "hits": [A], "lookup": {"id": 8, "payload": {"name": "x"}}}]})
    found = points.answered("query_points_groups", tree, "other")
    assert found is not None
    assert [(one.id, one.of, one.metadata) for one in found.listed] == [
        ("1", "", {"t": "x"}),
        ("8", "other", {"name": "x"}),
    ]
    assert found.without([True, False]) == answer({"groups": [{"id": "g", "hits": [A]}]})


@pytest.mark.parametrize("name", sorted({"facet", "search_matrix_pairs", "search_matrix_offsets", "count_points"}))
def test_what_lists_no_points_tells_none(name: str) -> None:
    assert points.answered(name, answer({}), "") is None


@pytest.mark.parametrize(
    "tree", [None, [], {}, answer(5), answer({"points": None}), answer({"points": [5]}), answer([A])]
)
def test_an_answer_that_is_none_is_told(tree: Any) -> None:
    with pytest.raises(ValueError, match=r"an answer|a point"):
        points.answered("query_points", tree, "")
    assert points.answered("get_point", answer(None), "") is not None


MARK = "_vecgate_quarantine"
TOLD: list[tuple[str, Any, Any]] = [
    ("query_points", {"query": [1.0]}, {"query": [1.0], "with_payload": [MARK]}),
    ("query_points", {"with_payload": True}, None),
    ("query_points", {"with_payload": ["t"]}, {"with_payload": {"include": ["t", MARK]}}),
    ("query_points", {"with_payload": {"exclude": ["t", MARK]}}, {"with_payload": {"exclude": ["t"]}}),
    ("scroll_points", {}, None),
    ("scroll_points", {"with_payload": False}, {"with_payload": [MARK]}),
    ("get_points", {"ids": [1]}, {"ids": [1], "with_payload": [MARK]}),
    ("facet", {"key": "t"}, None),
    ("query_batch_points", {"searches": [{}, {"with_payload": True}]}, {"searches": [{"with_payload": [MARK]}, {"with_payload": True}]}),
    ("query_points_groups", {"group_by": "t", "with_lookup": "other", "with_payload": True}, None),
    ("query_points_groups", {"with_payload": True, "with_lookup": {"collection": "o", "with_payload": ["n"]}}, {"with_payload": True, "with_lookup": {"collection": "o", "with_payload": {"include": ["n", MARK]}}}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "tree", "asked"), TOLD)
def test_marks_are_asked_for_with_every_search(name: str, tree: Any, asked: Any) -> None:
    call = Call("POST", "/x", body=b"{}", tree=tree)
    told, _ = points.telling(name, call, [MARK])
    assert told.tree == (tree if asked is None else asked)
    assert (told is call) is (asked is None)


def test_what_was_asked_for_besides_is_taken_out_search_by_search() -> None:
    tree: Any = {"searches": [{}, {"with_payload": ["t"]}, {"with_payload": True}]}
    _, untold = points.telling("query_batch_points", Call("POST", "/x", tree=tree), [MARK, "bait"])
    full = A | {"payload": {"t": "x", "bait": True, MARK: "mark: y"}}
    given: Any = untold(answer([{"points": [full]}, {"points": [full]}, {"points": [full]}]))
    first, second, third = (one["points"][0] for one in given["result"])
    assert "payload" not in first
    assert second["payload"] == {"t": "x", MARK: "mark: y"}  # whether a mark is shown says the rule, before
    assert third == full


SCORES: list[tuple[str, Any, int | None, Any]] = [
    ("query_points", {"points": [A, B]}, 2, [0.12, 0.5]),
    ("query_points", {"points": [A, B]}, None, [0.0, 0.0]),
    ("search_batch_points", [[A], [C]], 1, [0.1, 1.0]),
    ("query_points_groups", {"groups": [{"hits": [A]}]}, None, [0.0]),
]


@pytest.mark.parametrize(("name", "result", "places", "scores"), SCORES)
def test_scores_are_rounded_or_nought(name: str, result: Any, places: int | None, scores: list[float]) -> None:
    told = list[Any]()
    points.mapped(name, points.scored(name, answer(result), places), lambda point, _, __: told.append(point["score"]))
    assert told == scores


def test_scores_of_matrices_too_and_where_there_are_none_nothing_changes() -> None:
    pairs, offsets = {"pairs": [{"a": 1, "b": 2, "score": 0.987}]}, {"scores": [0.987, 0.123], "ids": [1, 2]}
    assert points.scored("search_matrix_pairs", answer(pairs), 1) == answer({"pairs": [{"a": 1, "b": 2, "score": 1.0}]})
    assert points.scored("search_matrix_offsets", answer(offsets), None) == answer(
        {"scores": [0.0, 0.0], "ids": [1, 2]}
    )
    scrolled = answer({"points": [{"id": 1}]})
    assert points.scored("scroll_points", scrolled, 1) == scrolled
    assert points.scored("facet", scrolled, 1) is scrolled

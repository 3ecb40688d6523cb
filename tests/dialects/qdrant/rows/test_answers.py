"""Whose are the points of an answer (Q-71, Q-78), and is it as it was wished?"""

from typing import Any

import pytest

from vecgate.dialects.qdrant.guards.wishes import Wish
from vecgate.dialects.qdrant.rows import answers
from vecgate.domain.row import Row
from vecgate.refusals.errors import CallRefused

ACME = Row("tenant", ("acme",))
OWN: Any = {"id": 1, "version": 9, "score": 0.5, "payload": {"tenant": "acme", "a": 1}}
FOREIGN: Any = {"id": 2, "version": 9, "score": 0.4, "payload": {"tenant": "globex"}}
GIVEN: Any = OWN | {"version": 0}
RECORDS: list[tuple[str, Any, Any, int]] = [
    ("query_points", {"points": [OWN, FOREIGN]}, {"points": [GIVEN]}, 1),
    ("scroll_points", {"points": [OWN], "next_page_offset": 7}, {"points": [GIVEN], "next_page_offset": 2}, 0),
    ("scroll_points", {"points": [OWN, FOREIGN], "next_page_offset": 7}, {"points": [GIVEN], "next_page_offset": 2}, 1),
    ("scroll_points", {"points": [FOREIGN], "next_page_offset": 7}, {"points": [], "next_page_offset": 7}, 1),
    ("search_points", [FOREIGN, OWN], [GIVEN], 1),
    ("query_points_groups", {"groups": [{"id": "x", "hits": [FOREIGN]}, {"id": "y", "hits": [OWN, FOREIGN]}]}, {"groups": [{"id": "y", "hits": [GIVEN]}]}, 2),
    ("search_points", [{"id": 3}, {"id": 4, "payload": None}, {"id": 5, "payload": {"tenant": ["acme"]}}], [], 3),
]  # fmt: skip


@pytest.mark.parametrize(("name", "result", "given", "dropped"), RECORDS)
def test_each_point_is_held_against_the_rows(name: str, result: Any, given: Any, dropped: int) -> None:
    answer = {"result": result, "status": "ok", "usage": {"hardware": {"cpu": 9}}}
    assert answers.records(answer, name, [ACME], [Wish(True)]) == ({"result": given, "status": "ok"}, dropped)


def test_a_batch_is_read_search_by_search() -> None:
    wishes = [Wish(["tenant"], bare=True), Wish({"include": ["a", "tenant"]}, (("tenant",),))]
    answer: Any = {"result": [{"points": [OWN, FOREIGN]}, {"points": [OWN]}]}
    given, dropped = answers.records(answer, "query_batch_points", [ACME], wishes)
    assert given == {
        "result": [
            {"points": [{"id": 1, "version": 0, "score": 0.5}]},
            {"points": [{"id": 1, "version": 0, "score": 0.5, "payload": {"a": 1}}]},
        ]
    }
    assert dropped == 1
    with pytest.raises(ValueError, match="as many answers"):
        answers.records({"result": []}, "query_batch_points", [ACME], wishes)


@pytest.mark.parametrize(
    "answer", [None, [], {}, {"result": None}, {"result": {"points": None}}, {"result": {"hits": []}}]
)
def test_an_answer_without_points_is_none(answer: Any) -> None:
    with pytest.raises(ValueError, match="an answer"):
        answers.records(answer, "query_points", [ACME], [Wish(True)])
    with pytest.raises(ValueError, match="an answer"):
        answers.points(answer, [ACME], Wish(True), [1], "own")
    with pytest.raises(ValueError, match="an answer"):
        answers.ids(answer)


@pytest.mark.parametrize("name", ["count_points", "facet", "search_matrix_pairs", "search_matrix_offsets"])
def test_what_lists_no_points_tells_nothing_of_the_work_either(name: str) -> None:
    answer: Any = {"result": {"count": 1}, "usage": {"hardware": {"cpu": 9}}}
    assert answers.records(answer, name, [ACME], []) == ({"result": {"count": 1}}, 0)


def test_points_come_in_the_order_they_were_named() -> None:
    found: Any = {"result": {"points": [OWN, OWN | {"id": "u"}, FOREIGN]}}
    given, dropped = answers.points(found, [ACME], Wish(["tenant"], bare=True), ["u", 1, 2, 9], "own")
    assert ([one["id"] for one in given["result"]], dropped) == (["u", 1], 1)  # type: ignore[index,call-overload]


def test_a_point_that_is_not_there_is_as_one_that_is_another_s() -> None:
    with pytest.raises(CallRefused, match=r"rows\.unknown: Of 1 records that are named, 1 are not there"):
        answers.point({"result": {"points": []}}, [ACME], Wish(True), [2], "own")
    assert answers.point({"result": {"points": [OWN]}}, [ACME], Wish(True), [1], "own") == ({"result": GIVEN}, 0)


def test_a_write_is_not_numbered_and_a_collection_tells_no_counts() -> None:
    assert answers.done({"result": {"operation_id": 9, "status": "completed"}}) == (
        {"result": {"operation_id": 0, "status": "completed"}},
        0,
    )
    assert answers.done({"result": [{"operation_id": 9}]}) == ({"result": [{"operation_id": 0}]}, 0)
    told: Any = {
        "status": "green",
        "points_count": 9,
        "indexed_vectors_count": 9,
        "segments_count": 4,
        "update_queue": {"length": 3},
        "payload_schema": {"tenant": {"data_type": "keyword", "points": 9}},
        "config": {"params": {}},
    }
    assert answers.described({"result": told}) == (
        {"result": {"status": "green", "points_count": None, "indexed_vectors_count": None, "segments_count": 1, "payload_schema": {"tenant": {"data_type": "keyword", "points": 0}}, "config": {"params": {}}}},
        0,
    )  # fmt: skip

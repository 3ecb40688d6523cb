"""How many records does a read ask for and give, and what of an answer is a vector?"""

from typing import Any

import pytest

from vecgate.dialects.milvus import results
from vecgate.refusals.errors import CallRefused

ROWS: Any = {
    "code": 0,
    "cost": 0,
    "data": [{"id": 1, "vec": [0.1, 0.2]}, {"id": 2, "sparse": {"3": 0.5}}, {"id": 3}],
    "topks": [2, 1],
}


def test_a_read_without_a_number_asks_for_one_more_than_is_allowed() -> None:
    """M-16"""
    assert results.bounded("entities_query", {}, 5, "r") == {"limit": 6}
    assert results.bounded("entities_query", {}, 1000, "r") == {"limit": 100}
    assert results.bounded("entities_query", {"limit": 5}, 5, "r") == {"limit": 5}
    assert results.bounded("entities_query", {"outputFields": ["count(*)"]}, 5, "r") == {"outputFields": ["count(*)"]}
    hybrid: Any = {"search": [{"data": [[1]]}], "limit": 2}
    assert results.bounded("entities_hybrid_search", hybrid, 5, "r") == {
        "search": [{"data": [[1]], "limit": 5}],
        "limit": 2,
    }
    for name, tree in (
        ("entities_query", {"limit": 6}),
        ("entities_get", {"id": [1, 2, 3, 4, 5, 6]}),
        ("entities_search", {"data": [[1], [2]], "limit": 3}),
        ("entities_search", {"data": [[1], [2]]}),
        ("entities_hybrid_search", {"search": [{"data": [[1]], "limit": 6}], "limit": 2}),
        ("entities_search", {"data": [[1]], "groupingField": "a", "groupSize": 3, "limit": 2}),
    ):
        with pytest.raises(CallRefused, match=r"limit\.results"):
            results.bounded(name, tree, 5, "r")  # type: ignore[arg-type]


def test_records_are_counted_and_cut_over_all_searches() -> None:
    """M-34"""
    assert results.held("entities_search", ROWS) == 3
    assert results.cut("entities_search", ROWS, 1) == {**ROWS, "data": ROWS["data"][:1], "topks": [1, 0]}
    assert results.cut("entities_search", ROWS, 3) is ROWS
    assert results.held("entities_query", {"code": 0, "data": [{"count(*)": 6}]}) is None
    assert results.held("entities_query", {"code": 65535, "message": "no"}) is None
    assert results.held("collections_list", {"code": 0, "data": ["a"]}) is None
    assert results.held("entities_query", {"code": 0, "data": None}) == 0


def test_lists_of_numbers_and_sparse_vectors_are_taken_out() -> None:
    """M-33"""
    assert results.stripped("entities_search", ROWS)["data"] == [{"id": 1}, {"id": 2}, {"id": 3}]  # type: ignore[index, call-overload]
    assert results.stripped("entities_search", ROWS, zeros=True)["data"][0] == {"id": 1, "vec": [0.0, 0.0]}  # type: ignore[index, call-overload]
    plain: Any = {"code": 0, "data": [{"nums": {"Data": {"LongData": {"data": [1, 2]}}}, "a": ["x"], "b": []}]}
    assert results.stripped("entities_query", plain) is plain

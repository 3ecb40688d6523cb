"""Which points would a write touch, said as a filter, and how is it kept to certain ones?"""

from typing import Any
from uuid import UUID

import pytest

from vecgate.dialects.qdrant.reach.impact import MOST_IDS, as_id, exactly, ids_of, selection
from vecgate.domain.call import Call

F: Any = {"must": [{"key": "a", "match": {"value": 1}}]}
V = [1]
SELECTED: list[tuple[str, Any, Any]] = [
    ("delete_points", {"points": [1, 2]}, {"must": [{"has_id": [1, 2]}]}),
    ("delete_points", {"filter": F}, F),
    ("set_payload", {"filter": F, "payload": {}}, F),
    ("upsert_points", {"points": [{"id": 1, "vector": V}]}, {"must": [{"has_id": [1]}]}),
    ("upsert_points", {"batch": {"ids": [3], "vectors": [V]}}, {"must": [{"has_id": [3]}]}),
    ("upsert_points", {"points": [{"id": 1, "vector": V}], "update_filter": F}, {"must": [{"must": [{"must": [{"has_id": [1]}]}]}, F]}),
    ("upsert_points", {"points": [{"id": 1, "vector": V}], "update_mode": "insert_only"}, {"must_not": [{}]}),
    ("update_vectors", {"points": [{"id": 1, "vector": V}]}, {"must": [{"has_id": [1]}]}),
    ("create_collection", {}, None),
]  # fmt: skip


@pytest.mark.parametrize(("name", "tree", "chosen"), SELECTED)
def test_a_write_is_said_as_a_filter(name: str, tree: Any, chosen: Any) -> None:
    """Q-74, Q-72"""
    assert selection(name, tree) == chosen


def test_an_id_that_is_none_is_nobodys() -> None:
    assert as_id("7") == 7
    assert as_id("0F8FAD5B-D9CB-469F-A165-70867728950E") == "0f8fad5b-d9cb-469f-a165-70867728950e"
    assert UUID(str(as_id("vecgate-none")))


def test_a_call_is_kept_to_certain_points_in_parts() -> None:
    call = Call("POST", "/collections/people/points/delete", tree={"filter": F})
    parts = exactly(call, {"filter": F}, [str(i) for i in range(MOST_IDS + 1)])
    assert [len(part.tree["filter"]["must"][0]["must"][0]["must"][0]["has_id"]) for part in parts] == [MOST_IDS, 1]  # type: ignore[index,call-overload]
    assert all(part.tree["filter"]["must"][1] == F for part in parts)  # type: ignore[index,call-overload]
    none = exactly(call, {"filter": {}}, [])
    assert none[0].tree["filter"] == {"must": [{"must": [{"must_not": [{}]}]}, {}]}  # type: ignore[index,call-overload]


def test_the_points_of_a_write_are_named() -> None:
    assert ids_of({"points": [{"id": 1}, {"id": "u"}]}) == [1, "u"]
    assert ids_of({"batch": {"ids": [1, 2]}}) == [1, 2]

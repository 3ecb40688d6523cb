"""What is shown stands where the value stood; what is dropped leaves a map, and a hole in a list."""

from typing import Any

import pytest

from vecgate.masking.apply.filling import TURN, put, rename, turns
from vecgate.masking.apply.operators._base import DROP


def test_what_is_dropped_leaves_a_map_and_keeps_its_place_in_a_list() -> None:
    row, members = ["a", "b", "c"], {"a": "1", "b": "2"}
    put(row, 1, DROP)
    put(row, 2, "x")
    put(members, "a", DROP)
    put(members, "b", "y")
    assert (row, members) == (["a", None, "x"], {"b": "y"})


def test_keys_keep_their_order_and_none_takes_anothers_place() -> None:
    tree: dict[str, Any] = {"Anna": 1, "x": 2, "Bo": 3, "gone": 4}
    assert [*rename(tree, {"Anna": "<P>", "Bo": "<P>", "gone": DROP})] == []
    assert ([*tree.values()], len(tree), [*tree][1]) == ([1, 2, 3], 3, "x")
    assert len([*rename({str(n): n for n in range(2 * TURN)}, {})]) == 2


@pytest.mark.parametrize("many", [0, 1, TURN, TURN + 1, 3 * TURN])
def test_turns_hold_all_in_their_order_and_no_more_than_fit_one(many: int) -> None:
    each = [*turns(range(many))]
    assert [one for turn in each for one in turn] == [*range(many)]
    assert all(0 < len(turn) <= TURN for turn in each)

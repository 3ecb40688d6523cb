"""Is every spelling of a point's id brought to one? Fact Q-20, and Q-36 in paths."""

from typing import Any

import pytest

from vecgate.dialects.qdrant.ids import IN_PATH, POINT, after, in_path, one


@pytest.mark.parametrize(("spelled", "known"), POINT.same, ids=str)
def test_a_spelling_is_the_id(spelled: Any, known: Any) -> None:
    assert one(spelled) == known
    assert one(known) == known


@pytest.mark.parametrize(("spelled", "known"), IN_PATH.same, ids=str)
def test_a_spelling_in_a_path_is_the_id(spelled: Any, known: Any) -> None:
    assert in_path(spelled) == known


@pytest.mark.parametrize("value", [-1, 2**64, 1.0, True, None, "", "1", "x", "0f8fad5bd9cb469fa16570867728950", [1] * 15, [1] * 15 + [256], {"a": 1},
                                   "URN:UUID:0f8fad5b-d9cb-469f-a165-70867728950e", "{0f8fad5bd9cb469fa16570867728950e}", "0f8fad5bd9cb-469f-a165-70867728950e"])  # fmt: skip
def test_what_is_no_id_is_none(value: Any) -> None:
    with pytest.raises(ValueError, match=r"no UUID|no id"):
        one(value)


@pytest.mark.parametrize("text", ["1.0", "-1", "query", "", "++1", "0x1"])
def test_what_is_no_id_in_a_path_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="no UUID"):
        in_path(text)


NEXT: list[tuple[Any, Any]] = [
    (7, 8),
    (2**64 - 1, "00000000-0000-0000-0000-000000000000"),
    ("0f8fad5b-d9cb-469f-a165-7086772895ff", "0f8fad5b-d9cb-469f-a165-708677289600"),
    ("ffffffff-ffff-ffff-ffff-ffffffffffff", "ffffffff-ffff-ffff-ffff-ffffffffffff"),
]


@pytest.mark.parametrize(("id", "following"), NEXT)
def test_after_an_id_comes_the_next_one_and_after_all_numbers_the_first_uuid(id: Any, following: Any) -> None:
    """Q-109"""
    assert after(id) == following


@pytest.mark.parametrize("id", [True, None, -1, "x"])
def test_after_what_is_no_id_comes_none(id: Any) -> None:
    with pytest.raises(ValueError, match=r"no id|UUID"):
        after(id)

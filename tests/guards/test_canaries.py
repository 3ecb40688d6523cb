"""Canaries are told by their id or by all of their mark, and by nothing like it."""

import pytest

from vecgate.domain.guards import Canaries
from vecgate.domain.records import Record
from vecgate.guards.canaries import found

LISTED = [
    Record("a", metadata={"bait": True, "n": 1}),
    Record("b", metadata={"bait": True}),
    Record("c", metadata={"bait": 1, "n": 1}),
    Record(None),
]


@pytest.mark.parametrize(
    ("canaries", "places"),
    [
        (Canaries(), []),
        (Canaries(frozenset({"a", "c", "A"})), [0, 2]),
        (Canaries(marks=({"bait": True},)), [0, 1]),
        (Canaries(marks=({"bait": True, "n": 1},)), [0]),
        (Canaries(marks=({"bait": "True"},)), []),
        (Canaries(frozenset({"b"}), ({"n": 1},)), [0, 1, 2]),
    ],
)
def test_a_canary_is_known_by_its_id_or_its_mark(canaries: Canaries, places: list[int]) -> None:
    assert found(LISTED, canaries) == places

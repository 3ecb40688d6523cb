"""Are vectors in the forms of older clients read, moments said as dates, and those that no date can say refused?"""

from typing import Any, Final

import pytest

from dialects.qdrant.grpc.said import twin
from support.tools.every import every
from vecgate.dialects.base.grpc.trees import Unsayable
from vecgate.dialects.qdrant.grpc.messages import MESSAGES, TREES
from vecgate.dialects.qdrant.grpc.values import moment

OLDER: Final[list[tuple[str, Any]]] = [
    ("data: [1, 2]", [1.0, 2.0]),
    ("data: [1, 2] indices { data: [3, 4] }", {"indices": [3, 4], "values": [1.0, 2.0]}),
    ("data: [1, 2, 3, 4] vectors_count: 2", [[1.0, 2.0], [3.0, 4.0]]),
]


@every(("text", "vector"), OLDER, ids=["dense", "sparse", "several"])
def test_vectors_of_older_clients_are_read(text: str, vector: Any) -> None:
    named = f"vectors {{ vectors {{ key: 'a' value {{ {text} }} }} }}"
    call = twin("/qdrant.Points/Upsert", f"points {{ id {{ num: 1 }} vectors {{ {named} }} }}")
    assert call.tree == {"points": [{"id": 1, "vector": {"a": vector}}]}


MOMENTS: Final = {
    (0, 0): "1970-01-01T00:00:00Z",
    (-1, 500_000_000): "1969-12-31T23:59:59.5Z",
    (1577836800, 1): "2020-01-01T00:00:00.000000001Z",
    (-62135596800, 0): "0001-01-01T00:00:00Z",
    (253402300799, 999_999_999): "9999-12-31T23:59:59.999999999Z",
}


def test_a_moment_is_a_date_and_back() -> None:
    for (seconds, nanos), written in MOMENTS.items():
        assert moment(seconds, nanos) == written
        back = MESSAGES.new("qdrant.Timestamp")
        TREES.put(written, back)
        assert (back.seconds, back.nanos) == (seconds, nanos)


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("2020-01-01", 1577836800), ("2020-01-01 00:00:00", 1577836800), ("2020-01-01T01:00:00+01:00", 1577836800)],
)
def test_a_date_may_be_written_in_more_than_one_way(written: str, seconds: int) -> None:
    back = MESSAGES.new("qdrant.Timestamp")
    TREES.put(written, back)
    assert (back.seconds, back.nanos) == (seconds, 0)


@pytest.mark.parametrize("told", [(253402300800, 0), (0, -1), (0, 10**9), (2**63 - 1, 0)])
def test_what_no_date_can_say_is_told(told: tuple[int, int]) -> None:
    with pytest.raises(Unsayable):
        moment(*told)

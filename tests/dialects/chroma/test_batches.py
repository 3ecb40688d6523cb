"""Is what clients are told they may send at once what passes?"""

from typing import Any

import pytest

from vecgate.dialects import Room
from vecgate.dialects.chroma.batches import SERVER_BODY, most, promised
from vecgate.parsing import strict_json
from vecgate.settings.limits import Limits

LIMITS = Limits()
ROOM = Room(LIMITS.request_body, LIMITS.json_values, LIMITS.json_containers, 2_000_000)


def batch(records: int, dimensions: int) -> bytes:
    """As long as its numbers get, each record with a document and some metadata, spaced out as `json.dumps` does."""
    vector = ", ".join(["-0.12345678901234567"] * dimensions)
    record = f'"record-{"0" * 40}", [{vector}], "{"d" * 1000}", {{"source": "{"s" * 100}", "tags": ["a", "b"], "n": 1}}'
    return f'{{"ids": [{", ".join([record] * records)}]}}'.encode()


@pytest.mark.parametrize("dimensions", [384, 768, 1536, 3072])
def test_a_batch_of_that_size_is_within_every_bound(dimensions: int) -> None:
    body = batch(most(ROOM), dimensions)
    assert len(body) <= min(ROOM.body, SERVER_BODY)
    strict_json.check(body, strict_json.Bounds(LIMITS.json_depth, ROOM.containers, ROOM.values))


def test_it_is_as_large_as_the_narrowest_bound_lets_it_be() -> None:
    assert most(ROOM) >= 500
    for narrower in (ROOM._replace(body=10_000_000), ROOM._replace(values=100_000), ROOM._replace(containers=100), ROOM._replace(text=10_000)):  # fmt: skip
        assert 1 <= most(narrower) < most(ROOM)
    assert most(ROOM._replace(body=10**9)) <= most(ROOM._replace(body=SERVER_BODY))
    assert most(Room(1, 1, 1, 1)) == 1


def test_the_servers_own_word_counts_where_it_is_narrower() -> None:
    assert promised({"max_batch_size": 5461, "x": 1}, ROOM) == {"max_batch_size": most(ROOM), "x": 1}
    assert promised({"max_batch_size": 7}, ROOM) == {"max_batch_size": 7}
    for odd in (None, [], {"error": "x"}, {"max_batch_size": "7"}, {"max_batch_size": True}):
        tree: Any = odd
        assert promised(tree, ROOM) is tree

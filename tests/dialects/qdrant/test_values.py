"""Which small values may stand in a body: vectors, shard keys, selections?"""

from typing import Any

import pytest

from support.tools.every import every
from vecgate.dialects.qdrant.values import EXAMPLE, NAME, ONE_VECTOR, ORDER, PAYLOAD, SHARDS, VECTORS
from vecgate.parsing.forms import Form
from vecgate.refusals.errors import CallRefused

TAKEN: list[tuple[Form, Any]] = [
    (VECTORS, [0.1, 2]), (VECTORS, [[0.1], [2]]), (VECTORS, {"a": [1], "b": {"indices": [1], "values": [1]}}), (VECTORS, {}),
    (VECTORS, {"text": "x", "model": "m"}), (VECTORS, {"text": [0.1]}), (VECTORS, {"": [1]}),
    (ONE_VECTOR, {"indices": [], "values": []}), (EXAMPLE, 7), (EXAMPLE, [1] * 16),
    (SHARDS, "a"), (SHARDS, 42), (SHARDS, ["a", 42]), (SHARDS, {"target": "a", "fallback": 1}),
    (PAYLOAD, True), (PAYLOAD, ["a"]), (PAYLOAD, {"exclude": ["a"]}), (ORDER, "a"), (ORDER, {"key": "a", "start_from": "2024-01-01"}),
    (NAME, "with space"), (NAME, "ümläut"),
]  # fmt: skip
REFUSED: list[tuple[Form, Any]] = [
    (VECTORS, "x"), (VECTORS, [1, "2"]), (VECTORS, [[1], 2]), (VECTORS, {"text": "x", "model": "m", "a": [1]}),
    (ONE_VECTOR, {"indices": [1.5], "values": [1]}), (ONE_VECTOR, {"indices": [1]}), (EXAMPLE, True), (EXAMPLE, "7"),
    (SHARDS, []), (SHARDS, ""), (SHARDS, True), (SHARDS, {"target": "a"}), (SHARDS, -1),
    (PAYLOAD, {"include": ["a"], "exclude": ["b"]}), (PAYLOAD, {"Include": ["a"]}), (PAYLOAD, "a"), (ORDER, {"direction": "asc"}), (ORDER, {"key": "a", "direction": "ASC"}),
    (NAME, "a/b"), (NAME, ""), (NAME, ".."), (NAME, "a%b"), (NAME, "a\n"), (NAME, "a" * 256), (NAME, 1),
]  # fmt: skip


@every(("form", "value"), TAKEN)
def test_a_value_may_stand(form: Form, value: Any) -> None:
    assert form.read(value, "x") == value


@every(("form", "value"), REFUSED)
def test_a_value_may_not_stand(form: Form, value: Any) -> None:
    with pytest.raises(CallRefused):
        form.read(value, "x")

"""What may each write say? Facts Q-11 to Q-13, Q-77."""

from typing import Any

import pytest

from support.tools.every import every
from vecgate.dialects.qdrant.updates import (
    BATCH,
    DELETE_PAYLOAD,
    MEMBERS,
    OVERWRITE_PAYLOAD,
    SELECTED,
    SET_PAYLOAD,
    UPDATE_VECTORS,
    UPSERT,
)
from vecgate.parsing.forms import Form
from vecgate.refusals.errors import CallRefused

V = [0.1, 0.2]
TAKEN: list[tuple[Form, Any, Any]] = [
    (UPSERT, {"points": [{"id": 1, "vectors": V, "payload": None}]}, {"points": [{"id": 1, "vector": V}]}),
    (UPSERT, {"batch": {"ids": [1, 2], "vectors": {"a": [V, V]}, "payloads": [{"x": 1}, None]}}, None),
    (SELECTED, {"points": None, "filter": {}}, {"filter": {}}),
    (SET_PAYLOAD, {"payload": {"any key": [1]}, "key": '"a"', "points": [1]}, {"payload": {"any key": [1]}, "key": "a", "points": [1]}),
    (UPDATE_VECTORS, {"points": [{"id": 1, "vector": {"kw": {"indices": [1], "values": [1]}}}], "update_filter": None}, {"points": [{"id": 1, "vector": {"kw": {"indices": [1], "values": [1]}}}]}),
    (BATCH, {"operations": [{"delete": {"points": [1]}}, {"clear_payload": {"filter": {"must": {"has_id": [1]}}}}]}, {"operations": [{"delete": {"points": [1]}}, {"clear_payload": {"filter": {"must": [{"has_id": [1]}]}}}]}),
]  # fmt: skip
REFUSED: list[tuple[Form, Any]] = [
    (UPSERT, {}), (UPSERT, {"points": []}), (UPSERT, {"points": [{"id": 1}]}), (UPSERT, {"points": [{"id": 1, "vector": V, "tenant": "x"}]}),
    (UPSERT, {"points": [{"id": 1, "vector": V, "vectors": V}]}), (UPSERT, {"points": [{"id": 1, "vector": V, "payload": []}]}), (UPSERT, {"points": [{"id": 1, "vector": V}], "dry_run": True}),
    (SELECTED, {"filter": None}), (SELECTED, {"points": [1], "filter": {}}), (SELECTED, {}), (SELECTED, {"ids": [1]}),
    (SET_PAYLOAD, {"points": [1]}), (SET_PAYLOAD, {"payload": {}, "points": []}), (SET_PAYLOAD, {"payload": [], "points": [1]}),
    (OVERWRITE_PAYLOAD, {"payload": {}, "points": [1], "key": "a"}), (DELETE_PAYLOAD, {"keys": "a", "points": [1]}), (DELETE_PAYLOAD, {"keys": ["a b"], "points": [1]}),
    (BATCH, {"operations": []}), (BATCH, {"operations": [{}]}), (BATCH, {"operations": [{"Delete": {"points": [1]}}]}), (BATCH, {"operations": [{"delete": [[1]]}]}),
]  # fmt: skip


@pytest.mark.parametrize(("form", "body", "one"), TAKEN)
def test_a_write_may_say(form: Form, body: Any, one: Any) -> None:
    assert form.read(body, "") == (body if one is None else one)


@every(("form", "body"), REFUSED)
def test_a_write_may_not_say(form: Form, body: Any) -> None:
    with pytest.raises(CallRefused):
        form.read(body, "")


def test_a_batch_has_every_kind_of_write() -> None:
    assert len(MEMBERS) == 8

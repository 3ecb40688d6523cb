"""Which records does a write bring, and can anything be written beside them?"""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from support.fakes.gates import ALLOW, FakeGate, exchange
from support.milvus.asked import V2, FakeMilvus, raw
from vecgate.dialects.milvus.dialect import Milvus
from vecgate.dialects.milvus.guards import brought
from vecgate.dialects.milvus.things import Described
from vecgate.domain.guards import Guards
from vecgate.handling import stamping
from vecgate.refusals.errors import CallRefused

TYPES = {"id": "Int64", "text": "VarChar", "vec": "FloatVector"}
FOUND = Described("people", "default/people#7", "id", TYPES, dynamic=True)
FIXED = Described("people", "default/people#7", "id", TYPES)
TREE: dict[str, Any] = {
    "collectionName": "people",
    "data": [{"id": 1, "text": "a", "vec": [1, 2], "n": 3}, {"text": "b"}],
}


def test_rows_are_told_without_key_and_vectors() -> None:
    found = brought.carried("entities_upsert", TREE, FOUND)
    assert found is not None
    assert [(one.id, one.metadata, one.whole, one.placed) for one in found.listed] == [
        ("1", {"text": "a", "n": 3}, True, True), (None, {"text": "b"}, True, True),
    ]  # fmt: skip
    stamped: Any = found.described([{"text": "a", "n": 3, "_vecgate_who": "ann"}, None])
    assert stamped["data"] == [{**TREE["data"][0], "_vecgate_who": "ann"}, {"text": "b"}]
    assert brought.carried("entities_delete", TREE, FOUND) is None


def test_what_was_written_is_read_by_ids_as_they_are() -> None:
    asked = brought.recalling("default", FOUND, ["1", "2"])
    assert asked is not None
    assert isinstance(asked.tree, dict)
    assert asked.tree["filter"] == "id in [1, 2]"
    assert asked.tree["consistencyLevel"] == "Strong"
    assert brought.recalling("default", FIXED, ["1"]) is None


def test_a_collection_without_dynamic_fields_takes_no_stamp() -> None:
    dialect, server = Milvus(), FakeMilvus()
    call = dialect.read(raw(f"{V2}/entities/insert", {"collectionName": "people", "data": [{"id": 1, "text": "a"}]}))
    operation = asyncio.run(dialect.classify(call, server.ask))
    one = exchange(operation=operation, call=call, decision=replace(ALLOW, guards=Guards(stamp=True)))
    with pytest.raises(CallRefused, match=r"guards\.untold"):
        stamping.stamped(FakeGate(dialect=lambda _: dialect), one, call)

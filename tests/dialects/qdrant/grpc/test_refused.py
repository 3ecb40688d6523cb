"""Which messages of Qdrant's are refused: those that have more than one reading, or that its REST routes would refuse?"""

from typing import Final

import pytest

from dialects.qdrant.grpc.said import twin
from support.tools.every import every
from vecgate.refusals.errors import CallRefused

#: What is refused: by more than one reading, by what the server overlooks, by what it would refuse.
REFUSED: Final[list[tuple[str, str, str]]] = [
    ("Count", "filter { must_not {} }", "Condition says nothing"),
    ("Count", "filter { must { field { key: 'a' match {} } } }", "Match says nothing"),
    ("Count", "filter { must { field { key: 'a' range { gt: 1 } datetime_range { gt { seconds: 1 } } } } }", "bounds of numbers"),
    ("Count", "filter { must { field { key: 'a' match { keyword: 'x' } range { gt: 1 } } } }", "stand together"),
    ("Count", "filter { must { field { key: 'a' range { gt: inf } } } }", "no finite number"),
    ("Count", "filter { must { field { key: '' match { keyword: 'x' } } } }", "path of a payload"),
    ("Count", "filter { must { field { key: 'a' datetime_range { gt { seconds: 1 nanos: -1 } } } } }", "nanoseconds"),
    ("Count", "filter { must { field { key: 'a' datetime_range { gt { seconds: 999999999999999 } } } } }", "beyond all dates"),
    ("Query", "query {}", "Query says nothing"),
    ("Query", "query { nearest {} }", "VectorInput says nothing"),
    ("Query", "query { nearest { id {} } }", "PointId says nothing"),
    ("Query", "query { nearest { id { uuid: '7' } } }", "id of a point"),
    ("Query", "query { nearest { dense { data: nan } } }", "no finite number"),
    ("Query", "query { fusion: 9 }", "Fusion"),
    ("Query", "timeout: 0", "'timeout' has a value"),
    ("Query", "shard_key_selector {}", "shard_key"),
    ("Query", "shard_key_selector { fallback { keyword: 'all' } }", "fallback"),
    ("QueryBatch", "query_points { collection_name: 'other' }", "another collection"),
    ("QueryBatch", "query_points { timeout: 7 }", "time-out"),
    ("Search", "vector: 1 sparse_indices { data: 1 } limit: 1", "without a name"),
    ("Upsert", "points { id { num: 1 } vectors { vector { data: 1 dense { data: 1 } } } }", "two forms"),
    ("Upsert", "points { id { num: 1 } vectors { vector { data: [1, 2, 3] vectors_count: 2 } } }", "as many vectors"),
    ("Upsert", "points { id { num: 1 } vectors { vector { vectors_count: 2 } } }", "as many vectors"),
    ("Upsert", "", "must not be empty"),
    ("Delete", "", "is missing"),
    ("UpdateBatch", "operations {}", "must have one of"),
    ("CreateFieldIndex", "field_name: 'a' field_type: FieldTypeText field_index_params { keyword_index_params {} }", "two types"),
]  # fmt: skip


@every(("method", "text", "words"), REFUSED, ids=[f"{one[0]} {i}" for i, one in enumerate(REFUSED)])
def test_what_cannot_be_read_in_one_way_is_refused(method: str, text: str, words: str) -> None:
    with pytest.raises(CallRefused, match=words) as e:
        twin(f"/qdrant.Points/{method}", text)
    assert e.value.refusal.code in ("body.unreadable", "path.odd")

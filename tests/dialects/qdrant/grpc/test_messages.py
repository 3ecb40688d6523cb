"""Are reads by ids and writes in messages those that REST has, and back, and enums its words?"""

from typing import Any, Final

from dialects.qdrant.grpc.said import there_and_back
from support.tools.every import every
from vecgate.dialects.qdrant.grpc.messages import word

P: Final = "/collections/people/points"
#: (method, message, path, query, body). Numbers are such that a float of four bytes is one of eight.
CASES: Final[list[tuple[str, str, str, dict[str, str], Any]]] = [
    ("Get", "ids { num: 1 } ids { uuid: '0f8fad5b-d9cb-469f-a165-70867728950e' } with_payload { enable: true }",
     P, {}, {"ids": [1, "0f8fad5b-d9cb-469f-a165-70867728950e"], "with_payload": True}),
    ("Scroll", "offset { num: 7 } limit: 2 order_by { key: 'age' start_from { datetime: '2020-01-01' } }",
     f"{P}/scroll", {}, {"offset": 7, "limit": 2, "order_by": {"key": "age", "start_from": "2020-01-01"}}),
    ("Count", "exact: true", f"{P}/count", {}, {"exact": True}),
    ("Facet", "key: 'dept' limit: 2 exact: true", "/collections/people/facet", {}, {"key": "dept", "limit": 2, "exact": True}),
    ("Upsert", "points { id { num: 1 } vectors { vector { dense { data: 1 } } } payload { key: 'a' value { list_value { values { null_value: NULL_VALUE } values { double_value: 2 } values { integer_value: 2 } values { bool_value: true } values { struct_value { fields { key: 'b' value { string_value: '' } } } } } } } } update_filter { must { has_id { has_id { num: 1 } } } } update_mode: InsertOnly ordering { type: Strong }",
     P, {"ordering": "strong"}, {"points": [{"id": 1, "vector": [1.0], "payload": {"a": [None, 2.0, 2, True, {"b": ""}]}}],
                                 "update_filter": {"must": [{"has_id": [1]}]}, "update_mode": "insert_only"}),
    ("Upsert", "points { id { num: 1 } vectors { vectors { vectors { key: 'a' value { dense { data: 1 } } } vectors { key: 's' value { sparse { indices: 1 values: 2 } } } } } }",
     P, {}, {"points": [{"id": 1, "vector": {"a": [1.0], "s": {"indices": [1], "values": [2.0]}}}]}),
    ("UpdateVectors", "points { id { num: 1 } vectors { vector { dense { data: 1 } } } }", f"{P}/vectors", {}, {"points": [{"id": 1, "vector": [1.0]}]}),
    ("Delete", "points { points { ids { num: 1 } } }", f"{P}/delete", {}, {"points": [1]}),
    ("Delete", "points { filter {} }", f"{P}/delete", {}, {"filter": {}}),
    ("DeleteVectors", "points_selector { points { ids { num: 1 } } } vectors { names: ['a', ''] }", f"{P}/vectors/delete", {}, {"points": [1], "vector": ["a", ""]}),
    ("SetPayload", "payload { key: 'a' value { integer_value: -9223372036854775808 } } points_selector { filter { must { slice { total: 4 index: 0 } } } } key: 'b.c'",
     f"{P}/payload", {}, {"payload": {"a": -(2**63)}, "filter": {"must": [{"slice": {"total": 4, "index": 0}}]}, "key": "b.c"}),
    ("DeletePayload", "keys: ['a'] points_selector { points { ids { num: 1 } } }", f"{P}/payload/delete", {}, {"keys": ["a"], "points": [1]}),
    ("ClearPayload", "points { points { ids { num: 1 } } }", f"{P}/payload/clear", {}, {"points": [1]}),
    ("UpdateBatch", "operations { upsert { points { id { num: 1 } vectors { vector { dense { data: 1 } } } } } } operations { delete_points { points { points { ids { num: 2 } } } } } operations { set_payload { payload { key: 'a' value { bool_value: false } } points_selector { points { ids { num: 3 } } } } } operations { clear_payload { points { filter {} } } } operations { delete_vectors { points_selector { points { ids { num: 4 } } } vectors { names: 'a' } shard_key_selector { shard_keys { keyword: 'k' } } } }",
     f"{P}/batch", {}, {"operations": [{"upsert": {"points": [{"id": 1, "vector": [1.0]}]}}, {"delete": {"points": [2]}},
                                       {"set_payload": {"payload": {"a": False}, "points": [3]}}, {"clear_payload": {"filter": {}}},
                                       {"delete_vectors": {"points": [4], "vector": ["a"], "shard_key": "k"}}]}),
    ("CreateFieldIndex", "field_name: 'dept' field_type: FieldTypeKeyword", "/collections/people/index", {}, {"field_name": "dept", "field_schema": "keyword"}),
    ("CreateFieldIndex", "field_name: 'note' field_type: FieldTypeText field_index_params { text_index_params { tokenizer: Word lowercase: true stopwords { languages: 'english' } stemmer { snowball { language: 'english' } } } }",
     "/collections/people/index", {}, {"field_name": "note", "field_schema": {"type": "text", "tokenizer": "word", "lowercase": True,
        "stopwords": {"languages": ["english"]}, "stemmer": {"type": "snowball", "language": "english"}}}),
]  # fmt: skip


@every(("method", "text", "path", "query", "body"), CASES, ids=[f"{one[0]} {i}" for i, one in enumerate(CASES)])
def test_a_message_is_its_twin_and_back(method: str, text: str, path: str, query: dict[str, str], body: Any) -> None:
    there_and_back(method, text, path, query, body)


def test_values_of_enums_are_the_words_of_rest() -> None:
    told = {("Distance", "Cosine"): "Cosine", ("ReplicaState", "ActiveRead"): "ActiveRead", ("UpdateMode", "InsertOnly"): "insert_only",
            ("FieldType", "FieldTypeUuid"): "uuid", ("Fusion", "DBSF"): "dbsf", ("Bits", "Bits1_5"): "bits1_5",
            ("Setting", "Scalar4Bits"): "scalar4bits", ("CompressionRatio", "x4"): "x4"}  # fmt: skip
    assert {key: word(*key) for key in told} == told

"""What do batches store, and what is told of each object?"""

import json
import struct
from typing import Any, Final

import pytest

from support.tools.every import every
from support.weaviate.messages import GRPC, SERVICE, new, reply_of, said
from vecgate.dialects.base.grpc.protocol import Reply
from vecgate.domain.call import Call, Json
from vecgate.refusals.errors import CallRefused

A: Final = "abc10000-0000-4000-8000-000000000001"


def value(**kind: Any) -> Any:
    return new("StructValue", **kind)


def plain(**values: Any) -> dict[str, Any]:
    return {"non_ref_properties": new("Struct", fields={name: value(**one) for name, one in values.items()})}


HELD: Final[list[tuple[dict[str, Any], Json]]] = [
    (plain(name={"string_value": "Anna"}, vip={"bool_value": True}, gone={"null_value": 0}), {"gone": None, "name": "Anna", "vip": True}),
    (plain(age={"number_value": 34.0}, score={"number_value": 1.5}), {"age": 34, "score": 1.5}),
    (plain(home={"struct_value": new("Struct", fields={"latitude": value(number_value=1.5), "longitude": value(number_value=2.5)})}),
     {"home": {"latitude": 1.5, "longitude": 2.5}}),
    ({"text_array_properties": [new("TextArrayProperties", prop_name="tags", values=["a"])]}, {"tags": ["a"]}),
    ({"int_array_properties": [new("IntArrayProperties", prop_name="ages", values=[1, 2])]}, {"ages": [1, 2]}),
    ({"boolean_array_properties": [new("BooleanArrayProperties", prop_name="yes", values=[True])]}, {"yes": [True]}),
    ({"number_array_properties": [new("NumberArrayProperties", prop_name="w", values_bytes=struct.pack("<2d", 1, 2.5))]}, {"w": [1.0, 2.5]}),
    ({"object_properties": [new("ObjectProperties", prop_name="at", value=new("ObjectPropertiesValue", **plain(zip={"string_value": "1"})))]},
     {"at": {"zip": "1"}}),
    ({"object_array_properties": [new("ObjectArrayProperties", prop_name="past", values=[new("ObjectPropertiesValue", **plain(n={"number_value": 1}))])]},
     {"past": [{"n": 1}]}),
    ({"empty_list_props": ["tags"]}, {"tags": []}),
    ({"single_target_ref_props": [new("SingleTargetRefProps", prop_name="knows", uuids=[A.upper()])]},
     {"knows": [{"beacon": f"weaviate://localhost/{A}"}]}),
    ({"multi_target_ref_props": [new("MultiTargetRefProps", prop_name="knows", uuids=[A], target_collection="Person")]},
     {"knows": [{"beacon": f"weaviate://localhost/Person/{A}"}]}),
]  # fmt: skip


def batch(*objects: Any) -> Call:
    return GRPC.read(f"{SERVICE}/BatchObjects", said(new("BatchObjectsRequest", objects=objects)))


@every(("given", "held"), HELD)
def test_an_object_is_the_one_that_rest_would_store(given: dict[str, Any], held: Json) -> None:
    call = batch(
        new("BatchObject", collection="person", uuid=A.upper(), properties=new("BatchObject.Properties", **given))
    )
    assert call.tree == {"objects": [{"class": "Person", "id": A, "properties": held}]}
    assert GRPC.read(f"{SERVICE}/BatchObjects", GRPC.message(call).message) == call


def test_vectors_are_those_of_the_object() -> None:
    two = [
        new("Vectors", name="a", vector_bytes=b"\0\0\0?", type=1),
        new("Vectors", name="b", vector_bytes=b"\x01\0\0\0\0?", type=2),
    ]
    for one, told in (
        ({"vector": [0.5]}, {"vector": [0.5]}), ({"vector_bytes": b"\0\0\0?"}, {"vector": [0.5]}),
        ({"vectors": two}, {"vectors": {"a": [0.5], "b": [[0.5]]}}),
    ):  # fmt: skip
        call = batch(new("BatchObject", collection="Person", tenant="t1", **one))
        assert call.tree == {"objects": [{"class": "Person", "tenant": "t1", **told}]}
        assert GRPC.read(f"{SERVICE}/BatchObjects", GRPC.message(call).message) == call


_TAGS: Final = new("TextArrayProperties", prop_name="tags", values=["a"])
REFUSED: Final[list[dict[str, Any]]] = [
    {"text_array_properties": [_TAGS, _TAGS]}, {"text_array_properties": [_TAGS], "empty_list_props": ["tags"]},
    {**plain(Tags={"string_value": "b"}), "text_array_properties": [_TAGS]}, plain(a={"number_value": float("nan")}),
    plain(a={"list_value": new("StructList")}), plain(a={}), {"single_target_ref_props": [new("SingleTargetRefProps", uuids=["x"])]},
    {"number_array_properties": [new("NumberArrayProperties", prop_name="w", values_bytes=b"1")]},
    {"number_array_properties": [new("NumberArrayProperties", prop_name="w", values=[float("inf")])]},
]  # fmt: skip


@every("given", REFUSED)
def test_what_could_be_read_in_two_ways_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(CallRefused, match=r"body\.unreadable"):
        batch(new("BatchObject", collection="Person", properties=new("BatchObject.Properties", **given)))


def test_a_batch_of_nothing_is_refused() -> None:
    """W-19"""
    for name in ("BatchObjects", "BatchReferences"):
        with pytest.raises(CallRefused, match="must not be empty"):
            GRPC.read(f"{SERVICE}/{name}", b"")


def test_errors_of_a_batch_are_told_by_the_turn_of_their_object() -> None:
    objects = [new("BatchObject", collection="Person", uuid=A), new("BatchObject", collection="Person")]
    call = GRPC.read(f"{SERVICE}/BatchObjects", said(new("BatchObjectsRequest", objects=objects, consistency_level=3)))
    assert call.query == (("consistency_level", "ALL"),)
    reply = new("BatchObjectsReply", errors=[new("BatchError", index=1, error="why")])
    tree = json.loads(GRPC.answer(call, Reply(said(reply))).answer.body)
    assert [one["result"]["status"] for one in tree] == ["SUCCESS", "FAILED"]
    assert reply_of(call, reply) == reply
    with pytest.raises(ValueError, match="not sent"):
        GRPC.answer(call, Reply(said(new("BatchObjectsReply", errors=[new("BatchError", index=2)]))))

"""What does a write go over, and how is it kept?"""

from typing import Any

import pytest

from support.weaviate.asked import ANNA, EVA, described, prop
from vecgate.dialects.weaviate.things import Described
from vecgate.dialects.weaviate.written import overwriting, stored
from vecgate.domain.inlets import Kept
from vecgate.domain.operation import Operation
from vecgate.refusals.errors import CallRefused, Unavailable

PROPERTIES: Any = {
    one["name"]: one for one in described("Person", prop("name", "text"), prop("knows", "Person"))["properties"]
}
KNOWN = {name: Described(name, f"{name}#1", name == "Note", PROPERTIES, False) for name in ("Person", "Note")}
TREE: Any = {"objects": [
    {"class": "Person", "id": ANNA, "properties": {"name": "<PERSON>", "odd": 1}},
    {"class": "Note", "id": ANNA, "tenant": "t1", "properties": {"name": "<PERSON>"}},
    {"class": "Person", "properties": {"name": "new"}},
]}  # fmt: skip


def of(name: str) -> Operation:
    return Operation("weaviate", name, "upsert", 3, None, None, ("Person",))


def test_objects_are_told_apart_by_class_and_tenant() -> None:
    over = overwriting(of("batch_objects"), TREE, KNOWN.get)
    assert over is not None
    assert {number: one.id for number, one in over.sent.items()} == {0: f"Person//{ANNA}", 1: f"Note/t1/{ANNA}"}
    question = over.reading([f"Note/t1/{ANNA}"])
    text = question.tree["query"]  # type: ignore[index,call-overload]
    assert (
        text
        == f'{{Get{{C1:Note(where:{{operator:ContainsAny,path:["id"],valueText:["{ANNA}"]}},limit:1,tenant:"t1"){{name _additional{{id}}}}}}}}'
    )
    answer: Any = {"data": {"Get": {"C1": [{"name": "Anna", "_additional": {"id": ANNA}}]}}}
    assert list(over.kept(answer)) == [Kept(f"Note/t1/{ANNA}", {"properties": {"name": "Anna"}})]
    kept: Any = over.put({1: Kept("", {"properties": {"name": "Anna"}})})
    assert [one["properties"]["name"] for one in kept["objects"]] == ["<PERSON>", "Anna", "new"]


def test_one_object_is_kept_in_its_place() -> None:
    one: Any = {"class": "Person", "id": EVA, "properties": {"name": "<PERSON>"}}
    over = overwriting(of("objects_replace"), one, KNOWN.get)
    assert over is not None
    assert over.put({0: Kept("", {"properties": {"name": "Eva"}})}) == {**one, "properties": {"name": "Eva"}}
    assert overwriting(of("objects_create"), one, KNOWN.get) is None
    assert overwriting(of("reference_add"), {}, KNOWN.get) is None


def test_what_cannot_be_read_is_no_answer() -> None:
    over = overwriting(of("batch_objects"), TREE, KNOWN.get)
    assert over is not None
    assert list(over.kept(None)) == []
    for odd in ({"errors": [{"message": "no"}]}, {"data": None}, {"data": {"Get": {}}}):
        with pytest.raises(Unavailable):
            over.kept(odd)  # type: ignore[arg-type]
    with pytest.raises(CallRefused, match=r"collection\.unknown"):
        overwriting(of("batch_objects"), TREE, lambda _: None)


def test_what_a_write_stores_is_read_as_a_list_gives_it() -> None:
    one: Any = {
        "class": "Person",
        "id": "abc10000-0000-4000-8000-000000000001",
        "vector": [0.5],
        "properties": {"name": "Alma"},
    }
    for name, tree, sizes in (
        ("objects_create", one, [1]),
        ("objects_patch", one, [1]),
        ("batch_objects", {"objects": [one] * 33}, [32, 1]),
    ):
        read = stored(of(name), tree)
        assert read is not None
        assert (read.operation.name, read.operation.kind) == ("objects_list", "list_scan")
        parts: Any = [*read.records]
        assert [len(part["objects"]) for part in parts] == sizes
        assert parts[0]["objects"][0] == {"properties": {"name": "Alma"}}
    assert stored(of("objects_validate"), one) is None

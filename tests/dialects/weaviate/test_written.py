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
        == f'{{Get{{C1:Note(where:{{operator:ContainsAny,path:["id"],valueText:["{ANNA}"]}},limit:1,tenant:"t1"){{name _additional{{id vector}}}}}}}}'
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


THEIRS, OURS, MANY = [9.0, 9.0], [1.0, 0.5], [[1.0, 0.5], [2.0, 0.5]]
NAMED = {"Person": Described("Person", "Person#1", False, PROPERTIES, False, ("title", "toks"))}


def test_of_each_class_all_vectors_are_read() -> None:
    over = overwriting(of("batch_objects"), {"objects": [TREE["objects"][0]]}, NAMED.get)
    assert over is not None
    assert "_additional{id vector vectors{title toks}}" in over.reading([f"Person//{ANNA}"]).tree["query"]  # type: ignore[index,call-overload,operator]
    beside = {"id": ANNA, "vector": [], "vectors": {"title": OURS, "toks": MANY, "odd": None}}
    [kept] = over.kept({"data": {"Get": {"C0": [{"name": "Anna", "_additional": beside}]}}})
    assert kept.vector == {"title": OURS, "toks": MANY}


@pytest.mark.parametrize("name", ["objects_replace", "objects_patch", "batch_objects"])
@pytest.mark.parametrize(
    ("sent", "kept", "becomes"),
    [
        ({"vector": THEIRS}, {"": OURS}, {"vector": OURS}),
        ({"vectors": {"title": THEIRS}}, {"title": OURS}, {"vectors": {"title": OURS}}),
        ({"vectors": {"title": THEIRS, "toks": [THEIRS]}}, {"title": OURS, "toks": MANY}, {"vectors": {"title": OURS, "toks": MANY}}),
        ({"vector": THEIRS, "vectors": {"title": THEIRS}}, {"": OURS, "title": OURS}, {"vector": OURS, "vectors": {"title": OURS}}),
        ({"vectors": {"title": THEIRS, "new": THEIRS}}, {"title": OURS}, {"vectors": {"title": OURS, "new": THEIRS}}),
        ({"vector": THEIRS}, {"": THEIRS}, {"vector": THEIRS}),
    ],
)  # fmt: skip
def test_an_object_keeps_the_vectors_of_its_text(name: str, sent: Any, kept: Any, becomes: Any) -> None:
    one: Any = {"class": "Person", "id": EVA, "properties": {"name": "<PERSON>"}, **sent}
    over = overwriting(of(name), {"objects": [one]} if name == "batch_objects" else one, NAMED.get)
    assert over is not None
    new: Any = over.put({0: Kept("", {"properties": {"name": "Eva"}}, kept)})
    assert (new["objects"][0] if name == "batch_objects" else new) == {**one, "properties": {"name": "Eva"}, **becomes}


def test_vectors_that_nobody_was_shown_are_lost_with_no_whole_object() -> None:
    one: Any = {"class": "Person", "id": EVA, "properties": {"name": "<PERSON>"}}
    restored = {0: Kept("", {"properties": {"name": "Eva"}}, {"": OURS, "title": OURS})}
    made = {"Person": Described("Person", "Person#1", False, PROPERTIES, True)}
    for name, known, vectors in (
        ("objects_replace", KNOWN, {"vector": OURS, "vectors": {"title": OURS}}),
        ("objects_replace", made, {}),  # the server makes them of the text
        ("objects_patch", KNOWN, {}),  # they stay by themselves
    ):
        over = overwriting(of(name), one, known.get)
        assert over is not None
        assert over.put(restored) == {**one, "properties": {"name": "Eva"}, **vectors}


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

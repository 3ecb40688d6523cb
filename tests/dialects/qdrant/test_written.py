"""What does a write store and go over, and how does it come back?"""

from typing import Any

import pytest

from vecgate.dialects.qdrant import written
from vecgate.domain.inlets import Kept
from vecgate.domain.operation import Operation
from vecgate.refusals.errors import CallRefused, Unavailable

V = [1.0]


def operation(name: str) -> Operation:
    return Operation("qdrant", name, "upsert", 3, collections=("people",))


def test_what_is_stored_comes_as_a_read_gives_it() -> None:
    for name, tree, payloads in (
        ("upsert_points", {"points": [{"id": 1, "vector": V, "payload": {"a": "x"}}, {"id": 2, "vector": V}]}, [{"a": "x"}]),
        ("upsert_points", {"batch": {"ids": [1], "vectors": [V], "payloads": [{"a": "x"}]}}, [{"a": "x"}]),
        ("set_payload", {"payload": {"a": "x"}, "points": [1]}, [{"a": "x"}]),
        ("batch_update", {"operations": [{"delete": {"points": [1]}}, {"upsert": {"points": [{"id": 1, "payload": {"b": 1}}]}}]}, [{"b": 1}]),
    ):  # fmt: skip
        read = written.stored(operation(name), tree)  # type: ignore[arg-type]
        assert read is not None
        assert read.operation.name == "get_points"
        assert [record["payload"] for tree in read.records for record in tree["result"]] == payloads  # type: ignore[index,call-overload,union-attr]
    assert written.stored(operation("delete_points"), {"points": [1]}) is None


def test_a_write_goes_over_the_points_it_names() -> None:
    tree: Any = {"points": [{"id": 1, "vector": V, "payload": {"a": "<PERSON>"}}, {"id": 2, "vector": V}]}
    over = written.overwriting(operation("upsert_points"), "people", tree)
    assert over is not None
    assert {number: one.id for number, one in over.sent.items()} == {0: "1"}
    assert over.reading(["1"]).tree == {"ids": [1], "with_payload": True, "with_vector": True}
    kept = over.kept({"result": [{"id": 1, "payload": {"a": "Alice"}, "vector": [2.0]}]})
    assert kept == [Kept("1", {"payload": {"a": "Alice"}}, [2.0])]
    assert over.put({0: kept[0]})["points"] == [
        {"id": 1, "vector": [2.0], "payload": {"a": "Alice"}},
        {"id": 2, "vector": V},
    ]
    with pytest.raises(Unavailable):
        over.kept({"result": 5})


def test_a_column_of_payloads_goes_over_its_points() -> None:
    tree: Any = {"batch": {"ids": [1, 2], "vectors": [V, V], "payloads": [None, {"a": "<PERSON>"}]}}
    over = written.overwriting(operation("upsert_points"), "people", tree)
    assert over is not None
    assert {number: one.id for number, one in over.sent.items()} == {1: "2"}
    assert over.sent[1].vector == V
    assert over.put({1: Kept("2", {"payload": {"a": "Alice"}})})["batch"]["payloads"] == [None, {"a": "Alice"}]  # type: ignore[index,call-overload]


def test_one_payload_for_several_points_is_what_all_of_them_keep() -> None:
    tree: Any = {"payload": {"a": "<PERSON>"}, "points": [1, 2], "key": "b"}
    over = written.overwriting(operation("set_payload"), "people", tree)
    assert over is not None
    assert [one.fields for one in over.sent.values()] == [{"payload": {"b": {"a": "<PERSON>"}}}] * 2
    stored = over.kept(
        {"result": [{"id": 1, "payload": {"b": {"a": "Alice"}}}, {"id": 2, "payload": {"b": {"a": "Bob"}}}]}
    )
    assert [one.fields for one in stored] == [{"payload": {"b": {"a": "Alice"}}}, {"payload": {"b": {"a": "Bob"}}}]
    with pytest.raises(CallRefused, match="write them one by one"):
        over.put(dict(enumerate(stored)))
    with pytest.raises(CallRefused, match="write them one by one"):
        over.put({0: stored[0]})
    assert over.put(dict(enumerate([stored[0], stored[0]])))["payload"] == {"a": "Alice"}
    with pytest.raises(CallRefused, match="name the field as it is stored"):
        over.put(dict.fromkeys((0, 1), Kept("1", {"payload": {"Alice": {"a": "x"}}})))


BLIND: list[tuple[str, Any]] = [
    ("set_payload", {"payload": {"a": "x"}, "filter": {}}),
    ("set_payload", {"payload": {"a": "x"}, "points": [1], "key": "list[0].b"}),
    ("set_payload", {"payload": {"a": "x"}, "points": [1], "key": "list[]"}),
    ("overwrite_payload", {"payload": {"a": "x"}, "filter": {}}),
    ("batch_update", {"operations": [{"set_payload": {"payload": {"a": "x"}, "filter": {}}}]}),
]


@pytest.mark.parametrize(("name", "tree"), BLIND)
def test_a_write_whose_points_are_not_named_is_known_as_one(name: str, tree: Any) -> None:
    over = written.overwriting(operation(name), "people", tree)
    assert over is not None
    assert over.blind == over.sent.keys() == {0}


def test_every_member_of_a_batch_goes_over_its_points() -> None:
    tree: Any = {"operations": [
        {"delete": {"points": [9]}},
        {"upsert": {"points": [{"id": 1, "vector": V}, {"id": 2, "vector": V, "payload": {"a": "<P>"}}]}},
        {"upsert": {"batch": {"ids": [3, 4], "vectors": {"t": [V, V]}, "payloads": [{"a": "x"}, {"a": "<P>"}]}}},
        {"set_payload": {"payload": {"a": "<P>"}, "points": [5], "key": "k"}},
        {"update_vectors": {"points": [{"id": 6, "vector": V}]}},
        {"overwrite_payload": {"payload": {"a": "<P>"}, "points": [7]}},
    ]}  # fmt: skip
    over = written.overwriting(operation("batch_update"), "people", tree)
    assert over is not None
    assert {number: one.id for number, one in over.sent.items()} == {1: "2", 2: "3", 3: "4", 4: "5", 5: "7"}
    assert over.blind == frozenset()
    new = over.put({
        1: Kept("2", {"payload": {"a": "Ana"}}, [2.0]),
        3: Kept("4", {"payload": {"a": "Bo"}}, {"t": [4.0], "other": [5.0]}),
        4: Kept("5", {"payload": {"k": {"a": "Cy"}}}),
    })  # fmt: skip
    expected: Any = {"operations": [
        tree["operations"][0],
        {"upsert": {"points": [{"id": 1, "vector": V}, {"id": 2, "vector": [2.0], "payload": {"a": "Ana"}}]}},
        {"upsert": {"batch": {"ids": [3, 4], "vectors": {"t": [V, [4.0]]}, "payloads": [{"a": "x"}, {"a": "Bo"}]}}},
        {"set_payload": {"payload": {"a": "Cy"}, "points": [5], "key": "k"}},
        *tree["operations"][4:],
    ]}  # fmt: skip
    assert new == expected


VECTORS: list[tuple[Any, Any, Any]] = [
    # (as it is sent, as it is stored, what goes in)
    ([1.0], [2.0], [2.0]),
    ([1.0], None, [1.0]),
    ({"t": [1.0]}, {"t": [2.0], "u": [3.0]}, {"t": [2.0], "u": [3.0]}),
    ({}, {"t": [2.0]}, {"t": [2.0]}),
    ({}, [2.0], {"": [2.0]}),
    ({"t": [1.0], "u": [1.0]}, {"t": [2.0]}, {"t": [2.0], "u": [1.0]}),
    ({"": [1.0]}, [2.0], {"": [2.0]}),
    ({"text": "<P>", "model": "m"}, [2.0], [2.0]),
    ([1.0], {"t": [2.0]}, [1.0]),
    ({"indices": [1], "values": [1.0]}, {"indices": [2], "values": [2.0]}, {"indices": [2], "values": [2.0]}),
]


@pytest.mark.parametrize(("sent", "stored", "goes"), VECTORS)
def test_a_point_that_is_restored_keeps_its_vectors(sent: Any, stored: Any, goes: Any) -> None:
    tree: Any = {"points": [{"id": 1, "vector": sent, "payload": {"a": "<P>"}}]}
    over = written.overwriting(operation("upsert_points"), "people", tree)
    assert over is not None
    new: Any = over.put({0: Kept("1", {"payload": {"a": "Ana"}}, stored)})
    assert new["points"][0]["vector"] == goes
    column: Any = {"batch": {"ids": [1], "vectors": [sent], "payloads": [{"a": "<P>"}]}}
    if not isinstance(sent, dict) or "model" in sent:
        over = written.overwriting(operation("upsert_points"), "people", column)
        assert over is not None
        assert over.put({0: Kept("1", {"payload": {"a": "Ana"}}, stored)})["batch"]["vectors"] == [goes]  # type: ignore[index,call-overload]


def test_a_collections_metadata_are_gone_over() -> None:
    over = written.overwriting(operation("update_collection"), "people", {"metadata": {"owner": "<PERSON>"}})
    assert over is not None
    assert over.reading(["people"]).path == "/collections/people"
    assert over.kept({"result": {"config": {"metadata": {"owner": "Alice"}}}}) == [
        Kept("people", {"metadata": {"owner": "Alice"}})
    ]
    assert over.kept(None) == []


def test_a_write_that_brings_nothing_to_read_goes_over_nothing() -> None:
    for name, tree in (
        ("set_payload", {"payload": {}, "filter": {}}),
        ("delete_points", {"points": [1]}),
        ("update_vectors", {"points": [{"id": 1, "vector": V}]}),
        ("update_collection", {}),
    ):
        assert written.overwriting(operation(name), "people", tree) is None  # type: ignore[arg-type]


def test_texts_are_told_before_they_are_written() -> None:
    records: list[Any] = [{"text": "a"}, {"text": "b", "metadata": {"x": 1}}]
    writing, tree = written.written(operation(""), records)
    assert (writing.kind, writing.records) == ("upsert", 2)
    assert written.texts(tree, records) == records


def test_pages_end_and_what_is_none_is_told() -> None:
    going = written.pages("people", 2)
    assert next(going).tree == {"limit": 2, "with_payload": True, "with_vector": False}
    assert going.send({"result": {"points": [], "next_page_offset": 3}}).tree == {
        "limit": 2,
        "with_payload": True,
        "with_vector": False,
        "offset": 3,
    }
    with pytest.raises(StopIteration):
        going.send({"result": {"points": [], "next_page_offset": None}})
    with pytest.raises(ValueError, match="without points"):
        (one := written.pages("people", 2), next(one), one.send({}))


def test_a_sample_is_drawn_by_the_server_after_a_count() -> None:
    going = written.sample("people", 30)
    assert next(going).tree == {"exact": True}
    drawn = {"query": {"sample": "random"}, "limit": 30, "with_payload": True, "with_vector": False}
    assert going.send({"result": {"count": 90}}).tree == drawn
    with pytest.raises(StopIteration) as e:
        going.send({"scan": {}})
    assert e.value.value == 90
    for odd in ({}, {"result": {"count": True}}, []):
        with pytest.raises(ValueError, match="no number"):
            (one := written.sample("people", 2), next(one), one.send(odd))
    empty = written.sample("people", 2)
    next(empty)
    with pytest.raises(StopIteration):
        empty.send({"result": {"count": 0}})


@pytest.mark.parametrize(
    ("name", "tree", "is_one"),
    [
        ("count_points", {}, True),
        ("count_points", {"exact": False}, True),
        ("count_points", {"exact": True, "filter": None}, True),
        ("count_points", {"exact": True, "filter": {}}, False),
        ("count_points", {"exact": True, "shard_key": "a"}, False),
        ("query_points", {"query": {"sample": "random"}, "limit": 1000, "with_payload": True}, True),
        ("query_points", {"query": {"sample": "random"}, "limit": 1001}, False),
        ("query_points", {"query": {"sample": "random"}, "limit": True}, False),
        ("query_points", {"query": {"sample": "random"}, "limit": 9, "with_vector": ["a"]}, False),
        ("query_points", {"query": {"sample": "random"}, "limit": 9, "lookup_from": {"collection": "x"}}, False),
        ("query_points", {"limit": 9}, False),
        ("scroll_points", {"limit": 9}, False),
        ("delete_points", {}, False),
    ],
)
def test_a_sample_chooses_no_points(name: str, tree: Any, is_one: bool) -> None:
    assert written.samples(name, tree) is is_one


def test_a_sample_is_taken_apart_point_by_point() -> None:
    answer: Any = {"result": {"points": [{"id": 1}, {"id": 2}]}, "status": "ok", "time": 0.1}
    assert written.singly("query_points", answer) == [{"result": {"points": [{"id": i}]}} for i in (1, 2)]
    assert written.singly("count_points", {"result": {"count": 2}}) is None
    with pytest.raises(ValueError, match="without points"):
        written.singly("query_points", {"result": []})

"""What a write stores is what a read answers with: the same texts, under the same names."""

from typing import Any

import pytest

from support.tools.every import every
from vecgate import dialects
from vecgate.dialects.chroma.stored import WRITES, pages, sample, samples, singly, stored
from vecgate.domain.operation import Operation

UUID = "7b0b9c3e-2a57-4c39-9c5e-0b6f2f4f8f10"


def write(name: str = "collection_upsert") -> Operation:
    return Operation("chroma", name, "upsert", 3, "t", "d", ("tickets",))


BODIES: list[tuple[str, dict[str, Any], list[Any]]] = [
    ("nothing", {}, []),
    ("no records", {"ids": [], "documents": []}, []),
    ("one", {"ids": ["a"], "documents": ["x"]}, [{"ids": ["a"], "documents": ["x"]}]),
    (
        "vectors are left out",
        {
            "ids": ["a"],
            "embeddings": [[0.5]],
            "metadatas": [{"v": {"#type": "sparse_vector", "indices": [1], "values": [0.5]}}],
        },
        [{"ids": ["a"], "metadatas": [{"v": {"#type": "sparse_vector", "indices": [], "values": []}}]}],
    ),
    (
        "nulls stay",
        {"ids": ["a", "b"], "documents": [None, "x"], "uris": None},
        [{"ids": ["a", "b"], "documents": [None, "x"]}],
    ),
    ("nonsense", {"ids": "a", "documents": {"x": 1}}, []),
]


@pytest.mark.parametrize(("body", "expected"), [row[1:] for row in BODIES], ids=[row[0] for row in BODIES])
def test_what_a_write_brings(body: dict[str, Any], expected: list[Any]) -> None:
    read = stored(write(), body)
    assert read is not None
    assert list(read.records) == expected


def test_many_records_come_in_parts_that_together_are_all() -> None:
    body: dict[str, Any] = {"ids": [f"r{i}" for i in range(100)], "documents": [f"d{i}" for i in range(100)]}
    read = stored(write(), body)
    assert read is not None
    parts: list[Any] = list(read.records)
    assert len(parts) == 4
    for name, values in body.items():
        assert [value for part in parts for value in part[name]] == values


@every("name", sorted({route.name for route in dialects.load("chroma").routes}))
def test_only_writes_store_and_what_they_store_is_read_with_a_known_operation(name: str) -> None:
    read = stored(write(name), {"ids": ["a"]})
    assert (read is not None) == (name in WRITES)
    if read is not None:
        assert (read.operation.name, read.operation.kind, read.operation.group) == (
            "collection_get",
            "list_scan",
            "read",
        )


def test_a_collection_is_read_page_by_page_until_one_is_empty() -> None:
    going = pages(("t", "d"), "tickets", 2)
    assert next(going).path == "/api/v2/tenants/t/databases/d/collections/tickets"
    asked: list[Any] = [going.send({"id": UUID})]
    asked.append(going.send({"ids": ["a", "b"]}))
    asked.append(going.send({"ids": ["c"]}))
    assert {call.path for call in asked} == {f"/api/v2/tenants/t/databases/d/collections/{UUID}/get"}
    assert [(call.tree["limit"], call.tree["offset"]) for call in asked] == [(2, 0), (2, 2), (2, 3)]
    with pytest.raises(StopIteration):
        going.send({"ids": []})


@pytest.mark.parametrize("answer", [None, [], {}, {"id": ""}])
def test_a_collection_without_an_id_is_none(answer: Any) -> None:
    going = pages(("t", "d"), "tickets", 2)
    next(going)
    with pytest.raises(ValueError, match="no id"):
        going.send(answer)


def test_the_calls_are_ones_the_gateway_reads_as_they_are() -> None:
    """Else the gateway would refuse, or change, what it is asked."""
    from vecgate.domain.exchange import Raw

    dialect = dialects.load("chroma")
    going = dialect.pages("t", "d", "tickets", 10)
    assert going is not None
    first = next(going)
    second = going.send({"id": UUID})
    for call, name in ((first, "get_collection"), (second, "collection_get")):
        read = dialect.read(Raw(call.method, call.path, call.headers, call.body))
        assert read == call
        assert dialect.match(read).route.name == name


def test_a_sample_is_read_here_and_there_after_a_count() -> None:
    going = sample(("t", "d"), "tickets", 20, lambda below: below - 1)
    assert next(going).path == "/api/v2/tenants/t/databases/d/collections/tickets"
    assert going.send({"id": UUID}).path.endswith(f"{UUID}/count")
    first, second = going.send(100), going.send({"scan": {}})
    assert first.tree == {"limit": 10, "offset": 40, "include": ["documents", "metadatas", "uris"]}
    assert second.tree == {"limit": 10, "offset": 90, "include": ["documents", "metadatas", "uris"]}
    with pytest.raises(StopIteration) as e:
        going.send({"scan": {}})
    assert e.value.value == 100
    for odd in (True, None, "100", {}):
        one = sample(("t", "d"), "tickets", 20, lambda _: 0)
        next(one)
        one.send({"id": UUID})
        with pytest.raises(ValueError, match="no number"):
            one.send(odd)


SAMPLED = {"limit": 9, "offset": 3, "include": ["documents", "metadatas", "uris"]}


@pytest.mark.parametrize(
    ("name", "tree", "is_one"),
    [
        ("collection_count", {}, True),
        ("collection_get", SAMPLED, True),
        ("collection_get", SAMPLED | {"where": None, "ids": None}, True),
        ("collection_get", SAMPLED | {"limit": 1000}, True),
        ("collection_get", SAMPLED | {"limit": 1001}, False),
        ("collection_get", SAMPLED | {"limit": True}, False),
        ("collection_get", SAMPLED | {"limit": None}, False),
        ("collection_get", SAMPLED | {"where": {}}, False),
        ("collection_get", SAMPLED | {"ids": []}, False),
        ("collection_get", SAMPLED | {"where_document": {"$contains": "x"}}, False),
        ("collection_get", SAMPLED | {"include": ["documents"]}, False),
        ("collection_query", SAMPLED, False),
        ("collection_delete", {}, False),
    ],
)
def test_a_sample_chooses_no_records(name: str, tree: Any, is_one: bool) -> None:
    assert samples(name, tree) is is_one


def test_a_sample_is_taken_apart_record_by_record() -> None:
    answer: Any = {"ids": ["a", "b"], "documents": ["x", None], "metadatas": None, "uris": [None, "u"], "include": []}
    assert singly("collection_get", answer) == [
        {"ids": ["a"], "documents": ["x"], "uris": [None]},
        {"ids": ["b"], "documents": [None], "uris": ["u"]},
    ]
    assert singly("collection_count", 3) is None
    for odd in (3, [], {}, {"ids": None}):
        with pytest.raises(ValueError, match="lists no ids"):
            singly("collection_get", odd)

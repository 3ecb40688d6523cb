"""What a write stores is what a read answers with: the same texts, under the same names."""

from typing import Any

import pytest

from vecgate import dialects
from vecgate.dialects.chroma.stored import WRITES, pages, stored
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


@pytest.mark.parametrize("name", sorted({route.name for route in dialects.load("chroma").routes}))
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

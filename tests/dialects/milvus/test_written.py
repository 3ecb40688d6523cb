"""What does an upsert go over, and how is it told to keep what is stored?"""

import asyncio
import json
from typing import Any

import pytest

from dialects.milvus.test_reach import P, Told
from support.milvus.asked import V2
from vecgate.dialects.milvus import written
from vecgate.dialects.milvus.things import Described
from vecgate.domain.inlets import Kept


def test_an_upsert_goes_over_what_is_stored_and_an_insert_over_nothing() -> None:
    """M-32, M-33"""
    told = Told()
    row: Any = {
        "id": 1,
        "tenant": "t1",
        "name": "<PERSON>",
        "meta": {"email": "<MAIL>"},
        "tags": ["red"],
        "vec": [0.1, 0.2, 0.3, 0.4],
    }
    call, operation = told.read(f"{V2}/entities/upsert", {**P, "data": [row, {"name": "no id"}]})
    over = told.dialect.overwriting(call, operation)
    assert over is not None
    fields = {key: value for key, value in row.items() if key not in ("id", "vec")}
    assert {number: (one.id, one.fields) for number, one in over.sent.items()} == {0: ("1", {"row": fields})}
    answer = json.loads(asyncio.run(told.ask(over.reading(["1"]))).body)
    (stored,) = over.kept(answer)
    assert stored.id == "1"
    kept: Any = stored.fields["row"]
    assert (kept["meta"]["email"], kept["tags"], "vec" in kept) == ("alma.brandt@example.org", ["red", "blue"], False)
    new = over.put({0: over.sent[0]._replace(fields={"row": {**fields, "name": "Alma Brandt"}})})
    assert new["data"] == [{**row, "name": "Alma Brandt"}, {"name": "no id"}]
    assert (over.read.kind, over.read.name) == ("read_ids", "entities_query")
    assert told.dialect.overwriting(*told.read(f"{V2}/entities/insert", {**P, "data": [row]})) is None


def test_what_a_write_stores_is_read_as_a_query_gives_it() -> None:
    told = Told()
    rows: Any = [{"id": i, "name": "Alma Brandt", "tags": ["red"], "vec": [0.1, 0.2, 0.3, 0.4]} for i in range(33)]
    for what in ("upsert", "insert"):
        call, operation = told.read(f"{V2}/entities/{what}", {**P, "data": rows})
        read = told.dialect.stored(operation, dict(call.tree))  # type: ignore[arg-type]
        assert read is not None
        assert read.operation.name == "entities_query"
        parts: Any = [*read.records]
        assert [len(one["data"]) for one in parts] == [32, 1]
        assert parts[1]["data"] == [{"id": 32, "name": "Alma Brandt", "tags": ["red"]}]
    call, operation = told.read(f"{V2}/entities/delete", {**P, "filter": "id > 0"})
    assert told.dialect.stored(operation, dict(call.tree)) is None  # type: ignore[arg-type]


KINDS: list[tuple[str, Any, Any]] = [
    ("FloatVector", [0.5, 0.5], [0.25, 0.5]),
    ("Int8Vector", [1, 2], [3, 4]),
    ("Float16Vector", [0.5, 0.5], "ADgAOA=="),
    ("BinaryVector", "/w==", "AA=="),
    ("SparseFloatVector", {"1": 0.5}, {"4": 0.25}),
    ("SparseFloatVector", {"indices": [1], "values": [0.5]}, {"4": 0.25}),
]


@pytest.mark.parametrize(("kind", "sent", "stored"), KINDS)
def test_a_vector_of_any_kind_stays_where_its_text_does(kind: str, sent: Any, stored: Any) -> None:
    found = Described("people", "people#1", "id", {"id": "Int64", "name": "VarChar", "vec": kind})
    row: Any = {"id": 1, "name": "<PERSON>", "vec": sent}
    told = Told()
    _, operation = told.read(f"{V2}/entities/upsert", {**P, "data": [{"id": 1, "name": "x"}]})
    over = written.overwriting(operation, "default", found, {"data": [row]})
    assert over is not None
    assert over.sent[0] == Kept("1", {"row": {"name": "<PERSON>"}}, {"vec": sent})
    [kept] = over.kept({"code": 0, "data": [{"id": 1, "name": "Alma", "vec": stored}]})
    assert over.put({0: kept}) == {"data": [{"id": 1, "name": "Alma", "vec": stored}]}

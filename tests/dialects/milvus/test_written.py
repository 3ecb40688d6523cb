"""What does an upsert go over, and how is it told to keep what is stored?"""

import asyncio
import json
from typing import Any

from dialects.milvus.test_reach import P, Told
from support.milvus.asked import V2


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

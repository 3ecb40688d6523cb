"""What does a list hold, and what would show each entry alone?"""

import json

import pytest

from vecgate.dialects.milvus import lists
from vecgate.domain.operation import Operation

LIST = Operation("milvus", "collections_list", "collection_read", 1, "db1", "db1")


def test_an_entry_is_a_collection_or_a_database() -> None:
    found = lists.listing(LIST, {"code": 0, "data": ["a", "b"]})
    assert found is not None
    assert [(one.name, one.database, one.collections) for one in found.about] == [
        ("collections_describe", "db1", ("a",)), ("collections_describe", "db1", ("b",)),
    ]  # fmt: skip
    databases = Operation("milvus", "databases_list", "tenant_read", 1)
    found = lists.listing(databases, {"code": 0, "data": ["x"]})
    assert found is not None
    assert [one.database for one in found.about] == ["x"]
    assert lists.listing(LIST, {"code": 800, "message": "no such database"}) is None
    assert lists.relisted({"code": 0, "data": ["a", "b"]}, ["b"]) == {"code": 0, "data": ["b"]}
    for odd in ({"code": 0, "data": [1]}, {"code": 0, "data": "a"}):
        with pytest.raises(ValueError, match=r"without|no list"):
            lists.listing(LIST, odd)  # type: ignore[arg-type]


def test_an_inventory_goes_through_all_databases() -> None:
    asking = lists.inventory()
    call = next(asking)
    assert (call.path, json.loads(call.body)) == ("/v2/vectordb/databases/list", {})
    call = asking.send({"code": 0, "data": ["default", "db1"]})
    assert json.loads(call.body) == {"dbName": "default"}
    asking.send({"code": 0, "data": ["people"]})
    with pytest.raises(StopIteration) as end:
        asking.send({"code": 0, "data": ["docs"]})
    assert end.value.value == [("default", "people"), ("db1", "docs")]

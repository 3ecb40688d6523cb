"""What does a list hold, and what would show each entry alone?"""

import json
from dataclasses import replace
from typing import Any

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


def test_aliases_and_imports_are_listed_by_what_one_may_see() -> None:
    aliases = Operation("milvus", "aliases_list", "collection_read", 1, "db1", "db1")
    told: Any = {"code": 0, "data": ["staff", "payroll"]}
    found = lists.listing(aliases, told)
    assert found is not None
    assert [(one.name, one.collections) for one in found.about] == [
        ("aliases_describe", ("staff",)), ("aliases_describe", ("payroll",)),
    ]  # fmt: skip
    of_one = lists.listing(replace(aliases, collections=("people",)), told)
    assert of_one is not None
    assert of_one.about[0].collections == ("people", "staff")
    imports = Operation("milvus", "jobs_import_list", "import", 1, "db1", "db1")
    jobs: Any = {"code": 0, "data": {"records": [{"collectionName": "people", "jobId": "1"}, {"collectionName": "secret", "jobId": "2"}]}}  # fmt: skip
    listed = lists.listing(imports, jobs)
    assert listed is not None
    assert [one.collections for one in listed.about] == [("people",), ("secret",)]
    assert lists.relisted(jobs, listed.items[:1]) == {"code": 0, "data": {"records": jobs["data"]["records"][:1]}}
    with pytest.raises(ValueError, match="without a name"):
        lists.listing(imports, {"code": 0, "data": {"records": [{"jobId": "1"}]}})


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

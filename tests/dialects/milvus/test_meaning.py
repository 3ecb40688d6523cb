"""What does a call mean: kind, danger, names, numbers?"""

from typing import Any

import pytest

from support.milvus.asked import V1, V2, FakeMilvus, meaning
from support.tools.every import every
from vecgate.dialects.milvus.meaning import NAME
from vecgate.refusals.errors import CallRefused

P = {"collectionName": "people"}
H = {"data": [[0.1]], "annsField": "vec"}
MEANT: list[tuple[str, Any, str, int, int | None]] = [
    (f"{V2}/entities/query", P, "list_scan", 2, 100),
    (f"{V2}/entities/query", {**P, "filter": "id in [1, 2]"}, "read_ids", 1, 100),
    (f"{V2}/entities/query", {**P, "filter": "id in [1] or age > 1"}, "list_scan", 2, 100),
    (f"{V2}/entities/query", {**P, "filter": "tenant in ['t1']"}, "list_scan", 2, 100),
    (f"{V2}/entities/query", {**P, "filter": "id not in [1]"}, "list_scan", 2, 100),
    (f"{V2}/entities/query", {**P, "outputFields": ["count(*)"]}, "count", 1, None),
    (f"{V1}/query", {**P, "filter": "age > 1", "outputFields": ["count(*)"], "limit": 0}, "count", 1, None),
    (f"{V2}/entities/get", {**P, "id": [1, 2]}, "read_ids", 1, 2),
    (f"{V1}/get", {**P, "id": 1}, "read_ids", 1, 1),
    (f"{V2}/entities/search", {**P, "data": [[0.1]], "limit": 5}, "search", 1, 5),
    (f"{V2}/entities/search", {**P, "data": [[0.1], [0.2]], "limit": 5}, "search", 2, 10),
    (f"{V2}/entities/search", {**P, "data": [[0.1]], "limit": 5, "groupingField": "age", "groupSize": 3}, "search", 1, 15),
    (f"{V2}/entities/hybrid_search", {**P, "search": [H, H], "limit": 3}, "search", 2, 3),
    (f"{V2}/entities/delete", {**P, "filter": "id == 1"}, "delete_ids", 3, None),
    (f"{V2}/entities/delete", {**P, "filter": "age > 1"}, "delete_filter", 3, None),
    (f"{V2}/entities/delete", {**P, "filter": "id not in []"}, "delete_filter", 4, None),
    (f"{V2}/entities/delete", {**P, "filter": "not (id in [])"}, "delete_filter", 4, None),
    (f"{V2}/entities/delete", {**P, "filter": "age > 1 or id == id"}, "delete_filter", 4, None),
    (f"{V2}/entities/delete", {**P, "filter": "name like '%'"}, "delete_filter", 4, None),
    (f"{V2}/entities/delete", {**P, "filter": "id is not null"}, "delete_filter", 4, None),
    (f"{V2}/entities/delete", {**P, "filter": "not (id is null) and name >= ''"}, "delete_filter", 4, None),
    (f"{V2}/entities/delete", {**P, "filter": "not ('' > name)"}, "delete_filter", 3, None),
    (f"{V2}/entities/delete", {**P, "filter": "not (name < '')"}, "delete_filter", 4, None),
    (f"{V2}/entities/delete", {**P, "filter": "email is not null"}, "delete_filter", 3, None),
    (f"{V1}/delete", {**P, "id": [1, 2]}, "delete_ids", 3, None),
    (f"{V2}/entities/insert", {**P, "data": {"id": 1}}, "upsert", 2, None),
    (f"{V2}/entities/upsert", {**P, "data": [{"id": 1}]}, "upsert", 3, None),
    (f"{V2}/collections/rename", {**P, "newCollectionName": "b"}, "collection_rename", 4, None),
    (f"{V2}/collections/get_stats", P, "count", 1, None),
]  # fmt: skip


@every(("path", "tree", "kind", "danger", "limit"), MEANT)
def test_a_call_means(path: str, tree: Any, kind: str, danger: int, limit: int | None) -> None:
    found = meaning(path, tree)
    assert (found.dialect, found.kind, found.danger, found.limit) == (NAME, kind, danger, limit)
    assert (found.tenant, found.database, found.collections[0]) == ("default", "default", "people")


def test_an_alias_is_the_collection_it_stands_for() -> None:
    """M-36"""
    server = FakeMilvus(("people",), {"staff": "people"})
    found = meaning(f"{V2}/entities/query", {"collectionName": "staff"}, server)
    assert (found.collections, found.things) == (("people",), ("default/people#7",))


def test_a_job_that_its_number_tells_is_the_servers() -> None:
    """Of whichever collection it is: who may read of one collection asks for the jobs of all."""
    told = meaning(f"{V2}/collections/get_compaction_state", {"jobID": 7})
    assert (told.kind, told.group, told.collections) == ("cluster_read", "admin", ())


def test_aliases_are_decided_on_under_all_their_names() -> None:
    """M-37"""
    server = FakeMilvus(("people", "docs"), {"staff": "people"})
    assert meaning(f"{V2}/aliases/alter", {"aliasName": "staff", "collectionName": "docs"}, server).collections == (
        "docs",
        "staff",
        "people",
    )
    assert meaning(f"{V2}/aliases/drop", {"aliasName": "staff"}, server).collections == ("staff", "people")
    assert meaning(f"{V2}/aliases/create", {"aliasName": "new", "collectionName": "docs"}, server).collections == (
        "docs",
        "new",
    )


def test_a_rename_into_another_database_is_one_there_too() -> None:
    found = meaning(f"{V2}/collections/rename", {**P, "newCollectionName": "b", "newDbName": "db2"})
    assert (found.collections, found.also[0].database, found.also[0].collections) == (
        ("people", "b"),
        "db2",
        ("people", "b"),
    )


def test_what_is_one_for_all_databases_is_of_none() -> None:
    assert meaning(f"{V2}/users/list", {"dbName": "db2"}).database is None
    assert meaning(f"{V2}/databases/list", {"dbName": "db2"}).database is None
    assert meaning(f"{V2}/databases/drop", {"dbName": "db2"}).database == "db2"


def test_a_text_that_is_searched_for_may_go_to_a_model() -> None:
    found = meaning(f"{V2}/entities/search", {**P, "data": ["a text"]})
    assert [one.kind for one in found.also] == ["inference"]


def test_a_vector_is_asked_for_by_the_name_of_its_field() -> None:
    assert meaning(f"{V2}/entities/query", {**P, "outputFields": ["id", "vec"]}).wants_vectors
    assert not meaning(f"{V2}/entities/query", {**P, "outputFields": ["id", "name"]}).wants_vectors


def test_how_many_records_a_write_brings_or_a_delete_names() -> None:
    assert meaning(f"{V2}/entities/insert", {**P, "data": [{"id": 1}, {"id": 2}]}).records == 2
    assert meaning(f"{V2}/entities/delete", {**P, "filter": "id in [1, 2, 3]"}).records == 3


ODD: list[tuple[str, Any]] = [
    (f"{V2}/entities/get", {"id": "4.0"}), (f"{V2}/entities/get", {"id": [1, "Eva"]}), (f"{V1}/get", {"id": "4.00"}),
    (f"{V1}/delete", {"id": ["4.0"]}), (f"{V2}/entities/query", {"filter": "id in [4.0]"}),
    (f"{V2}/entities/delete", {"filter": "4.0 == id"}), (f"{V2}/entities/upsert", {"data": [{"id": "0x4"}]}),
    (f"{V2}/entities/insert", {"data": [{"id": 4.0}]}),
]  # fmt: skip


@every(("path", "tree"), ODD)
def test_the_id_of_a_record_has_one_spelling_by_the_type_of_its_key(path: str, tree: Any) -> None:
    """M-54"""
    with pytest.raises(CallRefused, match="'id' is a whole number, written in one way"):
        meaning(path, {**P, **tree})
    texts = FakeMilvus()
    texts.types["id"] = "VarChar"
    assert meaning(f"{V2}/entities/get", {**P, "id": ["4.0", "Eva"]}, texts).limit == 2

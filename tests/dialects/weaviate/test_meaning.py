"""What does a call of Weaviate mean: its kind, classes, tenants, numbers?"""

import asyncio
from typing import Any

import pytest

from support.tools.every import every
from support.weaviate.asked import ANNA, EVA, FakeWeaviate, meant, raw
from vecgate.dialects.weaviate.dialect import Weaviate
from vecgate.domain.operation import Operation
from vecgate.refusals.errors import CallRefused

WHERE = {"operator": "Like", "path": ["kind"], "valueText": "*"}
IDS = {"operator": "ContainsAny", "path": ["id"], "valueTextArray": [ANNA]}


def said(one: Operation) -> tuple[Any, ...]:
    return one.kind, one.collections, one.tenant


MEANT = [
    ("POST", "/objects", {"class": "Note", "tenant": "t1", "properties": {}}, [("upsert", ("Note",), "t1")]),
    ("POST", "/objects", {"class": "Bi", "properties": {"text": "a"}}, [("upsert", ("Bi",), None), ("inference", ("Bi",), None)]),
    ("POST", "/batch/objects", {"objects": [{"class": "Note", "tenant": "t1"}, {"class": "Note", "tenant": "t2"}, {"class": "Person"}]},
     [("upsert", ("Note",), "t1"), ("upsert", ("Note",), "t2"), ("upsert", ("Person",), None)]),
    ("GET", "/objects?class=note&tenant=t1", None, [("list_scan", ("Note",), "t1")]),
    ("GET", f"/objects/Note/{ANNA}?tenant=t1", None, [("read_ids", ("Note",), "t1")]),
    ("HEAD", f"/objects/Note/{ANNA}?tenant=t1", None, [("read_ids", ("Note",), "t1")]),
    ("HEAD", f"/objects/People/{ANNA}", None, [("read_ids", ("Person",), None)]),
    ("PATCH", f"/objects/Note/{ANNA}", {"tenant": "t2"}, [("update", ("Note",), "t2")]),
    ("DELETE", "/batch/objects?tenant=t1", {"match": {"class": "Note", "where": WHERE}}, [("delete_filter", ("Note",), "t1")]),
    ("DELETE", "/batch/objects?tenant=t1", {"match": {"class": "Note", "where": WHERE}, "dryRun": True}, [("count", ("Note",), "t1")]),
    ("DELETE", "/batch/objects?tenant=t1", {"match": {"class": "Note", "where": WHERE}, "dryRun": True, "output": "verbose"}, [("list_scan", ("Note",), "t1")]),
    ("POST", "/graphql", {"query": '{Aggregate{Person(groupBy:["email"]){meta{count}}}}'}, [("aggregate", ("Person",), None)]),
    ("DELETE", "/batch/objects", {"match": {"class": "Person", "where": IDS}}, [("delete_ids", ("Person",), None)]),
    ("POST", "/search/Note/bm25", {"query": "a", "tenant": "t1"}, [("search", ("Note",), "t1")]),
    ("POST", "/search/Bi/near-text", {"query": ["a"]}, [("search", ("Bi",), None), ("inference", ("Bi",), None)]),
    ("POST", "/search/Person/hybrid", {"query": "a", "alpha": 0}, [("search", ("Person",), None)]),
    ("POST", "/graphql", {"query": '{Get{a:Note(tenant:"t1"){text} b:Note(tenant:"t2"){text}} Aggregate{Person{meta{count}}}}'},
     [("list_scan", ("Note",), "t1"), ("list_scan", ("Note",), "t2"), ("count", ("Person",), None)]),
    ("POST", "/graphql", {"query": "{Get{Person(nearVector:{vector:[1]}){name}} Aggregate{Person{name{count}}}}"},
     [("search", ("Person",), None), ("aggregate", ("Person",), None)]),
    ("POST", "/graphql", {"query": f'{{Get{{Person(where:{{path:["id"],operator:Equal,valueText:"{ANNA}"}}){{name}}}}}}'},
     [("read_ids", ("Person",), None)]),
    ("POST", "/graphql", {"query": '{Get{Bi(hybrid:{query:"a"}){text}}}'}, [("search", ("Bi",), None), ("inference", ("Bi",), None)]),
    ("DELETE", "/schema/Note/tenants", ["t1", "t2"], [("tenant_admin", ("Note",), "t1"), ("tenant_admin", ("Note",), "t2")]),
    ("GET", "/schema/Note/tenants/t1", None, [("tenant_read", ("Note",), "t1")]),
    ("HEAD", "/schema/Note/tenants/t1", None, [("tenant_read", ("Note",), "t1")]),
    ("DELETE", "/schema/People", None, [("collection_drop", ("Person",), None)]),
    ("PUT", "/schema/Note/shards/t1", {"status": "READONLY"}, [("cluster_admin", ("Note",), "t1")]),
    # W-83
    ("PUT", "/schema/Person/shards/TpHh1cImuuxs", {"status": "READY"}, [("cluster_admin", ("Person",), None)]),
    ("GET", "/nodes/People", None, [("cluster_read", ("Person",), None)]),
    ("POST", "/schema", {"class": "new", "properties": [{"name": "a", "dataType": ["text"]}, {"name": "b", "dataType": ["Company", "New"]}]},
     [("collection_create", ("New", "Company"), None)]),
    ("POST", "/schema/Person/properties", {"name": "b", "dataType": ["Company"]}, [("collection_alter", ("Person", "Company"), None)]),
    ("POST", "/schema", {"class": "new"}, [("collection_create", ("New",), None)]),
    ("POST", "/aliases", {"alias": "Folk", "class": "Person"}, [("alias", ("Person", "Folk"), None)]),
    ("PUT", "/aliases/People", {"class": "Company"}, [("alias", ("Company", "People", "Person"), None)]),
    ("DELETE", "/aliases/People", None, [("alias", ("People", "Person"), None)]),
    ("POST", f"/objects/Person/{ANNA}/references/worksAt", {"beacon": f"weaviate://localhost/{EVA}"}, [("update", ("Person", "Company"), None)]),
    ("POST", f"/objects/Person/{ANNA}/references/knows", {"beacon": f"weaviate://localhost/Company/{EVA}"}, [("update", ("Person", "Company"), None)]),
    ("POST", "/batch/references", [{"from": f"weaviate://localhost/Note/{ANNA}/about", "to": f"weaviate://localhost/Person/{EVA}", "tenant": "t1"}],
     [("update", ("Person",), None), ("update", ("Note",), "t1")]),
    ("POST", "/batch/references", [{"from": f"weaviate://localhost/Person/{ANNA}/worksAt", "to": f"weaviate://localhost/{EVA}"}],
     [("update", ("Person", "Company"), None)]),
    ("POST", "/objects", {"class": "Person", "properties": {"worksAt": [{"beacon": f"weaviate://localhost/{EVA}"}]}}, [("upsert", ("Person", "Company"), None)]),
    ("POST", "/batch/objects", {"objects": [{"class": "Person"}, {"class": "People", "properties": {"WorksAt": {"beacon": f"weaviate://localhost/{EVA}"}}}]},
     [("upsert", ("Person", "Company"), None)]),
    ("PATCH", f"/objects/Person/{ANNA}", {"properties": {"worksAt": [{"beacon": f"weaviate://localhost/{EVA}"}]}}, [("update", ("Person", "Company"), None)]),
    ("POST", "/backups/filesystem", {"id": "b", "include": ["person"]}, [("snapshot_create", ("Person",), None)]),
    ("POST", "/backups/filesystem", {"id": "b", "include": ["People"]}, [("snapshot_create", ("Person",), None)]),
    ("POST", "/backups/filesystem", {"id": "b"}, [("snapshot_create", (), None)]),
    ("POST", "/backups/filesystem", {"id": "b", "include": ["People"]}, [("snapshot_create", ("Person",), None)]),
    ("GET", "/meta", None, [("health", (), None)]),
]  # fmt: skip


@every(("method", "path", "tree", "wanted"), MEANT)
def test_a_call_means(method: str, path: str, tree: Any, wanted: list[tuple[Any, ...]]) -> None:
    """W-18, W-43, W-68"""
    found = meant(path, tree, method)
    assert [said(one) for one in (found, *found.also)] == wanted


def test_a_tenant_of_a_class_that_has_none_is_refused() -> None:
    """W-18"""
    for method, path, tree in (
        ("GET", f"/objects/Person/{ANNA}?tenant=t1", None),
        ("HEAD", f"/objects/Person/{ANNA}?tenant=t1", None),
        ("HEAD", "/schema/Person/tenants/t1", None),
        ("POST", "/graphql", {"query": '{Get{Person(tenant:"t1"){name}}}'}),
        ("POST", "/objects", {"class": "Person", "tenant": "t1"}),
    ):
        with pytest.raises(CallRefused, match="has none"):
            meant(path, tree, method)


def test_numbers_of_results_are_told() -> None:
    """W-60"""
    assert meant("/graphql", {"query": "{Get{Person{name}}}"}).limit == 100
    assert meant("/graphql", {"query": "{Get{a:Person(limit:2){name} b:Person(limit:3){name}}}"}).limit == 5
    assert meant("/search/Person/bm25", {"query": "a"}).limit is None
    assert meant("/search/Person/bm25", {"query": "a", "limit": 3}).limit == 3
    assert meant("/objects?class=Person&limit=7&offset=2", None, "GET").page == (2, 7)
    assert meant("/objects?class=Person&include=vector", None, "GET").wants_vectors
    assert meant("/graphql", {"query": "{Get{Person{_additional{vector}}}}"}).wants_vectors
    assert meant("/batch/objects", {"objects": [{"class": "Person"}] * 3}).records == 3


def test_whoever_may_do_nothing_asks_nothing() -> None:
    dialect, server = Weaviate(), FakeWeaviate()

    async def may(*could: Operation) -> None:
        raise CallRefused(None)  # type: ignore[arg-type]

    for path, tree in (("/graphql", {"query": "{Get{Person{name}}}"}), ("/aliases/People", {"class": "Company"})):
        call = dialect.read(raw(path, tree, "PUT" if "alias" in path else "POST"))
        with pytest.raises(CallRefused):
            asyncio.run(dialect.classify(call, server.ask, may=may))
    assert server.asked == []


def test_a_backup_of_everything_is_about_all_classes() -> None:
    dialect, server = Weaviate(), FakeWeaviate()
    call = dialect.read(raw("/backups/filesystem", {"id": "b"}))
    operation = asyncio.run(dialect.classify(call, server.ask))
    assert asyncio.run(dialect.located(call, operation, server.ask)).things == ("Bi", "Company", "Note", "Person")


def test_a_search_that_shows_records_of_another_class_is_refused() -> None:
    """W-48: the decision would be on the class of the path alone, whatever it is called there."""
    for name in ("Person", "People", "person"):
        for route, tree in (("bm25", {"query": "a"}), ("hybrid", {"query": "a"}), ("near-object", {"id": ANNA}), ("near-text", {"query": ["a"]})):  # fmt: skip
            with pytest.raises(CallRefused, match="follows a reference"):
                meant(f"/search/{name}/{route}", {**tree, "returnProperties": ["name", "worksAt"]})
    assert meant("/search/Person/bm25", {"query": "a", "returnProperties": ["name"]}).collections == ("Person",)

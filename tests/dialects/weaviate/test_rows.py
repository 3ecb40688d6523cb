"""How is a call kept to rows, and which cannot be?"""

from typing import Any, cast

import pytest

from support.tools.every import every
from support.weaviate.asked import ANNA, EVA, graphql, scoped
from vecgate.dialects.weaviate.dialect import Weaviate
from vecgate.domain.row import Row
from vecgate.refusals.errors import CallRefused

T = {"operator": "Equal", "path": ["tenant"], "valueText": "t1"}
F = {"operator": "Like", "path": ["name"], "valueText": "*"}
BOTH = {"operator": "And", "operands": [T, F]}
QT = 'where:{operator:Equal,path:["tenant"],valueText:"t1"}'
LINK = [{"beacon": f"weaviate://localhost/Person/{EVA}"}]

KEPT: list[tuple[str, str, Any, Any]] = [
    ("POST", "/graphql", graphql("{Get{Person{name}}}"), graphql(f"{{Get{{Person({QT}){{name tenant}}}}}}")),
    ("POST", "/graphql", graphql("{Get{a:Person{tenant} b:Person{name}}}"), graphql(f"{{Get{{a:Person({QT}){{tenant}} b:Person({QT}){{name tenant}}}}}}")),
    ("POST", "/graphql", graphql("{Aggregate{Person{meta{count}}}}"), graphql(f"{{Aggregate{{Person({QT}){{meta{{count}}}}}}}}")),
    ("POST", "/aggregate/Person", {"groupBy": "email"}, {"groupBy": "email", "where": T}),
    ("POST", "/aggregate/Person", {"where": F}, {"where": BOTH}),
    ("DELETE", "/batch/objects", {"match": {"class": "Person", "where": F}}, {"match": {"class": "Person", "where": BOTH}}),
    ("POST", "/objects", {"class": "Person", "properties": {"name": "a"}}, {"class": "Person", "properties": {"name": "a", "tenant": "t1"}}),
    ("POST", "/objects", {"class": "Person"}, {"class": "Person", "properties": {"tenant": "t1"}}),
    ("PATCH", f"/objects/Person/{ANNA}", {"properties": {"name": "a"}}, {"class": "Person", "id": ANNA, "properties": {"name": "a"}}),
    ("POST", "/search/Person/near-object", {"id": ANNA, "returnProperties": ["name"]}, {"id": ANNA, "returnProperties": ["name", "tenant"], "where": T}),
]  # fmt: skip


@every(("method", "path", "tree", "sent"), KEPT)
def test_a_call_is_kept_to_rows(method: str, path: str, tree: Any, sent: Any) -> None:
    """W-47"""
    assert scoped(path, tree, method).call.tree == sent


@every(("method", "path", "tree", "why"), [
    ("POST", "/search/Person/bm25", {"query": "a"}, "how rare"),
    ("POST", "/search/Person/hybrid", {"query": "a"}, "how rare"),
    ("POST", "/graphql", graphql('{Get{Person(bm25:{query:"a"}){name}}}'), "how rare"),
    ("POST", "/graphql", graphql('{Aggregate{Person(hybrid:{query:"a"}){meta{count}}}}'), "how rare"),
    ("POST", "/graphql", graphql('{Get{Person(limit:1,after:""){name}}}'), "cursor"),
    ("POST", "/graphql", graphql("{Get{Person{_additional{group{hits{name}}}}}}"), "group"),
    ("POST", "/graphql", graphql("{Get{Person{knows}}}"), "reference"),
    ("POST", "/graphql", graphql("{Get{Company{name}}}"), "compared as it stands"),
    ("POST", "/search/Person/near-object", {"id": ANNA, "returnProperties": ["knows"]}, "reference"),
    ("GET", "/objects?class=Person", None, "no filter"),
    ("POST", f"/objects/Person/{ANNA}/references/knows", LINK[0], "linked"),
    ("POST", "/objects", {"class": "Person", "properties": {"knows": LINK}}, "links"),
    ("POST", "/objects", {"class": "Person", "properties": {"knows": LINK[0]}}, "links"),
    ("POST", "/objects", {"class": "Person", "properties": {"tenant": "t2"}}, r"rows\.field"),
    ("POST", "/objects", {"class": "Person", "properties": {"Tenant": ["t1"]}}, r"rows\.field"),
    ("PATCH", f"/objects/Person/{ANNA}", {"properties": {"tenant": "t2"}}, r"rows\.field"),
    ("GET", "/schema/Note/tenants", None, "others' names"),
    ("DELETE", "/schema/Person", None, "as a whole"),
    ("GET", "/nodes", None, "as a whole"),
])  # fmt: skip
def test_what_cannot_be_kept_is_refused(method: str, path: str, tree: Any, why: str) -> None:
    """W-48, W-62, W-64"""
    with pytest.raises(CallRefused, match=why):
        scoped(path, tree, method)


@every("row", [Row("name", ("t1",)), Row("tags", ("t1",)), Row("nope", ("t1",)), Row("age", ("1",)), Row("tenant", (1,)),
               Row("tenant", (" t1",)), Row("tenant", ("",)), Row("knows", ("t1",)), Row("a.b", ("t1",)),
               Row("age", (1, 2**53)), Row("age", (-(2**53),))])  # fmt: skip
def test_rows_are_kept_by_what_is_compared_as_it_stands(row: Row) -> None:
    """W-65"""
    with pytest.raises(CallRefused, match=r"rows\.unscopable"):
        scoped("/graphql", graphql("{Get{Person{name}}}"), rows=(row,))
    assert scoped("/graphql", graphql("{Get{Person{name}}}"), rows=(Row("age", (1, 2)), Row("vip", (True,)))).call.tree


@every(("method", "path", "tree", "fresh"), [
    ("GET", f"/objects/Person/{ANNA}", None, False),
    ("HEAD", f"/objects/Person/{ANNA}", None, False),
    ("DELETE", f"/objects/Person/{ANNA}", None, False),
    ("PUT", f"/objects/Person/{ANNA}", {"class": "Person", "properties": {}}, False),
    ("PATCH", f"/objects/Person/{ANNA}", {}, False),
    ("POST", "/objects", {"class": "Person", "id": ANNA}, True),
    ("POST", "/batch/objects", {"objects": [{"class": "Person", "id": ANNA}]}, True),
    ("POST", "/search/Person/near-object", {"id": ANNA}, False),
    ("POST", "/graphql", graphql(f'{{Get{{Person(nearObject:{{id:"{ANNA}"}}){{name}}}}}}'), False),
])  # fmt: skip
def test_records_that_are_named_are_looked_up_first(method: str, path: str, tree: Any, fresh: bool) -> None:
    """W-61, W-63"""
    found = scoped(path, tree, method)
    assert [(one.ids, one.fresh) for one in found.owned] == [((ANNA,), fresh)]
    asked = cast("Any", found.owned[0].own([ANNA]).tree)["query"]
    assert asked.startswith(
        '{Get{Person(where:{operator:And,operands:[{operator:Equal,path:["tenant"],valueText:"t1"},'
    )
    assert Weaviate().read(_as_sent(found.owned[0].own([ANNA]))).tree == {"query": asked}


def _as_sent(call: Any) -> Any:
    from vecgate.domain.exchange import Raw

    return Raw(call.method, call.path, call.headers, call.body)


def test_an_answer_is_sifted_and_shows_what_was_asked_for() -> None:
    kept = scoped("/graphql", graphql("{Get{a:Person{name} b:Person{tenant}}}"))
    answer: Any = {
        "data": {"Get": {"a": [{"name": "A", "tenant": "t1"}, {"name": "B", "tenant": "t2"}], "b": [{"tenant": "t1"}]}}
    }
    assert kept.answered(answer) == ({"data": {"Get": {"a": [{"name": "A"}], "b": [{"tenant": "t1"}]}}}, 1)
    one = scoped(f"/objects/Person/{ANNA}", None, "GET")
    assert one.answered({"properties": {"tenant": "t1"}})[1] == 0
    with pytest.raises(ValueError, match="another's"):
        one.answered({"properties": {"tenant": "t2"}})


def test_every_route_is_kept_or_refused_or_shows_no_record() -> None:
    dialect = Weaviate()
    kept = {route.name for route in dialect.routes if dialect.scope_of(route) == "kept"}
    assert kept == {"graphql", "search_bm25", "search_hybrid", "search_near_object", "search_near_text", "aggregate", "batch_delete",
                    "objects_create", "objects_replace", "objects_patch", "batch_objects", "objects_get", "objects_exists", "objects_delete"}  # fmt: skip
    whole = {route.kind for route in dialect.routes if dialect.scope_of(route) == "whole"}
    assert whole == {"health", "auth_read", "collection_read", "tenant_read"}

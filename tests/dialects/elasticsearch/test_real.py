"""Does a real Elasticsearch do what the dialect takes it to do, and does no way lead to another tenant's records?

One node, started once; it has two tenants, and answers both as it stands (`direct`, to show that a way leaks by itself)
and through the dialect. It has no deletes by query; what they find is counted instead.
"""

import asyncio
import json
from typing import Any, Final

import pytest

from support.lucene.asked import OPEN, OWN, Before, raw_of
from support.lucene.collapsed import the_best_of_each_value_is_found
from support.lucene.standing import snapshots_go_and_come, templates_are_of_indices_to_be
from support.tools.every import every
from vecgate.refusals.errors import CallRefused

#: The node starts in a few seconds; where its artifacts are not there yet, they are fetched first.
pytestmark = [pytest.mark.timeout(900), pytest.mark.shares("elasticsearch")]
ALL: Final[Any] = {"match_all": {}}
MINE, FOREIGN = [f"p{i}" for i in range(1, 5)], [f"p{i}" for i in range(5, 9)]
SECRETS: Final = ("globex", "zyx", "foreign-", "p5", "p6", "p7", "p8")
VECTOR: Final[Any] = {"type": "dense_vector", "dims": 2, "similarity": "l2_norm", "index_options": {"type": "hnsw"}}
PROPERTIES: Final[Any] = {
    "tenant": {"type": "keyword"}, "name": {"type": "text", "fields": {"raw": {"type": "keyword"}}}, "age": {"type": "integer"},
    "city": {"type": "keyword"}, "vec": VECTOR, "boxes": {"type": "nested", "properties": {"kind": {"type": "keyword"}, "vec": VECTOR}},
}  # fmt: skip
NEAR: Final[Any] = {"field": "vec", "query_vector": [8, 1], "k": 3, "num_candidates": 10}
THEIRS: Final[Any] = {"term": {"tenant": "globex"}}
YOURS: Final[Any] = {"term": {"tenant": "acme"}}


def person(id: str) -> dict[str, Any]:
    n, mine = int(id[1:]), id in MINE
    word, vec = "shared" if mine else "zyx", [float(n), 1.0]
    return {"tenant": "acme" if mine else "globex", "name": f"person {n} {word}", "age": 20 + n, "city": f"{'' if mine else 'foreign-'}city{n % 2}",
            "vec": vec, "boxes": [{"kind": word, "vec": vec}], "sugg": word}  # fmt: skip


def fill(server: Before) -> None:
    lines: list[Any] = []
    for id in (*MINE, *FOREIGN):
        lines += [{"index": {"_id": id}}, person(id)]
    told = server.do("PUT", "/people/_bulk?refresh=true", lines)
    assert (told.status, told.tree["errors"]) == (200, False)


@pytest.fixture(scope="module")
def people(server: Before) -> Before:
    settings = {"number_of_shards": 1, "number_of_replicas": 0}
    assert server.do("PUT", "/people", {"settings": settings, "mappings": {"properties": PROPERTIES}}).status == 200
    assert server.direct("PUT", "/people/_mapping", {"properties": {"sugg": {"type": "completion"}}})[0] == 200
    keyword = {"properties": {"tenant": {"type": "keyword"}}}
    server.do("PUT", "/private", {"settings": settings, "mappings": keyword})
    server.do("PUT", "/private/_doc/p5?refresh=true", {"tenant": "globex", "note": "zyx"})
    server.do("POST", "/_aliases", {"actions": [{"add": {"index": "people", "alias": "everyone"}}]})
    filtered = {"index": "people", "alias": "acme-people", "filter": YOURS}
    server.direct("POST", "/_aliases", {"actions": [{"add": filtered}]})
    fill(server)
    return server


def found(tree: Any) -> list[str]:
    return [hit["_id"] for hit in tree["hits"]["hits"]]


# what it does


def test_an_expression_means_what_the_server_says(people: Before) -> None:
    """E-30, E-33"""
    for expression, names in (("everyone", {"people"}), ("p*", {"people", "private"}), ("_all", {"people", "private"}), ("p*,-private", {"people"}),
                              ("everyone,private", {"people", "private"}), ("peop%2A", {"people"}), ("people,nope", {"people", "nope"})):  # fmt: skip
        assert {*people.do("GET", f"/{expression}/_search").operation.collections} == names, expression
    assert {*people.do("GET", "/_search").operation.collections} == {"people", "private"}
    assert people.no("GET", "/nope*/_search").startswith("collection.unknown")
    assert "filter or a routing" in people.no("GET", "/acme-people/_search")
    assert "filter or a routing" in people.no("PUT", "/acme-people/_doc/x", {})
    assert people.no("GET", "/other:people/_search").startswith("path.odd")
    assert people.no("GET", "/%3Cpeople%3E/_search").startswith("path.odd")


def test_an_index_is_known_by_its_uuid(people: Before) -> None:
    def thing() -> str:
        people.do("PUT", "/gone", {})
        told = asyncio.run(people.dialect.identity(people.ask, ("", ""), "gone"))
        people.do("DELETE", "/gone")
        return told

    assert len({thing(), thing(), ""}) == 3


def test_the_bypasses_are_there_at_the_server(people: Before) -> None:
    """E-01, E-02, E-03, E-05, E-11, E-34, E-50, E-51, E-53, E-61: or refusing them would be for nothing."""
    said = people.direct("POST", "/people/_search?q=tenant:globex", {"query": YOURS})
    assert found(said[1]) == FOREIGN
    assert people.direct("GET", "/_search?index=private")[1]["hits"]["total"]["value"] == 1
    said = people.direct(
        "POST", "/people/_search?_source_includes=age", {"_source": ["name"], "query": {"ids": {"values": ["p1"]}}}
    )
    assert said[1]["hits"]["hits"][0]["_source"] == {"age": 21}
    docs = people.direct("POST", "/people/_mget", {"docs": [{"_index": "private", "_id": "p5"}]})[1]["docs"]
    assert docs[0]["_source"]["note"] == "zyx"
    assert {*FOREIGN} & {*found(people.direct("POST", "/people/_search", {"query": YOURS, "knn": NEAR})[1])}
    both = [{**NEAR, "filter": YOURS}, NEAR]
    assert {*FOREIGN} & {*found(people.direct("POST", "/people/_search", {"knn": both})[1])}
    said = people.direct(
        "POST", "/people/_search", {"knn": NEAR, "post_filter": YOURS, "aggs": {"t": {"terms": {"field": "tenant"}}}}
    )
    assert found(said[1]) == []
    assert said[1]["aggregations"]["t"]["buckets"][0]["key"] == "globex"
    shadow = {"query": YOURS, "runtime_mappings": {"tenant": {"type": "long"}}}
    assert people.direct("POST", "/people/_search", shadow)[0] == 400


def test_what_goes_out_finds_what_was_asked_for(people: Before) -> None:
    """E-07, E-22, E-50, E-52, E-54, E-55, E-57"""
    far: Any = {**NEAR, "query_vector": [1, 1], "k": 1}
    asked: list[tuple[Any, list[str]]] = [
        ({"knn": {**NEAR, "k": 2}}, ["p7", "p8"]), ({"knn": [{**NEAR, "k": 1}, far]}, ["p1", "p8"]), ({"query": {"ids": {"values": ["p4"]}}, "knn": {**NEAR, "k": 1}}, ["p4", "p8"]),
        ({"query": {"knn": {**NEAR, "filter": YOURS}}}, ["p2", "p3", "p4"]), ({"knn": {**NEAR, "filter": [YOURS, {"term": {"city": "city0"}}]}}, ["p2", "p4"]),
        ({"retriever": {"knn": {**NEAR, "k": 1}}}, ["p8"]), ({"retriever": {"knn": {**NEAR, "k": 1}}, "min_score": 1000}, []), ({"retriever": {"standard": {"query": {"range": {"age": {"gte": 27}}}}}}, ["p7", "p8"]),
        ({"retriever": {"standard": {"filter": THEIRS}}, "size": 50}, FOREIGN), ({"knn": {**NEAR, "field": "boxes.vec", "filter": YOURS}}, ["p2", "p3", "p4"]),
        ({"query": {"match": {"name": "zyx"}}, "sort": ["age"], "size": 2}, ["p5", "p6"]), ({"sort": [{"age": "desc"}], "search_after": [26], "size": 2}, ["p4", "p5"]),
        ({"query": {"terms": {"_id": ["p2"]}}}, ["p2"]), ({"query": {"nested": {"path": "boxes", "query": {"term": {"boxes.kind": "zyx"}}}}}, FOREIGN),
    ]  # fmt: skip
    for body, ids in asked:
        assert sorted(found(people.do("POST", "/everyone/_search", body).tree)) == ids, body
    assert found(people.do("GET", "/people/_search?size=1", {"sort": ["age"]}).tree) == ["p1"]
    told = people.do("POST", "/_msearch", [{"index": "everyone"}, {"size": 1}, {"index": ["private"]}, {}]).tree
    assert [one["hits"]["total"]["value"] for one in told["responses"]] == [8, 1]
    told = people.do("GET", "/people/_search?_source_includes=age,city&size=1", {"_source": True, "sort": ["age"]}).tree
    assert told["hits"]["hits"][0]["_source"] == {"age": 21, "city": "city1"}
    assert people.do("POST", "/people/_mget", {"ids": ["p1", 7]}).tree["docs"][1]["_id"] == "7"


def test_a_part_that_fails_has_its_error_in_an_answer_of_success(people: Before) -> None:
    """E-70, E-71"""
    lines = [{"create": {"_id": "p1"}}, {"a": 1}, {"index": {}}, {"age": "no number zyx"}]
    told = people.do("POST", "/people/_bulk", lines)
    assert (told.status, told.tree["errors"]) == (200, True)
    assert [one[kind]["status"] for one in told.tree["items"] for kind in one] == [409, 400]
    assert people.dialect.surface(told.operation, answer=True).kind_at("/items/*/index/error/reason") == "text"
    told = people.do("POST", "/people/_msearch", [{"index": "nope"}, {}, {}, {"size": 1}])
    assert ["error" in one for one in told.tree["responses"]] == [True, False]


def test_how_far_a_call_reaches_is_counted(people: Before) -> None:
    """E-32"""

    async def reach(method: str, target: str, body: Any = None) -> Any:
        call = people.dialect.read(raw_of(method, target, body))
        operation = await people.dialect.classify(call, people.ask)
        call = people.dialect.restrict(call, operation, OPEN)
        return await people.dialect.impact(call, operation, people.ask, 10), call, operation

    query: Any = {"query": {"range": {"age": {"gte": 27}}}}
    impact, call, operation = asyncio.run(reach("POST", "/everyone/_delete_by_query", query))
    assert (impact.touched, impact.total, impact.collections, {*impact.ids}) == (2, 8, ("people",), {"p7", "p8"})
    parts = people.dialect.bound(call, operation, ["p7", "p1"])
    assert people.direct("POST", "/people/_count", {"query": parts[0].tree["query"]})[1]["count"] == 1
    assert asyncio.run(people.dialect.selected(call, operation, people.ask, {"p7", "p1"}, 10)) == ["p7"]
    assert asyncio.run(reach("DELETE", "/people"))[0].touched == 8


# whose records


def _search(said: Any) -> tuple[str, str, Any]:
    return "POST", "/people/_search", said


def _inside(clause: Any) -> Any:
    return {"query": {"bool": {"filter": [clause]}}}


#: Reads of every kind by a tenant; their answers hold nothing of the other's.
READS: Final[list[tuple[str, str, Any]]] = [
    *(("GET", target, None) for target in ("/people/_search", "/people/_search?size=100", "/_search", "/everyone/_search", "/p*/_search", "/_all/_search", "/people/_doc/p1",
                                           "/people/_source/p1", "/people/_mapping", "/people/_settings", "/")),
    ("POST", "/people,private/_search", {}), *map(_search, (
        {"query": THEIRS, "sort": ["age"]}, {"query": {"bool": {"should": [THEIRS], "minimum_should_match": 0}}, "sort": ["age"]}, {"query": {"ids": {"values": FOREIGN}}},
        {"query": {"bool": {"must_not": [{"terms": {"tenant": ["acme"]}}]}}}, _inside({"bool": {"should": [{"exists": {"field": "tenant"}}, ALL]}}),
        {"query": {"terms": {"_id": FOREIGN}}}, _inside({"wildcard": {"tenant": "g*"}}), {"query": {"regexp": {"tenant": ".*"}}}, {"query": {"range": {"age": {"gte": 25}}}},
        {"query": {"dis_max": {"queries": [ALL, {"ids": {"values": FOREIGN}}]}}}, {"query": {"prefix": {"city": "foreign"}}},
        {"query": {"boosting": {"positive": ALL, "negative": {"ids": {"values": MINE}}, "negative_boost": 0.1}}},
        {"query": {"nested": {"path": "boxes", "query": {"exists": {"field": "boxes.kind"}}}}}, _inside({"match": {"name": "zyx"}}), {"query": {"match": {"name": "zyx person"}}, "sort": ["age"]},
        {"knn": NEAR}, {"knn": [NEAR, {**NEAR, "query_vector": [5, 1]}]}, {"knn": {**NEAR, "filter": THEIRS}}, {"knn": {**NEAR, "filter": [ALL, {"ids": {"values": FOREIGN}}]}},
        {"query": ALL, "knn": NEAR}, {"query": {"ids": {"values": FOREIGN}}, "knn": [NEAR]}, {"knn": {**NEAR, "similarity": 10}}, {"knn": {**NEAR, "field": "boxes.vec"}},
        {"knn": {**NEAR, "rescore_vector": {"oversample": 3.0}}}, {"knn": NEAR, "post_filter": THEIRS}, {"knn": NEAR, "post_filter": {"knn": NEAR}}, {"knn": {**NEAR, "filter": {"knn": NEAR}}},
        {"query": {"knn": NEAR}}, {"query": {"bool": {"must": [{"knn": NEAR}], "should": [ALL]}}}, {"query": {"bool": {"must_not": [{"knn": {**NEAR, "query_vector": [1, 1]}}]}}},
        {"query": {"constant_score": {"filter": {"knn": {**NEAR, "filter": THEIRS}}}}}, {"retriever": {"knn": NEAR}}, {"retriever": {"knn": {**NEAR, "filter": THEIRS}}},
        {"retriever": {"standard": {}}}, {"retriever": {"standard": {"query": {"knn": NEAR}, "filter": [ALL]}}}, {"retriever": {"standard": {"filter": THEIRS}}},
        {"retriever": {"standard": {"filter": [{"knn": NEAR}]}}}, {"retriever": {"standard": {"query": ALL, "filter": {"ids": {"values": FOREIGN}}}}},
        {"post_filter": THEIRS}, {"sort": [{"tenant": "desc"}, {"age": "desc"}]}, {"sort": ["age"], "search_after": [24]}, {"_source": False}, {"_source": ["name"]},
        {"_source": {"excludes": ["name"]}}, {"version": True, "seq_no_primary_term": True}, {"from": 3, "size": 10}, {"knn": NEAR, "sort": ["age"], "size": 50},
        *({"size": 0, "aggs": {"t": one}} for one in (
            {"terms": {"field": "tenant"}}, {"terms": {"field": "tenant", "missing": "x", "size": 100}}, {"filter": THEIRS, "aggs": {"c": {"terms": {"field": "city"}}}},
            {"composite": {"sources": [{"t": {"terms": {"field": "tenant"}}}, {"c": {"terms": {"field": "city"}}}]}},
            {"filters": {"filters": {"x": {"knn": NEAR}}}, "aggs": {"c": {"terms": {"field": "city"}}}}, {"nested": {"path": "boxes"}, "aggs": {"k": {"terms": {"field": "boxes.kind"}}}},
            {"missing": {"field": "nothing"}, "aggs": {"c": {"terms": {"field": "name.raw"}}}})),
        {"size": 0, "knn": NEAR, "aggs": {"t": {"terms": {"field": "city"}}}}, {"size": 0, "retriever": {"knn": NEAR}, "aggs": {"t": {"terms": {"field": "city"}}}},
    )),
    ("POST", "/people/_msearch", [{}, {}, {"index": "private"}, {}, {"index": ["everyone"]}, {"knn": NEAR}, {}, {"retriever": {"knn": NEAR}}]),
    ("POST", "/people/_mget", {"ids": [*MINE]}), ("POST", "/people/_mget", {"docs": [{"_id": "p1", "_source": False}]}),
]  # fmt: skip


def test_there_are_enough_ways() -> None:
    assert len(READS) + len(WRITES) + len(REFUSED) > 120
    assert len(READS) > 60


@every(("method", "target", "body"), READS)
def test_a_read_shows_ones_own_alone(people: Before, method: str, target: str, body: Any) -> None:
    """E-50, E-51, E-52, E-53, E-54, E-57"""
    told = people.do(method, target, body, OWN)
    assert told.status == 200, told.tree
    assert told.dropped == 0, "the server itself found them"
    text = json.dumps(told.tree)
    assert not [secret for secret in SECRETS if f'"{secret}' in text], text
    assert told.tree.get("hits", {}).get("total", {"value": 0})["value"] <= len(MINE)


#: Ways that lead past any condition, and how each is refused.
REFUSED: Final[list[tuple[str, str, Any, str]]] = [
    *((*_search(said), "body.unreadable") for said in (
        {"size": 0, "aggs": {"t": {"global": {}}}}, {"size": 0, "aggs": {"t": {"terms": {"field": "tenant", "min_doc_count": 0}}}}, {"suggest": {"s": {"prefix": "z", "completion": {"field": "sugg"}}}},
        {"profile": True}, {"explain": True}, {"runtime_mappings": {"tenant": {"type": "keyword"}}}, {"query": {"more_like_this": {"like": [{"_id": "p5"}]}}},
        {"query": {"terms": {"city": {"index": "private", "id": "p5", "path": "note"}}}}, {"query": {"query_string": {"query": "tenant:globex"}}}, {"fields": ["name"]}, {"highlight": {}},
        {"size": 0, "aggs": {"t": {"significant_terms": {"field": "city"}}}}, {"collapse": {"field": "tenant", "inner_hits": {"name": "x"}}}, {"script_fields": {}}, {"knn": {**NEAR, "inner_hits": {}}},
        {"retriever": {"pinned": {"ids": ["p5"]}}}, {"retriever": {"standard": {"min_score": 1}}}, {"query": {"wrapper": {"query": "e30="}}}, {"docvalue_fields": ["tenant"]})),
    *((method, target, body, "route.refused") for method, target, body in (
        ("GET", "/people/_termvectors/p5", None), ("POST", "/people/_explain/p5", {"query": ALL}), ("POST", "/people/_validate/query", {"query": ALL}),
        ("POST", "/_query", {"query": "FROM people"}), ("POST", "/_sql", {"query": "SELECT * FROM people"}), ("POST", "/people/_eql/search", {"query": "any"}), ("POST", "/people/_async_search", {}),
        ("POST", "/people/_terms_enum", {"field": "city"}), ("POST", "/people/_knn_search", {"knn": NEAR}), ("GET", "/_cat/indices", None), ("GET", "/_tasks", None), ("POST", "/people/_search/template", {}),
        ("GET", "/people/any/p5", None), ("DELETE", "/?index=people", None), ("POST", "/_reindex", {}), ("GET", "/_mapping/field/tenant", None), ("POST", "/_security/api_key", {}))),
    *((method, target, None, "path.odd") for method, target in (("GET", "/_search?index=private"), ("GET", "/people/_search?q=tenant:globex"), ("GET", "/people/_doc/p1?stored_fields=tenant"))),
    (*_search({"pit": {"id": "x"}}), "cursor.unknown"), ("POST", "/_search/scroll", {"scroll_id": "x"}, "cursor.unknown"),
    ("HEAD", "/people/_doc/p5", None, "rows.unknown"), ("GET", "/people/_doc/p5", None, "rows.unknown"), ("GET", "/people/_source/p5", None, "rows.unknown"),
    ("POST", "/_mget", {"docs": [{"_index": "private", "_id": "p5"}, {"_index": "people", "_id": "p5"}]}, "rows.unscopable"), ("GET", "/_cluster/health", None, "rows.unscopable"),
]  # fmt: skip


@every(("method", "target", "body", "code"), REFUSED)
def test_what_no_condition_reaches_is_refused(people: Before, method: str, target: str, body: Any, code: str) -> None:
    """E-01, E-02, E-11, E-34, E-60, E-61, E-64, E-65"""
    assert people.no(method, target, body, OWN).startswith(code)


def test_a_count_is_of_ones_own(people: Before) -> None:
    """E-23"""
    for body, count in ((None, 4), ({"query": ALL}, 4), ({"query": THEIRS}, 0), (_inside({"match": {"name": "zyx"}}), 0), ({"query": {"bool": {}}}, 4), ({"query": {"ids": {"values": [*MINE[:1], *FOREIGN]}}}, 1),
                        ({"query": {"knn": NEAR}}, 3)):  # fmt: skip
        assert people.do("POST", "/people/_count", body, OWN).tree["count"] == count, body


def test_a_vector_search_finds_ones_own_though_others_are_nearer(people: Before) -> None:
    """E-52: with the condition around it alone it finds none."""
    around = {"query": {"bool": {"must": [{"knn": NEAR}], "filter": [YOURS]}}}
    assert found(people.direct("POST", "/people/_search", around)[1]) == []
    for said in ({"knn": NEAR}, {"query": {"knn": NEAR}}, {"retriever": {"knn": NEAR}}):
        assert found(people.do("POST", "/people/_search", said, OWN).tree) == ["p4", "p3", "p2"]


def test_a_record_of_several_tenants_is_nobodys(people: Before) -> None:
    people.direct("PUT", "/people/_doc/both?refresh=true", {**person("p1"), "tenant": ["acme", "globex"]})
    try:
        assert people.do("POST", "/people/_count", None, OWN).tree["count"] == 4
        for said in ({"size": 50}, {"knn": {**NEAR, "k": 50, "num_candidates": 50}, "size": 50}):
            assert "both" not in found(people.do("POST", "/people/_search", said, OWN).tree)
        assert people.no("GET", "/people/_doc/both", None, OWN).startswith("rows.unknown")
        assert people.no("PUT", "/people/_doc/both", {}, OWN).startswith("rows.taken")
    finally:
        people.direct("DELETE", "/people/_doc/both?refresh=true")


def everything(people: Before) -> Any:
    people.direct("POST", "/people/_refresh")
    asked = {"query": THEIRS, "size": 100, "sort": ["age"], "version": True}
    tree = people.direct("POST", "/people/_search", asked)[1]
    return [(one["_id"], one["_version"], one["_source"]) for one in tree["hits"]["hits"]]


WRITES: Final[list[tuple[str, str, Any]]] = [
    ("PUT", "/people/_doc/p6", {"name": "mine now"}), ("POST", "/people/_doc/p6", {}), ("PUT", "/people/_create/p6", {}), ("POST", "/people/_update/p6", {"doc": {"age": 1}}),
    ("POST", "/people/_update/p6", {"doc": {"tenant": "acme"}}), ("POST", "/people/_update/p6", {"doc": {}, "doc_as_upsert": True}), ("DELETE", "/people/_doc/p6", None),
    ("POST", "/people/_update/p1", {"doc": {"tenant": "globex"}}), ("PUT", "/people/_doc/new", {"tenant": "globex"}), ("PUT", "/people/_doc/new", {"tenant": ["acme", "globex"]}),
    ("POST", "/people/_bulk", [{"delete": {"_id": "p1"}}, {"delete": {"_id": "p6"}}]), ("POST", "/people/_bulk", [{"index": {"_id": "p6"}}, {}]),
    ("POST", "/people/_bulk", [{"create": {"_id": "p6"}}, {}]), ("POST", "/people/_bulk", [{"update": {"_id": "p6"}}, {"doc": {"age": 1}}]),
    ("PUT", "/people/_bulk", [{"index": {"_index": "private", "_id": "p5"}}, {}]), ("PUT", "/_bulk", [{"delete": {"_index": "everyone", "_id": "p7"}}]),
    ("DELETE", "/people", None), ("PUT", "/people/_mapping", {"properties": {"x": {"type": "keyword"}}}), ("POST", "/people/_close", None),
    ("PUT", "/people/_doc/mine", {"name": "new"}), ("POST", "/people/_update/mine", {"doc": {"age": 9}}), ("DELETE", "/people/_doc/mine", None),
]  # fmt: skip


def test_a_write_changes_ones_own_alone(people: Before) -> None:
    """E-63"""
    before, refused = everything(people), 0
    for call in WRITES:
        try:
            people.do(*call, OWN)
        except CallRefused:
            refused += 1
        assert everything(people) == before, call
    assert refused < len(WRITES), "or none went through"
    fill(people)


def test_what_is_foreign_and_what_is_missing_are_told_alike(people: Before) -> None:
    """E-63"""
    for method, path, body in (
        ("GET", "_doc/{}", None),
        ("HEAD", "_doc/{}", None),
        ("DELETE", "_doc/{}", None),
        ("POST", "_update/{}", {"doc": {"age": 1}}),
    ):
        foreign, missing = (people.no(method, f"/people/{path.format(id)}", body, OWN) for id in ("p6", "p99"))
        assert foreign == missing, path
    told = people.do("POST", "/people/_mget", {"ids": ["p1", "p6", "p99"]}, OWN).tree["docs"]
    assert [one["found"] for one in told] == [True, False, False]
    assert {*told[1]} == {*told[2]}


def test_snapshots_go_and_come_by_the_names_that_were_decided_on(people: Before) -> None:
    snapshots_go_and_come(people)


def test_the_best_of_each_value_is_found(people: Before) -> None:
    the_best_of_each_value_is_found(people)


def test_templates_are_of_indices_to_be(people: Before) -> None:
    templates_are_of_indices_to_be(people)

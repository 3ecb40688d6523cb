"""Does a real OpenSearch do what the dialect takes it to do, and does no way lead to another tenant's records?

One node, started once; it has two tenants, and answers both as it stands (`direct`, to show that a way leaks by itself)
and through the dialect.
"""

import asyncio
import json
from typing import Any, Final

import pytest

from support.lucene.asked import OPEN, OWN, Before
from support.lucene.collapsed import the_best_of_each_value_is_found
from support.lucene.standing import snapshots_go_and_come, templates_are_of_indices_to_be
from support.tools.every import every
from vecgate.refusals.errors import CallRefused

#: The node starts in a few seconds; where its artifacts are not there yet, they are fetched first.
pytestmark = [pytest.mark.timeout(600), pytest.mark.shares("opensearch")]
ALL: Any = {"match_all": {}}
MINE, FOREIGN = [f"p{i}" for i in range(1, 5)], [f"p{i}" for i in range(5, 9)]
SECRETS: Final = ("globex", "zyx", "foreign-", "p5", "p6", "p7", "p8")
PROPERTIES: Any = {
    "tenant": {"type": "keyword"}, "name": {"type": "text", "fields": {"raw": {"type": "keyword"}}}, "age": {"type": "integer"},
    "city": {"type": "keyword"}, "vec": {"type": "knn_vector", "dimension": 2, "method": {"name": "hnsw", "space_type": "l2", "engine": "lucene"}},
    "boxes": {"type": "nested", "properties": {"kind": {"type": "keyword"}}},
}  # fmt: skip
SETTINGS: Any = {"index": {"knn": True, "number_of_shards": 1, "number_of_replicas": 0}}


def person(id: str) -> dict[str, Any]:
    n, mine = int(id[1:]), id in MINE
    word = "shared" if mine else "zyx"
    return {"tenant": "acme" if mine else "globex", "name": f"person {n} {word}", "age": 20 + n, "city": f"{'' if mine else 'foreign-'}city{n % 2}",
            "vec": [float(n), 1.0], "boxes": [{"kind": word}], "sugg": word}  # fmt: skip


def fill(server: Before) -> None:
    lines: list[Any] = []
    for id in (*MINE, *FOREIGN):
        lines += [{"index": {"_id": id}}, person(id)]
    told = server.do("POST", "/people/_bulk?refresh=true", lines)
    assert told.status == 200
    assert told.tree["errors"] is False


@pytest.fixture(scope="module")
def people(server: Before) -> Before:
    made = server.do("PUT", "/people", {"settings": SETTINGS, "mappings": {"properties": PROPERTIES}})
    assert made.status == 200
    assert server.direct("PUT", "/people/_mapping", {"properties": {"sugg": {"type": "completion"}}})[0] == 200
    server.do(
        "PUT",
        "/private",
        {"settings": {"number_of_replicas": 0}, "mappings": {"properties": {"tenant": {"type": "keyword"}}}},
    )
    server.do("PUT", "/private/_doc/p5?refresh=true", {"tenant": "globex", "note": "zyx"})
    server.do("POST", "/_aliases", {"actions": [{"add": {"index": "people", "alias": "everyone"}}]})
    server.direct(
        "POST",
        "/_aliases",
        {"actions": [{"add": {"index": "people", "alias": "acme-people", "filter": {"term": {"tenant": "acme"}}}}]},
    )
    fill(server)
    return server


def found(tree: Any) -> list[str]:
    return [hit["_id"] for hit in tree["hits"]["hits"]]


# what it does


def test_an_expression_means_what_the_server_says(people: Before) -> None:
    """O-30, O-33, O-34, O-38"""
    for expression, names in (("everyone", {"people"}), ("p*", {"people", "private"}), ("_all", {"people", "private"}), ("p*,-private", {"people"}),
                              ("everyone,private", {"people", "private"}), ("peop%2A", {"people"}), ("people,nope", {"people", "nope"})):  # fmt: skip
        told = people.do("GET", f"/{expression}/_search")
        assert {*told.operation.collections} == names, expression
    assert {*people.do("GET", "/_search").operation.collections} == {"people", "private"}
    assert people.no("GET", "/nope*/_search").startswith("collection.unknown")
    assert "filter or a routing" in people.no("GET", "/acme-people/_search")
    assert "filter or a routing" in people.no("PUT", "/acme-people/_doc/x", {})
    assert people.do("GET", "/people,acme-people/_search").operation.collections == ("people",)


@every(
    "said",
    ["size=2&sort=age:desc", "sort=age%3Aasc,_score&from=1&_source=name,age", "_source=false&track_total_hits=false", "track_scores=true&sort=age",
     "version=true&seq_no_primary_term=true&_source_excludes=vec", "_source=true&pretty&human&typed_keys=true&expand_wildcards=open",
     "terminate_after=1000&allow_partial_search_results=true&max_concurrent_shard_requests=2&batched_reduce_size=5&pre_filter_shard_size=3"],
)  # fmt: skip
def test_what_a_query_says_finds_what_the_server_finds_by_it(people: Before, said: str) -> None:
    """O-03, O-07"""
    tree = {"query": {"range": {"age": {"gte": 22}}}}
    status, here = people.direct("POST", f"/people/_search?{said}", tree)
    told = people.do("POST", f"/people/_search?{said}", tree)
    assert (status, told.status) == (200, 200)
    assert told.tree["hits"] == here["hits"]


def test_names_that_are_not_there_are_overlooked_where_a_call_says_so(people: Before) -> None:
    """O-07"""
    assert people.do("POST", "/people,nope/_search", {}).status == 404
    told = people.do("POST", "/people,nope/_search?ignore_unavailable=true&size=8", {})
    assert (told.status, len(found(told.tree))) == (200, 8)
    assert told.operation.collections == ("people", "nope")
    lines = [{"index": ["people", "nope"], "ignore_unavailable": True}, {"size": 8}]
    several = people.do("POST", "/_msearch?max_concurrent_searches=2", lines)
    assert len(found(several.tree["responses"][0])) == 8
    assert people.do("DELETE", "/nope?ignore_unavailable=true").status == 200


def test_an_index_without_a_body_and_its_names_are_made_and_taken(people: Before) -> None:
    """O-03"""
    assert people.do("PUT", "/bare").status == 200
    try:
        assert people.do("PUT", "/bare/_alias/simple").operation.collections == ("bare", "simple")
        assert people.do("GET", "/simple/_search").operation.collections == ("bare",)
        assert people.do("PUT", "/bare/_doc/1?op_type=create&refresh", {"a": 1}).status == 201
        assert people.do("PUT", "/bare/_doc/1?op_type=create", {"a": 2}).status == 409
        assert people.do("DELETE", "/bare/_alias/simple").status == 200
        assert people.do("GET", "/simple/_search").status == 404
    finally:
        people.do("DELETE", "/bare")


def test_a_data_stream_and_the_servers_own_indices_are_refused(people: Before) -> None:
    """O-34"""
    template = {"index_patterns": ["stream*"], "data_stream": {}, "template": {"settings": {"number_of_replicas": 0}}}
    assert people.direct("PUT", "/_index_template/streams", template)[0] == 200
    assert people.direct("PUT", "/_data_stream/stream1")[0] == 200
    try:
        assert "data stream" in people.no("GET", "/stream1/_search")
        assert all(not name.startswith(".") for name in people.do("GET", "/_all/_search").operation.collections)
    finally:
        people.direct("DELETE", "/_data_stream/stream1")
        people.direct("DELETE", "/_index_template/streams")


def test_an_index_is_known_by_its_uuid(people: Before) -> None:
    """O-37"""

    def thing() -> str:
        people.do("PUT", "/gone", {})
        found = asyncio.run(people.dialect.identity(people.ask, ("", ""), "gone"))
        people.do("DELETE", "/gone")
        return found

    assert len({thing(), thing(), ""}) == 3
    assert asyncio.run(people.dialect.identity(people.ask, ("", ""), "gone")) == ""


def test_a_write_that_makes_an_index_is_decided_on_as_that(people: Before) -> None:
    """O-36"""
    told = people.do("PUT", "/made/_doc/1", {"a": 1})
    assert [one.kind for one in told.operation.also] == ["collection_create"]
    assert people.do("PUT", "/made/_doc/2", {"a": 1}).operation.also == ()
    assert people.do("DELETE", "/made").status == 200


def test_the_bypasses_are_there_at_the_server(people: Before) -> None:
    """O-01, O-02, O-06, O-13, O-17: or refusing them would be for nothing."""
    assert (
        found(people.direct("POST", "/people/_search?q=tenant:globex", {"query": {"term": {"tenant": "acme"}}})[1])
        == FOREIGN
    )
    assert people.direct("GET", "/_search?index=private")[1]["hits"]["total"]["value"] == 1
    assert (
        people.direct("POST", "/people/_mget", {"docs": [{"_index": "private", "_id": "p5"}]})[1]["docs"][0]["_source"][
            "note"
        ]
        == "zyx"
    )
    assert people.direct("POST", "/people/_count", json.dumps({"query": ALL}).encode("utf-16"))[1]["count"] == 8
    both = b'{"aggs":{"a":{"terms":{"field":"city"}}},"aggregations":{"b":{"terms":{"field":"city"}}}}'
    assert "b" in people.direct("POST", "/people/_search", both)[1]["aggregations"]


def test_what_goes_out_finds_what_was_asked_for(people: Before) -> None:
    """O-09, O-19, O-22"""
    exact = {
        "source": "knn_score",
        "lang": "knn",
        "params": {"field": "vec", "query_value": [8, 1], "space_type": "l2"},
    }
    asked: list[tuple[Any, list[str]]] = [
        ({"query": {"knn": {"vec": {"vector": [8, 1], "k": 2}}}}, ["p8", "p7"]),
        ({"query": {"knn": {"vec": {"vector": [8, 1], "k": 2, "filter": {"term": {"tenant": "acme"}}}}}}, ["p4", "p3"]),
        ({"query": {"script_score": {"query": {"term": {"tenant": "acme"}}, "script": exact}}, "size": 2}, ["p4", "p3"]),
        ({"query": {"match": {"name": "zyx"}}, "sort": ["age"], "size": 2}, ["p5", "p6"]),
        ({"sort": [{"age": "desc"}], "search_after": [26], "size": 2}, ["p5", "p4"]),
        ({"query": {"nested": {"path": "boxes", "query": {"term": {"boxes.kind": "zyx"}}}}, "sort": ["age"]}, FOREIGN),
        ({"query": {"multi_match": {"query": "person", "fields": ["name^2"]}}, "from": 1, "size": 2, "sort": ["age"]}, ["p2", "p3"]),
        ({"query": {"terms": {"_id": ["p2"]}}}, ["p2"]),
    ]  # fmt: skip
    for body, ids in asked:
        assert found(people.do("POST", "/everyone/_search", body).tree) == ids, body
    assert found(people.do("GET", "/people/_search?size=1", {"sort": ["age"]}).tree) == ["p1"]
    told = people.do("POST", "/_msearch", [{"index": "everyone"}, {"size": 1}, {"index": ["private"]}, {}]).tree
    assert [one["hits"]["total"]["value"] for one in told["responses"]] == [8, 1]


def test_a_part_that_fails_has_its_error_in_an_answer_of_success(people: Before) -> None:
    """O-70, O-71"""
    told = people.do(
        "POST", "/people/_bulk", [{"create": {"_id": "p1"}}, {"a": 1}, {"index": {}}, {"age": "no number zyx"}]
    )
    assert (told.status, told.tree["errors"]) == (200, True)
    assert [one[kind]["status"] for one in told.tree["items"] for kind in one] == [409, 400]
    surface = people.dialect.surface(told.operation, answer=True)
    assert surface.kind_at("/items/*/index/error/reason") == "text"
    told = people.do("POST", "/people/_msearch", [{"index": "nope"}, {}, {}, {"size": 1}])
    assert ["error" in one for one in told.tree["responses"]] == [True, False]


def test_how_far_a_call_reaches_is_counted(people: Before) -> None:
    async def reach(method: str, target: str, body: Any = None) -> Any:
        from support.lucene.asked import raw_of

        call = people.dialect.read(raw_of(method, target, body))
        operation = await people.dialect.classify(call, people.ask)
        call = people.dialect.restrict(call, operation, OPEN)
        return await people.dialect.impact(call, operation, people.ask, 10), call, operation

    impact, call, operation = asyncio.run(
        reach("POST", "/everyone/_delete_by_query", {"query": {"range": {"age": {"gte": 27}}}})
    )
    assert (impact.touched, impact.total, impact.collections, {*impact.ids}) == (2, 8, ("people",), {"p7", "p8"})
    assert "everyone" in impact.aliases
    parts = people.dialect.bound(call, operation, ["p7", "p1"])
    assert len(parts) == 1
    counted = people.direct("POST", "/people/_count", {"query": parts[0].tree["query"]})[1]
    assert counted["count"] == 1
    assert asyncio.run(people.dialect.selected(call, operation, people.ask, {"p7", "p1"}, 10)) == ["p7"]
    assert asyncio.run(reach("DELETE", "/people"))[0].touched == 8
    assert asyncio.run(reach("DELETE", "/people/_doc/p1"))[0].touched == 1


# whose records

#: Reads of every kind by a tenant; their answers hold nothing of the other's.
READS: list[tuple[str, str, Any]] = [
    ("GET", "/people/_search", None), ("GET", "/people/_search?size=100", None), ("GET", "/_search", None), ("GET", "/everyone/_search", None),
    ("GET", "/p*/_search", None), ("GET", "/_all/_search", None), ("POST", "/people,private/_search", {}), ("POST", "/people/_search", {"query": {"term": {"tenant": "globex"}}, "sort": ["age"]}),
    ("POST", "/people/_search", {"query": {"bool": {"should": [{"terms": {"tenant": ["globex"]}}], "minimum_should_match": 0}}}),
    ("POST", "/people/_search", {"query": {"bool": {"must_not": [{"terms": {"tenant": ["acme"]}}]}}}), ("POST", "/people/_search", {"query": {"ids": {"values": FOREIGN}}}),
    ("POST", "/people/_search", {"query": {"bool": {"filter": [{"bool": {"should": [{"exists": {"field": "tenant"}}, ALL]}}]}}}),
    ("POST", "/people/_search", {"query": {"terms": {"_id": FOREIGN}}}), ("POST", "/people/_search", {"query": {"constant_score": {"filter": {"wildcard": {"tenant": "g*"}}}}}),
    ("POST", "/people/_search", {"query": {"regexp": {"tenant": ".*"}}}), ("POST", "/people/_search", {"query": {"range": {"age": {"gte": 25}}}}),
    ("POST", "/people/_search", {"query": {"dis_max": {"queries": [ALL, {"ids": {"values": FOREIGN}}]}}}), ("POST", "/people/_search", {"query": {"prefix": {"city": "foreign"}}}),
    ("POST", "/people/_search", {"query": {"boosting": {"positive": ALL, "negative": {"ids": {"values": MINE}}, "negative_boost": 0.1}}}),
    ("POST", "/people/_search", {"query": {"nested": {"path": "boxes", "query": {"exists": {"field": "boxes.kind"}}}}}),
    ("POST", "/people/_search", {"query": {"knn": {"vec": {"vector": [8, 1], "k": 3}}}}), ("POST", "/people/_search", {"query": {"knn": {"vec": {"vector": [8, 1], "min_score": 0.1}}}}),
    ("POST", "/people/_search", {"query": {"knn": {"vec": {"vector": [8, 1], "k": 3, "filter": {"ids": {"values": FOREIGN}}}}}}),
    ("POST", "/people/_search", {"query": {"bool": {"must": [{"knn": {"vec": {"vector": [8, 1], "k": 3}}}], "should": [ALL]}}}),
    ("POST", "/people/_search", {"query": {"bool": {"must_not": [{"knn": {"vec": {"vector": [1, 1], "k": 3}}}]}}}),
    ("POST", "/people/_search", {"query": {"script_score": {"query": ALL, "script": {"source": "knn_score", "lang": "knn", "params": {"field": "vec", "query_value": [8, 1], "space_type": "l2"}}}}}),
    ("POST", "/people/_search", {"post_filter": {"term": {"tenant": "globex"}}}), ("POST", "/people/_search", {"post_filter": {"knn": {"vec": {"vector": [8, 1], "k": 3}}}}),
    ("POST", "/people/_search", {"sort": [{"tenant": "desc"}, {"age": "desc"}]}), ("POST", "/people/_search", {"sort": ["age"], "search_after": [24]}),
    ("POST", "/people/_search", {"_source": False}), ("POST", "/people/_search", {"_source": ["name"]}), ("POST", "/people/_search", {"_source": {"excludes": ["name"]}}),
    ("POST", "/people/_search", {"version": True, "seq_no_primary_term": True}), ("POST", "/people/_search", {"terminate_after": 100}), ("POST", "/people/_search", {"from": 3, "size": 10}),
    ("POST", "/people/_search", {"size": 0, "aggs": {"t": {"terms": {"field": "tenant"}}}}), ("POST", "/people/_search", {"size": 0, "aggs": {"t": {"terms": {"field": "tenant", "missing": "x", "size": 100}}}}),
    ("POST", "/people/_search", {"size": 0, "aggs": {"t": {"composite": {"sources": [{"t": {"terms": {"field": "tenant"}}}, {"c": {"terms": {"field": "city"}}}]}}}}),
    ("POST", "/people/_search", {"size": 0, "aggs": {"t": {"filter": {"term": {"tenant": "globex"}}, "aggs": {"c": {"terms": {"field": "city"}}}}}}),
    ("POST", "/people/_search", {"size": 0, "aggs": {"t": {"filters": {"filters": {"x": {"knn": {"vec": {"vector": [8, 1], "k": 3}}}}}, "aggs": {"c": {"terms": {"field": "city"}}}}}}),
    ("POST", "/people/_search", {"size": 0, "aggs": {"n": {"nested": {"path": "boxes"}, "aggs": {"k": {"terms": {"field": "boxes.kind"}}}}}}),
    ("POST", "/people/_search", {"size": 0, "aggs": {"m": {"missing": {"field": "nothing"}, "aggs": {"c": {"terms": {"field": "name.raw"}}}}}}),
    ("POST", "/people/_search", {"size": 0, "query": {"match": {"name": "zyx"}}, "aggs": {"c": {"terms": {"field": "city"}}}}),
    ("POST", "/people/_search", {"size": 0, "post_filter": {"term": {"tenant": "acme"}}, "aggs": {"c": {"terms": {"field": "city"}}}}),
    ("POST", "/people/_search", {"query": {"bool": {"filter": [{"match": {"name": "zyx"}}]}}}), ("POST", "/people/_search", {"query": {"match": {"name": "zyx person"}}, "sort": ["age"]}),
    ("POST", "/people/_msearch", [{}, {}, {"index": "private"}, {}, {"index": ["everyone"]}, {"query": {"term": {"tenant": "globex"}}, "sort": ["age"]}]),
    ("POST", "/people/_mget", {"ids": [*MINE]}), ("POST", "/people/_mget", {"docs": [{"_id": "p1", "_source": False}]}),
    ("GET", "/people/_doc/p1", None), ("GET", "/people/_source/p1", None), ("GET", "/people/_mapping", None), ("GET", "/people/_settings", None), ("GET", "/", None),
]  # fmt: skip


@every(("method", "target", "body"), READS)
def test_a_read_shows_ones_own_alone(people: Before, method: str, target: str, body: Any) -> None:
    """O-40, O-48, O-54, O-60"""
    told = people.do(method, target, body, OWN)
    assert told.status == 200, told.tree
    assert told.dropped == 0, "the server itself found them"
    text = json.dumps(told.tree)
    assert not [secret for secret in SECRETS if f'"{secret}' in text], text
    assert told.tree.get("hits", {}).get("total", {"value": 0})["value"] <= len(MINE)


COUNTS: list[tuple[Any, int]] = [
    (None, 4), ({"query": ALL}, 4), ({"query": {"term": {"tenant": "globex"}}}, 0), ({"query": {"match": {"name": "zyx"}}}, 0), ({"query": {"bool": {"should": [ALL]}}}, 4),
    ({"query": {"bool": {"must_not": [{"term": {"tenant": "acme"}}]}}}, 0), ({"query": {"ids": {"values": [*MINE[:1], *FOREIGN]}}}, 1),
]  # fmt: skip


@every(("body", "count"), COUNTS)
def test_a_count_is_of_ones_own(people: Before, body: Any, count: int) -> None:
    assert people.do("POST", "/people/_count", body, OWN).tree["count"] == count


def test_a_vector_search_finds_ones_own_though_others_are_nearer(people: Before) -> None:
    """O-48: with the condition around it alone it finds none."""
    nearest = {"knn": {"vec": {"vector": [8, 1], "k": 3}}}
    around = {"query": {"bool": {"must": [nearest], "filter": [{"term": {"tenant": "acme"}}]}}}
    assert found(people.direct("POST", "/people/_search", around)[1]) == []
    assert found(people.do("POST", "/people/_search", {"query": nearest}, OWN).tree) == ["p4", "p3", "p2"]


def test_a_record_of_several_tenants_is_nobodys(people: Before) -> None:
    """O-63"""
    people.direct("PUT", "/people/_doc/both?refresh=true", {**person("p1"), "tenant": ["acme", "globex"]})
    try:
        assert people.do("POST", "/people/_count", None, OWN).tree["count"] == 4
        assert "both" not in found(people.do("GET", "/people/_search?size=50", None, OWN).tree)
        assert people.no("GET", "/people/_doc/both", None, OWN).startswith("rows.unknown")
        assert people.no("PUT", "/people/_doc/both", {}, OWN).startswith("rows.taken")
    finally:
        people.direct("DELETE", "/people/_doc/both?refresh=true")


def test_what_is_foreign_and_what_is_missing_are_told_alike(people: Before) -> None:
    """O-60, O-61"""
    for method, path, body in (
        ("GET", "_doc/{}", None),
        ("GET", "_source/{}", None),
        ("HEAD", "_doc/{}", None),
        ("DELETE", "_doc/{}", None),
        ("POST", "_update/{}", {"doc": {"age": 1}}),
    ):
        foreign, missing = (people.no(method, f"/people/{path.format(id)}", body, OWN) for id in ("p6", "p99"))
        assert foreign == missing, path
    told = people.do("POST", "/people/_mget", {"ids": ["p1", "p6", "p99"]}, OWN).tree["docs"]
    assert [one["found"] for one in told] == [True, False, False]
    assert {*told[1]} == {*told[2]}


def everything(people: Before) -> Any:
    people.direct("POST", "/people/_refresh")
    tree = people.direct(
        "POST",
        "/people/_search",
        {"query": {"term": {"tenant": "globex"}}, "size": 100, "sort": ["age"], "version": True},
    )[1]
    return [(one["_id"], one["_version"], one["_source"]) for one in tree["hits"]["hits"]]


WRITES: list[tuple[str, str, Any]] = [
    ("PUT", "/people/_doc/p6", {"name": "mine now"}), ("POST", "/people/_doc/p6", {}), ("PUT", "/people/_create/p6", {}), ("POST", "/people/_update/p6", {"doc": {"age": 1}}),
    ("POST", "/people/_update/p6", {"doc": {"tenant": "acme"}}), ("POST", "/people/_update/p6", {"doc": {}, "doc_as_upsert": True}), ("DELETE", "/people/_doc/p6", None),
    ("POST", "/people/_update/p1", {"doc": {"tenant": "globex"}}), ("PUT", "/people/_doc/new", {"tenant": "globex"}), ("PUT", "/people/_doc/new", {"tenant": ["acme", "globex"]}),
    ("POST", "/people/_bulk", [{"delete": {"_id": "p1"}}, {"delete": {"_id": "p6"}}]), ("POST", "/people/_bulk", [{"index": {"_id": "p6"}}, {}]),
    ("POST", "/people/_bulk", [{"create": {"_id": "p6"}}, {}]), ("POST", "/people/_bulk", [{"update": {"_id": "p6"}}, {"doc": {"age": 1}}]),
    ("POST", "/people/_bulk", [{"index": {"_index": "private", "_id": "p5"}}, {}]), ("POST", "/_bulk", [{"delete": {"_index": "everyone", "_id": "p7"}}]),
    ("POST", "/people/_delete_by_query?refresh=true", {"query": {"term": {"tenant": "globex"}}}), ("POST", "/people/_delete_by_query?refresh=true", {"query": {"ids": {"values": FOREIGN}}}),
    ("POST", "/people/_delete_by_query?refresh=true", {"query": {"bool": {"must_not": [{"ids": {"values": MINE}}]}}}),
    ("POST", "/people/_delete_by_query?refresh=true", {"query": {"knn": {"vec": {"vector": [8, 1], "k": 4, "filter": {"term": {"tenant": "globex"}}}}}}),
    ("POST", "/people/_delete_by_query?refresh=true", {"query": {"bool": {"filter": []}}}),
    ("DELETE", "/people", None), ("PUT", "/people/_mapping", {"properties": {"x": {"type": "keyword"}}}), ("POST", "/people/_close", None),
]  # fmt: skip


def test_a_write_changes_ones_own_alone(people: Before) -> None:
    """O-61, O-66"""
    before, refused = everything(people), 0
    for call in WRITES:
        try:
            people.do(*call, OWN)
        except CallRefused:
            refused += 1
        assert everything(people) == before, call
    assert refused < len(WRITES), "or none went through"
    fill(people)


def test_what_was_written_a_moment_ago_is_seen_before_a_write(people: Before) -> None:
    """O-66"""
    people.direct("PUT", "/people/_doc/fresh", {**person("p5")})
    try:
        assert people.no("PUT", "/people/_doc/fresh", {}, OWN).startswith("rows.taken")
    finally:
        people.direct("DELETE", "/people/_doc/fresh?refresh=true")


def test_ones_own_records_are_written_changed_and_deleted(people: Before) -> None:
    told = people.do("PUT", "/people/_doc/mine?refresh=true", {"name": "new"}, OWN)
    assert (told.status, told.tree["_seq_no"]) == (201, 0)
    assert people.direct("GET", "/people/_doc/mine")[1]["_source"] == {"name": "new", "tenant": "acme"}
    assert people.do("POST", "/people/_update/mine?refresh=true", {"doc": {"age": 9}}, OWN).tree["result"] == "updated"
    assert people.do("GET", "/people/_doc/mine", None, OWN).tree["_source"] == {
        "name": "new",
        "tenant": "acme",
        "age": 9,
    }
    assert (
        people.do(
            "POST", "/everyone/_bulk?refresh=true", [{"delete": {"_id": "mine"}}, {"index": {}}, {"age": 77}], OWN
        ).tree["errors"]
        is False
    )
    assert (
        people.do(
            "POST", "/people/_delete_by_query?refresh=true", {"query": {"range": {"age": {"gte": 70}}}}, OWN
        ).tree["deleted"]
        == 1
    )


def test_snapshots_go_and_come_by_the_names_that_were_decided_on(people: Before) -> None:
    snapshots_go_and_come(people)


def test_the_best_of_each_value_is_found(people: Before) -> None:
    the_best_of_each_value_is_found(people)


def test_templates_are_of_indices_to_be(people: Before) -> None:
    templates_are_of_indices_to_be(people)


HYBRID: Any = {
    "query": {"hybrid": {"queries": [{"match_all": {}}, {"knn": {"vec": {"vector": [1.0, 1.0], "k": 3}}}]}},
    "_source": False,
    "size": 8,
}
NORM: Any = {
    "phase_results_processors": [
        {
            "normalization-processor": {
                "combination": {"technique": "arithmetic_mean", "parameters": {"weights": [0.3, 0.7]}}
            }
        }
    ]
}
RRF: Any = {"phase_results_processors": [{"score-ranker-processor": {"combination": {"technique": "rrf"}}}]}


def test_a_hybrid_search_goes_through_what_brings_its_scores_together(people: Before) -> None:
    """O-90, O-91"""
    assert people.do("PUT", "/_search/pipeline/norm", NORM).status == 200
    assert people.do("GET", "/_search/pipeline/norm").tree == {"norm": NORM}
    _, here = people.direct("POST", "/people/_search?search_pipeline=norm", HYBRID)
    for target, said in (
        ("/people/_search?search_pipeline=norm", {}),
        ("/people/_search", {"search_pipeline": "norm"}),
        ("/people/_search", {"search_pipeline": NORM}),
    ):
        told = people.do("POST", target, {**HYBRID, **said})
        assert (told.status, told.tree["hits"]) == (200, here["hits"])
    ranked = people.do("GET", "/people/_search", {**HYBRID, "search_pipeline": RRF})
    assert len({*found(ranked.tree)}) == len(found(ranked.tree)) == 8
    several = people.do("POST", "/_msearch", [{"index": "people"}, {**HYBRID, "search_pipeline": "norm"}])
    assert several.tree["responses"][0]["hits"] == here["hits"]
    own = people.do("POST", "/people/_search", {**HYBRID, "search_pipeline": "norm"}, OWN)
    assert {*found(own.tree)} == {*MINE}
    paged: Any = {
        "query": {"hybrid": {**HYBRID["query"]["hybrid"], "pagination_depth": 20}},
        "search_pipeline": NORM,
        "size": 3,
    }  # O-49
    for who, count in ((OPEN, 8), (OWN, len(MINE))):
        pages = [people.do("POST", "/people/_search", {**paged, "from": at}, who) for at in range(0, count, 3)]
        ids = [one for page in pages for one in found(page.tree)]
        assert len({*ids}) == len(ids) == count
    assert people.do("DELETE", "/_search/pipeline/norm").status == 200
    assert people.do("POST", "/people/_search", {**HYBRID, "search_pipeline": "norm"}).status == 400


def test_what_a_search_goes_through_that_does_more_is_refused(people: Before) -> None:
    more = {"response_processors": [{"hybrid_score_explanation": {}}]}
    assert "changes what is searched for" in people.no("PUT", "/_search/pipeline/more", more)
    assert people.direct("PUT", "/_search/pipeline/more", more)[0] == 200
    assert "'hybrid_score_explanation'" in people.no("POST", "/people/_search?search_pipeline=more", HYBRID)
    assert people.direct("PUT", "/people/_settings", {"index.search.default_pipeline": "more"})[0] == 200
    people.dialect.forget_names()
    try:
        assert "'hybrid_score_explanation'" in people.no("POST", "/people/_search", HYBRID)
    finally:
        people.direct("PUT", "/people/_settings", {"index.search.default_pipeline": None})
        people.direct("DELETE", "/_search/pipeline/more")
        people.dialect.forget_names()


def test_of_indices_that_say_different_pipelines_none_is_gone_through(people: Before) -> None:
    """O-90: what brings scores together shows none of 1 here."""
    made = {"phase_results_processors": [{"normalization-processor": {"normalization": {"technique": "l2"}}}]}
    try:
        for name in ("one", "other"):
            assert people.do("PUT", f"/_search/pipeline/{name}", made).status == 200
        for own, is_taken in ((None, True), ("one", True), ("other", False)):
            for index, name in (("people", "one"), ("private", own)):
                people.direct("PUT", f"/{index}/_settings", {"index.search.default_pipeline": name})
            _, here = people.direct("POST", "/people,private/_search", HYBRID)
            assert (here["hits"]["max_score"] < 1) is is_taken, own
    finally:
        for index in ("people", "private"):
            people.direct("PUT", f"/{index}/_settings", {"index.search.default_pipeline": None})
        for name in ("one", "other"):
            people.direct("DELETE", f"/_search/pipeline/{name}")


def test_what_is_written_goes_through_what_puts_in_values_alone(people: Before) -> None:
    said = {"processors": [{"set": {"field": "kind", "value": "person"}}, {"uppercase": {"field": "city"}}]}
    assert people.do("PUT", "/_ingest/pipeline/kinds", said).status == 200
    assert people.do("GET", "/_ingest/pipeline/kinds").tree == {"kinds": said}
    status, made = people.direct("POST", "/_ingest/pipeline/kinds/_simulate", {"docs": [{"_source": {"city": "oslo"}}]})
    assert (status, made["docs"][0]["doc"]["_source"]) == (200, {"city": "OSLO", "kind": "person"})
    assert people.do("DELETE", "/_ingest/pipeline/kinds").status == 200

"""What does each call mean? Kind, danger, collections, numbers of records: what a policy decides on."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from support.tools.every import every
from vecgate import dialects
from vecgate.domain.call import Answer, Call
from vecgate.domain.decision import Decision, Effect
from vecgate.domain.exchange import Raw
from vecgate.domain.operation import Operation
from vecgate.refusals.errors import CallRefused

C = "/collections/people"
P = f"{C}/points"
V = [0.1, 0.2]
POLICY = Decision(Effect.ALLOW, "r", "because", "v1")
ALIASES = {"staff": "people", "old": "archive"}


async def ask(call: Call) -> Answer:
    if call.path == "/collections":
        return Answer(200, body=b'{"result":{"collections":[{"name":"people"},{"name":"archive"}]}}')
    assert call.path == "/aliases"
    listed = [{"alias_name": alias, "collection_name": name} for alias, name in ALIASES.items()]
    return Answer(200, body=json.dumps({"result": {"aliases": listed}}).encode())


def read(method: str, target: str, body: Any = None) -> tuple[Call, Operation]:
    raw = b"" if body is None else json.dumps(body).encode()
    dialect = dialects.load("qdrant")
    call = dialect.read(Raw(method, target, (("content-type", "application/json"),) if raw else (), raw))
    return call, asyncio.run(dialect.classify(call, ask))


def point(id: int = 1, **more: Any) -> dict[str, Any]:
    return {"id": id, "vector": V, **more}


KEY = {"key": "a", "match": {"value": "x"}}
#: Filters that find everything, whatever is stored, and such that need not.
WRAPPED: list[Any] = [
    {"must": [{}]},
    {"must": [{"must": []}, {"should": [{}, KEY]}]},
    {"should": [KEY, {"must": [{}]}]},
    {"must_not": [{"must_not": [{}]}]},
    {"must_not": [{"has_id": []}]},
    {"must_not": [{"should": [{"has_id": []}]}, {"must": [KEY, {"has_id": []}]}]},
    {"min_should": {"conditions": [KEY, {}], "min_count": 1}},
    {"must": [{"slice": {"total": 1, "index": 0}}]},
]
CHOSEN: list[Any] = [
    {"must": [{}, KEY]},
    {"should": [KEY]},
    {"must_not": [{}]},
    {"must": [{"must_not": [KEY]}]},
    {"must": [{"slice": {"total": 2, "index": 0}}]},
    {"min_should": {"conditions": [KEY, {}], "min_count": 2}},
]
MEANS: list[tuple[str, str, str, Any, str, int]] = [
    # searches, and what only looks like one
    ("", "POST", f"{P}/query", {"query": V}, "search", 1),
    ("", "POST", f"{P}/query", {}, "list_scan", 2),
    ("", "POST", f"{P}/query", {"query": {"sample": "random"}}, "list_scan", 2),
    ("", "POST", f"{P}/query", {"query": {"order_by": "age"}}, "list_scan", 2),
    ("Q-76", "POST", f"{P}/query/batch", {"searches": [{"query": V}, {}]}, "list_scan", 2),
    ("", "POST", f"{P}/query", {"query": {"context": []}}, "list_scan", 2),
    # a prefetch goes through all there is, too, and what is put together of it is what it found
    ("Q-104", "POST", f"{P}/query", {"prefetch": [{"limit": 100}], "query": {"fusion": "rrf"}}, "list_scan", 2),
    ("Q-104", "POST", f"{P}/query", {"prefetch": [{"query": V}, {"prefetch": [{"query": {"sample": "random"}}], "query": V}], "query": {"fusion": "dbsf"}}, "list_scan", 2),
    ("Q-104", "POST", f"{P}/query", {"prefetch": [{"query": {"order_by": "age"}}], "query": {"formula": "$score"}}, "list_scan", 2),
    ("Q-104", "POST", f"{P}/query/groups", {"prefetch": [{}], "query": {"fusion": "rrf"}, "group_by": "a"}, "list_scan", 2),
    ("Q-104", "POST", f"{P}/query/batch", {"searches": [{"query": V}, {"prefetch": [{}], "query": V}]}, "list_scan", 2),
    ("Q-104", "POST", f"{P}/query", {"prefetch": [{"query": V}, {"query": 1}], "query": {"fusion": "rrf"}}, "search", 1),
    ("Q-84", "POST", f"{C}/shards/0/points/scroll", {}, "list_scan", 3),
    ("Q-84", "POST", f"{C}/shards/0/points", {"ids": [1]}, "read_ids", 3),
    ("Q-66", "POST", f"{P}/count", {"exact": False}, "count", 1),
    # writes
    ("", "PUT", P, {"points": [point()]}, "upsert", 3),
    ("Q-72", "PUT", P, {"points": [point()], "update_mode": "insert_only"}, "upsert", 2),
    ("", "POST", f"{P}/delete", {"points": [1, 2]}, "delete_ids", 3),
    ("", "POST", f"{P}/delete", {"filter": {"must": [{"has_id": [1]}]}}, "delete_filter", 3),
    ("Q-75", "POST", f"{P}/delete", {"filter": {}}, "delete_filter", 4),
    ("Q-24", "POST", f"{P}/delete", {"filter": {"must": []}}, "delete_filter", 4),
    *(("Q-24", "POST", f"{P}/delete", {"filter": each}, "delete_filter", 4) for each in WRAPPED),
    *(("Q-24", "POST", f"{P}/delete", {"filter": each}, "delete_filter", 3) for each in CHOSEN),
    ("", "POST", f"{P}/payload", {"payload": {}, "points": [1]}, "update", 3),
    ("", "POST", f"{P}/payload", {"payload": {}, "filter": {"must": [{"has_id": [1]}]}}, "update_filter", 3),
    ("", "POST", f"{P}/payload/clear", {"filter": {}}, "update_filter", 4),
    ("", "POST", f"{P}/vectors/delete", {"vector": ["a"], "points": [1]}, "delete_ids", 3),
    # batches, by their worst member
    ("Q-45", "POST", f"{P}/batch", {"operations": [{"upsert": {"points": [point()]}}, {"delete": {"points": [1]}}]}, "delete_ids", 3),
    ("Q-45", "POST", f"{P}/batch", {"operations": [{"delete": {"filter": {}}}, {"upsert": {"points": [point()]}}]}, "delete_filter", 4),
    ("Q-45", "POST", f"{P}/batch", {"operations": [{"upsert": {"points": [point()]}}]}, "upsert", 3),
    # collections, aliases, shards, snapshots, the server
    ("Q-90", "GET", f"{C}/exists", None, "collection_read", 0),
    ("Q-90", "GET", C, None, "collection_read", 1),
    ("Q-90", "GET", "/", None, "health", 0),
    ("Q-52", "GET", "/healthz", None, "health", 0),
    ("Q-52", "GET", "/livez", None, "health", 0),
    ("Q-52", "GET", "/readyz", None, "health", 0),
    ("", "PUT", C, {"vectors": {"size": 2, "distance": "Dot"}}, "collection_create", 3),
    ("", "DELETE", f"{C}/vectors/a", None, "collection_alter", 4),
    ("Q-65", "POST", "/collections/aliases", {"actions": [{"delete_alias": {"alias_name": "x"}}]}, "alias", 4),
    ("", "POST", f"{C}/shards/delete", {"shard_key": "acme"}, "tenant_admin", 4),
    ("", "POST", f"{C}/cluster", {"replicate_points": {"from_shard_key": "a", "to_shard_key": "b"}}, "cluster_admin", 4),
    ("Q-56", "GET", f"{C}/snapshots/a.snapshot", None, "snapshot_read", 4),
    ("Q-56", "GET", "/issues", None, "cluster_read", 1),
    ("Q-71", "GET", "/telemetry", None, "cluster_read", 2),
    ("Q-71", "GET", "/metrics", None, "cluster_read", 1),
    ("", "POST", "/audit/logs", {"limit": 1}, "auth_admin", 3),
]  # fmt: skip


@every(("fact", "method", "target", "body", "kind", "danger"), MEANS)
def test_a_call_means(fact: str, method: str, target: str, body: Any, kind: str, danger: int) -> None:
    _, operation = read(method, target, body)
    assert (operation.kind, operation.danger) == (kind, danger)


def test_what_tells_of_everything_is_of_no_group_that_reads() -> None:
    """Q-56, Q-71"""
    for target in ("/telemetry", "/metrics", "/issues", "/cluster", "/quotas", "/logger", "/profiler/slow_requests"):
        assert read("GET", target)[1].group == "admin"
    assert read("GET", f"{C}/snapshots/a.snapshot")[1].group == "snapshot"


def test_a_batch_is_its_worst_member_and_does_all_others_besides() -> None:
    """Q-45"""
    members = [{"upsert": {"points": [point(1), point(2)]}}, {"upsert": {"batch": {"ids": [3], "vectors": [V]}}},
               {"delete": {"points": [1]}}, {"set_payload": {"payload": {}, "filter": {"must": [{"has_id": [1]}]}}}]  # fmt: skip
    _, operation = read("POST", f"{P}/batch", {"operations": members})
    assert operation.kind == "update_filter"
    assert operation.records == 4
    assert [(one.kind, one.records) for one in operation.also] == [("delete_ids", 1), ("upsert", 3)]


def test_how_many_records_are_asked_for() -> None:
    """Q-44, Q-103: with the server's own defaults, and groups by their size."""
    for target, body, limit in (
        ("query", {"query": V}, 10),
        ("query", {"query": V, "limit": 3}, 3),
        ("query/batch", {"searches": [{"query": V}, {"query": V, "limit": 5}]}, 15),
        ("query/groups", {"query": V, "group_by": "a"}, 30),
        ("search/groups", {"vector": V, "group_by": "a", "limit": 4, "group_size": 5}, 20),
        ("search/matrix/pairs", {}, 30),
        ("scroll", {}, 10),
        ("search", {"vector": V, "top": 7}, 7),
    ):
        assert read("POST", f"{P}/{target}", body)[1].limit == limit, target
    assert read("POST", P, {"ids": [1, 2]})[1].limit == 2


def test_vectors_are_asked_for_by_name() -> None:
    for target, body, wants in (
        ("query", {"query": V}, False),
        ("query", {"query": V, "with_vectors": True}, True),
        ("query", {"query": V, "with_vector": ["a"]}, True),
        ("query", {"query": V, "with_vector": []}, False),
        ("query/batch", {"searches": [{"query": V}, {"query": V, "with_vector": True}]}, True),
        ("query/groups", {"query": V, "group_by": "a", "with_lookup": {"collection": "b", "with_vectors": True}}, True),
    ):
        assert read("POST", f"{P}/{target}", body)[1].wants_vectors is wants, body


def test_an_alias_is_resolved_before_anything_is_decided() -> None:
    """Q-60, Q-55: and the call goes out under the collection's own name."""
    call, operation = read("POST", "/collections/staff/points/scroll", {})
    assert operation.collections == ("people",)
    assert dialects.load("qdrant").restrict(call, operation, POLICY).path == f"{P}/scroll"


def test_an_alias_is_none_where_the_server_takes_it_for_none() -> None:
    """Q-61"""
    for method, target, body in (("DELETE", "/collections/staff", None), ("GET", "/collections/staff/aliases", None),
                                 ("PUT", "/collections/staff", {})):  # fmt: skip
        assert read(method, target, body)[1].collections == ("staff",)


def test_a_change_of_aliases_is_about_every_name_and_what_is_behind_it() -> None:
    """Q-65"""
    actions = [{"create_alias": {"collection_name": "new", "alias_name": "staff"}},
               {"rename_alias": {"old_alias_name": "old", "new_alias_name": "older"}}]  # fmt: skip
    _, operation = read("POST", "/collections/aliases", {"actions": actions})
    assert set(operation.collections) == {"new", "staff", "people", "old", "archive", "older"}
    assert dialects.load("qdrant").renames(operation)


LOOKUPS = [
    ("query", {"query": 1, "lookup_from": {"collection": "old"}}),
    ("query", {"prefetch": {"query": 1, "lookup_from": {"collection": "archive"}}, "query": V}),
    ("query/batch", {"searches": [{"query": V}, {"query": 1, "lookup_from": {"collection": "old"}}]}),
    ("query/groups", {"query": V, "group_by": "a", "with_lookup": "old"}),
    ("query/groups", {"query": V, "group_by": "a", "with_lookup": {"collection": "archive"}}),
    ("recommend", {"positive": [1], "limit": 1, "lookup_from": {"collection": "old"}}),
    ("discover", {"target": 1, "limit": 1, "lookup_from": {"collection": "old"}}),
]


@pytest.mark.parametrize(("target", "body"), LOOKUPS)
def test_a_lookup_is_a_read_of_the_other_collection_besides(target: str, body: Any) -> None:
    """Q-62"""
    call, operation = read("POST", f"{P}/{target}", body)
    assert operation.collections == ("people", "archive")
    assert [(one.kind, one.collections) for one in operation.also] == [("read_ids", ("archive",))]
    sent = dialects.load("qdrant").restrict(call, operation, POLICY)
    assert b'"old"' not in sent.body
    assert b'"archive"' in sent.body


RECOVERED = [
    (f"{C}/snapshots/recover", "file:///data/snapshots/secret/secret-1.snapshot", "secret"),
    (f"{C}/snapshots/recover", "http://127.0.0.1:6333/collections/secret/snapshots/a.snapshot", "secret"),
    (f"{C}/snapshots/recover", "file:///data/snapshots/secret/shards/0/secret-0.snapshot", "secret"),
    (f"{C}/shards/0/snapshots/recover", "file:///data/snapshots/secret/shards/12/secret-0.snapshot", "secret"),
    (f"{C}/shards/0/snapshots/recover", "a.snapshot", "people"),
]
NOT_RECOVERED = [
    ("http://elsewhere.example/collections/people/snapshots/a.snapshot", "body.harmful"),
    ("http://127.0.0.1:6333/collections/a/snapshots/../../b/snapshots/a.snapshot", "body.unreadable"),
    ("http://127.0.0.1:6333/other", "body.unreadable"),
    ("ftp://127.0.0.1/collections/a/snapshots/a.snapshot", "body.unreadable"),
    ("file:///a.snapshot?x", "body.unreadable"),
    ("somewhere.snapshot", "body.unreadable"),
    ("file:///data/snapshots/secret/./a.snapshot", "body.unreadable"),
    ("file:///data/snapshots/secret/%2e/a.snapshot", "body.unreadable"),
    ("file:///data/snapshots/secret/shards/0/./a.snapshot", "body.unreadable"),
    ("file:///data/snapshots/secret/..", "body.unreadable"),
    ("file:///data/snapshots/secret//a.snapshot", "body.unreadable"),
    ("http://localhost:6333/collections/./snapshots/a.snapshot", "body.unreadable"),
]


@pytest.mark.parametrize(("target", "location", "source"), RECOVERED)
def test_a_recovery_is_a_read_of_its_source_besides(target: str, location: str, source: str) -> None:
    """Q-63"""
    _, operation = read("PUT", target, {"location": location})
    assert (operation.kind, operation.danger) == ("snapshot_restore", 4)
    assert set(operation.collections) == {source, "people"}
    assert {(one.kind, one.collections) for one in operation.also} == {
        ("list_scan", (source,)),
        ("snapshot_read", (source,)),
    }


@pytest.mark.parametrize(("location", "code"), NOT_RECOVERED)
def test_a_recovery_that_does_not_tell_its_source_is_refused(location: str, code: str) -> None:
    """Q-63"""
    with pytest.raises(CallRefused) as refused:
        read("PUT", f"{C}/snapshots/recover", {"location": location})
    assert str(refused.value.refusal).startswith(code)


MODEL = {"text": "who?", "model": "openai/small"}
ELSEWHERE = [
    ("POST", f"{P}/query", {"query": MODEL}),
    ("POST", f"{P}/query", {"query": {"nearest": MODEL}}),
    ("POST", f"{P}/query", {"query": {"recommend": {"positive": [1, MODEL]}}}),
    ("POST", f"{P}/query", {"prefetch": [{"prefetch": {"query": MODEL}}], "query": {"fusion": "rrf"}}),
    ("POST", f"{P}/query/batch", {"searches": [{"query": {"discover": {"target": MODEL, "context": []}}}]}),
    ("PUT", P, {"points": [{"id": 1, "vector": MODEL}]}),
    ("PUT", P, {"points": [{"id": 1, "vector": {"a": {"image": "x", "model": "m"}}}]}),
    ("PUT", P, {"batch": {"ids": [1], "vectors": [MODEL]}}),
    ("POST", f"{P}/batch", {"operations": [{"update_vectors": {"points": [{"id": 1, "vector": MODEL}]}}]}),
]


@pytest.mark.parametrize(("method", "target", "body"), ELSEWHERE)
def test_a_model_that_is_elsewhere_is_a_kind_of_its_own(method: str, target: str, body: Any) -> None:
    """Q-85"""
    _, operation = read(method, target, body)
    assert [one.kind for one in operation.also][-1] == "inference"
    inside = json.loads(json.dumps(body).replace("openai/small", "qdrant/bm25"))
    if inside != body:
        assert "inference" not in {one.kind for one in read(method, target, inside)[1].also}


def test_a_search_too_deep_in_searches_is_refused() -> None:
    deep: Any = {"query": V}
    for _ in range(6):
        deep = {"prefetch": deep, "query": V}
    assert read("POST", f"{P}/query", deep)[1].kind == "search"
    with pytest.raises(CallRefused, match="nested deeper"):
        read("POST", f"{P}/query", {"prefetch": deep, "query": V})


def test_who_may_do_nothing_learns_of_no_alias() -> None:
    """Q-59: it is decided before the server is asked."""
    dialect, told = dialects.load("qdrant"), []

    async def never(call: Call) -> Answer:
        raise AssertionError(call.path)

    async def may(*could_be: Operation) -> None:
        told.extend(could_be)
        raise CallRefused("no")

    call = dialect.read(Raw("POST", f"{P}/scroll", (("content-type", "application/json"),), b"{}"))
    with pytest.raises(CallRefused):
        asyncio.run(dialect.classify(call, never, may=may))
    assert [(one.kind, one.collections, one.unnamed) for one in told] == [("list_scan", (), True)]


def test_stored_data_as_it_lies_goes_out_to_nobody() -> None:
    """Q-56"""
    for target in (f"{C}/snapshots/a.snapshot", "/snapshots/a.snapshot", f"{C}/shards/0/snapshots/a.snapshot", f"{C}/shards/0/snapshot", "/metrics"):  # fmt: skip
        call, operation = read("GET", target)
        with pytest.raises(CallRefused, match=r"answer\.raw"):
            dialects.load("qdrant").restrict(call, operation, replace(POLICY, vectors=True))
    for target in (f"{C}/snapshots", "/telemetry"):  # JSON, which is masked like any
        call, operation = read("GET", target)
        assert dialects.load("qdrant").restrict(call, operation, POLICY) == call

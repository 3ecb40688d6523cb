"""What does the dialect make of a call, of its headers, of an answer and of a refusal?"""

import asyncio
import contextlib
import json
from typing import Any

import pytest

from support.milvus.asked import JSON, V1, V2, FakeMilvus, asking, raw, read
from support.milvus.people import TYPES, people
from support.milvus.recorded.server import Recorded
from support.tools.every import every
from vecgate.dialects.milvus.dialect import Milvus
from vecgate.domain.call import Answer, Json
from vecgate.domain.decision import Decision, Effect
from vecgate.domain.exchange import Raw
from vecgate.domain.operation import Operation
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused

P = {"collectionName": "people"}
Q = f"{V2}/entities/query"


def test_the_database_of_a_header_goes_into_the_body() -> None:
    """M-18"""
    assert read(Q, P, (*JSON, ("DB-Name", "db1"))).tree == {**P, "dbName": "db1"}
    assert read(Q, {**P, "dbName": "db2"}, (*JSON, ("db-name", "db1"))).tree == {**P, "dbName": "db2"}
    assert read(f"{V1}/query", {**P, "filter": "id > 0"}, (*JSON, ("db-name", "db1"))).tree == {**P, "filter": "id > 0"}
    assert read(Q, {**P, "dbName": ""}, (*JSON, ("DB-Name", "db1"))).tree == {**P, "dbName": "db1"}
    assert read(Q, {**P, "dbName": ""}).tree == P
    with pytest.raises(CallRefused, match="older routes take for the name of no database"):
        read(f"{V1}/query", {**P, "filter": "id > 0", "dbName": ""})
    for odd in ((("db-name", "a"), ("db-name", "a")), (("db-name", 'a"b'),), (("DB-Name", ""),)):
        with pytest.raises(CallRefused, match="db-name"):
            read(Q, P, (*JSON, *odd))


def test_whole_numbers_as_texts_are_asked_for_in_one_way() -> None:
    """M-19, M-20"""
    sent = (*JSON, ("Accept-Type-Allow-Int64", "false"), ("Request-Timeout", "0"), ("sourceid", "x"))
    assert [pair for pair in read(Q, P, sent).headers if pair[0] not in ("accept", "accept-encoding")] == [
        ("content-type", "application/json"), ("accept-type-allow-int64", "false"),
    ]  # fmt: skip
    with pytest.raises(CallRefused, match="accept-type-allow-int64"):
        read(Q, P, (*JSON, ("accept-type-allow-int64", "yes")))


@every("kind", ["text/plain;charset=UTF-8", "text/plain; charset=utf-8", "application/json"])
def test_programs_in_javascript_say_plain_text(kind: str) -> None:
    """M-15"""
    call = read(Q, P, (("content-type", kind),))
    assert dict(call.headers)["content-type"] == "application/json"
    with pytest.raises(CallRefused, match="content type"):
        read(Q, P, (("content-type", "text/plain"),))


def decided(operation: Operation, **more: object) -> Decision:
    return Decision(Effect.ALLOW, "r", "because", "v1", **more)  # type: ignore[arg-type]


def restricted(path: str, tree: object, server: FakeMilvus, **more: object) -> object:
    dialect = Milvus()
    call = dialect.read(raw(path, tree))
    operation = asyncio.run(dialect.classify(call, server.ask))
    return dialect.restrict(call, operation, decided(operation, **more)).tree


def test_what_is_sent_names_the_collection_that_was_decided_on() -> None:
    """M-36"""
    server = FakeMilvus(("people",), {"staff": "people"})
    assert restricted(Q, {"collectionName": "staff"}, server) == P
    assert restricted(Q, P, server, max_results=3) == {**P, "limit": 4}
    with pytest.raises(CallRefused, match=r"vectors\.not_allowed"):
        restricted(Q, {**P, "outputFields": ["vec"]}, server, vectors=False)


def test_a_name_that_nobody_has_is_refused_but_may_be_asked_for() -> None:
    dialect, server = Milvus(), FakeMilvus()
    for path in (Q, f"{V2}/collections/describe", f"{V2}/collections/drop"):
        with pytest.raises(CallRefused, match=r"collection\.unknown"):
            asyncio.run(
                dialect.classify(
                    dialect.read(raw(path, {"collectionName": "nope", **({"limit": 1} if path == Q else {})})),
                    server.ask,
                )
            )
    found = asyncio.run(
        dialect.classify(dialect.read(raw(f"{V2}/collections/has", {"collectionName": "nope"})), server.ask)
    )
    assert found.collections == ("nope",)


def test_a_collection_is_known_by_its_number() -> None:
    server = FakeMilvus(("people",), {"staff": "people"})
    assert asyncio.run(Milvus().identity(server.ask, ("default", "default"), "people")) == "default/people#7"
    assert asyncio.run(Milvus().identity(server.ask, ("default", "default"), "nope")) == ""


def test_a_database_that_is_dropped_has_all_its_collections() -> None:
    dialect, server = Milvus(), FakeMilvus(("b", "a"))
    call = dialect.read(raw(f"{V2}/databases/drop", {"dbName": "db1"}))
    operation = asyncio.run(dialect.classify(call, server.ask))
    assert asyncio.run(dialect.located(call, operation, server.ask)).things == ("a", "b")


def test_a_refusal_has_the_shape_and_status_of_a_missing_privilege() -> None:
    """M-30"""
    told = {
        code: Milvus().render(refuse(code, **words))
        for code, words in (("route.unknown", {}), ("collection.unknown", {}))
    }
    said = json.loads(told["collection.unknown"].body)
    assert (told["collection.unknown"].status, said["code"]) == (404, 100)
    assert said["message"].startswith("collection.unknown")
    assert {rendered.status < 500 for rendered in told.values()} == {True}


def test_plain_text_becomes_json() -> None:
    """M-38"""
    operation = Operation("milvus", "entities_query", "list_scan", 2)
    said = Milvus().spoken(operation, Answer(404, body=b"404 page not found"))
    assert json.loads(said.body) == {"code": 65535, "message": "404 page not found"}
    done = Answer(200, body=b'{"code":0}')
    assert Milvus().spoken(operation, done) is done


def test_names_are_forgotten_when_they_may_have_changed() -> None:
    dialect, server = Milvus(), FakeMilvus()
    call = dialect.read(raw(Q, P))
    asyncio.run(dialect.classify(call, server.ask))
    asyncio.run(dialect.classify(call, server.ask))
    assert len(server.asked) == 2
    dialect.forget(Operation("milvus", "collections_drop", "collection_drop", 4), None)
    asyncio.run(dialect.classify(call, server.ask))
    assert len(server.asked) == 4


def test_what_reads_and_writes_records_is_kept_to_rows() -> None:
    dialect = Milvus()
    scopes = {route.name: dialect.scope_of(route) for route in dialect.routes if not route.refused}
    assert {name for name, scope in scopes.items() if scope == "kept"} == {
        "entities_query", "entities_get", "entities_search", "entities_hybrid_search", "entities_advanced_search", "entities_delete",
        "entities_insert", "entities_upsert", "collections_get_stats", "v1_query", "v1_get", "v1_search", "v1_delete",
        "indexes_describe", "grpc_describe_index",
    }  # fmt: skip
    whole = {route.kind for route in dialect.routes if scopes.get(route.name) == "whole"}
    assert whole == {"auth_read", "collection_read", "health", "tenant_read"}


def test_vectors_that_come_as_texts_are_taken_out_by_the_type_of_their_field() -> None:
    """M-39"""
    dialect, server = Milvus(), FakeMilvus()
    server.types |= {"bits": "BinaryVector", "halves": "Float16Vector"}
    operation = asyncio.run(dialect.classify(dialect.read(raw(Q, {**P, "outputFields": ["*"]})), server.ask))
    row: Json = {"id": 1, "bits": "AQI=", "halves": "ADwAPA==", "name": "AQI=", "vec": [0.1]}
    answer: Json = {"code": 0, "data": [row]}
    assert dialect.strip_vectors(operation, answer) == {"code": 0, "data": [{"id": 1, "name": "AQI="}]}
    blanked = {"id": 1, "bits": "", "halves": "", "name": "AQI=", "vec": [0.0]}
    assert dialect.strip_vectors(operation, answer, zeros=True) == {"code": 0, "data": [blanked]}
    dialect.forget_names()  # while the answer is on its way
    assert dialect.strip_vectors(operation, answer) == {"code": 0, "data": [{"id": 1, "name": "AQI="}]}


def paged(size: int, most: int | None = None, *, keys: list[int] | None = None) -> list[Any]:
    """What each page of the six people asked for, and the ids it found."""
    server, dialect, found = Recorded(), Milvus(), list[Any]()
    rows = people() if keys is None else [{**people()[0], "id": key} for key in keys]
    server.make("people", TYPES).rows = rows
    going = dialect.pages("default", "default", "people", size)
    call = next(going)
    with contextlib.suppress(StopIteration):
        while True:
            read = dialect.read(Raw(call.method, call.path, call.headers, call.body))
            answer = json.loads(asyncio.run(asking(server)(read)).body)
            if call.path.endswith("/query"):
                found.append((call.tree["offset"], [one["id"] for one in answer["data"]]))  # type: ignore[index, call-overload]
                assert "vec" not in call.tree["outputFields"]  # type: ignore[index, call-overload, operator]
            call = going.send(answer)
    return found


def test_a_collection_is_read_page_by_page_to_its_end() -> None:
    assert paged(4) == [(0, [1, 2, 3, 4]), (4, [5, 6]), (6, [])]


def test_beyond_the_window_it_is_read_by_keys_where_these_come_in_order() -> None:
    """M-16"""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("vecgate.dialects.milvus.scans._WINDOW", 4)
        assert paged(3) == [(0, [1, 2, 3]), (3, [4]), (0, [5, 6]), (2, [])]
        with pytest.raises(ValueError, match="in no order"):
            paged(3, keys=[2, 1, 3, 4, 5])
    going = Milvus().pages("default", "default", "people", 3)
    next(going)
    going.send({"code": 0, "data": {"fields": [{"name": "id", "primaryKey": True, "type": "Int64"}]}})
    with pytest.raises(ValueError, match="lists no records"):
        going.send({"code": 100, "message": "no"})

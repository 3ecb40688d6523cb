"""Does a real Chroma, and its official client, agree with what the dialect believes?"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import aiohttp
import chromadb
import numpy as np
import pytest
from aiohttp import web
from chromadb import errors

from support.forked.ports import free_port
from support.servers import own
from support.servers.chroma import running_chroma
from vecgate import dialects
from vecgate.domain.approval import Impact
from vecgate.domain.call import Answer, Call
from vecgate.domain.decision import Decision, Effect
from vecgate.domain.exchange import Raw
from vecgate.domain.operation import Operation
from vecgate.parsing import strict_json
from vecgate.parsing.forms import Members
from vecgate.refusals.catalogue import CATALOGUE, Refusal
from vecgate.refusals.errors import CallRefused

DECISION = Decision(Effect.ALLOW, "r", "because", "v1", max_results=50)


@pytest.fixture(scope="module", params=own.both("chroma"))
def chroma(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with own.serving("chroma", request.param, tmp_path_factory.mktemp("chroma"), running_chroma) as url:
        yield url


class Gate:
    """The dialect between the official client and the real server, without the rest of the gateway.

    `seen` holds each operation and, where it can be counted, its impact before it went out.
    """

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url, self.session = url, session
        self.dialect = dialects.load("chroma")
        self.seen: list[tuple[Operation, Impact | None]] = []
        self.answers: list[Answer] = []
        self.refusing: Refusal | None = None
        self.decision = DECISION

    async def ask(self, call: Call) -> Answer:
        async with self.session.request(
            call.method, self.url + call.path, params=call.query, headers=call.headers, data=call.body
        ) as reply:
            return Answer(reply.status, tuple((k.lower(), v) for k, v in reply.headers.items()), await reply.read())

    async def handle(self, request: web.Request) -> web.Response:
        raw = Raw(request.method, request.raw_path, tuple(request.headers.items()), await request.read())
        try:
            return self._refused(self.refusing) if self.refusing else await self._pass(self.dialect.read(raw))
        except CallRefused as e:
            return self._refused(e.refusal)

    def _refused(self, refusal: object) -> web.Response:
        assert isinstance(refusal, Refusal)
        shown = self.dialect.render(refusal)
        return web.Response(status=shown.status, headers=dict(shown.headers), body=shown.body)

    async def _pass(self, call: Call) -> web.Response:
        operation = await self.dialect.classify(call, self.ask)
        impact = await self.dialect.impact(call, operation, self.ask)
        self.seen.append((operation, impact))
        answer = await self.ask(self.dialect.restrict(call, operation, self.decision))
        self.answers.append(answer)
        self.dialect.forget(operation, answer)
        zeros = self.decision.vectors == "zero"
        tree = self.dialect.strip_vectors(operation, strict_json.parse(answer.body), zeros)
        if operation.name == "count_collections":  # all are asked for, to be filtered
            tree = len(self.dialect.entries(operation, tree))
        return web.Response(status=answer.status, content_type="application/json", body=strict_json.dump(tree))

    def last(self) -> tuple[str, str, tuple[str, ...], str | None]:
        operation, impact = self.seen[-1]
        return operation.name, operation.kind, operation.collections, None if impact is None else str(impact)


@asynccontextmanager
async def standing(chroma: str) -> AsyncIterator[tuple[Gate, int]]:
    async with aiohttp.ClientSession() as session:
        gate, app = Gate(chroma, session), web.Application(client_max_size=2**24)
        app.router.add_route("*", "/{path:.*}", gate.handle)
        runner, port = web.AppRunner(app), free_port()
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", port).start()
            yield gate, port
        finally:
            await runner.cleanup()


def connect(port: int) -> Any:
    return chromadb.HttpClient("127.0.0.1", port, settings=chromadb.Settings(anonymized_telemetry=False))


async def test_the_table_is_the_servers_own_list(chroma: str) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"{chroma}/openapi.json") as reply:
        spec = await reply.json()
    said = {
        (method.upper(), re.sub(r"\{[^}]+\}", "{}", path), row.get("operationId"))
        for path, methods in spec["paths"].items()
        for method, row in methods.items()
    }
    rows = [row for row in dialects.load("chroma").routes if row.name != "root_heartbeat"]
    assert {(r.method, re.sub(r"\{[^}]+\}", "{}", r.path), r.name) for r in rows} == said
    assert len(said) == 35


def members(spec: Any, schema: Any) -> set[str]:
    if "$ref" in schema:
        return members(spec, spec["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    return set(schema.get("properties", {})).union(*(members(spec, part) for part in schema.get("allOf", [])))


async def test_bodies_have_the_members_the_server_knows(chroma: str) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"{chroma}/openapi.json") as reply:
        spec = await reply.json()
    said = {
        row["operationId"]: members(spec, row["requestBody"]["content"]["application/json"]["schema"])
        for methods in spec["paths"].values()
        for row in methods.values()
        if "requestBody" in row
    }
    known = {r.name: r.body for r in dialects.load("chroma").routes}
    assert {name: {*body.members} for name, body in known.items() if isinstance(body, Members)} == said


def walk(gate: Gate, port: int) -> None:
    """What people do all day, through the official client; after each step, what the dialect made of it."""
    client = connect(port)
    assert {o.kind for o, _ in gate.seen} <= {"auth_read", "tenant_read", "health"}
    made = client.get_or_create_collection("tickets", embedding_function=None)
    assert gate.last() == ("create_collection", "collection_create", ("tickets",), "0 of 0 records in tickets")
    again = client.get_or_create_collection("tickets", embedding_function=None, metadata={"k": "v"})
    assert gate.last() == ("create_collection", "collection_read", ("tickets",), None)
    assert again.id == made.id
    made.add(
        ids=list("abcd"),
        embeddings=[[n, 1.0] for n in range(4)],
        documents=list("wxyz"),
        metadatas=[{"n": n} for n in range(4)],
    )
    assert gate.last() == ("collection_add", "upsert", ("tickets",), "0 of 0 records in tickets")
    assert made.count() == 4
    assert gate.last()[:3] == ("collection_count", "count", ("tickets",))
    assert made.get(ids=["a"])["documents"] == ["w"]
    assert gate.last() == ("collection_get", "read_ids", ("tickets",), "1 of 4 records in tickets")
    assert made.get(where={"n": {"$gte": 2}})["ids"] == ["c", "d"]
    assert gate.last() == ("collection_get", "list_scan", ("tickets",), "2 of 4 records in tickets")
    assert made.query(query_embeddings=[[0.0, 1.0]], n_results=2)["ids"] == [["a", "b"]]
    assert gate.last() == ("collection_query", "search", ("tickets",), None)
    made.upsert(ids=["d", "e"], embeddings=[[3.0, 1.0], [4.0, 1.0]], documents=["z", "noon"])
    assert gate.last() == ("collection_upsert", "upsert", ("tickets",), "1 of 4 records in tickets")
    made.update(ids=["a", "nope"], metadatas=[{"n": 0}, {"n": 9}])
    assert gate.last() == ("collection_update", "update", ("tickets",), "1 of 5 records in tickets")
    made.delete(ids=["a", "nope"])
    assert gate.last() == ("collection_delete", "delete_ids", ("tickets",), "1 of 5 records in tickets")
    made.delete(where={"n": {"$gte": 2}}, limit=1)
    assert gate.last() == ("collection_delete", "delete_filter", ("tickets",), "1 of 4 records in tickets")
    made.delete(where_document={"$contains": "n"})
    assert gate.last() == ("collection_delete", "delete_filter", ("tickets",), "1 of 3 records in tickets")
    assert made.count() == 2
    made.modify(name="archive")
    assert gate.last() == (
        "update_collection",
        "collection_rename",
        ("tickets", "archive"),
        "2 of 2 records in tickets",
    )
    assert made.count() == 2
    assert gate.last()[2] == ("archive",)
    assert [c.name for c in client.list_collections(limit=10, offset=0)] == ["archive"]
    client.delete_collection("archive")
    assert gate.last() == ("delete_collection", "collection_drop", ("archive",), "2 of 2 records in archive")


async def test_the_official_client_works_and_is_understood(chroma: str) -> None:
    async with standing(chroma) as (gate, port):
        await asyncio.to_thread(walk, gate, port)


def read_vectors(gate: Gate, port: int) -> None:
    made = connect(port).create_collection("vectors", embedding_function=None)
    made.add(ids=["a", "b"], embeddings=[[1.0, 2.0], [2.0, 3.0]])
    fields = ["embeddings", "documents"]
    for read in (
        lambda: made.get(include=fields),
        lambda: made.query(query_embeddings=[[1.0, 2.0]], include=fields),
        made.peek,  # it always asks for them
    ):
        gate.decision = DECISION
        with pytest.raises(errors.ChromaAuthError, match=r"vectors\.not_allowed: (?s:.)*vectors: zero"):
            read()
        gate.decision = replace(DECISION, vectors="zero")
        assert np.array(read()["embeddings"]).reshape(-1, 2).tolist() == [[0.0, 0.0], [0.0, 0.0]]
    gate.decision = DECISION
    assert made.get()["embeddings"] is None
    assert b"2.0" not in gate.answers[-1].body


async def test_vectors_stay_behind_and_the_official_client_is_told(chroma: str) -> None:
    async with standing(chroma) as (gate, port):
        await asyncio.to_thread(read_vectors, gate, port)


async def test_a_large_batch_is_counted(chroma: str) -> None:
    """5461 ids is the most the server takes in one call (`/pre-flight-checks`)."""
    ids = [f"ticket-{n:036d}" for n in range(5461)]

    def work(port: int) -> None:
        made = connect(port).create_collection("large", embedding_function=None)
        made.add(ids=ids, embeddings=[[float(n), 1.0] for n in range(len(ids))])
        made.delete(ids=ids)

    async with standing(chroma) as (gate, port):
        await asyncio.to_thread(work, port)
        assert gate.last()[3] == "5461 of 5461 records in large"


async def test_a_collection_of_another_tenant_cannot_be_reached_by_its_uuid(chroma: str) -> None:
    """The server itself lets this through: it does not check the path (CVE-2026-45830)."""
    async with aiohttp.ClientSession() as session:
        base, evil = f"{chroma}/api/v2/tenants", f"evil-{uuid4().hex}"  # a tenant stays for good
        for url, body in [(base, {"name": evil}), (f"{base}/{evil}/databases", {"name": "lair"})]:
            async with session.post(url, json=body) as reply:
                assert reply.status == 200
        async with session.post(
            f"{base}/default_tenant/databases/default_database/collections", json={"name": "secret"}
        ) as reply:
            uuid = (await reply.json())["id"]
        target = f"/api/v2/tenants/{evil}/databases/lair/collections/{uuid}/get"
        async with session.post(chroma + target, json={}) as reply:
            assert reply.status == 200
        gate = Gate(chroma, session)
        call = gate.dialect.read(Raw("POST", target, (("content-type", "application/json"),), b"{}"))
        with pytest.raises(CallRefused, match=r"collection\.unknown"):
            await gate.dialect.classify(call, gate.ask)
        async with session.delete(f"{base}/{evil}/databases/lair") as reply:  # of another tenant, own.py sees nothing
            assert reply.status == 200


async def test_a_filter_the_server_does_not_accept_is_refused_before_a_person_is_asked(chroma: str) -> None:
    def work(port: int) -> None:
        made = connect(port).create_collection("filters", embedding_function=None)
        made.add(ids=["a"], embeddings=[[1.0, 2.0]])
        made._client._delete(made.id, where={"a": 1, "b": 2})

    async with standing(chroma) as (_, port):
        with pytest.raises(errors.InvalidArgumentError, match=r"body\.unreadable"):
            await asyncio.to_thread(work, port)


RAISES = {
    400: errors.InvalidArgumentError,
    401: errors.AuthorizationError,
    403: errors.ChromaAuthError,
    404: errors.NotFoundError,
    409: errors.UniqueConstraintError,
    413: errors.BatchSizeExceededError,
    421: errors.InvalidArgumentError,
    429: errors.RateLimitError,
}


async def test_every_refusal_raises_the_right_exception_with_its_message(chroma: str) -> None:
    async with standing(chroma) as (gate, port):
        client = await asyncio.to_thread(connect, port)
        for code, kind in CATALOGUE.items():
            gate.refusing = Refusal(code, kind.status, "It was so.", "Do this.", kind.retry_after)
            with pytest.raises(errors.ChromaError) as raised:
                await asyncio.to_thread(client.get_collection, "tickets")
            assert type(raised.value) is RAISES.get(kind.status, errors.InternalError), code
            assert str(raised.value) == f"{code}: It was so. Do this."


async def test_the_route_that_drops_connections_is_never_tried(chroma: str) -> None:
    dialect = dialects.load("chroma")
    with pytest.raises(CallRefused, match=r"route\.refused"):
        dialect.read(Raw("GET", "/api/v2/collections/x:y:z", ()))


def test_a_server_of_a_test_is_gone_with_it(tmp_path: Path) -> None:
    block: AbstractContextManager[str] = running_chroma(tmp_path / "data")
    with block as url:
        parts = urlsplit(url)
        assert parts.hostname == "127.0.0.1"
    with pytest.raises(OSError, match="Connect call failed"):
        asyncio.run(asyncio.open_connection(parts.hostname, parts.port))

"""Is every call kept to its caller's rows, whichever way it asks? Judged by the server of the recordings."""

import asyncio
import json
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from support.pinecone.recorded import Project
from support.tools.every import every
from vecgate import dialects
from vecgate.domain.call import Answer, Call
from vecgate.domain.decision import Decision, Effect
from vecgate.domain.exchange import Raw
from vecgate.domain.row import Row
from vecgate.guards import rows as guard
from vecgate.refusals.errors import CallRefused

VERSION = ("x-pinecone-api-version", "2026-04")
MINE = Decision(Effect.ALLOW, "mine", "", "", rows=(Row("tenant", ("t1",)),))
HERE = "/idx/people"


def project() -> Project:
    made = Project()
    space = made.add("people", dimension=2).space("ns")
    for id, tenant, extra in (
        ("m1", "t1", {}), ("m2", "t1", {"a": 1}), ("f1", "t2", {}), ("f2", "t2", {"a": 1}), ("l1", ["t1", "t2"], {}), ("n1", None, {}),
    ):  # fmt: skip
        metadata = {"name": f"of {tenant}", **extra, **({"tenant": tenant} if tenant else {})}
        space[id] = {"id": id, "values": [0.5, 0.5], "metadata": metadata}
    return made


class World:
    """One caller's gateway, in short: read, kept to rows, looked up, sent, and its answer read by the rows."""

    def __init__(self) -> None:
        self.server, self.dialect = project(), dialects.load("pinecone")
        self.before = json.dumps(self.server.indexes["people"].spaces, sort_keys=True)

    async def ask(self, call: Call) -> Answer:
        sent = self.dialect.outgoing(call)
        index = "people" if sent.origin else ""
        target = sent.path + (f"?{urlencode(sent.query, quote_via=quote)}" if sent.query else "")
        status, tree = self.server.answer(index, sent.method, target, dict(sent.headers), sent.body)
        return Answer(status, body=json.dumps(tree).encode())

    async def say(self, method: str, path: str, tree: Any = None) -> Any:
        headers = (VERSION, *((("content-type", "application/json"),) if tree is not None else ()))
        raw = Raw(method, HERE + path, headers, b"" if tree is None else json.dumps(tree).encode())
        call = self.dialect.read(raw)
        operation = await self.dialect.classify(call, self.ask)
        call = self.dialect.restrict(call, operation, MINE)
        scoped = await self.dialect.scoped(call, MINE, self.ask)
        await guard.check(scoped.owned, MINE, self.ask)
        answer = await self.ask(scoped.call)
        told = json.loads(answer.body)
        return scoped.answered(told)[0] if answer.status < 300 else {"status": answer.status}

    def ids(self) -> set[str]:
        return set(self.server.indexes["people"].spaces["ns"])


def say(method: str, path: str, tree: Any = None) -> tuple[Any, World]:
    world = World()
    try:
        return asyncio.run(world.say(method, path, tree)), world
    except CallRefused as e:
        return e.refusal.code, world


FILTERS = [
    None, {}, {"tenant": "t2"}, {"tenant": {"$ne": "t1"}}, {"$or": [{"tenant": "t1"}, {"tenant": "t2"}]}, {"tenant": {"$in": ["t1", "t2"]}},
    {"a": 1}, {"tenant": {"$nin": ["t1"]}}, {"tenant": {"$exists": False}}, {"$or": [{"a": {"$exists": False}}, {"a": 1}]},
    {"tenant": {"$exists": True}},
]  # fmt: skip
READS = [
    *(("POST", "/query", {"topK": 100, "vector": [0.1, 0.2], "namespace": "ns", "includeMetadata": m, **({} if f is None else {"filter": f})})
      for f in FILTERS for m in (True, False)),
    *(("POST", "/vectors/fetch_by_metadata", {"filter": f, "namespace": "ns"}) for f in FILTERS if f),
    *(("GET", f"/vectors/fetch?{'&'.join(f'ids={id}' for id in ids)}&namespace=ns", None)
      for ids in (["m1"], ["f1"], ["m1", "f1"], ["f1", "f2", "l1", "n1"], ["gone"])),
    *(("POST", "/query", {"topK": 9, "id": id, "namespace": "ns"}) for id in ("m1", "f1", "l1", "n1", "gone")),
    ("GET", "/vectors/list?namespace=ns", None), ("GET", "/vectors/list?namespace=ns&prefix=f", None),
    ("POST", "/describe_index_stats", {}), ("POST", "/describe_index_stats", {"filter": {"tenant": "t2"}}),
    ("GET", "/namespaces", None), ("GET", "/namespaces/ns", None),
]  # fmt: skip


@every(("method", "path", "tree"), READS, ids=str)
def test_no_read_gives_a_foreign_record(method: str, path: str, tree: Any) -> None:
    """N-31, N-32, N-34, N-35: 45 ways; one whose tenant is a list, or is missing, is foreign."""
    said, _ = say(method, path, tree)
    text = json.dumps(said)
    assert not any(f'"{id}"' in text for id in ("f1", "f2", "l1", "n1")), said
    assert "t2" not in text


def test_foreign_and_missing_are_one() -> None:
    """N-32"""
    for make in (
        lambda id: ("POST", "/query", {"topK": 9, "id": id, "namespace": "ns"}),
        lambda id: ("POST", "/vectors/delete", {"ids": [id], "namespace": "ns"}),
        lambda id: ("POST", "/vectors/update", {"id": id, "setMetadata": {"a": 2}, "namespace": "ns"}),
    ):
        assert say(*make("f1"))[0] == say(*make("gone"))[0] == say(*make("l1"))[0] == "rows.unknown"
    foreign, missing = (say("GET", f"/vectors/fetch?ids={id}&namespace=ns")[0] for id in ("f1", "gone"))
    assert foreign == missing == {"vectors": {}, "namespace": "ns", "usage": {"readUnits": 1}}


def test_what_is_the_callers_comes_back_whole() -> None:
    said, _ = say("POST", "/query", {"topK": 9, "vector": [0.1, 0.2], "namespace": "ns", "includeMetadata": True})
    assert {one["id"] for one in said["matches"]} == {"m1", "m2"}
    assert all(one["metadata"]["tenant"] == "t1" for one in said["matches"])
    said, _ = say("POST", "/query", {"topK": 9, "vector": [0.1, 0.2], "namespace": "ns"})
    assert all("metadata" not in one for one in said["matches"])


DELETES = [
    ({"deleteAll": True}, {"m1", "m2"}), ({"filter": {"tenant": "t2"}}, set()), ({"filter": {"a": 1}}, {"m2"}),
    ({"filter": {"tenant": {"$ne": "t1"}}}, set()), ({"filter": {"$or": [{"tenant": "t1"}, {"a": 1}]}}, {"m1", "m2"}),
    ({"ids": ["m1"]}, {"m1"}), ({"ids": ["m1", "f1"]}, set()), ({"ids": ["f1"]}, set()),
]  # fmt: skip


@every(("tree", "gone"), DELETES, ids=str)
def test_a_delete_takes_the_callers_own_alone(tree: Any, gone: set[str]) -> None:
    """N-14, N-32, N-38: but for the record that has the caller's value in a list, which nobody writes through the gateway."""
    _, world = say("POST", "/vectors/delete", {**tree, "namespace": "ns"})
    assert {"m1", "m2", "f1", "f2", "n1"} - world.ids() == gone


UPSERTS = [
    ({"id": "new"}, 200), ({"id": "new", "metadata": {"tenant": "t1"}}, 200), ({"id": "m1", "metadata": {"a": 3}}, 200),
    ({"id": "f1"}, "rows.taken"), ({"id": "n1"}, "rows.taken"), ({"id": "l1"}, "rows.taken"), ({"id": "new", "metadata": {"tenant": "t2"}}, "rows.field"),
    ({"id": "new", "metadata": {"tenant": ["t1", "t2"]}}, "rows.field"), ({"id": "m1", "metadata": {"tenant": "t2"}}, "rows.field"),
]  # fmt: skip


@every(("record", "wanted"), UPSERTS, ids=str)
def test_an_upsert_is_forced_into_the_rows_and_takes_over_nothing(record: Any, wanted: Any) -> None:
    """N-33"""
    said, world = say("POST", "/vectors/upsert", {"vectors": [{"values": [0.1, 0.2], **record}], "namespace": "ns"})
    now = world.server.indexes["people"].spaces["ns"]
    if wanted == 200:
        assert said == {"upsertedCount": 1}
        assert now[record["id"]]["metadata"]["tenant"] == "t1"
    else:
        assert said == wanted
        assert json.dumps(world.server.indexes["people"].spaces, sort_keys=True) == world.before


UPDATES = [
    ({"id": "m1", "setMetadata": {"a": 2}}, {"m1"}), ({"id": "m1", "setMetadata": {"tenant": "t2"}}, set()),
    ({"filter": {"a": 1}, "setMetadata": {"b": 2}}, {"m2"}), ({"filter": {"tenant": "t2"}, "setMetadata": {"b": 2}}, set()),
    ({"filter": {"a": 1}, "setMetadata": {"tenant": "t2"}}, set()), ({"id": "f1", "values": [0.9, 0.9]}, set()),
]  # fmt: skip


@every(("tree", "changed"), UPDATES, ids=str)
def test_an_update_changes_the_callers_own_alone(tree: Any, changed: set[str]) -> None:
    _, world = say("POST", "/vectors/update", {**tree, "namespace": "ns"})
    before, now = json.loads(world.before)["ns"], world.server.indexes["people"].spaces["ns"]
    assert {id for id in now if now[id] != before[id]} - {"l1"} == changed


WRITES = [
    ("POST", "/namespaces/ns/documents/fetch", {"ids": ["f1"]}),
    ("POST", "/namespaces/ns/documents/list", {}),
    ("POST", "/namespaces/ns/documents/delete", {"delete_all": True}),
    ("POST", "/namespaces/ns/documents/upsert", {"documents": [{"_id": "f1"}]}),
    ("DELETE", "/namespaces/ns", None),
    ("POST", "/bulk/imports", {"uri": "s3://bucket/x"}),
]


SEARCHES: list[tuple[Any, set[str]]] = [
    ({"query": {"top_k": 9, "inputs": {"text": "x"}}}, {"m1", "m2"}),
    ({"query": {"top_k": 9, "inputs": {"text": "x"}, "filter": {"tenant": "t2"}}}, set()),
    ({"query": {"top_k": 9, "inputs": {"text": "x"}, "filter": {"tenant": {"$ne": "t1"}}}, "fields": ["name"]}, set()),
    ({"query": {"top_k": 9, "inputs": {"text": "x"}}, "fields": ["name"]}, {"m1", "m2"}),
    ({"query": {"top_k": 9, "id": "m1"}, "fields": ["name"]}, {"m1", "m2"}),
]  # fmt: skip


@every(("tree", "ids"), SEARCHES, ids=str)
def test_a_search_of_records_gives_the_callers_own_and_only_what_it_asked_for(tree: Any, ids: set[str]) -> None:
    """N-31, N-36"""
    said, _ = say("POST", "/records/namespaces/ns/search", tree)
    hits = said["result"]["hits"]
    assert {one["_id"] for one in hits} == ids
    assert all(("tenant" in one["fields"]) == ("fields" not in tree) for one in hits)


def test_a_search_of_records_from_a_foreign_one_is_refused() -> None:
    """N-32"""
    for id in ("f1", "l1", "gone"):
        assert say("POST", "/records/namespaces/ns/search", {"query": {"top_k": 9, "id": id}})[0] == "rows.unknown"


RECORDS = [({"_id": "new", "text": "x"}, 201), ({"_id": "m1", "text": "x", "tenant": "t1"}, 201), ({"_id": "f1", "text": "x"}, "rows.taken"),
           ({"id": "n1", "text": "x"}, "rows.taken"), ({"id": "new", "tenant": "t2"}, "rows.field"), ({"id": "new", "tenant": ["t1"]}, "rows.field")]  # fmt: skip


@every(("record", "wanted"), RECORDS, ids=str)
def test_a_record_is_forced_into_the_rows_and_takes_over_nothing(record: Any, wanted: Any) -> None:
    """N-33"""
    said, world = say("POST", "/records/namespaces/ns/upsert", record)
    id, now = record.get("_id", record.get("id")), world.server.indexes["people"].spaces["ns"]
    if wanted == 201:
        assert now[id]["metadata"]["tenant"] == "t1"
    else:
        assert said == wanted
        assert json.dumps(world.server.indexes["people"].spaces, sort_keys=True) == world.before


@every(("method", "path", "tree"), WRITES, ids=str)
def test_what_cannot_be_kept_to_rows_is_refused_by_name(method: str, path: str, tree: Any) -> None:
    said, world = say(method, path, tree)
    assert said == "rows.unscopable"
    assert json.dumps(world.server.indexes["people"].spaces, sort_keys=True) == world.before


@pytest.mark.parametrize("path", ["/query", "/vectors/upsert", "/vectors/delete"])
def test_the_second_of_two_members_of_one_name_never_goes_out(path: str) -> None:
    """The server of the recordings would heed the last one."""
    world = World()
    raw = b'{"topK":9,"vector":[0.1,0.2],"namespace":"ns","filter":{"tenant":"t1"},"filter":{}}'
    with pytest.raises(CallRefused, match="duplicate key"):
        world.dialect.read(Raw("POST", HERE + path, (("content-type", "application/json"),), raw))


def test_no_rows_are_kept_by_a_number_that_becomes_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """N-39: what is stored for 2^53 + 1 would be the other's whose number is 2^53."""
    query = {"topK": 9, "vector": [0.1, 0.2], "namespace": "ns"}
    for number, wanted in ((2**53, "rows.unscopable"), (-(2**53) - 1, "rows.unscopable")):
        monkeypatch.setattr(f"{__name__}.MINE", Decision(Effect.ALLOW, "m", "", "", rows=(Row("n", (1, number)),)))
        assert say("POST", "/query", query)[0] == wanted
    monkeypatch.setattr(f"{__name__}.MINE", Decision(Effect.ALLOW, "m", "", "", rows=(Row("n", (2**53 - 1,)),)))
    assert say("POST", "/query", query)[0]["matches"] == []

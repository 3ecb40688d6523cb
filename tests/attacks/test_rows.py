"""Two tenants in one collection: no way leads from one to the records of the other."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pytest

from demo.stack import Stack
from path.conftest import Factory
from support.forked.ports import free_port
from support.leaks import Ask, Said, Way, attempt, chroma, milvus, qdrant
from support.servers import own
from support.servers.rowed import Rowed, fronted, rowed, succeeded
from vecgate import dialects
from vecgate.domain.exchange import Raw
from vecgate.refusals.errors import CallRefused


@dataclass
class Town:
    """The gateway, and the collection that both share."""

    rowed: Rowed
    place: chroma.Chroma

    def client(self, ask: Ask) -> Said:
        token = self.rowed.token("ana", tenant="acme")
        return self.rowed.say(chroma.prepared(self.place, ask), token)

    def ask(self, verb: str, **body: object) -> Said:
        return self.client(Ask("POST", f"{{C}}/{verb}", body))


@contextmanager
def before(
    stack: Stack, folders: pytest.TempPathFactory, database: str, which: str
) -> Iterator[tuple[Rowed, Callable[[str, str, Any], Any]]]:
    """A gateway before a database of that kind, and the database as it is."""
    factory = Factory(stack, folders.mktemp("gateways"), free_port)
    folder = folders.mktemp(database)
    with (
        fronted(stack, folder / database, database, which) as (url, told),
        rowed(stack, factory, folder, upstreams={"tickets-db": told}) as made,
    ):
        yield made, partial(succeeded, url)


@pytest.fixture(scope="module", params=own.both("chroma"))
def shared(request: pytest.FixtureRequest, stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with before(stack, tmp_path_factory, "chroma", request.param) as (made, direct):
        place = chroma.Chroma(direct)
        place.fill()
        yield Town(made, place)


@pytest.mark.sample(12, shared="tests")
@pytest.mark.parametrize("way", chroma.WAYS, ids=str)
def test_no_way_leads_to_another_tenants_records_in_chroma(shared: Town, way: Way) -> None:
    assert attempt(way, shared.client, shared.place, chroma.FOREIGN_IDS) == []


@dataclass
class People:
    """A gateway before Qdrant, and the collection that both share."""

    rowed: Rowed
    place: qdrant.Qdrant

    def client(self, ask: Ask) -> Said:
        return self.rowed.say(ask, self.rowed.token("ana", tenant="acme"))


@pytest.fixture(scope="module", params=own.both("qdrant"))
def people(request: pytest.FixtureRequest, stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    with before(stack, tmp_path_factory, "qdrant", request.param) as (made, direct):
        place = qdrant.Qdrant(direct)
        place.fill()
        yield People(made, place)


@pytest.mark.sample(18, people="tests")
@pytest.mark.parametrize("way", qdrant.WAYS, ids=str)
def test_no_way_leads_to_another_tenants_records_in_qdrant(people: People, way: Way) -> None:
    assert attempt(way, people.client, people.place, qdrant.FOREIGN_IDS) == []


def upserted(how: int, ids: list[int], text: str) -> Ask:
    points = [{"id": id, "vector": {"d": [1.0, 1.0]}, "payload": {"text": text}} for id in ids]
    if how == 0:
        return Ask("PUT", f"{qdrant.P}?wait=true", {"points": points})
    if how == 1:
        return Ask("POST", f"{qdrant.P}/batch?wait=true", {"operations": [{"upsert": {"points": points}}]})
    columns = {"ids": ids, "vectors": {"d": [[1.0, 1.0]] * len(ids)}, "payloads": [{"text": text}] * len(ids)}
    return Ask("PUT", f"{qdrant.P}?wait=true", {"batch": columns})


@pytest.mark.parametrize("how", range(3))
def test_of_two_tenants_who_write_a_free_id_at_once_one_has_it_and_the_other_is_told(people: People, how: int) -> None:
    """Q-72: the server tells both that it is done."""
    tokens = {name: people.rowed.token(name, tenant=name) for name in ("acme", "globex")}
    with ThreadPoolExecutor(8) as pool:
        for turn in range(4):
            ids = [7000 + 10 * turn + how, 8000 + 10 * turn + how]
            asked = [
                (name, pool.submit(people.rowed.say, upserted(how, ids[:: 1 if i % 4 < 2 else -1], name), tokens[name]))
                for i, name in enumerate(("acme", "globex") * 4)
            ]
            said = [(name, one.result()) for name, one in asked]
            [won] = {name for name, one in said if one.status == 200}
            assert all("rows.taken" in one.text or "rows.busy" in one.text for name, one in said if name != won)
            there = people.place.ask("POST", qdrant.P, {"ids": ids, "with_payload": True})["result"]
            assert [one["payload"] for one in there] == [{"tenant": won, "text": won}] * 2
    people.place.ask("POST", f"{qdrant.P}/delete?wait=true", {"filter": {"must": [{"has_id": [*range(7000, 8100)]}]}})


def test_by_an_alias_and_by_its_name_a_free_id_is_one_and_the_same(people: People) -> None:
    made = {"actions": [{"create_alias": {"collection_name": qdrant.NAME, "alias_name": "other-name"}}]}
    people.place.ask("POST", "/collections/aliases", made)
    tokens = {name: people.rowed.token(name, tenant=name) for name in ("acme", "globex")}
    with ThreadPoolExecutor(8) as pool:
        for turn in range(8):
            ids, asked = [6000 + turn, 6100 + turn], []
            for i, name in enumerate(("acme", "globex") * 4):
                ask = upserted(0, ids[:: 1 if i % 4 < 2 else -1], name)
                path = ask.path.replace(qdrant.NAME, "other-name" if name == "globex" else qdrant.NAME)
                asked.append((name, pool.submit(people.rowed.say, replace(ask, path=path), tokens[name])))
            said = [(name, one.result()) for name, one in asked]
            assert len({name for name, one in said if one.status == 200}) == 1
    people.place.ask("POST", f"{qdrant.P}/delete?wait=true", {"filter": {"must": [{"has_id": [*range(6000, 6200)]}]}})
    people.place.ask("POST", "/collections/aliases", {"actions": [{"delete_alias": {"alias_name": "other-name"}}]})


def refusal(ask: Ask) -> str:
    """The code with which the dialect refuses to read a call; the empty text: it reads it."""
    raw = ask.body if isinstance(ask.body, bytes) else json.dumps(ask.body).encode() if ask.body else b""
    headers = (("content-type", "application/json"),) if raw else ()
    try:
        dialects.load("qdrant").read(Raw(ask.method, ask.path, headers, raw))
    except CallRefused as e:
        return e.refusal.code
    return ""


@pytest.mark.parametrize("way", qdrant.WAYS, ids=str)
def test_no_way_in_qdrant_ends_at_how_its_path_is_written(way: Way) -> None:
    """A way that is refused before anybody looks at what it asks for tries nothing."""
    assert "path.odd" not in map(refusal, way.calls)


@dataclass
class Records:
    """A gateway before Milvus, and the collection that both share."""

    rowed: Rowed
    place: milvus.Milvus

    def client(self, ask: Ask) -> Said:
        return milvus.heard(self.rowed.say(ask, self.rowed.token("ana", tenant="acme")))


@pytest.fixture(scope="module", params=own.both("milvus"))
def records(
    request: pytest.FixtureRequest, stack: Stack, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Records]:
    with before(stack, tmp_path_factory, "milvus", request.param) as (made, direct):
        place = milvus.Milvus(direct)
        place.fill()
        yield Records(made, place)


@pytest.mark.sample(40, records="tests")
@pytest.mark.parametrize("way", milvus.WAYS, ids=str)
def test_no_way_leads_to_another_tenants_records_in_milvus(records: Records, way: Way) -> None:
    """The stand-in reads bodies and filters with the oddities of the real servers; M-10 to M-17, M-40 to M-54."""
    assert attempt(way, records.client, records.place, milvus.FOREIGN_IDS) == []


MILVUS_OWN = [
    ("/entities/query", {"limit": 1000}, 200),
    ("/entities/query", {"filter": "n >= 190", "outputFields": ["id"]}, 10),
    ("/entities/query", {"filter": "n < 5 or n > 197"}, 7),
    ("/entities/get", {"id": [3, 1003, 4]}, 2),
    ("/entities/search", {"data": [[1.0, 1.0]], "annsField": "vec", "limit": 300}, 200),
    ("/entities/hybrid_search", {"search": [{"data": [[1.0, 1.0]], "annsField": "vec", "limit": 9}], "limit": 20}, 9),
]


@pytest.mark.parametrize(("path", "body", "found"), MILVUS_OWN)
def test_ones_own_records_are_all_there_in_milvus(
    records: Records, path: str, body: dict[str, Any], found: int
) -> None:
    said = records.client(Ask("POST", f"{milvus.V2}{path}", {"collectionName": milvus.NAME, **body}))
    assert (said.status, len(said.tree["data"])) == (200, found)
    assert "tenant" not in said.tree["data"][0] or "outputFields" not in body


def test_ones_own_records_are_written_counted_and_deleted_in_milvus(records: Records) -> None:
    def post(path: str, **body: Any) -> Any:
        said = records.client(Ask("POST", f"{milvus.V2}{path}", {"collectionName": milvus.NAME, **body}))
        assert said.status == 200, said.text
        return said.tree["data"]

    assert post("/collections/get_stats") == {"rowCount": 200}
    assert post("/entities/insert", data=[{"id": 5001, "text": "new", "vec": [1.0, 1.0]}]) == {
        "insertCount": 1,
        "insertIds": [5001],
    }
    assert post("/entities/get", id=5001, outputFields=["tenant"]) == [{"id": 5001, "tenant": "acme"}]
    assert post("/entities/upsert", data=[{"id": 5001, "text": "newer", "vec": [1.0, 1.0]}])["upsertCount"] == 1
    assert post("/collections/get_stats") == {"rowCount": 201}
    assert post("/entities/delete", filter="id in [5001, 1003]") == {"deleteCount": 1}
    assert post("/collections/get_stats") == {"rowCount": 200}


BOTH = 6001
ONE = {"points": [BOTH]}
TWO_TENANTS: list[tuple[str, str, dict[str, Any]]] = [
    ("PUT", "?wait=true", {"points": [{"id": BOTH, "vector": qdrant.vectors(0, "acme"), "payload": {}}]}),
    ("PUT", "/vectors?wait=true", {"points": [{"id": BOTH, "vector": {"d": [9, 9]}}]}),
    ("POST", "/payload?wait=true", {**ONE, "payload": {"a": 1}}),
    ("PUT", "/payload?wait=true", {**ONE, "payload": {"a": 1}}),
    ("POST", "/payload/delete?wait=true", {**ONE, "keys": ["text"]}),
    ("POST", "/payload/clear?wait=true", {"filter": {"must": [{"has_id": [BOTH]}]}}),
    ("POST", "/vectors/delete?wait=true", {**ONE, "vector": ["d"]}),
    ("POST", "/batch?wait=true", {"operations": [{"delete": ONE}]}),
    ("POST", "/delete?wait=true", {"filter": {"must": [{"key": "n", "range": {"gte": 6000}}]}}),
    ("POST", "", {"ids": [BOTH], "with_payload": True}),
    ("POST", "/query", {"query": BOTH, "using": "d"}),
    ("POST", "/scroll", {"filter": {"must": [{"has_id": [BOTH]}]}, "with_payload": True}),
    ("POST", "/query/groups", {"query": [1.0, 1.0], "using": "d", "group_by": "n", "limit": 1000}),
    ("POST", "/count", {"filter": {"must": [{"has_id": [BOTH]}]}}),
    ("POST", "/search/matrix/pairs", {"using": "d", "filter": {"must": [{"key": "n", "range": {"gte": 190}}]}, "sample": 100}),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "body"), TWO_TENANTS)
def test_a_point_that_two_tenants_stand_in_is_neithers(people: People, method: str, path: str, body: Any) -> None:
    """Q-78"""
    there = {"tenant": ["acme", "globex"], "text": "GLOBEX", "n": 6000}
    put = {"points": [{"id": BOTH, "vector": {"d": [1.0, 1.0]}, "payload": there}]}
    stored = {"ids": [BOTH], "with_payload": True, "with_vector": True}
    people.place.ask("PUT", f"{qdrant.P}?wait=true", put)
    try:
        before = people.place.ask("POST", qdrant.P, stored)["result"]
        said = people.client(Ask(method, f"{qdrant.P}{path}", body))
        assert people.place.ask("POST", qdrant.P, stored)["result"] == before
        assert "GLOBEX" not in said.text
        assert said.status >= 400 or (f"{BOTH}" not in said.text and '"count": 1' not in said.text), said.text
    finally:
        people.place.ask("POST", f"{qdrant.P}/delete?wait=true", ONE)


def test_the_suite_has_sixty_ways_for_each_database() -> None:
    assert min(len(chroma.WAYS), len(qdrant.WAYS), len(milvus.WAYS)) >= 60


OWN = [
    # (what is asked, and how many of one's own records it finds)
    ("get", {}, 200),
    ("get", {"include": []}, 200),
    ("get", {"where": {"n": {"$gte": 190}}}, 10),
    ("get", {"where": {"tenant": "acme"}, "limit": 7}, 7),
    ("get", {"ids": ["a1", "g1", "a2"]}, 2),
    ("query", {"query_embeddings": [[1, 1]], "n_results": 300}, 200),
    ("query", {"query_embeddings": [[1, 1]], "include": ["distances"]}, 10),
]


@pytest.mark.parametrize(("verb", "body", "records"), OWN)
def test_ones_own_records_are_all_there(shared: Town, verb: str, body: dict[str, object], records: int) -> None:
    shared.place.fill()
    said = shared.ask(verb, **body)
    assert said.status == 200
    ids = said.tree["ids"] if verb == "get" else said.tree["ids"][0]
    assert len(ids) == records
    if "include" in body:
        assert said.tree["include"] == body["include"]
        assert said.tree["metadatas"] is None

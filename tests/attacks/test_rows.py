"""Two tenants in one collection: no way leads from one to the records of the other."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from demo.stack import Stack
from path.conftest import Factory, _free_port
from support.leaks import Ask, Said, Way, attempt, chroma, qdrant
from support.servers import own
from support.servers.rowed import Rowed, fronted, plainly, rowed


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


@pytest.fixture(scope="module", params=own.both("chroma"))
def shared(request: pytest.FixtureRequest, stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    factory = Factory(stack, tmp_path_factory.mktemp("gateways"), _free_port)
    folder = tmp_path_factory.mktemp("rows")
    with (
        fronted(stack, folder / "chroma", "chroma", request.param) as (url, told),
        rowed(stack, factory, folder, upstreams={"tickets-db": told}) as made,
    ):
        place = chroma.Chroma(lambda method, path, body: succeeded(plainly(url, Ask(method, path, body))))
        place.fill()
        yield Town(made, place)


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
    factory = Factory(stack, tmp_path_factory.mktemp("gateways"), _free_port)
    folder = tmp_path_factory.mktemp("people")
    with (
        fronted(stack, folder / "qdrant", "qdrant", request.param) as (url, told),
        rowed(stack, factory, folder, upstreams={"tickets-db": told}) as made,
    ):
        place = qdrant.Qdrant(lambda method, path, body: succeeded(plainly(url, Ask(method, path, body))))
        place.fill()
        yield People(made, place)


def succeeded(said: Said) -> Any:
    if said.status >= 300:
        raise RuntimeError(f"the database answers {said.status}: {said.text}")
    return said.tree


@pytest.mark.parametrize("way", qdrant.WAYS, ids=str)
def test_no_way_leads_to_another_tenants_records_in_qdrant(people: People, way: Way) -> None:
    assert attempt(way, people.client, people.place, qdrant.FOREIGN_IDS) == []


def test_the_suite_has_sixty_ways_for_each_database() -> None:
    assert min(len(chroma.WAYS), len(qdrant.WAYS)) >= 60


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

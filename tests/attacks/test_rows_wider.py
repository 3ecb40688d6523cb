"""Two tenants in one index, class or namespace of the wider databases: no way leads from one to the records of the other."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import pytest

from demo.stack import Stack
from path.conftest import Factory
from support.forked.ports import free_port
from support.leaks import Ask, Place, Said, Way, attempt, lucene, pinecone, weaviate
from support.pinecone.served import pinecone_recorded
from support.servers import elasticsearch, opensearch, own
from support.servers.rowed import fronted, rowed, succeeded

pytestmark = pytest.mark.timeout(600)
MISSING: Final = {"elasticsearch": elasticsearch.missing, "opensearch": opensearch.missing}
#: Its ways, the ids of others, what holds the records, and what an answer comes to.
OF: Final[dict[str, tuple[Sequence[Way], Sequence[str], Callable[[Any], Place], Callable[[Said], Said]]]] = {
    "elasticsearch": (lucene.ways("elasticsearch"), lucene.FOREIGN_IDS, partial(lucene.Lucene, database="elasticsearch"), lucene.heard),
    "opensearch": (lucene.ways("opensearch"), lucene.FOREIGN_IDS, lucene.Lucene, lucene.heard),
    "pinecone": (pinecone.WAYS, pinecone.FOREIGN_IDS, pinecone.Pinecone, lambda said: said),
    "weaviate": (weaviate.WAYS, weaviate.FOREIGN_IDS, weaviate.Weaviate, weaviate.heard),
}  # fmt: skip


@dataclass
class Town:
    """A gateway before one of them, and what both tenants share there."""

    database: str
    place: Place
    client: Callable[[Ask], Said]


@contextmanager
def before(stack: Stack, folders: pytest.TempPathFactory, database: str, which: str) -> Iterator[Town]:
    factory, folder = Factory(stack, folders.mktemp("gateways"), free_port), folders.mktemp(database)
    _, _, place, heard = OF[database]
    if database == "pinecone":
        with (
            pinecone_recorded(folder / "server", client_ca=stack.pki_root) as served,
            rowed(stack, factory, folder, upstreams={"tickets-db": served.settings}) as made,
        ):
            yield Town(database, place(served.project), lambda ask: made.say(ask, made.token("ana", tenant="acme")))
        return
    with (
        fronted(stack, folder / database, database, which) as (url, told),
        rowed(stack, factory, folder, upstreams={"tickets-db": told}) as made,
    ):
        client: Callable[[Ask], Said] = lambda ask: heard(made.say(ask, made.token("ana", tenant="acme")))  # noqa: E731
        yield Town(database, place(partial(succeeded, url)), client)


def _servers() -> list[object]:
    """Each at a server of the tests' own, and at one of yours; of Pinecone the evaluator alone, which is asked in memory."""
    found = list[object]()
    for database in OF:
        for one in own.both(database) if database != "pinecone" else ["tests"]:
            values = getattr(one, "values", (one,))
            marks = [*getattr(one, "marks", ())]
            if database in MISSING and values[0] == "tests":
                marks.append(pytest.mark.sample(1))  # a server that takes its time, and both read alike
            found.append(pytest.param((database, *values), marks=marks, id=f"{database}-{values[0]}"))
    return found


@pytest.fixture(scope="module", params=_servers())
def town(request: pytest.FixtureRequest, stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    database, which = request.param
    if which == "tests" and database in MISSING and (why := MISSING[database]()):
        pytest.skip(why)
    with before(stack, tmp_path_factory, database, which) as made:
        made.place.fill()
        yield made


#: What a tenant is answered, so that nothing is refused for nothing: a search or list of all, and how many it finds.
FOUND: Final[dict[str, tuple[Ask, Callable[[Any], int]]]] = {
    **dict.fromkeys(("elasticsearch", "opensearch"), (Ask("POST", "/shared/_search", {"size": 400}), lambda tree: len(tree["hits"]["hits"]))),
    "pinecone": (Ask("POST", "/idx/shared/query", {"topK": 400, "vector": [1.0, 1.0], "namespace": "ns"}, pinecone.EARLIER), lambda tree: len(tree["matches"])),
    "weaviate": (Ask("POST", "/v1/graphql", {"query": "{Get{Shared(limit:400){n}}}"}), lambda tree: len(tree["data"]["Get"]["Shared"])),
}  # fmt: skip


def test_no_way_leads_to_another_tenants_records(town: Town) -> None:
    """Of OpenSearch and Elasticsearch real ones; of the others stand-ins that read calls as loosely as these do."""
    ask, count = FOUND[town.database]
    said = town.client(ask)
    assert (said.status, count(said.tree)) == (200, 200), said.text[:400]
    ways, ids, _, _ = OF[town.database]
    found = {str(way): attempt(way, town.client, town.place, ids) for way in ways}
    assert {name: leaks for name, leaks in found.items() if leaks} == {}
    assert count(town.client(ask).tree) == 200


def test_there_are_a_hundred_ways_for_each() -> None:
    assert min(len(ways) for ways, *_ in OF.values()) > 100
    assert all(len({str(way) for way in ways}) == len(ways) for ways, *_ in OF.values())

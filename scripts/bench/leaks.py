"""How many ways lead to another tenant's records: at a bare database, past a library's filter, and past the gateway?

    scripts/bench/leaks.py [--database chroma] [--names]

Two tenants with 200 records each share a collection. Each way is a few calls of one of them; it leaks when a record of
the other is read, counted, ranked by, found to exist, or changed. The ways lie with the tests (tests/support/leaks),
which run the same at the gateway; this prints how many lead there, and with --names of which kinds they are.
"""

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "addons"), str(ROOT / "tests")]

from demo.qdrant_edge_shim.faults import Fault  # noqa: E402
from demo.qdrant_edge_shim.routes import ROUTES  # noqa: E402
from demo.qdrant_edge_shim.server import Router  # noqa: E402
from demo.stack import Stack  # noqa: E402
from path.conftest import Factory  # noqa: E402
from support.forked.ports import free_port  # noqa: E402
from support.leaks import Client, Way, attempt, chroma, lucene, milvus, pinecone, qdrant, weaviate  # noqa: E402
from support.pinecone.served import pinecone_recorded  # noqa: E402
from support.servers.rowed import fronted, plainly, rowed, succeeded  # noqa: E402

KINDS: Final = ("read", "counted", "ranked", "existence", "changed")
#: What each way came to, at each place.
type Columns = dict[str, list[tuple[Way, list[str]]]]


def run(ways: tuple[Way, ...], client: Client, place: Any, ids: tuple[Any, ...]) -> list[tuple[Way, list[str]]]:
    """Every way, and what it came to."""
    place.fill()
    return [(way, attempt(way, client, place, ids)) for way in ways]


def table(columns: Columns) -> str:
    """Ways that leak, by what they leak, at each place."""
    lines = ["| leaks | " + " | ".join(columns) + " |", "| --- |" + " ---: |" * len(columns)]
    ways = len(next(iter(columns.values())))
    for kind in KINDS:
        counts = (sum(kind in leaks for _, leaks in found) for found in columns.values())
        lines.append(f"| {kind} | " + " | ".join(map(str, counts)) + " |")
    any_of = (sum(bool(leaks) for _, leaks in found) for found in columns.values())
    lines.append(f"| any of these, of {ways} ways | " + " | ".join(map(str, any_of)) + " |")
    return "\n".join(lines)


def by_server(columns: Columns) -> str:
    """The last row of the table, apart for ways whose last call the engine answers, and the shim around it."""
    router, lines = Router(ROUTES), []
    for who in ("engine", "shim"):
        leaking = []
        for found in columns.values():
            mine = [leaks for way, leaks in found if _answered_by(router, way) == who]
            leaking.append(sum(map(bool, mine)))
        lines.append(f"| any, of {len(mine)} ways that the {who} answers | " + " | ".join(map(str, leaking)) + " |")
    return "\n".join(lines)


def _answered_by(router: Router, way: Way) -> str:
    ask = way.calls[-1]
    segments = tuple(part for part in ask.path.partition("?")[0].split("/") if part)
    try:
        return router.find(ask.method, segments)[0].answered_by
    except Fault:
        return "shim"


def by_kind(columns: Columns) -> str:
    """How many ways of each kind leak at each place."""
    lines = []
    for name, found in columns.items():
        leaking = Counter(way.kind for way, leaks in found if leaks)
        lines.append(f"{name}: " + (", ".join(f"{kind} {n}" for kind, n in leaking.most_common()) or "none"))
    return "\n".join(lines)


def of_chroma(stack: Stack, ends: ExitStack) -> Columns:
    """The same ways at Chroma, past a filter of the caller's program, and past the gateway."""
    folder = Path(ends.enter_context(tempfile.TemporaryDirectory(prefix="vg-")))
    factory = Factory(stack, folder, free_port)
    made = ends.enter_context(rowed(stack, factory, folder))
    place = chroma.Chroma(made.direct)

    def plain(ask: Any) -> Any:
        return made.bare(chroma.prepared(place, ask))

    def gateway(ask: Any) -> Any:
        return made.say(chroma.prepared(place, ask), made.token("ana", tenant="acme"))

    clients: dict[str, Callable[[Any], Any]] = {
        "bare": plain,
        "library's filter": lambda ask: plain(chroma.kept_by_a_library(ask)),
        "gateway": gateway,
    }
    return {name: run(chroma.WAYS, client, place, chroma.FOREIGN_IDS) for name, client in clients.items()}


def of_qdrant(stack: Stack, ends: ExitStack) -> Columns:
    """The same ways at Qdrant, whose engine stands behind a shim of its REST."""
    folder = Path(ends.enter_context(tempfile.TemporaryDirectory(prefix="vg-")))
    factory = Factory(stack, folder, free_port)
    url, told = ends.enter_context(fronted(stack, folder / "qdrant"))
    made = ends.enter_context(rowed(stack, factory, folder, upstreams={"tickets-db": told}))
    place = qdrant.Qdrant(partial(succeeded, url))
    clients: dict[str, Callable[[Any], Any]] = {
        "bare": lambda ask: plainly(url, ask),
        "library's filter": lambda ask: plainly(url, qdrant.kept_by_a_library(ask)),
        "gateway": lambda ask: made.say(ask, made.token("ana", tenant="acme")),
    }
    return {name: run(qdrant.WAYS, client, place, qdrant.FOREIGN_IDS) for name, client in clients.items()}


def _beside(stack: Stack, ends: ExitStack, database: str, ways: Any, place: Callable[[Any], Any]) -> Columns:
    """The same ways at a database behind a TLS front. `ways`: what its module of ways offers."""
    folder = Path(ends.enter_context(tempfile.TemporaryDirectory(prefix="vg-")))
    factory = Factory(stack, folder, free_port)
    url, told = ends.enter_context(fronted(stack, folder / database, database))
    made = ends.enter_context(rowed(stack, factory, folder, upstreams={"tickets-db": told}))
    there = place(partial(succeeded, url))
    there.fill()
    heard = getattr(ways, "heard", lambda said: said)
    clients: dict[str, Callable[[Any], Any]] = {
        "bare": lambda ask: heard(plainly(url, ask)),
        "library's filter": lambda ask: heard(plainly(url, ways.kept_by_a_library(ask))),
        "gateway": lambda ask: heard(made.say(ask, made.token("ana", tenant="acme"))),
    }
    all_ways = ways.ways(database) if database in lucene.VECTORS else ways.WAYS
    return {name: run(all_ways, client, there, ways.FOREIGN_IDS) for name, client in clients.items()}


def of_milvus(stack: Stack, ends: ExitStack) -> Columns:
    """At a stand-in for Milvus, which reads bodies and filters with the oddities of the real servers."""
    return _beside(stack, ends, "milvus", milvus, milvus.Milvus)


def of_weaviate(stack: Stack, ends: ExitStack) -> Columns:
    """At a stand-in for Weaviate, which reads calls and documents as loosely as the real server does."""
    return _beside(stack, ends, "weaviate", weaviate, weaviate.Weaviate)


def of_opensearch(stack: Stack, ends: ExitStack) -> Columns:
    """At a real OpenSearch."""
    return _beside(stack, ends, "opensearch", lucene, lucene.Lucene)


def of_elasticsearch(stack: Stack, ends: ExitStack) -> Columns:
    """At a real Elasticsearch, of whose modules only one is published: no deletes by query, scripts or rrf."""
    return _beside(stack, ends, "elasticsearch", lucene, partial(lucene.Lucene, database="elasticsearch"))


def of_pinecone(stack: Stack, ends: ExitStack) -> Columns:
    """At an evaluator of what the recorded server says of its filters, ids and namespaces."""
    folder = Path(ends.enter_context(tempfile.TemporaryDirectory(prefix="vg-")))
    factory = Factory(stack, folder, free_port)
    served = ends.enter_context(pinecone_recorded(folder / "pinecone", client_ca=stack.pki_root))
    made = ends.enter_context(rowed(stack, factory, folder, upstreams={"tickets-db": served.settings}))
    place = pinecone.Pinecone(served.project)
    clients: dict[str, Callable[[Any], Any]] = {
        "bare": place.bare,
        "library's filter": lambda ask: place.bare(pinecone.kept_by_a_library(ask)),
        "gateway": lambda ask: made.say(ask, made.token("ana", tenant="acme")),
    }
    return {name: run(pinecone.WAYS, client, place, pinecone.FOREIGN_IDS) for name, client in clients.items()}


_OF: Final = {
    "chroma": of_chroma, "elasticsearch": of_elasticsearch, "milvus": of_milvus, "opensearch": of_opensearch,
    "pinecone": of_pinecone, "qdrant": of_qdrant, "weaviate": of_weaviate,
}  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=tuple(_OF), default="chroma")
    parser.add_argument("--names", action="store_true", help="name the kinds of ways that leak")
    args = parser.parse_args()
    with ExitStack() as ends:
        folder = ends.enter_context(tempfile.TemporaryDirectory(prefix="vg-"))
        stack = ends.enter_context(Stack(Path(folder) / "state"))
        columns = _OF[args.database](stack, ends)
    print(table(columns))
    if args.database == "qdrant":
        print(by_server(columns))
    for way, leaks in columns["gateway"]:
        if leaks:
            print(f"past the gateway: {way}: {', '.join(leaks)}")
    if args.names:
        print()
        print(by_kind(columns))
    return 1 if any(leaks for _, leaks in columns["gateway"]) else 0


if __name__ == "__main__":
    sys.exit(main())

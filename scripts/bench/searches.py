"""Which search is sent to which database, and under which policy is it answered? What an answer to it must hold."""

import http.client
import json
import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Final

from demo import seed, seed_qdrant
from demo.stack import Stack

HITS: Final = 10
QUERIES: Final = 100

# As analysts have it, with a rate that this run does not reach: counting is part of the work, refusing is not.
PLAIN: Final = """
version: 1
mask_profiles:
  standard:
    default: replace
    entities: {CREDIT_CARD: {operator: partial, keep_last: 4}, PHONE: {operator: partial, keep_last: 2}, ORG: keep}
rules:
  - name: analysts-read-tickets
    who: {groups: [analysts]}
    where: {collections: ["tickets*"]}
    operations: [read]
    effect: allow
    mask: standard
    limits: {max_results: 50, rate: 1000000/min}
"""
ROWS: Final = f"{PLAIN}    rows: [{{field: status, equals: closed}}]\n"
GUARDS: Final = f"""{ROWS}\
    stamp: true
    quarantine: withhold
    budget: {{records: 1000000/day, searches: 1000000/day}}
    canaries: {{ids: [nobody-reads-this]}}
"""


@dataclass(frozen=True, slots=True)
class Search:
    """A database's search for ten of the demo's tickets.

    `front`: its TLS front's name in the stack; `port`: which of the gateway's ports is its; `header`: where clients put
    their key; `hits`: the texts of an answer.
    """

    database: str
    front: str
    port: int
    header: str
    path: Callable[[Stack], str]
    body: Callable[[list[float], bool], Any]
    hits: Callable[[Any], list[str]]

    def bodies(self, filtered: bool = False) -> Iterator[bytes]:
        """Searches for texts of seeded tickets, in turn and for ever. `filtered`: with a condition."""
        dice = random.Random(11)  # noqa: S311 - the same ones every time is the point
        chosen = dice.sample(seed.ALL_TICKETS, QUERIES)
        made = [json.dumps(self.body(seed.embed(ticket.text), filtered)).encode() for ticket in chosen]
        while True:
            yield from made


def _chroma_path(stack: Stack) -> str:
    line = http.client.HTTPSConnection("127.0.0.1", stack.ports["front"], timeout=30, context=stack.gateway_context())
    with closing(line):
        line.request("GET", f"{seed.BASE}/{seed.COLLECTION}")
        return f"{seed.BASE}/{json.loads(line.getresponse().read())['id']}/query"


def _chroma_body(vector: list[float], filtered: bool) -> Any:
    where = {"where": {"status": {"$eq": "closed"}}} if filtered else {}
    include = ["documents", "metadatas", "distances"]
    return {"query_embeddings": [vector], "n_results": HITS, "include": include, **where}


def _qdrant_body(vector: list[float], filtered: bool) -> Any:
    where = {"filter": {"must": [{"key": "status", "match": {"value": "closed"}}]}} if filtered else {}
    return {"query": vector, "limit": HITS, "with_payload": True, **where}


SEARCHES: Final[Mapping[str, Search]] = {
    "chroma": Search(
        "chroma",
        "front",
        0,
        "X-Chroma-Token",
        _chroma_path,
        _chroma_body,
        lambda found: [
            f"{text} {more}" for text, more in zip(found["documents"][0], found["metadatas"][0], strict=True)
        ],
    ),
    "qdrant": Search(
        "qdrant",
        "qdrant_front",
        1,
        "api-key",
        lambda _: f"{seed_qdrant.BASE}/points/query",
        _qdrant_body,
        lambda found: [str(point["payload"]) for point in found["result"]["points"]],
    ),
}

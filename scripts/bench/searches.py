"""Which search is sent to which database, and under which policy is it answered? What an answer to it must hold."""

import http.client
import json
import random
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from demo import seed, seed_qdrant
from demo.stack import Stack
from vecgate import dialects
from vecgate.dialects.base.grpc.protocol import OK, Grpc, Reply
from vecgate.domain.call import Call
from vecgate.domain.exchange import Raw
from vecgate.parsing import grpc_framing as framing

HITS: Final = 10
QUERIES: Final = 100

#: The policies that are shipped, all of them: what "everything on" is.
SHIPPED: Final = Path(__file__).resolve().parents[2] / "policies"
_RATE: Final = re.compile(r"\brate: \d+/min")


def ship(into: Path) -> None:
    """Copy those policies, with rates that no run reaches: counting is part of the work, refusing is not."""
    for path in SHIPPED.glob("*.yaml"):
        if not path.name.endswith(".test.yaml"):
            (into / path.name).write_text(_RATE.sub("rate: 1000000/min", path.read_text("utf-8")), "utf-8")


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
    their key; `hits`: the texts of an answer; `stretched`: fills a collection of its own with vectors of so many
    numbers, and gives the path of a search in it; `grpc`: whether it is also spoken to over gRPC here.
    """

    database: str
    front: str
    port: int
    header: str
    path: Callable[[Stack], str]
    body: Callable[[list[float], bool], Any]
    hits: Callable[[Any], list[str]]
    stretched: Callable[[Stack, int], str] | None = None
    grpc: bool = False

    def bodies(self, filtered: bool = False, numbers: int = seed.DIMENSIONS) -> Iterator[bytes]:
        """Searches for texts of seeded tickets, in turn and for ever. `filtered`: with a condition."""
        dice = random.Random(11)  # noqa: S311 - the same ones every time is the point
        chosen = dice.sample(seed.ALL_TICKETS, QUERIES)
        vector = seed.embed if numbers == seed.DIMENSIONS else stretch(numbers)
        made = [json.dumps(self.body(vector(ticket.text), filtered)).encode() for ticket in chosen]
        while True:
            yield from made


def stretch(numbers: int) -> seed.Embed:
    """Vectors of as many numbers as a model makes, each with all of its digits; whose neighbours stay the same."""
    import numpy as np  # only here: `--help` needs no package

    spread = np.random.default_rng(numbers).standard_normal((seed.DIMENSIONS, numbers)) / numbers**0.5
    return lambda text: [float(number) for number in np.array(seed.embed(text)) @ spread]


def _stretched_chroma(stack: Stack, numbers: int) -> str:
    name = f"{seed.COLLECTION}-{numbers}"
    with closing(to_chroma(stack)) as line:
        seed.plant(line, name, stretch(numbers))
    return _chroma_path(stack, name)


def to_chroma(stack: Stack) -> http.client.HTTPSConnection:
    """A connection to it through its front, around the gateway."""
    return http.client.HTTPSConnection("127.0.0.1", stack.ports["front"], timeout=30, context=stack.gateway_context())


def _chroma_path(stack: Stack, name: str = seed.COLLECTION) -> str:
    with closing(to_chroma(stack)) as line:
        line.request("GET", f"{seed.BASE}/{name}")
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
        _stretched_chroma,
    ),
    "qdrant": Search(
        "qdrant",
        "qdrant_front",
        1,
        "api-key",
        lambda _: f"{seed_qdrant.BASE}/points/query",
        _qdrant_body,
        lambda found: [str(point["payload"]) for point in found["result"]["points"]],
        grpc=True,
    ),
}


class OverGrpc:
    """The same searches as messages of gRPC, and its answers as their twin's. `method` is their path."""

    def __init__(self, search: Search, path: str) -> None:
        self._dialect: Any = dialects.load(search.database)
        self._path = path
        self._grpc: Grpc = self._dialect.grpc
        self.method = self._grpc.message(self._call(next(search.bodies()))).method

    def _call(self, body: bytes) -> Call:
        call: Call = self._dialect.read(Raw("POST", self._path, (("content-type", "application/json"),), body))
        return call

    def bodies(self, given: Iterator[bytes]) -> Iterator[bytes]:
        """Each made once: the same ones come again and again."""
        made: dict[bytes, bytes] = {}
        for body in given:
            if body not in made:
                made[body] = framing.framed(self._grpc.message(self._call(body)).message)
            yield made[body]

    def read(self, body: bytes, answer: bytes) -> bytes:
        """The answer to a search of REST, as REST has it."""
        heard = self._grpc.answer(self._call(body), Reply(framing.unframed(answer).message, OK, ""))
        return heard.answer.body

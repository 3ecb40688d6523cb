"""One gateway before a database of either kind: what people write, read and search there, in the same words."""

import itertools
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from chromadb.errors import ChromaError

from demo.gateway import Gateway, Reply
from demo.stack import Stack
from demo.tour import client
from path.conftest import Factory
from support.servers.rowed import fronted, succeeded
from support.tools.direct import Collection, ask, collection
from vecgate.recording import read

NUMBERS: Final = itertools.count(1)


class Refused(Exception):
    """The gateway's, or the database's, no; in its words."""


@dataclass(frozen=True)
class Got:
    """What came back: ids as numbers, texts, metadata without the texts, and scores or distances."""

    ids: list[int]
    texts: list[str | None]
    metadata: list[dict[str, Any] | None]
    scores: list[float] | None = None


class Place(ABC):
    """One collection. `put` and `stored` go around the gateway; all others are asked by a person."""

    name: str

    @abstractmethod
    def put(self, texts: Sequence[str], metadata: Sequence[dict[str, Any]] | None = None) -> None:
        """Records 0, 1, ... with these texts, each at [1, n]."""

    @abstractmethod
    def stored(self) -> list[dict[str, Any]]:
        """The metadata of all records, in order, without texts."""

    @abstractmethod
    def write(self, who: str, texts: dict[int, str], metadata: dict[int, dict[str, Any]] | None = None) -> None:
        """Upsert."""

    @abstractmethod
    def update(self, who: str, id: int, metadata: dict[str, Any], text: str | None = None) -> None:
        """Set some fields."""

    @abstractmethod
    def get(self, who: str, ids: Sequence[int] | None = None, *, shown: bool = True, **page: int) -> Got:
        """A list, or records by their ids; `shown`: with texts and metadata."""

    @abstractmethod
    def search(self, who: str, *vectors: list[float], most: int = 10, shown: bool = True) -> list[Got]:
        """One search for each vector, in one call."""

    @abstractmethod
    def listed(self, who: str) -> Reply:
        """The answer to a plain list, with its headers."""


@dataclass
class World:
    """A gateway with these rules, and fresh collections."""

    database: str
    stack: Stack
    gateway: Gateway
    made: ExitStack
    url: str = ""
    tokens: dict[str, str] = field(default_factory=dict)
    clients: dict[str, Any] = field(default_factory=dict)

    def token(self, user: str) -> str:
        if user not in self.tokens:
            self.tokens[user] = self.stack.token(user)
        return self.tokens[user]

    def client(self, user: str) -> Any:
        """Chroma's official client, one for each user."""
        if user not in self.clients:
            self.clients[user] = made = client(self.gateway, self.token(user))
            self.made.callback(made._server._session.close)  # its own `close` leaves the connection open
        return self.clients[user]

    def new(self, prefix: str, dimensions: int = 2) -> Any:
        """A fresh collection; `Any`, so that a test of one database may ask for what only that has."""
        name = f"{prefix}-{next(NUMBERS)}"
        if self.database == "chroma":
            return ChromaPlace(self, self.made.enter_context(collection(self.stack, name)))
        return QdrantPlace(self, name, dimensions)

    def asked(self, method: str, path: str, user: str, body: Any = None) -> Reply:
        """What the gateway answers, with its headers."""
        return self.gateway.ask(method, path, token=self.token(user), body=body)

    def recorded(self, code: str) -> list[dict[str, Any]]:
        """The bodies of entries with that code."""
        folder = Path(yaml.safe_load(self.gateway.settings.read_text("utf-8"))["recording"]["folder"])
        entries = [e for row in read.sessions(folder) for e in read.load(folder, row.session).entries]
        return [e.body for e in entries if e.code == code]


class ChromaPlace(Place):
    """With the official client."""

    def __init__(self, world: World, there: Collection) -> None:
        self.world, self.there, self.name, self.path = world, there, there.name, there.path

    def _of(self, who: str) -> Any:
        return self.world.client(who).get_collection(self.name, embedding_function=None)

    def _try(self, who: str, verb: str, **how: Any) -> Any:
        try:
            return getattr(self._of(who), verb)(**how)
        except ChromaError as e:
            raise Refused(str(e)) from e

    def put(self, texts: Sequence[str], metadata: Sequence[dict[str, Any]] | None = None) -> None:
        body = {
            "ids": [f"r{n}" for n in range(len(texts))],
            "documents": [*texts],
            "metadatas": [*(metadata or [{"n": n} for n in range(len(texts))])],
            "embeddings": [[1.0, float(n)] for n in range(len(texts))],
        }
        ask(self.there.stack, "POST", f"{self.path}/upsert", body)

    def stored(self) -> list[dict[str, Any]]:
        said = ask(self.there.stack, "POST", f"{self.path}/get", {"include": ["metadatas"]})
        return [one or {} for _, one in sorted(zip(said["ids"], said["metadatas"], strict=True))]

    def write(self, who: str, texts: dict[int, str], metadata: dict[int, dict[str, Any]] | None = None) -> None:
        how: dict[str, Any] = {"metadatas": [metadata.get(n) for n in texts]} if metadata else {}
        ids, vectors = [f"r{n}" for n in texts], [[1.0, float(n)] for n in texts]
        self._try(who, "upsert", ids=ids, documents=[*texts.values()], embeddings=vectors, **how)

    def update(self, who: str, id: int, metadata: dict[str, Any], text: str | None = None) -> None:
        more = {} if text is None else {"documents": [text], "embeddings": [[1.0, 0.0]]}
        self._try(who, "update", ids=[f"r{id}"], metadatas=[metadata], **more)

    def get(self, who: str, ids: Sequence[int] | None = None, *, shown: bool = True, **page: int) -> Got:
        how: dict[str, Any] = {} if shown else {"include": []}
        said = self._try(who, "get", ids=None if ids is None else [f"r{n}" for n in ids], **page, **how)
        return self._got(said["ids"], said["documents"], said["metadatas"])

    def search(self, who: str, *vectors: list[float], most: int = 10, shown: bool = True) -> list[Got]:
        include = ["distances", *(("documents", "metadatas") if shown else ())]
        said = self._try(who, "query", query_embeddings=[*vectors], n_results=most, include=include)
        columns = ([*(said[key] or [None] * len(vectors))] for key in ("ids", "documents", "metadatas", "distances"))
        return [self._got(*one) for one in zip(*columns, strict=True)]

    def _got(self, ids: Any, texts: Any, metadata: Any, scores: Any = None) -> Got:
        nothing = [None] * len(ids)
        return Got([int(one[1:]) for one in ids], texts or nothing, metadata or nothing, scores)

    def listed(self, who: str) -> Reply:
        return self.world.asked("POST", f"{self.path}/get", who, {})


class QdrantPlace(Place):
    """As calls stand."""

    def __init__(self, world: World, name: str, dimensions: int) -> None:
        self.world, self.name, self.path = world, name, f"/collections/{name}"
        self.direct("PUT", "", {"vectors": {"size": dimensions, "distance": "Dot"}})

    def direct(self, method: str, path: str, body: Any = None) -> Any:
        """The database as it is. Raises RuntimeError for anything but success."""
        return succeeded(self.world.url, method, f"{self.path}{path}", body)["result"]

    def ask(self, who: str, method: str, path: str, body: Any = None) -> Any:
        """A person's call, and its result."""
        reply = self.world.asked(method, f"{self.path}{path}", who, body)
        if reply.status >= 300:
            raise Refused(reply.body.decode())
        return reply.json["result"]

    def put(self, texts: Sequence[str], metadata: Sequence[dict[str, Any]] | None = None) -> None:
        told = metadata or [{"n": n} for n in range(len(texts))]
        points = [
            {"id": n, "vector": [1.0, float(n)], "payload": {"text": text, **one}}
            for n, (text, one) in enumerate(zip(texts, told, strict=True))
        ]
        self.direct("PUT", "/points?wait=true", {"points": points})

    def points(self) -> list[dict[str, Any]]:
        """The payloads that are stored."""
        body = {"limit": 1000, "with_payload": True}
        return [one["payload"] for one in self.direct("POST", "/points/scroll", body)["points"]]

    def stored(self) -> list[dict[str, Any]]:
        return [{key: value for key, value in one.items() if key != "text"} for one in self.points()]

    def write(self, who: str, texts: dict[int, str], metadata: dict[int, dict[str, Any]] | None = None) -> None:
        points = [
            {"id": n, "vector": [1.0, float(n)], "payload": {"text": text, **(metadata or {}).get(n, {})}}
            for n, text in texts.items()
        ]
        self.ask(who, "PUT", "/points", {"points": points})

    def update(self, who: str, id: int, metadata: dict[str, Any], text: str | None = None) -> None:
        payload = {**metadata, **({} if text is None else {"text": text})}
        self.ask(who, "POST", "/points/payload", {"payload": payload, "points": [id]})

    def get(self, who: str, ids: Sequence[int] | None = None, *, shown: bool = True, **page: int) -> Got:
        if ids is not None:
            return self._got(self.ask(who, "POST", "/points", {"ids": [*ids], "with_payload": shown}))
        body = {"limit": 1000, "with_payload": shown, **page}
        return self._got(self.ask(who, "POST", "/points/scroll", body)["points"])

    def search(self, who: str, *vectors: list[float], most: int = 10, shown: bool = True) -> list[Got]:
        searches = [{"query": vector, "limit": most, "with_payload": shown} for vector in vectors]
        if len(searches) == 1:
            return [self._got(self.ask(who, "POST", "/points/query", searches[0])["points"])]
        return [
            self._got(one["points"]) for one in self.ask(who, "POST", "/points/query/batch", {"searches": searches})
        ]

    def _got(self, points: Any) -> Got:
        payloads = [one.get("payload") for one in points]
        bare = [None if one is None else {k: v for k, v in one.items() if k != "text"} for one in payloads]
        scores = [one["score"] for one in points] if points and "score" in points[0] else None
        return Got([one["id"] for one in points], [(one or {}).get("text") for one in payloads], bare, scores)

    def listed(self, who: str) -> Reply:
        return self.world.asked("POST", f"{self.path}/points/scroll", who, {"limit": 1000})


def guarded(
    database: str, rules: str, stack: Stack, gateways: Factory, folder: Path, made: ExitStack, **how: Any
) -> World:
    """A gateway with these rules before that database; all of it ends with `made`."""
    (folder / "policies").mkdir()
    (folder / "policies" / "rules.yaml").write_text(rules, "utf-8")
    over: dict[str, Any] = {"policies": str(folder / "policies"), "state": {"prefix": f"guards-{time.time_ns()}"}}
    url = ""
    if database == "qdrant":
        url, told = made.enter_context(fronted(stack, folder / "qdrant"))
        over |= {"upstreams": {"tickets-db": told}, "telemetry": {"upstream_check": None}}
    gateway = gateways.make(over=over, **how)
    gateway.start()
    return World(database, stack, gateway, made, url)


def refused(attempt: Any, *codes: str) -> str:
    """What was said to a call that must not pass."""
    with pytest.raises(Refused) as e:
        attempt()
    said = str(e.value)
    assert any(code in said for code in codes), said
    return said

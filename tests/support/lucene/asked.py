"""A dialect of Lucene's family before something that answers: a real server, or what one would describe."""

import asyncio
import json
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote, urlencode

import pytest

from vecgate import dialects
from vecgate.dialects import Dialect
from vecgate.domain.call import Answer, Call
from vecgate.domain.decision import Decision, Effect
from vecgate.domain.exchange import Raw
from vecgate.domain.operation import Operation
from vecgate.domain.row import Row
from vecgate.domain.scoped import Scoped
from vecgate.guards import rows
from vecgate.refusals.errors import CallRefused

OPEN: Final = Decision(Effect.ALLOW, "all", "because", "v1", mask="unsafe-nothing", vectors=True)
OWN: Final = Decision(
    Effect.ALLOW, "own", "because", "v1", mask="unsafe-nothing", rows=(Row("tenant", ("acme",)),), vectors=True
)
JSON: Final = (("content-type", "application/json"),)


def raw_of(method: str, target: str, body: Any = None, headers: tuple[tuple[str, str], ...] = JSON) -> Raw:
    """A request as a client would send it: an object as JSON, several in a list as lines, bytes as they are."""
    if isinstance(body, list):
        body = b"".join(json.dumps(one).encode() + b"\n" for one in body)
    raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    return Raw(method, target, headers if raw else (), raw)


def operation(name: str, database: str = "opensearch") -> Operation:
    """An operation of that name."""
    return Operation(database, name, "search", 2, collections=("people",))


@dataclass
class Told:
    """What became of a call: what it was read as, what was sent, and what the caller gets of the answer."""

    operation: Operation
    sent: Call
    status: int
    tree: Any
    dropped: int = 0


@dataclass
class Before:
    """The dialect before a server that is asked over HTTP."""

    url: str
    database: str = "opensearch"
    dialect: Dialect = field(init=False)

    def __post_init__(self) -> None:
        self.dialect = dialects.load(self.database)

    def direct(self, method: str, target: str, body: Any = None) -> Any:
        """What the server itself says to a request as it stands."""
        raw = raw_of(method, target, body)
        status, said = self._http(method, target, raw.body, "application/json")
        return status, json.loads(said) if said[:1] in (b"{", b"[") else said

    def _http(self, method: str, target: str, body: bytes, kind: str) -> tuple[int, bytes]:
        headers = {"content-type": kind} if body else {}
        request = urllib.request.Request(self.url + target, data=body or None, method=method, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as e:
            return e.code, e.read()

    async def ask(self, call: Call) -> Answer:
        target = f"{call.path}?{urlencode(call.query)}" if call.query else call.path
        kind = dict(call.headers).get("content-type", "")
        status, body = await asyncio.to_thread(self._http, call.method, target, call.body, kind)
        return Answer(status, body=body)

    def do(self, method: str, target: str, body: Any = None, decision: Decision = OPEN) -> Told:
        """A call on its whole way through the dialect. Raises CallRefused."""
        return asyncio.run(self._do(raw_of(method, target, body), decision))

    async def _do(self, raw: Raw, decision: Decision) -> Told:
        call = self.dialect.read(raw)
        operation = await self.dialect.classify(call, self.ask)
        call, scoped = self.dialect.restrict(call, operation, decision), None
        if decision.rows:
            scoped = await self.dialect.scoped(call, decision, self.ask)
            await rows.check(scoped.owned, decision, self.ask)
            call = scoped.call
        answer = await self.ask(self.dialect.outgoing(call))
        self.dialect.forget(operation, answer)
        tree, dropped = (json.loads(answer.body) if answer.body else None), 0
        if scoped is not None and answer.status < 300:
            tree, dropped = scoped.answered(tree)
        return Told(operation, call, answer.status, tree, dropped)

    def no(self, method: str, target: str, body: Any = None, decision: Decision = OPEN) -> str:
        """The refusal of a call."""
        with pytest.raises(CallRefused) as caught:
            self.do(method, target, body, decision)
        return str(caught.value.refusal)


class Described:
    """A server that has an index of each name that is asked for, and some aliases: what it would describe."""

    def __init__(self, database: str = "opensearch", **aliases: str) -> None:
        self.aliases, self.dialect = aliases, dialects.load(database)
        self.asked: list[str] = []

    async def ask(self, call: Call) -> Answer:
        self.asked.append(call.path)
        found: dict[str, Any] = {}
        for name in unquote(call.path[1:]).split(","):
            index = self.aliases.get(name, name)
            said = {name: {}} if name in self.aliases else {}
            found[index] = {"aliases": said, "mappings": {}, "settings": {"index.uuid": f"uuid-of-{index}"}}
        return Answer(200, body=json.dumps(found).encode())

    def read(self, method: str, target: str, body: Any = None) -> tuple[Call, Operation]:
        """A call as it goes out, and what it means. Raises CallRefused."""
        call = self.dialect.read(raw_of(method, target, body))
        operation = asyncio.run(self.dialect.classify(call, self.ask))
        return self.dialect.restrict(call, operation, OPEN), operation

    def no(self, method: str, target: str, body: Any = None, headers: Any = JSON) -> str:
        """The refusal of a call that is not even asked about."""

        def read() -> None:
            call = self.dialect.read(raw_of(method, target, body, headers))
            asyncio.run(self.dialect.classify(call, self.ask))

        with pytest.raises(CallRefused) as caught:
            read()
        return str(caught.value.refusal)


# a call that is kept to rows, at a server that is described

T: Final[Any] = {
    "bool": {
        "filter": [{"terms": {"tenant": ["acme"]}}],
        "must_not": [{"range": {"tenant": {"lt": "acme"}}}, {"range": {"tenant": {"gt": "acme"}}}],
    }
}

ALL: Any = {"match_all": {}}

KNN: Any = {"knn": {"vec": {"vector": [1], "k": 3}}}

KEYWORD: Any = {"type": "keyword"}

PEOPLE: Any = {
    "tenant": KEYWORD,
    "city": KEYWORD,
    "name": {"type": "text"},
    "age": {"type": "integer"},
    "vec": {"type": "knn_vector"},
}


def scoped(
    method: str,
    target: str,
    body: Any = None,
    *,
    decision: Any = OWN,
    mapped: Any = PEOPLE,
    settings: Any = None,
    database: str = "opensearch",
) -> Scoped:
    """A call kept to rows, at a server whose one index is mapped so."""
    dialect = dialects.load(database)

    async def ask(call: Call) -> Answer:
        index = {"aliases": {}, "mappings": {"properties": mapped}, "settings": {"index.uuid": "u", **(settings or {})}}
        return Answer(200, body=json.dumps({call.path[1:]: index}).encode())

    async def run() -> Scoped:
        call = dialect.read(raw_of(method, target, body))
        operation = await dialect.classify(call, ask)
        return await dialect.scoped(dialect.restrict(call, operation, decision), decision, ask)

    return asyncio.run(run())


def no(method: str, target: str, body: Any = None, **how: Any) -> str:
    with pytest.raises(CallRefused) as caught:
        scoped(method, target, body, **how)
    return str(caught.value.refusal)


def within(said: Any) -> Any:
    return {"bool": {"must": [said], "filter": [T]}}

"""Is a tenant kept to its records at the recorded server, and at a Pinecone of yours, where the environment names one?"""

import asyncio
import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode

import pytest

from support.pinecone.recorded import Project
from support.servers import own
from support.tools.served import Quiet, served
from vecgate import dialects
from vecgate.domain.call import Answer, Call
from vecgate.domain.decision import Decision, Effect
from vecgate.domain.exchange import Raw
from vecgate.domain.row import Row
from vecgate.guards import rows as guard
from vecgate.refusals.errors import CallRefused

pytestmark = pytest.mark.timeout(600)
NAME: Final = "vecgate-people"
ALL: Final = Decision(Effect.ALLOW, "all", "", "")
MINE: Final = Decision(Effect.ALLOW, "mine", "", "", rows=(Row("tenant", ("t1",)),))
SERVERLESS: Final = {"serverless": {"cloud": "aws", "region": "us-east-1"}}
INDEX: Final = {"name": NAME, "dimension": 2, "metric": "cosine", "spec": SERVERLESS}
OWN, OTHERS = ["m0", "m1", "m2"], ["f0", "f1", "f2"]


def soon(look: Callable[[], Any], within: float) -> None:
    """Waits until it is true: a server of yours may be behind with what was written."""
    end = time.monotonic() + within
    while not look():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.5)


def _sent(url: str, method: str, headers: dict[str, str], body: bytes) -> Answer:
    request = urllib.request.Request(url, data=body or None, method=method, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return Answer(answer.status, body=answer.read())
    except urllib.error.HTTPError as e:
        return Answer(e.code, body=e.read())


@contextmanager
def _recorded(_: Path) -> Iterator[str]:
    """The recorded project, of which every host leads back to itself by the name that a header says."""
    project = Project()

    class Handler(Quiet):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("content-length") or 0))
            told = {key.lower(): value for key, value in self.headers.items()}
            status, tree = project.answer(told.pop("x-index", ""), self.command, self.path, told, raw)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(b"" if tree is None else json.dumps(tree).encode())

        do_GET = do_DELETE = do_PATCH = do_POST

    with served(Handler) as url:
        yield url


class Before:
    """The dialect before both planes. `control`: where the one is; the indexes are where it says."""

    def __init__(self, control: str, yours: bool) -> None:
        self.control, self.yours, self.dialect = control, yours, dialects.load("pinecone")

    async def ask(self, call: Call) -> Answer:
        sent = self.dialect.outgoing(call)
        target = sent.path + (f"?{urlencode(sent.query, quote_via=quote)}" if sent.query else "")
        headers, place = dict(sent.headers), self.control
        if sent.origin and self.yours:  # an index is asked where it is, with the key that the door adds elsewhere
            headers["Api-Key"], place = os.environ.get("VECGATE_TEST_PINECONE_API_KEY", ""), str(sent.origin)
        elif sent.origin:
            headers["x-index"] = NAME
        return await asyncio.to_thread(_sent, place + target, sent.method, headers, sent.body)

    def say(self, method: str, path: str, tree: Any = None, decision: Decision = ALL) -> tuple[int, Any]:
        """A call on its whole way through the dialect. Raises CallRefused."""
        return asyncio.run(self._say(method, path, tree, decision))

    async def _say(self, method: str, path: str, tree: Any, decision: Decision) -> tuple[int, Any]:
        typed = (("content-type", "application/json"),) if tree is not None else ()
        body = b"" if tree is None else json.dumps(tree).encode()
        call = self.dialect.read(Raw(method, path, (("x-pinecone-api-version", "2025-10"), *typed), body))
        operation = await self.dialect.classify(call, self.ask)
        call, answered = self.dialect.restrict(call, operation, decision), None
        if decision.rows:
            scoped = await self.dialect.scoped(call, decision, self.ask)
            await guard.check(scoped.owned, decision, self.ask)
            call, answered = scoped.call, scoped.answered
        answer = await self.ask(call)
        told = json.loads(answer.body) if answer.body else None
        return answer.status, answered(told)[0] if answered and answer.status < 300 else told

    def of(self, verb: str, decision: Decision = MINE, **said: Any) -> Any:
        """A call of the index, in the one namespace, that succeeds."""
        status, tree = self.say("POST", f"/idx/{NAME}{verb}", {"namespace": "ns", **said}, decision)
        assert status == 200, tree
        return tree


@pytest.fixture(scope="module", params=own.both("pinecone"))
def people(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Before]:
    start: Callable[[Path], AbstractContextManager[str]] = _recorded
    with own.serving("pinecone", request.param, tmp_path_factory.mktemp("pinecone"), start) as url:
        made = Before(url, request.param == "yours")
        assert made.say("POST", "/indexes", INDEX)[0] == 201
        soon(lambda: made.say("GET", f"/indexes/{NAME}")[1]["status"]["ready"], within=300)
        vectors = [
            {"id": id, "values": [1.0, n / 10], "metadata": {"tenant": "t1" if id in OWN else "t2", "n": n}}
            for n, id in enumerate([*OWN, *OTHERS])
        ]
        assert made.of("/vectors/upsert", ALL, vectors=vectors) == {"upsertedCount": 6}
        soon(lambda: len(found(made, ALL)) == 6, within=120)
        yield made


def found(people: Before, decision: Decision = MINE, **said: Any) -> list[str]:
    """The ids that a search finds; what was written a moment ago may be there later."""
    told = people.of("/query", decision, topK=10, vector=[1.0, 0.0], includeMetadata=True, **said)
    return sorted(one["id"] for one in told["matches"])


def test_a_search_finds_ones_own_whatever_it_asks_for(people: Before) -> None:
    """N-31, N-34"""
    for where in (None, {"tenant": {"$ne": "t1"}}, {"tenant": {"$in": ["t1", "t2"]}}, {"$or": [{"tenant": "t2"}, {"n": {"$gte": 0}}]},
                  {"missing": {"$exists": False}}, {"n": {"$gte": 0}}):  # fmt: skip
        said = {} if where is None else {"filter": where}
        assert {*found(people, **said)} <= {*OWN}, where
        assert {*found(people, ALL, **said)} & {*OTHERS}, "or the server finds nobody else's by itself"
    assert found(people) == OWN


def test_foreign_and_missing_ids_are_one(people: Before) -> None:
    """N-32, N-33"""
    for verb, said in (("/query", {"topK": 9}), ("/vectors/update", {"setMetadata": {"n": 9}})):
        for id in ("f1", "nobody"):
            with pytest.raises(CallRefused, match=r"rows\.unknown"):
                people.of(verb, id=id, **said)
    with pytest.raises(CallRefused, match=r"rows\.taken"):
        people.of("/vectors/upsert", vectors=[{"id": "f1", "values": [1.0, 1.0]}])
    told = people.say("GET", f"/idx/{NAME}/vectors/fetch?ids=m0&ids=f0&namespace=ns", None, MINE)[1]
    assert [*told["vectors"]] == ["m0"]


def test_what_is_written_is_ones_own_and_a_delete_takes_no_more(people: Before) -> None:
    """N-33, N-38"""
    people.of("/vectors/upsert", vectors=[{"id": "m9", "values": [1.0, 0.5]}])
    soon(lambda: found(people) == [*OWN, "m9"], within=60)
    people.of("/vectors/delete", deleteAll=True)
    soon(lambda: found(people, ALL) == sorted(OTHERS), within=60)

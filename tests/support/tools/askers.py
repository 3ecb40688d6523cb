"""Somebody who asks the gateway for tickets, and what a refusal must look like to them."""

import http.client
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from string import Formatter
from typing import Any, Final

from demo import seed
from demo.gateway import DATA, Gateway, Reply
from demo.stack import Stack
from vecgate.refusals.catalogue import CATALOGUE

WAIT_SECONDS: Final = 60.0


@dataclass(slots=True)
class Asker:
    """A person with a token and a client program. `agent` tells sessions apart."""

    gateway: Gateway
    token: str = field(repr=False)
    collection: str = ""
    agent: str = "tests/1.0"

    def find(self) -> None:
        """Learn the collection's id, as an official client does first."""
        found = self.gateway.ask("GET", f"{DATA}/collections/{seed.COLLECTION}", token=self.token)
        assert found.status == 200, found.body
        self.collection = found.json["id"]

    def search(self, text: str = "refund to the card", n: int = 3) -> Reply:
        body = {"query_embeddings": [seed.embed(text)], "n_results": n, "include": ["documents", "metadatas"]}
        return self._post("query", body)

    def delete_closed(self) -> Reply:
        return self._post("delete", {"where": {"status": "closed"}})

    def upsert(self, record: str, text: str) -> Reply:
        body = {"ids": [record], "documents": [text], "embeddings": [seed.embed(text)]}
        return self._post("upsert", body)

    def delete(self, *records: str) -> Reply:
        return self._post("delete", {"ids": [*records]})

    def _post(self, what: str, body: dict[str, Any]) -> Reply:
        path = f"{DATA}/collections/{self.collection}/{what}"
        return self.gateway.ask("POST", path, token=self.token, body=body, headers={"User-Agent": self.agent})


def asker(stack: Stack, gateway: Gateway, user: str, **more: Any) -> Asker:
    """One of the demo's people, who knows the collection already."""
    made = Asker(gateway, stack.token(user), **more)
    if not made.collection:
        made.find()
    return made


def readable(raw: bytes) -> list[str]:
    """Which seeded personal data can be read in it."""
    text = raw.decode("utf-8", "replace")
    return [value for value in (*seed.EMAILS, *seed.NAMES, *seed.CARDS, *seed.PHONES) if value in text]


def _says(message: str, words: str) -> bool:
    return all(fixed in message for fixed, *_ in Formatter().parse(words))


def assert_refused(reply: Reply, *codes: str) -> None:
    """It is a refusal with one of these codes: its status, and JSON that says code, what happened and what to do."""
    assert reply.code in codes, f"{reply.status} {reply.body[:400]!r}"
    kind = CATALOGUE[reply.code]
    tree = reply.json
    assert reply.status == kind.status
    assert reply.headers["content-type"] == "application/json"
    assert isinstance(tree["error"], str)
    assert tree["message"].startswith(f"{reply.code}: ")
    assert _says(tree["message"], kind.what)
    assert any(_says(tree["message"], words) for words in (kind.todo, *kind.instead.values()))
    assert not readable(reply.body)


def assert_served(reply: Reply) -> None:
    """It is an answer, with hits, and nothing personal can be read in it."""
    assert reply.status == 200, reply.body
    assert reply.json["ids"][0]
    assert not readable(reply.body)


def until(is_so: Callable[[], bool], what: str) -> None:
    """Wait until it is so. Fails when a minute was not enough."""
    end = time.monotonic() + WAIT_SECONDS
    while not is_so():
        assert time.monotonic() < end, f"it never came to this: {what}"
        time.sleep(0.1)


def comes_back(ask: Callable[[], Reply]) -> Reply:
    """The first answer that is no refusal: service comes back by itself. The caller only asks again.

    A connection that the kernel had given to a process that died is reset: nobody else can answer it.
    """
    replies: list[Reply] = []

    def served() -> bool:
        try:
            replies.append(ask())
        except (ConnectionResetError, http.client.RemoteDisconnected, ssl.SSLEOFError):
            return False
        return not replies[-1].code

    until(served, "service comes back")
    return replies[-1]


class Meanwhile:
    """A request under way in a thread of its own."""

    def __init__(self, ask: Callable[[], Reply]) -> None:
        self._replies: list[Reply] = []
        self._thread = threading.Thread(target=lambda: self._replies.append(ask()))
        self._thread.start()

    def reply(self) -> Reply:
        self._thread.join(60)
        return self._replies[0]

"""The database, asked around the gateway on a certificate of the gateway's own: what is really in it?"""

import http.client
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from demo.gateway import DATA
from demo.stack import Stack


@dataclass(frozen=True, slots=True)
class Collection:
    """One collection of a test's own; every record in it has `status: closed` and two numbers as its vector."""

    stack: Stack
    name: str
    uuid: str

    @property
    def path(self) -> str:
        """Where its data routes begin."""
        return f"{DATA}/collections/{self.uuid}"

    def add(self, ids: Sequence[str], documents: Sequence[str] = ()) -> None:
        """Put records in."""
        body = {
            "ids": list(ids),
            "documents": list(documents) or [f"ticket {one}" for one in ids],
            "metadatas": [{"status": "closed"} for _ in ids],
            "embeddings": [[1.0, 0.5] for _ in ids],
        }
        ask(self.stack, "POST", f"{self.path}/upsert", body)

    def update(self, ids: Sequence[str], metadata: dict[str, Any]) -> None:
        """Change their metadata."""
        ask(self.stack, "POST", f"{self.path}/update", {"ids": list(ids), "metadatas": [metadata for _ in ids]})

    def ids(self) -> list[str]:
        """Which there are now, in the order they came."""
        return [*ask(self.stack, "POST", f"{self.path}/get", {"include": []})["ids"]]

    def count(self) -> int:
        """How many there are now."""
        return int(ask(self.stack, "GET", f"{self.path}/count"))


def ask(stack: Stack, method: str, path: str, body: Any = None) -> Any:
    """What the database answers. Raises RuntimeError for anything but success."""
    context = stack.gateway_context()
    connection = http.client.HTTPSConnection("127.0.0.1", stack.ports["front"], timeout=20, context=context)
    try:
        raw = json.dumps(body) if body is not None else None
        connection.request(method, path, raw, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        said = answer.read()
    finally:
        connection.close()
    if answer.status >= 300:
        raise RuntimeError(f"the database answers {answer.status}")
    return json.loads(said) if said else None


@contextmanager
def collection(stack: Stack, name: str, records: int = 0) -> Iterator[Collection]:
    """A fresh collection with so many records `r0`, `r1`, ...; gone when the block ends."""
    made = Collection(stack, name, ask(stack, "POST", f"{DATA}/collections", {"name": name})["id"])
    try:
        if records:
            made.add([f"r{n}" for n in range(records)])
        yield made
    finally:
        ask(stack, "DELETE", f"{DATA}/collections/{name}")

"""Collections to ask about, and a gateway of two workers before both databases."""

import itertools
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest

from demo.gateway import Gateway, Reply
from demo.stack import Stack
from path.conftest import Factory
from support.forked.ports import free_port
from support.tools.direct import Collection, collection
from support.tools.people import People

REQUESTS: Final = "/.vecgate/v1/requests"
_NUMBERS = itertools.count(1)
_WHOLE: Final = "effect: hold, mask: unsafe-nothing, approvers: {groups: [data-owners]}"
#: alice asks, bob and carol decide; alice makes and fills what she may not destroy alone.
TOWN: Final = f"""
version: 1
mask_profiles:
  half: {{default: keep, entities: {{EMAIL: replace}}}}
  strict: {{default: replace}}
rules:
  - {{name: handshake, who: anyone, where: {{without_collection: true}}, operations: [health, auth_read, tenant_read, collection_read], effect: allow, mask: unsafe-nothing}}
  - {{name: readers, who: anyone, where: {{collections: ["w-*", "k-*", "d-*", "tickets*"]}}, operations: [read, upsert, collection_create], effect: allow, mask: unsafe-nothing, vectors: true}}
  - {{name: at-once, who: anyone, where: {{collections: ["w-*"]}}, operations: [delete, destroy, collection_alter, alias, update, update_filter, mixed_batch, snapshot_create, snapshot_read, snapshot_restore, snapshot_delete], {_WHOLE}, wait: 1s}}
  - {{name: at-once-all, who: anyone, where: {{without_collection: true}}, operations: [destroy, cluster_admin], {_WHOLE}, wait: 1s}}
  - {{name: kept, who: anyone, where: {{collections: ["k-*"]}}, operations: [delete, destroy, alias], {_WHOLE}, wait: 1s, snapshot_first: true}}
  - {{name: brought-back, who: anyone, where: {{collections: ["k-*"]}}, operations: [snapshot_restore, snapshot_read], {_WHOLE}, wait: 1s}}
  - {{name: counted-on-request, who: anyone, where: {{collections: ["a-*"]}}, operations: [count, collection_read], effect: request, mask: unsafe-nothing, approvers: {{groups: [data-owners]}}, grant: {{longest: 1h}}}}
  - {{name: makers, who: anyone, where: {{collections: ["n-*"]}}, operations: [upsert, collection_create, collection_read, count], effect: allow, mask: unsafe-nothing}}
  - {{name: less-of-it, who: anyone, where: {{collections: ["n-*"]}}, operations: [search, read_ids, list_scan, delete, update], effect: hold, mask: half, approvers: {{groups: [data-owners]}}, wait: 1s}}
  - name: never-dropped
    who: anyone
    where: {{collections: ["d-*"]}}
    operations: [delete, collection_drop]
    effect: hold
    mask: unsafe-nothing
    wait: 1s
    approvers: {{groups: [data-owners], automatic: [{{name: no-drops, answer: deny, operations: [collection_drop]}}]}}
  - {{name: by-itself, who: anyone, where: {{collections: ["tickets*"]}}, operations: [delete_filter], {_WHOLE}}}
"""

type Make = Callable[..., Collection]


@pytest.fixture
def tickets(stack: Stack) -> Iterator[Make]:
    """Makes collections of the given kind, with 20 closed tickets if not told otherwise."""
    with ExitStack() as made:
        yield lambda kind, records=20: made.enter_context(collection(stack, f"{kind}-{next(_NUMBERS)}", records))


@dataclass(slots=True)
class Town(People):
    """A gateway of two workers before both databases, and a login token of everybody."""

    stack: Stack
    gateway: Gateway
    tokens: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def environment(self) -> dict[str, str]:
        """What alice's programs are told."""
        return {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": str(self.gateway.log.parent),
            "ANONYMIZED_TELEMETRY": "False",
            "VECGATE_GATEWAY": self.gateway.url,
            "VECGATE_CA": str(self.gateway.ca),
            "VECGATE_TOKEN": self.token("alice"),
            "PORT": str(self.gateway.listen.port),
            "URL": f"https://localhost:{self.gateway.listen.port + 1}",
            "NODE_EXTRA_CA_CERTS": str(self.gateway.ca),
            "SSL_CERT_FILE": str(self.gateway.ca),
        }

    def start(self, *command: str, **more: str) -> "subprocess.Popen[str]":
        """A program of alice's, or of whoever's token is told."""
        pipe = subprocess.PIPE
        return subprocess.Popen(command, env=self.environment | more, stdout=pipe, stderr=pipe, text=True)

    def type(self, *words: str, user: str = "alice", **more: str) -> "subprocess.CompletedProcess[str]":
        """What `vecgate` says to somebody."""
        told = self.environment | {"VECGATE_TOKEN": self.token(user)} | more
        return subprocess.run(["vecgate", *words], env=told, capture_output=True, text=True, timeout=120)

    def qdrant(self, method: str, path: str, body: Any = None, user: str = "alice", **headers: str) -> Reply:
        """One call to the second database."""
        port = self.gateway.listen.port + 1
        return self.gateway.ask(method, path, token=self.token(user), body=body, headers=headers, port=port)

    def points(self, name: str, count: int, first: int = 0) -> None:
        """A collection of Qdrant's with so many closed points, made around nothing: by alice, as she may."""
        path = f"/collections/{name}"
        if first == 0:
            assert self.qdrant("PUT", path, {"vectors": {"size": 2, "distance": "Dot"}}).status == 200
        points = [{"id": n, "vector": [1, n], "payload": {"status": "closed"}} for n in range(first, first + count)]
        assert self.qdrant("PUT", f"{path}/points", {"points": points}).status == 200

    def count(self, name: str) -> int | None:
        """How many points there are; None: there is no such collection."""
        said = self.qdrant("POST", f"/collections/{name}/points/count", {"exact": True})
        return int(said.json["result"]["count"]) if said.status == 200 else None

    def delete(self, tickets: Collection, user: str = "alice") -> Reply:
        """A held call to the first database."""
        body = {"where": {"status": "closed"}}
        return self.gateway.ask("POST", f"{tickets.path}/delete", token=self.token(user), body=body)

    def pending(self, target: str) -> dict[str, Any]:
        """The request on that collection, once it is there."""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            for one in self.gateway.ask("GET", REQUESTS, token=self.token("bob")).json["requests"]:
                if target in one["target"] and one["state"] == "pending":
                    return dict(one)
            time.sleep(0.2)
        raise AssertionError("it was never asked for")

    def shown(self, id: str, user: str = "bob") -> dict[str, Any]:
        return dict(self.gateway.ask("GET", f"{REQUESTS}/{id}", token=self.token(user)).json)

    def say(self, verb: str, id: str, user: str = "bob") -> None:
        said = self.gateway.ask("POST", f"{REQUESTS}/{id}/{verb}", token=self.token(user), body={})
        assert said.status == 200, said.body


def held_as(reply: Reply) -> str:
    """The id of what waits for a yes."""
    said = reply.body.decode()
    assert "hold.pending" in said, said
    return said.partition("approval as request ")[2].partition(" ")[0]


@pytest.fixture(scope="package")
def town(stack_of_two: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("town")
    (folder / "policies").mkdir()
    (folder / "policies" / "rules.yaml").write_text(TOWN, "utf-8")
    factory = Factory(stack_of_two, folder, free_port)
    over = {
        "policies": str(folder / "policies"),
        "state": {"prefix": "town"},
        "listen": {"port": free_port()},  # the stack's own are those of the next module, while this one still runs
        "hold": {"wait": 20, "pending": 900, "grant": 300},
    }
    made = factory.make(over, workers=2)
    made.start()
    yield Town(stack_of_two, made)
    factory.stop()

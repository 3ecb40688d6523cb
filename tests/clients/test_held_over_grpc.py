"""What do users of official clients see of a held call over gRPC? It waits, runs once after a yes, and never for who has gone.

Unmodified, in environments of their own; each program deletes one record, which a rule holds.
"""

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from demo.gateway import Gateway
from demo.stack import Stack
from path.conftest import Factory
from support.forked.ports import free_port
from support.qdrant.over_grpc import spoken
from support.servers.rowed import succeeded
from support.tools.families import KEPT, environment
from support.weaviate.over_grpc import weaviate_town
from vecgate.recording import chain, parts

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]
REQUESTS: Final = "/.vecgate/v1/requests"
POLICY: Final = """
version: 1
rules:
  - {name: all, who: anyone, where: anywhere, operations: [read, write], effect: allow, mask: unsafe-nothing}
  - {name: held, who: anyone, where: anywhere, operations: [delete], effect: hold, mask: unsafe-nothing, approvers: {groups: [data-owners]}, wait: 60s}
"""
QDRANT: Final = """
import os
from qdrant_client import QdrantClient, models
client = QdrantClient(url=os.environ["URL"], grpc_port=int(os.environ["PORT"]), prefer_grpc=True, api_key=os.environ["TOKEN"], timeout=int(os.environ["SECONDS"]), check_compatibility=False)
try:
    print(client.delete("held", models.PointIdsList(points=[int(os.environ["WHICH"])])).status)
except Exception as refused:
    print(refused)
"""
QDRANT_ASYNC: Final = """
import asyncio, os
from qdrant_client import AsyncQdrantClient, models
async def main():
    client = AsyncQdrantClient(url=os.environ["URL"], grpc_port=int(os.environ["PORT"]), prefer_grpc=True, api_key=os.environ["TOKEN"], timeout=int(os.environ["SECONDS"]), check_compatibility=False)
    try:
        print((await client.delete("held", models.PointIdsList(points=[int(os.environ["WHICH"])]))).status)
    except Exception as refused:
        print(refused)
asyncio.run(main())
"""
WEAVIATE: Final = """
import os, weaviate
from weaviate.classes.init import AdditionalConfig, Auth, Timeout
from weaviate.classes.query import Filter
port, seconds = int(os.environ["PORT"]), int(os.environ["SECONDS"])
with weaviate.connect_to_custom(http_host="localhost", http_port=port, http_secure=True, grpc_host="127.0.0.1", grpc_port=port, grpc_secure=True, auth_credentials=Auth.api_key(os.environ["TOKEN"]), additional_config=AdditionalConfig(trust_env=True, timeout=Timeout(insert=seconds, query=seconds))) as client:
    try:
        print(client.collections.use("Person").data.delete_many(where=Filter.by_id().equal(os.environ["WHICH"])).successful == 1 and "completed")
    except Exception as refused:
        print(refused)
"""
WEAVIATE_JS: Final = """
import weaviate, { ApiKey } from "weaviate-client";
const { PORT: port, SECONDS: seconds, TOKEN: token, WHICH: which } = process.env;
const client = await weaviate.connectToCustom({ httpHost: "localhost", httpPort: Number(port), httpSecure: true, grpcHost: "127.0.0.1", grpcPort: Number(port), grpcSecure: true, authCredentials: new ApiKey(token), timeout: { insert: Number(seconds) * 1000, query: Number(seconds) * 1000 } }); // milliseconds, whatever is said of it
const people = client.collections.use("Person");
try {
  console.log((await people.data.deleteMany(people.filter.byId().equal(which))).successful === 1 ? "completed" : "not");
} catch (refused) {
  console.log(refused.message);
}
process.exit(0);
"""


def until[T](look: Callable[[], T]) -> T:
    """What `look` sees, once it is true."""
    end = time.monotonic() + 60
    while not (seen := look()):
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.1)
    return seen


@dataclass(frozen=True, slots=True)
class Town:
    """A gateway before a database. `there`: whether it has a record still; `ids` are those of records."""

    stack: Stack
    gateway: Gateway
    there: Callable[[Any], bool]
    ids: list[Any]

    def start(self, family: str, text: str, which: Any, seconds: int) -> "subprocess.Popen[str]":
        ca, port = str(self.gateway.ca), self.gateway.listen.port
        trusts = ("SSL_CERT_FILE", "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH", "NODE_EXTRA_CA_CERTS")
        told = {"URL": f"https://localhost:{port}", "PORT": port, "TOKEN": self.stack.token("alice")}
        told |= {"WHICH": which, "SECONDS": seconds, **dict.fromkeys(trusts, ca)}
        env = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        command = [*environment(family), *self._program(family, text)]
        return subprocess.Popen(
            command, env=env | {key: str(value) for key, value in told.items()}, stdout=subprocess.PIPE, text=True
        )

    def _program(self, family: str, text: str) -> list[str]:
        if not family.endswith("_js"):
            return ["-c", text]
        file = next(Path(KEPT).glob(f"{family}-*")) / f"held-{os.getpid()}.mjs"  # beside its packages
        file.write_text(text, "utf-8")
        return [str(file)]

    def run(self, family: str, text: str, which: Any, seconds: int = 30) -> str:
        return self.start(family, text, which, seconds).communicate(timeout=120)[0]

    def pending(self) -> dict[str, Any]:
        """The request that waits, once there is one."""

        def look() -> list[dict[str, Any]]:
            told = self.gateway.ask("GET", REQUESTS, token=self.stack.token("bob")).json["requests"]
            return [one for one in told if one["state"] == "pending"]

        (found,) = until(look)
        return found

    def left(self) -> int:
        """How many have gone while they were held."""
        folder = Path(yaml.safe_load(self.gateway.settings.read_text("utf-8"))["recording"]["folder"])
        lines = (line for path in parts.named(folder) for line in path.read_bytes().splitlines(keepends=True))
        return [chain.parse(line).code for line in lines].count("client.left")

    def decide(self, id: str, verb: str) -> None:
        said = self.gateway.ask("POST", f"{REQUESTS}/{id}/{verb}", token=self.stack.token("bob"), body={})
        assert said.status == 200, said.body


@pytest.fixture(scope="module")
def points(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with spoken(stack, tmp_path_factory, POLICY) as (made, _, url):
        tell = partial(succeeded, url)
        tell("PUT", "/collections/held", {"vectors": {"size": 1, "distance": "Dot"}})
        ids = [*range(1, 11)]
        tell("PUT", "/collections/held/points?wait=true", {"points": [{"id": one, "vector": [1.0]} for one in ids]})

        def there(id: int) -> bool:
            return bool(tell("POST", "/collections/held/points", {"ids": [id]})["result"])

        yield Town(stack, made.gateway, there, ids)


@pytest.fixture(scope="module")
def objects(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    gateways = Factory(stack, tmp_path_factory.mktemp("gateways"), free_port)
    with weaviate_town(stack, gateways, tmp_path_factory.mktemp("weaviate-held"), POLICY) as made:
        ids = [f"abc10000-0000-4000-8000-0000000{one:05d}" for one in range(900, 910)]
        for id in ids:
            made.rest.stored["Person", "", id] = {"name": "New"}
        yield Town(stack, made.made.gateway, lambda id: ("Person", "", id) in made.rest.stored, ids)


CLIENTS: Final = {
    "qdrant": ("points", "qdrant", QDRANT),
    "qdrant, async": ("points", "qdrant", QDRANT_ASYNC),
    "weaviate": ("objects", "weaviate", WEAVIATE),
    "weaviate, Node": ("objects", "weaviate_js", WEAVIATE_JS),
}


@pytest.mark.parametrize("name", CLIENTS)
def test_a_held_call_waits_and_runs_once_and_only_for_who_is_there(request: pytest.FixtureRequest, name: str) -> None:
    where, family, text = CLIENTS[name]
    town: Town = request.getfixturevalue(where)
    say = partial(town.run, family, text)
    first, second, third, fourth = (town.ids.pop() for _ in range(4))

    heard = say(first, 3)  # nobody answers in time
    asked = town.pending()
    assert "hold.pending" in heard
    assert asked["id"] in heard
    town.decide(asked["id"], "approve")
    assert town.there(first)
    assert "ompleted" in say(first)
    assert not town.there(first)

    waits = town.start(family, text, second, 60)
    town.decide(town.pending()["id"], "approve")
    assert "ompleted" in waits.communicate(timeout=120)[0]
    assert not town.there(second)

    waits = town.start(family, text, third, 60)
    asked = town.pending()
    town.decide(asked["id"], "deny")
    heard = waits.communicate(timeout=120)[0]
    assert "hold.denied" in heard
    assert asked["id"] in heard

    before, waits = town.left(), town.start(family, text, fourth, 60)
    asked = town.pending()
    waits.kill()
    waits.communicate()
    until(lambda: town.left() > before)
    town.decide(asked["id"], "approve")
    assert [town.there(one) for one in (third, fourth)] == [True, True]
    assert "ompleted" in say(fourth)  # who comes again has it done
    assert not town.there(fourth)

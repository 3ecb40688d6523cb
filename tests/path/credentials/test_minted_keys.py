"""Keys that a database mints, behind a real gateway: used, given back with a lock, and none left when it is killed."""

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from demo.gateway import Gateway, Reply
from demo.stack import Stack
from path.conftest import Factory
from support.credentials.store import AUDIENCE, Vouching
from support.milvus.asked import FakeMilvus
from support.minted.databases import MilvusUsersStub
from support.minted.standing import Asked, over_tls

ADMIN = "secret/data/vecgate/people-db"
QUERY = "/v2/vectordb/entities/query"
ASKED = {"collectionName": "people", "filter": "id > 0", "outputFields": ["id", "name"], "limit": 5}
RULES = """version: 1
mask_profiles: {plain: {default: redact}}
rules:
  - {name: readers, who: {users: [alice, carol]}, where: {collections: [people]}, operations: [read], effect: allow, mask: plain}
  - {name: locks, who: {users: [bob]}, where: anywhere, operations: [lock], effect: allow, mask: plain}
"""


class PeopleStub(MilvusUsersStub):
    """Users and roles, and what whoever has a privilege is answered: one row."""

    def __init__(self) -> None:
        super().__init__()
        self.data = FakeMilvus()
        self.data.rows = [{"id": 1, "name": "n"}]
        self.readers: list[str] = []
        self.slow: dict[str, float] = {}

    def answer(self, asked: Asked) -> tuple[int, Any]:
        what, tree = asked.path.removeprefix("/v2/vectordb"), asked.tree
        if what.startswith(("/users/", "/roles/", "/databases/")) or tree.get("filter") == "vecgate ? probe":
            return super().answer(asked)
        name = asked.authorization.removeprefix("Bearer ").partition(":")[0]
        if name not in self.users:
            return 401, {"code": 1800, "message": "user hasn't authenticated"}
        if what == "/entities/query":
            if not self.lets({"authorization": asked.authorization}, "read", tree["collectionName"]):
                return 403, {"code": 65535, "message": f"PrivilegeQuery: permission deny to {name}"}
            self.readers.append(name)
            time.sleep(self.slow.pop(name.split("_")[1], 0))
            if name not in self.users:
                return 401, {"code": 1800, "message": "it was dropped meanwhile"}
        found = self.data._data(what, tree)
        return 200, {"code": 100, "message": "no"} if found is None else {"code": 0, "data": found}


@dataclass
class World:
    gateway: Gateway
    stack: Stack
    database: PeopleStub

    def ask(self, who: str, path: str = QUERY, body: Any = ASKED, method: str = "POST") -> Reply:
        told = body if method == "POST" else None
        return self.gateway.ask(method, path, token=self.stack.token(who), body=told)

    def until(self, so: Callable[[], bool], seconds: float = 90.0) -> None:
        end = time.monotonic() + seconds
        while not so():
            assert time.monotonic() < end, (self.database.left(), self.gateway.log.read_text("utf-8")[-3000:])
            time.sleep(0.05)


@pytest.fixture(scope="module")
def minting(store: Vouching) -> Vouching:
    store.permit("gateway", ADMIN, "read")
    store.call("POST", ADMIN, {"data": PeopleStub.admin})
    return store


@pytest.fixture
def world(minting: Vouching, stack: Stack, gateways: Factory, tmp_path: Path) -> Iterator[World]:
    """A gateway of its own before a database of its own."""
    database = PeopleStub()
    with over_tls(database, tmp_path) as url:
        policies = tmp_path / "policies"
        policies.mkdir()
        (policies / "rules.yaml").write_text(RULES, "utf-8")
        made = gateways.make({"policies": str(policies), "state": {"prefix": tmp_path.name}, "masking": {"key": None}})
        tree = yaml.safe_load(made.settings.read_text("utf-8"))
        tree["upstreams"] = {
            "people-db": {
                "dialect": "milvus", "url": url, "ca": str(tmp_path / "ca.pem"), "hosts": ["localhost"],
                "credential": {"kind": "milvus_user", "admin": ADMIN},
            }
        }  # fmt: skip
        tree["vault"] = {
            "url": minting.bao.url, "role_id_file": str(minting.folder / "role-id"), "timeout": 30,
            "secret_id_file": str(minting.folder / "secret-id"),
            "vouch": {"key_file": str(minting.folder / "vouch.key"), "audience": AUDIENCE},
        }  # fmt: skip
        made.settings.write_text(yaml.safe_dump(tree), "utf-8")
        made.start()
        yield World(made, stack, database)
        made.stop()


def mine(database: PeopleStub, who: str) -> set[str]:
    return {name for name in database.left() if name.startswith(f"vecgate_{who}_")}


def test_a_call_goes_out_as_its_callers_own_user_which_ends_with_a_lock_and_with_the_gateway(world: World) -> None:
    found = world.ask("alice")
    assert (found.status, found.json["code"], len(found.json["data"])) == (200, 0, 1), found.body
    (name,) = mine(world.database, "alice")
    assert world.database.readers == [name]
    assert {grant["objectName"] for grant in world.database.roles[name] if grant["objectType"] == "Collection"} == {
        "people"
    }
    assert world.ask("alice").status == 200
    assert world.database.readers == [name, name]
    assert world.ask("carol").status == 200
    listed = world.ask("bob", "/.vecgate/v1/leases", method="GET").json["leases"]
    assert {one["user"]: one["reach"] for one in listed} == dict.fromkeys(("alice", "carol", "vecgate-gateway"), "read")
    lock = world.ask("bob", "/.vecgate/v1/locks", {"user": "alice"})
    assert lock.status == 200, lock.body
    world.until(lambda: not mine(world.database, "alice"))
    assert b"user.locked" in world.ask("alice").body
    assert mine(world.database, "carol")
    world.gateway.stop()
    assert world.database.left() == set()
    written = "\n".join(
        path.read_bytes().decode("latin-1") for path in world.gateway.settings.parent.rglob("*") if path.is_file()
    )
    assert name in written, "the record says with which lease"
    for asked in world.database.asked:
        secret = asked.authorization.partition(":")[2]
        assert secret not in written
        assert json.dumps(secret)[1:-1] not in written


def test_a_user_that_somebody_dropped_is_replaced_by_the_next_calls(world: World) -> None:
    assert world.ask("alice").status == 200
    (name,) = mine(world.database, "alice")
    del world.database.users[name]
    world.until(lambda: world.ask("alice").status == 200)
    assert mine(world.database, "alice") - {name}


@pytest.mark.long
@pytest.mark.timeout(300)
def test_at_the_cap_no_user_is_given_back_that_a_call_is_under_way_with(world: World) -> None:
    """However long it takes: others are told that there is no room."""
    world.gateway.stop()
    tree = yaml.safe_load(world.gateway.settings.read_text("utf-8"))
    tree["upstreams"]["people-db"]["credential"]["most"] = 2  # the gateway's own, and one
    world.gateway.settings.write_text(yaml.safe_dump(tree), "utf-8")
    world.gateway.start()
    world.database.slow["alice"] = 20
    with ThreadPoolExecutor() as pool:
        slow = pool.submit(world.ask, "alice")
        world.until(lambda: bool(mine(world.database, "alice")))
        time.sleep(12)  # longer than one that is in use may go unused
        assert b"lease.full" in world.ask("carol").body
        found = slow.result()
    assert (found.status, found.json["code"]) == (200, 0), found.body


@pytest.mark.long
@pytest.mark.timeout(300)
def test_of_a_gateway_that_was_killed_nothing_is_left_a_while_after_it_is_back(world: World) -> None:
    for who in ("alice", "carol"):
        assert world.ask(who).status == 200
    left = world.database.left()
    assert len(left) == 3, "two people's, and the gateway's own"
    world.gateway.server.kill()
    assert world.database.left() == left
    world.gateway.start()
    world.until(lambda: not world.database.left() & left)

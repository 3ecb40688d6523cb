"""Users and roles of a real Milvus 2.3.5: what a lease may do there, what it may not, and that none is left."""

import asyncio
import json
import secrets
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from support.milvus.real import Real, running_real
from support.milvus.v2_shim import V2Shim
from support.minted.standing import Place, keys, login, over_tls
from support.servers.devbao import DevBao, dev_bao
from support.servers.valkey import running_valkey
from vecgate.credentials.kinds import Issued
from vecgate.credentials.kinds.milvus_user.kind import MilvusUser
from vecgate.credentials.minted.kind import MintedKind
from vecgate.domain.lease import Headers, Reach, Scope
from vecgate.settings.state import State
from vecgate.state.store import Store

pytestmark = [pytest.mark.long, pytest.mark.timeout(900), pytest.mark.shares("milvus")]
TYPES = {"id": "Int64", "name": "VarChar", "vec": "FloatVector"}
READ, WRITE = Scope(Reach.READ, ("people",)), Scope(Reach.WRITE, ("people",))


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Real]:
    with running_real(tmp_path_factory.mktemp("milvus")) as one:
        for name in ("people", "private"):
            one.make(name, TYPES, 2)
            one.tell("POST", "/v1/vector/insert", {"collectionName": name, "data": [row(1), row(2)]})
            _seen(one, name)
        yield one


def _seen(real: Real, name: str) -> None:
    """What was written is found a moment later."""
    for _ in range(300):
        if len(real.tell("POST", "/v1/vector/query", {"collectionName": name, "filter": "id > 0"})["data"]) == 2:
            return
        time.sleep(0.1)
    raise AssertionError("what was written is not found")


@pytest.fixture(scope="module")
def bao(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DevBao]:
    with dev_bao(tmp_path_factory.mktemp("bao")) as server:
        yield server


@pytest.fixture
async def place(real: Real, bao: DevBao, tmp_path: Path) -> AsyncIterator[Place]:
    shim = V2Shim(real)
    with running_valkey() as valkey, over_tls(shim, tmp_path) as url:
        store = Store(State(url=valkey.url, prefix=secrets.token_hex(4), timeout=20))
        await store.open()
        made = Place(url, tmp_path / "ca.pem", bao, store, "milvus", {"kind": "milvus_user"})
        made.admin(username="root", password="Milvus")
        yield made
        await store.close()
    shim.close()


def row(number: int) -> dict[str, Any]:
    return {"id": number, "name": f"name {number}", "vec": [0.1, 0.2]}


def asked(real: Real, issued: Issued, what: str, collection: str = "people", **more: Any) -> tuple[int, Any]:
    """What the real server answers to that credential, over REST v1."""
    body = json.dumps({"collectionName": collection, **more}).encode()
    answer = real.send(real.rest, "POST", f"/v1/vector/{what}", body, keys(issued.material))
    return answer.status, json.loads(answer.body)


def query(real: Real, issued: Issued, collection: str = "people") -> tuple[int, Any]:
    return asked(real, issued, "query", collection, filter="id > 0", outputFields=["id"])


def reads(real: Real, issued: Issued) -> set[int]:
    """Those of the first two rows that it finds: without a word on consistency, reads are up to seconds behind."""
    for _ in range(100):
        status, said = query(real, issued)
        assert status == 200, said
        if (found := {int(one["id"]) for one in said["data"]} & {1, 2}) == {1, 2}:  # it writes whole numbers as texts
            break
        time.sleep(0.1)
    return found


async def lease(kind: MintedKind, scope: Scope, user: str = "alice") -> Issued:
    return await kind.obtain(login(user, kind.keyed(scope)), 600)


async def left(kind: MintedKind) -> set[str]:
    """Whatever there is beside what was there at first."""
    return set(await kind.found()) - {"root", "admin", "public"}


async def test_a_lease_for_reads_reads_its_collection_and_does_nothing_else(real: Real, place: Place) -> None:
    async with place.kind() as kind:
        issued = await lease(kind, READ)
        assert reads(real, issued) == {1, 2}
        assert asked(real, issued, "search", vector=[0.1, 0.2])[1]["code"] == 200
        for denied in (
            query(real, issued, "private"),
            asked(real, issued, "insert", data=[row(9)]),
            asked(real, issued, "delete", filter="id in [1]"),
            asked(real, issued, "collections/drop"),
        ):
            assert denied[0] == 403, denied
            assert "permission deny" in denied[1]["message"]
        assert len(query(real, issued)[1]["data"]) >= 2


async def test_a_lease_for_writes_writes_its_collection_and_looks_after_nobody(real: Real, place: Place) -> None:
    async with place.kind() as kind:
        issued = await lease(kind, WRITE)
        assert asked(real, issued, "insert", data=[row(7)])[1]["code"] == 200
        assert asked(real, issued, "delete", id=[7])[1]["code"] == 200
        assert asked(real, issued, "insert", "private", data=[row(7)])[0] == 403
        assert asked(real, issued, "collections/drop")[0] == 403
        for what in ("users/list", "roles/list"):
            assert isinstance(issued.material, Headers)
            status, _ = await kind._admin.ask("POST", f"/v2/vectordb/{what}", issued.material, {})
            assert status == 403


async def test_the_servers_own_list_names_the_person_and_nobody_once_it_is_over(real: Real, place: Place) -> None:
    async with place.kind() as kind:
        issued = await lease(kind, READ, "Alice@example.org")
        assert issued.id.startswith("vecgate_alice_")
        assert await left(kind) == {issued.id}
        await kind.revoke(issued.handle)
        assert query(real, issued)[0] == 401
        assert await left(kind) == set()


async def test_the_ninth_takes_the_place_of_the_one_that_was_used_least(real: Real, place: Place) -> None:
    """The server takes ten roles, of which two are its own."""
    async with place.kind(most=50) as kind:
        kind.manager._ledger._idle = 0.0
        issued = [await lease(kind, READ, f"person-{number}") for number in range(8)]
        for one in issued[1:]:
            await kind.manager._ledger.beat({one.id: 0.0})
        ninth = await lease(kind, READ, "ninth")
        assert await left(kind) == {*(one.id for one in issued[1:]), ninth.id}
        assert query(real, issued[0])[0] == 401
        assert query(real, ninth)[0] == 200


async def test_fifty_leases_leave_nothing_after_their_worker_is_gone(real: Real, place: Place) -> None:
    async with place.kind() as kind:
        kind.manager._ledger._idle = kind.manager._ledger._good_for = 0.0
        issued = [await lease(kind, READ, f"person-{number}") for number in range(50)]
        assert len(await left(kind)) == 8
        kind.manager._mine.clear()  # as if it had been killed
        async with place.kind() as other:
            await asyncio.sleep(0.01)
            assert await other.manager.sweep() == 8
            assert await left(other) == set()
        assert {query(real, one)[0] for one in issued} == {401}


async def test_the_administrators_password_is_changed_there(real: Real, place: Place) -> None:
    async with place.kind() as kind:
        assert isinstance(kind, MilvusUser)
        await kind._told("users/create", {"userName": "vecgate_admin", "password": "First-password-1"})
        await kind._told("users/grant_role", {"userName": "vecgate_admin", "roleName": "admin"})
        place.admin(username="vecgate_admin", password="First-password-1")
        kind._secret.forget()
        try:
            assert await kind._rotation.turn(0.0)
            assert place.secret()["password"] != "First-password-1"
            await kind.revoke((await lease(kind, READ)).handle)
        finally:
            place.admin(username="root", password="Milvus")
            kind._secret.forget()
            await kind._told("users/drop", {"userName": "vecgate_admin"})

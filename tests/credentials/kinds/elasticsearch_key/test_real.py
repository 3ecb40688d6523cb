"""API keys of a real Elasticsearch 8.19: what a lease may do there, what it may not, and that none is left."""

import secrets
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any, Final

import pytest

from support.minted.standing import Place, keys, login
from support.servers.devbao import DevBao, dev_bao
from support.servers.elasticsearch import secured
from support.servers.elasticsearch.secured import Secured, running_secured
from support.servers.valkey import running_valkey
from vecgate.credentials.kinds import Issued
from vecgate.credentials.minted.kind import MintedKind
from vecgate.domain.lease import Reach, Scope
from vecgate.settings.state import State
from vecgate.state.store import Store

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]
READ, WRITE = Scope(Reach.READ, ("people",)), Scope(Reach.WRITE, ("people",))
ADMIN: Final = Scope(Reach.ADMIN, ("people", "staff"))
#: The gateway's own user there, as its page describes it: keys of its own, and whatever they are to be good for.
ROLE: Final = {
    "cluster": ["manage_own_api_key", "manage", "monitor"],
    "indices": [{"names": ["*"], "privileges": ["all"]}],
}
FIRST: Final = "first-password"


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    if why := secured.missing():
        pytest.skip(why)
    with running_secured(tmp_path_factory.mktemp("elasticsearch")) as one:
        for name in ("people", "private"):
            assert one.ask("PUT", f"/{name}", {"settings": {"number_of_replicas": 0}})[0] == 200
            assert one.ask("PUT", f"/{name}/_doc/1?refresh=true", {"name": "x"})[0] == 201
        assert one.ask("PUT", "/_security/role/vecgate", ROLE)[0] == 200
        yield one


@pytest.fixture(scope="module")
def bao(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DevBao]:
    with dev_bao(tmp_path_factory.mktemp("bao")) as server:
        yield server


@pytest.fixture
async def place(real: Secured, bao: DevBao) -> AsyncIterator[Place]:
    user = {"password": FIRST, "roles": ["vecgate"]}
    assert real.ask("PUT", "/_security/user/vecgate-admin", user)[0] == 200
    with running_valkey() as valkey:
        store = Store(State(url=valkey.url, prefix=secrets.token_hex(4), timeout=20))
        await store.open()
        made = Place(real.url, real.ca, bao, store, "elasticsearch", {"kind": "elasticsearch_key"})
        made.admin(username="vecgate-admin", password=FIRST)
        yield made
        await store.close()


async def lease(kind: MintedKind, scope: Scope, user: str = "alice") -> Issued:
    return await kind.obtain(login(user, kind.keyed(scope)), 600)


def status(real: Secured, issued: Issued, method: str, path: str, body: Any = None) -> int:
    return real.ask(method, path, body, keys(issued.material)["authorization"])[0]


def denied(real: Secured, issued: Issued, method: str, path: str, body: Any = None) -> bool:
    """Whether it is refused by the server's own word on what the key may do."""
    code, said = real.ask(method, path, body, keys(issued.material)["authorization"])
    return code == 403 and "is unauthorized for API key" in said["error"]["reason"]


async def test_a_lease_for_reads_reads_its_index_and_does_nothing_else(real: Secured, place: Place) -> None:
    async with place.kind() as kind:
        issued = await lease(kind, READ)
        for path in ("/people/_search", "/people/_count", "/people/_doc/1", "/people", "/people/_mapping", "/people/_alias",
                     "/people/_search?scroll=1m", "/people,nope/_search?ignore_unavailable=true"):  # fmt: skip
            assert status(real, issued, "GET", path) == 200, path
        assert status(real, issued, "POST", "/people/_pit?keep_alive=1m") == 200
        for method, path, body in (
            ("GET", "/private/_search", None), ("GET", "/people,private/_search", None), ("PUT", "/people/_doc/2", {}),
            ("DELETE", "/people/_doc/1", None), ("DELETE", "/people", None), ("GET", "/_cluster/health", None),
            ("POST", "/_security/api_key", {"name": "another"}), ("GET", "/_security/user", None),
        ):  # fmt: skip
            assert denied(real, issued, method, path, body), path


async def test_a_lease_for_writes_writes_its_index_and_one_for_more_names_it(real: Secured, place: Place) -> None:
    async with place.kind() as kind:
        issued = await lease(kind, WRITE)
        assert status(real, issued, "PUT", "/people/_doc/2?refresh=true", {"name": "y"}) == 201
        assert status(real, issued, "POST", "/people/_bulk", '{"delete":{"_id":"2"}}\n') == 200
        for path in ("/private/_doc/2", "/fresh/_doc/2"):
            assert denied(real, issued, "PUT", path, {}), path
        more = await lease(kind, ADMIN)
        assert (
            status(real, more, "POST", "/_aliases", {"actions": [{"add": {"index": "people", "alias": "staff"}}]})
            == 200
        )
        assert status(real, more, "POST", "/people/_refresh") == 200
        assert denied(real, more, "DELETE", "/private")


async def test_the_servers_own_list_names_the_person_and_nobody_once_it_is_over(real: Secured, place: Place) -> None:
    async with place.kind() as kind:
        issued = await lease(kind, READ, "Alice@example.org")
        (name,) = await kind.found()
        told = real.ask("GET", f"/_security/api_key?name={name}")[1]["api_keys"][0]
        assert (told["username"], told["metadata"]["vecgate_user"]) == ("vecgate-admin", "Alice@example.org")
        assert 0 < told["expiration"] - told["creation"] <= 600_000
        await kind.revoke(issued.handle)
        assert status(real, issued, "GET", "/people/_search") == 401
        assert await kind.found() == {}


async def test_what_a_worker_that_is_gone_leaves_is_swept(real: Secured, place: Place) -> None:
    async with place.kind() as kind:
        kind.manager._ledger._idle = kind.manager._ledger._good_for = 0.0
        issued = [await lease(kind, READ, f"person-{number}") for number in range(5)]
        kind.manager._mine.clear()  # as if it had been killed
        async with place.kind() as other:
            assert await other.manager.sweep() == 5
            assert await other.found() == {}
        assert {status(real, one, "GET", "/people/_search") for one in issued} == {401}


async def test_the_gateways_password_is_changed_there(real: Secured, place: Place) -> None:
    async with place.kind() as kind:
        assert await kind._rotation.turn(0.0)
        changed = place.secret()["password"]
        assert changed != FIRST
        for password, code in ((FIRST, 401), (changed, 200)):
            assert (
                real.ask("GET", "/_security/_authenticate", None, secured.basic("vecgate-admin", password))[0] == code
            )
        await kind.revoke((await lease(kind, READ)).handle)


async def test_a_lease_for_copies_of_its_index_has_them_made_and_brought_back(real: Secured, place: Place) -> None:
    assert real.ask("PUT", "/_snapshot/kept", {"type": "fs", "settings": {"location": "kept"}})[0] == 200
    copies = Scope(Reach.ADMIN, ("people",), kinds=frozenset({"snapshot_create"}))
    back = Scope(Reach.ADMIN, ("people", "again-people"), kinds=frozenset({"snapshot_restore"}))
    said = {"indices": ["people"], "include_global_state": False}
    again = {"indices": "people", "include_aliases": False, "rename_pattern": "(.+)", "rename_replacement": "again-$1"}
    async with place.kind() as kind:
        assert kind.keyed(copies) != kind.keyed(replace(copies, kinds=frozenset({"collection_drop"})))
        none, makes, brings = [await lease(kind, one) for one in (ADMIN, copies, back)]
        at = "/_snapshot/kept/one"
        assert denied(real, none, "PUT", at, said)
        assert status(real, makes, "PUT", f"{at}?wait_for_completion=true", said) == 200
        assert denied(real, makes, "POST", f"{at}/_restore", again)
        assert status(real, brings, "POST", f"{at}/_restore?wait_for_completion=true", again) == 200
        assert status(real, brings, "GET", "/again-people/_count") == 200

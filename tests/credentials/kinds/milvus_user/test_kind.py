"""How does a user of Milvus come about: in which order, and with nothing granted that the server does not know?"""

import secrets
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from support.minted.databases import MilvusUsersStub
from support.minted.standing import Place, keys, login, over_tls
from support.servers.devbao import DevBao, dev_bao
from support.servers.valkey import Valkey, running_valkey
from vecgate.credentials.minted.kind import MintedKind
from vecgate.domain.lease import Reach, Scope
from vecgate.refusals.errors import VaultDenied
from vecgate.settings.state import State
from vecgate.state.store import Store

READ = Scope(Reach.READ, ("people",))


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[DevBao, Valkey]]:
    with running_valkey() as valkey, dev_bao(tmp_path_factory.mktemp("bao")) as bao:
        yield bao, valkey


@pytest.fixture
def database() -> MilvusUsersStub:
    return MilvusUsersStub()


@pytest.fixture
async def kind(database: MilvusUsersStub, servers: tuple[DevBao, Valkey], tmp_path: Path) -> AsyncIterator[MintedKind]:
    bao, valkey = servers
    with over_tls(database, tmp_path) as url:
        store = Store(State(url=valkey.url, prefix=secrets.token_hex(4), timeout=20))
        await store.open()
        place = Place(url, tmp_path / "ca.pem", bao, store, "milvus", {"kind": "milvus_user"})
        place.admin(**database.admin)
        async with place.kind() as made:
            yield made
        await store.close()


async def test_a_role_is_whole_before_there_is_a_user_and_it_is_tried_before_it_is_given_out(
    kind: MintedKind, database: MilvusUsersStub
) -> None:
    issued = await kind.obtain(login(scope=kind.keyed(READ)), 60)
    asked = [one.path.removeprefix("/v2/vectordb/") for one in database.asked]
    assert asked[0] == "roles/create"
    assert asked.index("users/create") > max(at for at, one in enumerate(asked) if one == "roles/grant_privilege")
    assert asked.index("users/grant_role") == asked.index("users/create") + 1
    assert asked[-1] == "entities/query"
    assert asked.count("entities/query") == database.late + 1
    password = keys(issued.material)["authorization"].partition(":")[2]
    assert database.users[issued.id]["password"] == password
    assert len(password) > 24


async def test_users_of_two_databases_have_each_their_own(kind: MintedKind) -> None:
    assert kind.keyed(Scope(Reach.READ, ("a",), database="x")) != kind.keyed(Scope(Reach.READ, ("a",), database="y"))


async def test_without_a_privilege_that_it_must_have_there_is_no_user(
    kind: MintedKind, database: MilvusUsersStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = {"code": 65535, "message": "not found the privilege name[Query]"}
    real = database._roles_grant_privilege
    monkeypatch.setattr(
        database, "_roles_grant_privilege", lambda tree: refused if tree["privilege"] == "Query" else real(tree)
    )
    with pytest.raises(VaultDenied):
        await kind.obtain(login(scope=kind.keyed(READ)), 60)
    await kind.close()
    assert database.left() == set()


async def test_a_role_that_was_left_in_another_database_is_emptied_and_dropped(
    kind: MintedKind, database: MilvusUsersStub
) -> None:
    database.roles["vecgate_alice_0123456789"] = [
        {"objectType": "Collection", "objectName": "people", "privilege": "Query", "dbName": "default"}
    ]
    assert await kind.manager.sweep() == 1
    assert database.left() == set()

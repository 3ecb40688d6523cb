"""How does an API key of Pinecone come about, and on which token of the gateway's service account?"""

import secrets
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from support.minted.databases import PineconeKeysRecorded
from support.minted.standing import Place, login, over_tls
from support.servers.devbao import DevBao, dev_bao
from support.servers.valkey import Valkey, running_valkey
from vecgate.credentials.minted.kind import MintedKind
from vecgate.domain.lease import Reach, Scope
from vecgate.refusals.errors import Unavailable
from vecgate.settings.state import State
from vecgate.state.store import Store


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[DevBao, Valkey]]:
    with running_valkey() as valkey, dev_bao(tmp_path_factory.mktemp("bao")) as bao:
        yield bao, valkey


@pytest.fixture
def database() -> PineconeKeysRecorded:
    return PineconeKeysRecorded()


@pytest.fixture
async def kind(
    database: PineconeKeysRecorded, servers: tuple[DevBao, Valkey], tmp_path: Path
) -> AsyncIterator[MintedKind]:
    bao, valkey = servers
    with over_tls(database, tmp_path) as url:
        store = Store(State(url=valkey.url, prefix=secrets.token_hex(4), timeout=20))
        await store.open()
        told = {
            "kind": "pinecone_key",
            "admin_url": url,
            "login_url": url,
            "admin_ca": tmp_path / "ca.pem",
            "project": "p-1",
        }
        place = Place("https://index.pinecone.test", tmp_path / "ca.pem", bao, store, "pinecone", told)
        place.admin(**database.admin)
        async with place.kind() as made:
            yield made
        await store.close()


async def test_one_token_of_the_account_serves_all_and_another_one_is_had_when_it_is_refused(
    kind: MintedKind, database: PineconeKeysRecorded
) -> None:
    scope = kind.keyed(Scope(Reach.READ, ("index",)))
    for _ in range(3):
        await kind.obtain(login(scope=scope, role="DataPlaneViewer"), 60)
    logins = [one for one in database.asked if one.path == "/oauth/token"]
    assert len(logins) == 1
    assert logins[0].authorization == ""
    assert database.keys[next(iter(database.keys))]["roles"] == ["DataPlaneViewer"]
    database.tokens.clear()
    await kind.obtain(login(scope=scope, role="DataPlaneViewer"), 60)
    assert len([one for one in database.asked if one.path == "/oauth/token"]) == 2


async def test_an_account_that_is_not_taken_is_an_outage_of_the_operators(
    kind: MintedKind, database: PineconeKeysRecorded
) -> None:
    database.secret = {"client_id": "another", "client_secret": "one"}
    with pytest.raises(Unavailable, match="service account"):
        await kind.obtain(login(role="DataPlaneViewer"), 60)
    assert database.keys == {}


async def test_it_tells_reads_writes_and_more_apart_and_no_index(kind: MintedKind) -> None:
    assert {kind.keyed(Scope(reach, ("index",))) for reach in Reach} == {Scope(reach) for reach in Reach}
    told = kind._options
    assert [told.role_for(reach) for reach in Reach] == ["DataPlaneViewer", "DataPlaneEditor", "ProjectEditor"]

"""Users of a real database, made and dropped by a real OpenBao: narrow, no longer than allowed, and named at the store."""

from collections.abc import AsyncIterator, Iterator

import pytest
from redis import Redis
from redis.exceptions import NoPermissionError

from support.credentials.cases import vault_database
from support.credentials.store import UPSTREAM, Case, Trying, Vouching, trying, vouching
from vecgate.credentials.book import Entry
from vecgate.credentials.kinds.vault_database.kind import VaultDatabase
from vecgate.domain.lease import API_KEY, Reach, Scope
from vecgate.refusals.errors import VaultDenied


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vouching]:
    with vouching(tmp_path_factory.mktemp("u")) as made:
        yield made


@pytest.fixture(scope="module")
def case(store: Vouching, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    with vault_database.prepared(store, tmp_path_factory.mktemp("w")) as made:
        yield made


@pytest.fixture
async def tried(store: Vouching, case: Case) -> AsyncIterator[Trying]:
    async with trying(store, case) as made:
        yield made


@pytest.mark.parametrize(("reach", "may"), [(Reach.READ, False), (Reach.WRITE, True)])
async def test_a_lease_for_reads_cannot_write_and_one_for_writes_can(tried: Trying, reach: Reach, may: bool) -> None:
    lease = await tried.leases.get(tried.caller("alice"), UPSTREAM, Scope(reach, ("people",)))
    name, password = vault_database.named(lease.material)
    with Redis(port=tried.case.port, username=name, password=password) as client:
        client.get("doc:1")
        if may:
            assert client.set("doc:1", "x")
        else:
            with pytest.raises(NoPermissionError):
                client.set("doc:1", "x")


async def test_a_user_lives_no_longer_than_the_person_may_though_nobody_is_there_to_end_it(
    tried: Trying, store: Vouching
) -> None:
    lease = await tried.leases.get(tried.caller("alice", 60), UPSTREAM)
    (entry,) = [one for one in await tried.leases.book.all() if one.id == lease.id]
    found = store.call("PUT", "sys/leases/lookup", {"lease_id": entry.handle})["data"]
    assert 0 < found["ttl"] <= 60


async def test_a_user_lives_for_a_moment_until_somebody_knows_to_end_it(
    tried: Trying, store: Vouching, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A gateway that is killed before its lease is in the book leaves a user for `default_ttl`, and no longer."""
    role = store.call("GET", "database/roles/writer")["data"]
    store.call("POST", "database/roles/writer", role | {"default_ttl": 20, "max_ttl": 300})
    lives, write = [], tried.leases.book.write

    async def written(entry: Entry) -> None:
        lives.append(store.call("PUT", "sys/leases/lookup", {"lease_id": entry.handle})["data"]["ttl"])
        await write(entry)

    monkeypatch.setattr(tried.leases.book, "write", written)
    try:
        lease = await tried.leases.get(tried.caller("alice"), UPSTREAM)
    finally:
        store.call("POST", "database/roles/writer", role)
    (entry,) = [one for one in await tried.leases.book.all() if one.id == lease.id]
    found = store.call("PUT", "sys/leases/lookup", {"lease_id": entry.handle})["data"]
    assert lives[0] <= 20
    assert 250 < found["ttl"] <= 300
    assert 250 < lease.expires_at - tried.clock() <= found["ttl"] + 1


async def test_a_lease_that_cannot_be_kept_is_used_for_as_long_as_it_is(tried: Trying, store: Vouching) -> None:
    role, policy = (store.call("GET", path)["data"] for path in ("database/roles/writer", "sys/policies/acl/gateway"))
    store.call("POST", "database/roles/writer", role | {"default_ttl": 20})
    denied = 'path "sys/leases/renew" { capabilities = ["deny"] }'
    store.call("PUT", "sys/policies/acl/gateway", {"policy": f"{policy['policy']}\n{denied}"})
    try:
        lease = await tried.leases.get(tried.caller("alice"), UPSTREAM)
    finally:
        store.call("POST", "database/roles/writer", role)
        store.call("PUT", "sys/policies/acl/gateway", {"policy": policy["policy"]})
    assert 0 < lease.expires_at - tried.clock() <= 20


async def test_a_lease_is_no_longer_than_the_login_that_it_was_made_on(store: Vouching, case: Case) -> None:
    role = store.call("GET", "auth/vecgate/role/vecgate-person")["data"]
    store.call("POST", "auth/vecgate/role/brief", role | {"token_ttl": 45})
    async with trying(store, case, vouch_role="brief") as one:
        lease = await one.leases.get(one.caller("alice"), UPSTREAM)
        assert lease.expires_at <= one.clock() + 45


async def test_nobody_makes_users_without_being_vouched_for(tried: Trying) -> None:
    with pytest.raises(VaultDenied):
        await tried.vault.call("GET", "database/creds/reader", token=await tried.means.own.get())


def test_a_database_that_takes_no_name_and_password_is_told_at_the_start(store: Vouching, case: Case) -> None:
    upstream = store.settings(case).upstreams[UPSTREAM]
    said = VaultDatabase.unfit(upstream, (API_KEY,))
    assert said == "cannot send a name and a password to opensearch: it takes api_key"

"""JWTs that a real OpenBao signs, as Qdrant's verifier reads them: named, narrow, shared by like calls, ended in time."""

import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import jwt
import pytest

from demo.qdrant_edge_shim.access import Keys
from demo.qdrant_edge_shim.faults import Fault
from support.credentials.cases import qdrant_jwt
from support.credentials.cases.qdrant_jwt import claims, verified
from support.credentials.store import UPSTREAM, Case, Trying, Vouching, trying, vouching
from vecgate.domain.lease import Headers, Reach, Scope
from vecgate.refusals.errors import VaultDenied

READ = Scope(Reach.READ, ("people",), kinds=frozenset({"search"}))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vouching]:
    with vouching(tmp_path_factory.mktemp("q")) as made:
        yield made


@pytest.fixture(scope="module")
def case(store: Vouching) -> Iterator[Case]:
    with qdrant_jwt.prepared(store, store.folder) as made:
        yield made


@pytest.fixture
async def tried(store: Vouching, case: Case) -> AsyncIterator[Trying]:
    async with trying(store, case) as made:
        yield made


async def test_it_names_the_person_and_the_server_takes_it_for_this_alone(tried: Trying) -> None:
    lease = await tried.leases.get(tried.caller("alice"), UPSTREAM, READ)
    assert claims(lease.material)["sub"] == "alice"
    found = verified(lease.material)
    found.check("read", "people")
    for right, name in (("write", "people"), ("read", "salaries"), ("manage", "")):
        with pytest.raises(Fault):
            found.check(right, name)  # type: ignore[arg-type]


async def test_calls_for_which_it_says_the_same_share_one(tried: Trying) -> None:
    alice = tried.caller("alice")
    scopes = {
        "search": READ,
        "count": replace(READ, kinds=frozenset({"count"})),
        "other": replace(READ, collections=("docs",)),
        "write": replace(READ, reach=Reach.WRITE),
        "index": Scope(Reach.ADMIN, ("people",), kinds=frozenset({"index_create"})),
        "drop": Scope(Reach.ADMIN, ("people",), kinds=frozenset({"collection_drop"})),
        "create": Scope(Reach.ADMIN, ("docs",), kinds=frozenset({"collection_create"})),
    }
    ids = {name: (await tried.leases.get(alice, UPSTREAM, scope)).id for name, scope in scopes.items()}
    assert ids["search"] == ids["count"]
    assert ids["drop"] == ids["create"]
    assert len(set(ids.values())) == 5


async def test_no_server_takes_it_after_the_persons_own_end(tried: Trying) -> None:
    person = tried.caller("alice", 20)
    lease = await tried.leases.get(person, UPSTREAM, READ)
    assert int(str(claims(lease.material)["exp"])) + 30 <= person.expires_at
    verified(lease.material)  # its leeway is counted in: for now it is taken


async def test_the_admin_key_stays_where_it_is(tried: Trying, store: Vouching) -> None:
    token = await tried.means.own.get()
    for path in ("transit/export/hmac-key/qdrant", "transit/keys/qdrant", "transit/backup/qdrant"):
        with pytest.raises(VaultDenied):
            await tried.vault.call("GET", path, token=token)
    with pytest.raises(OSError, match="HTTP Error 400"):  # not even for its administrator
        store.call("GET", "transit/export/hmac-key/qdrant")


async def test_one_signed_with_another_key_is_none(tried: Trying) -> None:
    lease = await tried.leases.get(tried.caller("alice"), UPSTREAM, READ)
    assert isinstance(lease.material, Headers)
    with pytest.raises(Fault):
        Keys(api_key="another-key-of-another-server-entirely").access(lease.material.pairs, lambda *_: True)
    forged = jwt.encode({"sub": "alice", "access": "m", "exp": int(time.time()) + 60}, "guessed" * 8, "HS256")
    with pytest.raises(Fault):
        verified(Headers((("api-key", forged),)))

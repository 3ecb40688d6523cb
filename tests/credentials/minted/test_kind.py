"""The same for every kind whose keys a database mints: what a key may, how it ends, that none is left, that it shows nothing."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from support.minted.databases import DATABASES, MilvusUsersStub, Minting, OpensearchKeysStub
from support.minted.standing import Place, keys, login, over_tls
from support.servers.devbao import DevBao, dev_bao
from vecgate.domain.lease import Reach, Scope
from vecgate.refusals.errors import Unavailable
from vecgate.state.store import Store

READ, WRITE = Scope(Reach.READ, ("People",)), Scope(Reach.WRITE, ("People",))
#: Its keys are kept to no collection.
WIDE = {"pinecone_key"}


def only(*those: type[Minting]) -> pytest.MarkDecorator:
    """At these databases alone."""
    return pytest.mark.parametrize("at", those, indirect=True, ids=[one.kind for one in those])


PASSWORDS = only(*(one for one in DATABASES if "password" in one.admin))
CAPPED = only(OpensearchKeysStub, MilvusUsersStub)
LATE = only(MilvusUsersStub)


@dataclass
class At:
    database: Minting
    place: Place


@pytest.fixture(scope="module")
def bao(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DevBao]:
    with dev_bao(tmp_path_factory.mktemp("bao")) as server:
        yield server


@pytest.fixture(params=DATABASES, ids=lambda one: one.kind)
async def at(request: pytest.FixtureRequest, bao: DevBao, store: Store, tmp_path: Path) -> AsyncIterator[At]:
    database = request.param()
    with over_tls(database, tmp_path) as url:
        told = {"kind": database.kind, **database.told}
        if database.kind == "pinecone_key":
            told |= {"admin_url": url, "login_url": url, "admin_ca": tmp_path / "ca.pem"}
        place = Place(url, tmp_path / "ca.pem", bao, store, database.dialect, told)
        place.admin(**database.admin)
        yield At(database, place)


async def test_a_key_for_reads_reads_that_collection_and_cannot_write(at: At) -> None:
    async with at.place.kind() as kind:
        issued = await kind.obtain(login(scope=kind.keyed(READ), role="DataPlaneViewer"), 600)
        shown = keys(issued.material)
        assert at.database.lets(shown, "read", "People")
        assert not at.database.lets(shown, "write", "People")
        if kind.name not in WIDE:
            assert not at.database.lets(shown, "read", "Other")


async def test_what_a_scope_is_keyed_by_is_one_key_for_the_same_calls(at: At) -> None:
    async with at.place.kind() as kind:
        for reach, what in ((Reach.READ, "search"), (Reach.ADMIN, "snapshot_create")):
            asked = [Scope(reach, ("People",), kinds=frozenset({what})) for _ in range(2)]
            assert len({kind.keyed(one) for one in asked}) == 1


async def test_a_key_for_writes_writes_that_collection_alone(at: At) -> None:
    async with at.place.kind() as kind:
        issued = await kind.obtain(login(scope=kind.keyed(WRITE), role="DataPlaneEditor"), 600)
        shown = keys(issued.material)
        assert at.database.lets(shown, "read", "People")
        assert at.database.lets(shown, "write", "People")
        if kind.name not in WIDE:
            assert not at.database.lets(shown, "write", "Other")


async def test_the_gateways_own_key_reads_everything_and_writes_nothing(at: At) -> None:
    async with at.place.kind() as kind:
        issued = await kind.obtain(login("vecgate-gateway", is_own=True, role="ProjectViewer"), 600)
        shown = keys(issued.material)
        assert at.database.lets(shown, "read", "Whatever")
        assert not at.database.lets(shown, "write", "Whatever")
        assert "gateway" in issued.id


async def test_a_key_is_called_after_its_person_ends_with_its_lease_and_at_once_when_it_is_revoked(at: At) -> None:
    async with at.place.kind() as kind:
        before = time.time()
        issued = await kind.obtain(login("Alice@example.org", kind.keyed(READ)), 600)
        assert before + 599 < issued.expires_at <= time.time() + 600
        assert at.database.left() == {issued.id}
        assert "alice" in issued.id
        await kind.revoke(issued.handle)
        assert at.database.left() == set()
        assert not at.database.lets(keys(issued.material), "read", "People")
        await kind.revoke(issued.handle)


async def test_two_upstreams_before_one_database_know_of_each_others_keys(at: At) -> None:
    async with at.place.kind() as one, replace(at.place, name="the same, called otherwise").kind() as other:
        issued = await one.obtain(login(scope=one.keyed(READ), role="DataPlaneViewer"), 600)
        assert await other.manager.sweep() == 0
        assert at.database.left() == {issued.id}
        assert at.database.lets(keys(issued.material), "read", "People")


async def test_nothing_that_is_kept_or_shown_tells_a_key(at: At) -> None:
    async with at.place.kind() as kind:
        issued = await kind.obtain(login(scope=kind.keyed(READ)), 600)
        secret = next(iter(keys(issued.material).values()))
        for word in secret.replace(":", " ").split():
            if len(word) > 8 and word != issued.id:
                assert word not in f"{issued!r} {issued.handle} {issued.id} {kind.__dict__!r}"
                assert word not in str(await kind.manager._ledger._run("all"))
        admin = [word for word in at.database.admin.values() if word not in ("vecgate-admin", "vecgate_admin")]
        assert not any(word in f"{kind.__dict__!r} {kind._secret!r}" for word in admin)


async def test_calls_of_another_reach_or_collection_have_another_key(at: At) -> None:
    async with at.place.kind() as kind:
        assert kind.keyed(READ) == kind.keyed(Scope(Reach.READ, ("People",), kinds=frozenset({"search"})))
        assert kind.keyed(READ) != kind.keyed(WRITE)
        if kind.name not in WIDE:
            assert kind.keyed(READ) != kind.keyed(Scope(Reach.READ, ("Other",)))


async def test_what_somebody_made_by_hand_is_left_alone_by_a_sweep(at: At) -> None:
    async with at.place.kind() as kind:
        issued = await kind.obtain(login(scope=kind.keyed(READ)), 600)
        assert await kind.manager.sweep() == 0
        assert at.database.left() == {issued.id}


async def test_at_the_gateways_end_its_keys_are_gone(at: At) -> None:
    async with at.place.kind() as kind:
        for scope in (READ, WRITE):
            await kind.obtain(login(scope=kind.keyed(scope)), 600)
    assert at.database.left() == set()


async def test_a_secret_that_somebody_changed_is_read_anew(at: At) -> None:
    async with at.place.kind() as kind:
        await kind.obtain(login(scope=kind.keyed(READ)), 600)
        field = next(name for name in ("password", "api_key", "client_secret") if name in at.database.admin)
        at.database.secret = {**at.database.admin, field: "Second-secret-2"}
        at.database.password = "Second-secret-2"
        at.place.admin(**at.database.secret)
        getattr(at.database, "tokens", set()).clear()
        await kind.obtain(login(scope=kind.keyed(WRITE)), 600)


async def test_a_secret_that_the_database_does_not_take_is_said_and_nothing_is_left(at: At) -> None:
    at.place.admin(**{**dict.fromkeys(at.database.admin, "wrong")})
    async with at.place.kind() as kind:
        with pytest.raises(Unavailable) as caught:
            await kind.obtain(login(scope=kind.keyed(READ)), 600)
        assert "wrong" not in str(caught.value)
        assert at.database.left() == set()


@PASSWORDS
async def test_the_password_of_the_gateways_user_is_changed_where_the_database_lets_it(at: At) -> None:
    async with at.place.kind() as kind:
        old = at.place.secret()["password"]
        assert not await kind._rotation.turn(3600.0)
        assert await kind._rotation.turn(0.0)
        new = at.place.secret()
        assert new["password"] == at.database.password != old
        assert "next" not in new
        await kind.obtain(login(scope=kind.keyed(READ)), 600)


@PASSWORDS
@pytest.mark.parametrize("told", [False, True], ids=["before the database knows", "after it knows"])
async def test_a_change_that_was_cut_short_loses_no_password(at: At, told: bool) -> None:
    at.place.admin(**at.database.admin, next="Next-password-3")
    if told:
        at.database.password = "Next-password-3"
    async with at.place.kind() as kind:
        await kind.obtain(login(scope=kind.keyed(READ)), 600)
        assert await kind._rotation.turn(3600.0), "and it is finished"
        assert at.place.secret() == {**at.database.admin, "password": "Next-password-3"}
        assert at.database.password == "Next-password-3"


@PASSWORDS
async def test_of_two_gateways_that_change_it_at_once_one_does(at: At) -> None:
    async with at.place.kind() as one, at.place.kind() as other:
        done = await asyncio.gather(*(kind._rotation.turn(0.0) for kind in (one, other)), return_exceptions=True)
        assert True in done
        await one._rotation.turn(3600.0)
        assert at.place.secret()["password"] == at.database.password
        await other.obtain(login(scope=other.keyed(READ)), 600)


@CAPPED
async def test_at_the_databases_own_cap_the_key_that_was_used_least_is_given_back(at: At) -> None:
    at.database.limit = 2
    async with at.place.kind(most=50) as kind:
        kind.manager._ledger._idle = 0.0
        first = await kind.obtain(login("first", kind.keyed(READ)), 600)
        second = await kind.obtain(login("second", kind.keyed(READ)), 600)
        await asyncio.sleep(0.01)
        kind.used(first.handle)
        await kind.manager._ledger.beat({first.id: 0.0})
        third = await kind.obtain(login("third", kind.keyed(READ)), 600)
        assert at.database.left() == {first.id, third.id}
        assert not at.database.lets(keys(second.material), "read", "People")


@LATE
async def test_a_grant_that_never_counts_is_given_up_and_nothing_is_left(at: At) -> None:
    at.database.late = 10**6
    async with at.place.kind(grant_seconds=0.3) as kind:
        with pytest.raises(Unavailable, match="granted"):
            await kind.obtain(login(scope=kind.keyed(READ)), 600)
    assert at.database.left() == set()

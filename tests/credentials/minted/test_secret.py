"""With what does the gateway come to a database's admin API? A secret of a real OpenBao."""

import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from support.minted.standing import ADMIN, RootToken
from support.servers.devbao import DevBao, dev_bao
from vecgate.credentials.minted import secret as module
from vecgate.credentials.minted.rotation import Rotation, password
from vecgate.credentials.minted.secret import AdminSecret, Read
from vecgate.refusals.errors import Unavailable, VaultDenied
from vecgate.vault.client import VaultClient


@pytest.fixture(scope="module")
def bao(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DevBao]:
    with dev_bao(tmp_path_factory.mktemp("bao")) as server:
        yield server


@pytest.fixture
async def secret(bao: DevBao) -> AsyncIterator[AdminSecret]:
    bao.call("POST", ADMIN, {"data": {"username": "admin", "password": "the-first"}})
    async with VaultClient(bao.url, None, 10) as vault:
        yield AdminSecret(vault, RootToken(), ADMIN, time.time)


async def test_it_is_read_once_a_minute_and_whenever_it_was_refused(bao: DevBao, secret: AdminSecret) -> None:
    assert (await secret.get())["password"].reveal() == "the-first"
    bao.call("POST", ADMIN, {"data": {"username": "admin", "password": "the-second"}})
    assert (await secret.get())["password"].reveal() == "the-first"
    secret.forget()
    assert (await secret.get())["password"].reveal() == "the-second"
    bao.call("POST", ADMIN, {"data": {"username": "admin", "password": "the-third"}})
    secret.now = lambda: time.time() + module.GOOD_FOR
    assert (await secret.get())["password"].reveal() == "the-third"


async def test_it_shows_nothing(secret: AdminSecret) -> None:
    read = await secret.get()
    assert "the-first" not in f"{secret!r} {read!r} {vars(read) if hasattr(read, '__dict__') else ''}"


async def test_what_it_lacks_is_said_by_name(secret: AdminSecret) -> None:
    with pytest.raises(Unavailable, match="'api_key'"):
        (await secret.get())["api_key"]


async def test_a_path_where_nothing_is_is_denied(secret: AdminSecret) -> None:
    secret.path = "secret/data/nothing/here"
    with pytest.raises(VaultDenied):
        await secret.get()


async def test_what_somebody_wrote_meanwhile_is_not_written_over(bao: DevBao, secret: AdminSecret) -> None:
    read = await secret.get()
    bao.call("POST", ADMIN, {"data": {"username": "admin", "password": "by-hand"}})
    with pytest.raises(VaultDenied):
        await secret.put(read, {"password": "ours"})
    secret.forget()
    again = await secret.put(await secret.get(), {"next": "more"})
    assert {name: one.reveal() for name, one in again.fields.items()} == {
        "username": "admin", "password": "by-hand", "next": "more",
    }  # fmt: skip
    assert set((await secret.put(again, {"next": None})).fields) == {"username", "password"}


async def test_what_was_written_is_known_though_a_standby_does_not_know_it_yet(
    secret: AdminSecret, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Standbys answer reads themselves, some tenths of a second behind (measured on a cluster of three)."""
    old, call = await secret.get(), secret.vault.call
    before = await call("GET", secret.path, token=await secret.own.get())

    async def behind(method: str, path: str, **more: Any) -> Any:
        return before if method == "GET" else await call(method, path, **more)

    monkeypatch.setattr(secret.vault, "call", behind)
    new = await secret.put(old, {"next": "more"})
    assert (new["next"].reveal(), new.version) == ("more", old.version + 1)
    assert new.since >= old.since
    monkeypatch.undo()
    again = await secret.get()
    assert (again["next"].reveal(), again.version, again.since) == ("more", new.version, new.since)


async def test_a_change_is_written_down_first_and_over_when_the_database_knows(
    bao: DevBao, secret: AdminSecret
) -> None:
    kept: list[dict[str, str]] = []

    async def change(read: Read, new: str) -> None:
        kept.append(bao.call("GET", ADMIN)["data"]["data"])
        assert read["password"].reveal() == "the-first"
        assert read["next"].reveal() == new

    assert await Rotation(secret, change, time.time).turn(0.0)
    new = kept[0]["next"]
    assert kept == [{"username": "admin", "password": "the-first", "next": new}]
    assert bao.call("GET", ADMIN)["data"]["data"] == {"username": "admin", "password": new}


async def test_what_else_is_kept_there_stays_as_it_was(bao: DevBao, secret: AdminSecret) -> None:
    others = {"port": 19530, "tls": True, "nothing": None, "hosts": ["a", {"b": 1.5}], "note": "of ours"}
    bao.call("POST", ADMIN, {"data": {"username": "admin", "password": "the-first", **others}})

    async def change(read: Read, _: str) -> None:
        assert "19530" not in f"{read!r}"

    assert await Rotation(secret, change, time.time).turn(0.0)
    now = bao.call("GET", ADMIN)["data"]["data"]
    assert now == {"username": "admin", "password": now["password"], **others}
    assert now["password"] != "the-first"


async def test_what_the_database_does_not_take_stays_next_and_is_tried_again(bao: DevBao, secret: AdminSecret) -> None:
    taken = list[str]()

    async def change(_: Read, new: str) -> None:
        taken.append(new)
        if len(taken) == 1:
            raise Unavailable("vault", "away")

    turning = Rotation(secret, change, time.time)
    with pytest.raises(Unavailable):
        await turning.turn(0.0)
    assert bao.call("GET", ADMIN)["data"]["data"]["password"] == "the-first"
    assert await turning.turn(3600.0)
    assert taken[0] == taken[1] == bao.call("GET", ADMIN)["data"]["data"]["password"]


def test_passwords_are_long_and_of_all_that_databases_ask_for() -> None:
    found = {password() for _ in range(100)}
    assert len(found) == 100
    for one in found:
        assert len(one) >= 32
        assert any(c.islower() for c in one)
        assert any(c.isupper() for c in one)
        assert any(c.isdigit() for c in one)
        assert not one.isalnum()
        assert ":" not in one

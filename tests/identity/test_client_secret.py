"""The gateway's secret at an issuer: of a file, or of a real OpenBao's KV; a changed one is noticed, an outage waited out."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from support.fakes.clock import Clock
from support.servers.devbao import ROOT, DevBao, dev_bao
from support.servers.idp import Idp
from vecgate.domain.principal import Secret
from vecgate.identity.client_secret import FRESH, STALE, ClientSecret, Read, no_vault
from vecgate.identity.verifier import Verifier
from vecgate.refusals.errors import Unavailable, VaultDenied
from vecgate.settings.issuers import Client, Introspection, Issuer
from vecgate.vault.client import VaultClient

PATH = "secret/data/issuer"


@pytest.fixture(scope="module")
def bao(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DevBao]:
    with dev_bao(tmp_path_factory.mktemp("bao")) as server:
        yield server


def put(bao: DevBao, secret: str, field: str = "secret") -> None:
    bao.call("POST", PATH, {"data": {field: secret}})


@pytest.fixture
async def read(bao: DevBao) -> AsyncIterator[Read]:
    async with VaultClient(bao.url, None, 10) as vault:
        yield lambda path: vault.call("GET", path, token=Secret(ROOT))


def client(**more: Any) -> Client:
    return Client(client_id="vec gate", **({"secret_path": PATH} | more))


async def test_it_is_read_of_vault_and_anew_after_a_minute(bao: DevBao, read: Read) -> None:
    clock = Clock(1000.0)
    secret = ClientSecret(client(), read, clock)
    await asyncio.to_thread(put, bao, "one")
    assert (await secret.get()).reveal() == "one"
    assert await secret.basic() == "Basic dmVjJTIwZ2F0ZTpvbmU="  # vec%20gate:one
    await asyncio.to_thread(put, bao, "two")
    clock.at += FRESH - 1
    assert (await secret.get()).reveal() == "one"
    clock.at += 2
    assert (await secret.get()).reveal() == "two"
    await asyncio.to_thread(put, bao, "three")
    secret.forget()
    assert (await secret.get()).reveal() == "three", "it was refused: it may be another one by now"


async def test_the_first_engine_has_its_fields_at_the_top(bao: DevBao, read: Read) -> None:
    await asyncio.to_thread(bao.call, "POST", "sys/mounts/old", {"type": "kv", "options": {"version": "1"}})
    await asyncio.to_thread(bao.call, "POST", "old/issuer", {"word": "of the first"})
    how = client(secret_path="old/issuer", secret_field="word")
    assert (await ClientSecret(how, read, Clock(0.0)).get()).reveal() == "of the first"


async def test_what_is_not_there_or_not_given_is_an_outage_and_quotes_nothing(bao: DevBao, read: Read) -> None:
    await asyncio.to_thread(put, bao, "hunter2", "password")
    for how in (client(), client(secret_path="secret/data/none"), client(secret_path="nowhere/at/all")):
        with pytest.raises(Unavailable) as said:
            await ClientSecret(how, read, Clock(0.0)).get()
        assert "hunter2" not in str(said.value)
    with pytest.raises(Unavailable):
        await ClientSecret(client(), no_vault, Clock(0.0)).get()


async def test_while_vault_is_away_the_known_one_is_used_for_a_while() -> None:
    clock = Clock(1000.0)
    fails: list[Exception] = []

    async def read(_path: str) -> dict[str, Any]:
        if fails:
            raise fails[0]
        return {"data": {"data": {"secret": "one"}, "metadata": {}}}

    secret = ClientSecret(client(), read, clock)
    await secret.get()
    clock.at += FRESH + 1
    fails.append(Unavailable("vault", "sealed"))  # type: ignore[arg-type]
    assert (await secret.get()).reveal() == "one"
    clock.at += STALE
    with pytest.raises(Unavailable):
        await secret.get()
    clock.at -= STALE
    fails[:] = [VaultDenied("403 on x", "")]
    with pytest.raises(Unavailable, match="403"):
        await secret.get()  # a no is none: it may have been taken from us


async def test_it_shows_nowhere(read: Read, bao: DevBao) -> None:
    await asyncio.to_thread(put, bao, "hunter2")
    secret = ClientSecret(client(), read, Clock(0.0))
    await secret.get()
    assert "hunter2" not in repr(vars(secret))


async def test_a_file_is_read_each_time(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("one\n")
    secret = ClientSecret(client(secret_path=None, secret_file=file), no_vault, Clock(0.0))
    assert (await secret.get()).reveal() == "one"
    file.write_text("two")
    assert (await secret.get()).reveal() == "two"


async def test_an_issuer_is_asked_with_it(idp: Idp, read: Read, bao: DevBao, open_verifier: Callable[..., Any]) -> None:
    await asyncio.to_thread(put, bao, "of vault")
    how = Introspection(url=f"{idp.issuer}/introspect", client_id="vecgate", secret_path=PATH)
    one = Issuer(issuer=idp.issuer, audience="vecgate", jwks_url=idp.jwks_url, timeout=60, introspection=how)
    idp.opaque["opaque-1"] = {"active": True, "sub": "ann", "aud": "vecgate", "exp": 2000.0}
    verifier = Verifier([one], now=Clock(1000.0))
    verifier.read = read
    await verifier.open()
    try:
        assert (await verifier.check(Secret("opaque-1"))).user == "ann"
    finally:
        await verifier.close()
    assert idp.introspected == [("opaque-1", "Basic dmVjZ2F0ZTpvZiUyMHZhdWx0")]

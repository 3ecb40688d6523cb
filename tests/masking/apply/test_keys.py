"""The key comes from a real OpenBao, is the same after a restart, and shows itself nowhere."""

import asyncio
import base64
import pickle
import re
import urllib.error
from collections.abc import AsyncIterator, Iterator

import pytest

from support.servers.devbao import ROOT, DevBao, dev_bao
from vecgate.domain.principal import Secret
from vecgate.masking.apply.keys import LABEL, LocalKeys, VaultKeys
from vecgate.refusals.errors import Unavailable
from vecgate.settings.masking import Masking
from vecgate.vault.client import VaultClient

HERE = ("tickets-db", "default_tenant")
ELSEWHERE = [("tickets-db", "other"), ("other-db", "default_tenant"), ("tickets-dbdefault_tenant", "")]
POLICY = 'path "transit/hmac/masking" { capabilities = ["update"] }'
SETTINGS = Masking(key="masking")


@pytest.fixture(scope="module")
def bao(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DevBao]:
    with dev_bao(tmp_path_factory.mktemp("bao")) as server:
        server.call("POST", "transit/keys/masking", {"type": "hmac", "key_size": 32})
        server.call("PUT", "sys/policies/acl/masker", {"policy": POLICY})
        yield server


@pytest.fixture
async def vault(bao: DevBao) -> AsyncIterator[VaultClient]:
    async with VaultClient(bao.url, None, 10) as client:
        yield client


class Tokens:
    """Gives out these tokens, one after the other; the last one again and again."""

    def __init__(self, *tokens: str) -> None:
        self.left = [Secret(token) for token in tokens]
        self.refused: list[Secret] = []

    async def get(self) -> Secret:
        return self.left[0]

    def forget(self, token: Secret) -> None:
        self.refused.append(token)
        if len(self.left) > 1:
            self.left.pop(0)


def keys(vault: VaultClient, settings: Masking = SETTINGS, *tokens: str) -> VaultKeys:
    given = Tokens(*(tokens or (ROOT,)))
    return VaultKeys(vault, given.get, settings, given.forget)


async def nowhere() -> VaultClient:
    return VaultClient("http://127.0.0.1:1", None, 1)


async def test_without_a_key_in_the_settings_a_run_has_its_own() -> None:
    one, other = LocalKeys(b"r" * 32), LocalKeys(b"s" * 32)
    made = [await one.of(tenant) for tenant in (HERE, *ELSEWHERE)]
    assert len({*made, await other.of(HERE)}) == len(made) + 1
    assert await one.older(HERE, 1) is None
    assert "r" * 8 not in f"{one!r}"


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        LocalKeys(b"short")


async def test_it_is_the_same_for_everyone_who_asks_and_another_one_for_each_tenant(vault: VaultClient) -> None:
    one, other = keys(vault), keys(vault)
    assert await one.of(HERE) == await other.of(HERE)
    made = [await one.of(tenant) for tenant in (HERE, *ELSEWHERE)]
    assert len(set(made)) == len(made)
    assert all(len(key) == 32 for key in made)


async def test_it_takes_no_more_than_this_one_right(bao: DevBao, vault: VaultClient) -> None:
    """A token that may make this HMAC, of this one input, is enough; and it cannot take the key itself away."""
    narrow = POLICY.replace("}", f'allowed_parameters = {{ input = ["{LABEL}"] algorithm = [] key_version = [] }} }}')
    bao.call("PUT", "sys/policies/acl/narrow", {"policy": narrow})
    token = bao.call("POST", "auth/token/create", {"policies": ["narrow"], "ttl": "1h"})["auth"]["client_token"]
    assert await keys(vault, SETTINGS, token).of(HERE) == await keys(vault).of(HERE)
    other = base64.b64encode(b"another text").decode()
    for path, body in (("transit/hmac/masking", {"input": other}), ("transit/export/hmac-key/masking", None)):
        with pytest.raises(urllib.error.HTTPError, match="403"):
            bao.call("POST" if body else "GET", path, body, token)


async def test_a_rotation_changes_nothing_until_the_settings_say_so(bao: DevBao, vault: VaultClient) -> None:
    bao.call("POST", "transit/keys/rotated", {"type": "hmac", "key_size": 32})
    before = keys(vault, Masking(key="rotated"))
    first = await before.of(HERE)
    assert await before.older(HERE, 1) is None
    bao.call("POST", "transit/keys/rotated/rotate")
    assert await keys(vault, Masking(key="rotated")).of(HERE) == first, (
        "marks that are stored are found after a restart"
    )
    moved = keys(vault, Masking(key="rotated", key_version=2))
    second = await moved.of(HERE)
    assert second != first
    assert [await moved.older(HERE, 1), await moved.older(HERE, 2)] == [first, None]
    restarted = keys(vault, Masking(key="rotated"))
    assert await restarted.older(HERE, 1) == second, "what another gateway made under the newer one opens here, too"


async def test_two_gateways_that_start_at_different_times_have_one_version(bao: DevBao, vault: VaultClient) -> None:
    bao.call("POST", "transit/keys/raced", {"type": "hmac", "key_size": 32})
    one, other = keys(vault, Masking(key="raced")), keys(vault, Masking(key="raced"))
    bao.call("POST", "transit/keys/raced/rotate")
    found = await asyncio.gather(one.of(HERE), other.of(HERE))
    bao.call("POST", "transit/keys/raced/rotate")
    assert {*found, await keys(vault, Masking(key="raced")).of(HERE)} == {found[0]}


async def test_a_retired_version_is_told_and_not_got_round(bao: DevBao, vault: VaultClient) -> None:
    bao.call("POST", "transit/keys/retired", {"type": "hmac", "key_size": 32})
    running = keys(vault, Masking(key="retired"))
    first = await running.of(HERE)
    bao.call("POST", "transit/keys/retired/rotate")
    bao.call("POST", "transit/keys/retired/config", {"min_decryption_version": 2})
    assert await running.of(HERE) == first, "whoever runs goes on as it began"
    with pytest.raises(Unavailable, match=r"version 1 of masking\.key is not given out"):
        await keys(vault, Masking(key="retired")).of(HERE)
    moved = keys(vault, Masking(key="retired", key_version=2))
    assert await moved.of(HERE) != first
    assert await moved.older(HERE, 1) is None
    assert moved.retired() == 1


async def test_a_token_that_ended_early_is_replaced(vault: VaultClient) -> None:
    assert await keys(vault, SETTINGS, "s.ended", ROOT).of(HERE) == await keys(vault).of(HERE)


@pytest.mark.parametrize(
    ("settings", "token"),
    [
        # there is no such key
        (Masking(key="nothing"), ROOT),
        (Masking(key="masking", key_mount="nowhere"), ROOT),
        (Masking(key="masking", key_version=99), ROOT),
        # it may not be used
        (SETTINGS, "s.nobody"),
    ],
)
async def test_without_it_nothing_is_masked_with_another_one(vault: VaultClient, settings: Masking, token: str) -> None:
    with pytest.raises(Unavailable, match="key"):
        await keys(vault, settings, token).of(HERE)


async def test_what_is_away_at_the_start_is_asked_for_later(vault: VaultClient) -> None:
    away = await nowhere()
    made = keys(away)
    with pytest.raises(Unavailable, match="key"):
        await made.of(HERE)
    await away.close()
    made._vault = vault  # it is back
    assert await made.of(HERE) == await keys(vault).of(HERE)


@pytest.mark.parametrize("answer", [{}, {"data": None}, {"data": {}}, {"data": {"hmac": "vault:v1:short"}}])
async def test_an_answer_that_is_no_key_is_none(answer: dict[str, object]) -> None:
    class Odd:
        async def call(self, *_: object, **__: object) -> dict[str, object]:
            return answer

    with pytest.raises(Unavailable, match="unreadable"):
        await keys(Odd()).of(HERE)  # type: ignore[arg-type]


async def test_no_key_is_ever_shown(vault: VaultClient) -> None:
    made = keys(vault)
    key = await made.of(HERE)
    shown = f"{made!r} {made} {vars(made).keys()}"
    assert key.hex() not in shown
    assert not re.search(r"\\x[0-9a-f]{2}", shown)
    with pytest.raises(TypeError):
        pickle.dumps(made)


async def test_where_the_version_was_moved_on_the_former_ones_are_there_too(bao: DevBao, vault: VaultClient) -> None:
    bao.call("POST", "transit/keys/moved", {"type": "hmac", "key_size": 32})
    assert await keys(vault, Masking(key="moved")).former() == {}
    before = {}
    for version in (1, 2, 3):
        before[version] = await keys(vault, Masking(key="moved", key_version=version)).of(HERE)
        bao.call("POST", "transit/keys/moved/rotate")
    assert await keys(vault, Masking(key="moved")).former() == {}, "what was rotated and not moved on has no marks"
    now = keys(vault, Masking(key="moved", key_version=3))
    former = await now.former()
    assert {version: await one.of(HERE) for version, one in former.items()} == {2: before[2], 1: before[1]}
    assert await now.former() is former, "it is asked for once"
    assert await former[1].older(HERE, 1) == before[3]
    assert await former[1].former() == {}
    bao.call("POST", "transit/keys/moved/config", {"min_decryption_version": 2})
    assert list(await now.former()) == [2, 1], "whoever runs goes on as it began"


async def test_a_former_version_that_is_retired_is_told(
    bao: DevBao, vault: VaultClient, caplog: pytest.LogCaptureFixture
) -> None:
    bao.call("POST", "transit/keys/left", {"type": "hmac", "key_size": 32})
    bao.call("POST", "transit/keys/left/rotate")
    bao.call("POST", "transit/keys/left/rotate")
    bao.call("POST", "transit/keys/left/config", {"min_decryption_version": 2})
    now = keys(vault, Masking(key="left", key_version=3))
    assert list(await now.former()) == [2]
    assert now.retired() == 1
    assert "version 1 is retired" in caplog.text


async def test_a_former_version_is_not_left_out_because_a_login_ended(bao: DevBao, vault: VaultClient) -> None:
    bao.call("POST", "transit/keys/ended", {"type": "hmac", "key_size": 32})
    bao.call("POST", "transit/keys/ended/rotate")
    now = keys(vault, Masking(key="ended", key_version=2), ROOT, ROOT)
    await now.of(HERE)
    given = Tokens("s.ended", ROOT)
    now._own_token, now._forget = given.get, given.forget
    assert list(await now.former()) == [1]


async def test_a_version_is_not_taken_for_retired_because_the_gateway_is_refused(
    bao: DevBao, vault: VaultClient
) -> None:
    bao.call("POST", "transit/keys/refused", {"type": "hmac", "key_size": 32})
    first = await keys(vault, Masking(key="refused")).of(HERE)
    bao.call("POST", "transit/keys/refused/rotate")
    now = keys(vault, Masking(key="refused", key_version=2))
    assert await now.newest() == 2
    await now.of(HERE)
    now._own_token = Tokens("s.nobody").get
    with pytest.raises(Unavailable, match="key"):
        await now.older(HERE, 1)
    assert now.retired() == 0
    given = Tokens("s.ended", ROOT)
    now._own_token, now._forget = given.get, given.forget
    assert await now.older(HERE, 1) == first, "only its login had ended"


async def test_while_a_former_version_cannot_be_had_nothing_is_looked_for(bao: DevBao, vault: VaultClient) -> None:
    bao.call("POST", "transit/keys/away", {"type": "hmac", "key_size": 32})
    bao.call("POST", "transit/keys/away/rotate")
    now = keys(vault, Masking(key="away", key_version=2))
    await now.of(HERE)
    now._vault = await nowhere()
    with pytest.raises(Unavailable, match="key"):
        await now.former()
    await now._vault.close()
    now._vault = vault
    assert list(await now.former()) == [1]


async def test_a_gateway_that_is_refused_does_not_take_a_version_for_retired(bao: DevBao, vault: VaultClient) -> None:
    """Or records would be hidden until its next start."""
    bao.call("POST", "transit/keys/barred", {"type": "hmac", "key_size": 32})
    bao.call("POST", "transit/keys/barred/rotate")
    now = keys(vault, Masking(key="barred", key_version=2))
    await now.of(HERE)
    now._own_token = Tokens("s.nobody").get
    with pytest.raises(Unavailable, match="key"):
        await now.former()
    assert now.retired() == 0
    now._own_token = Tokens(ROOT).get
    assert list(await now.former()) == [1]

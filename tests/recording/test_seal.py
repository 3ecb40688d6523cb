import hmac
import pickle

import pytest

from support.fakes.journals import SESSION
from support.servers.devbao import ROOT, DevBao
from vecgate.domain.principal import Secret
from vecgate.recording.seal import DataKey, SealBroken, Sealer, unwrap
from vecgate.refusals.errors import Unavailable, VaultDenied
from vecgate.vault.client import VaultClient

MOUNT, KEY = "transit", "vecgate-journal"


async def test_an_original_comes_back_through_the_wrapped_key(bao: DevBao, vault: VaultClient, own_token) -> None:
    mine = await Sealer(vault, own_token, MOUNT, KEY).new_key()
    sealed = mine.seal(b"the exact original \x00\xff", SESSION, 3)
    again = await unwrap(vault, Secret(ROOT), MOUNT, KEY, mine.wrapped)
    assert again.open(sealed, SESSION, 3) == b"the exact original \x00\xff"


async def test_every_session_gets_a_key_of_its_own(vault: VaultClient, own_token) -> None:
    sealer = Sealer(vault, own_token, MOUNT, KEY)
    one, two = await sealer.new_key(), await sealer.new_key()
    with pytest.raises(SealBroken):
        two.open(one.seal(b"x", SESSION, 1), SESSION, 1)


async def test_the_gateway_itself_cannot_unwrap(bao: DevBao, vault: VaultClient, own_token) -> None:
    mine = await Sealer(vault, own_token, MOUNT, KEY).new_key()
    with pytest.raises(VaultDenied):
        await unwrap(vault, Secret(bao.gateway_token), MOUNT, KEY, mine.wrapped)


async def test_a_vault_that_says_no_or_nothing_is_unavailable(bao: DevBao, vault: VaultClient, own_token) -> None:
    with pytest.raises(Unavailable, match="vault"):
        await Sealer(vault, own_token, MOUNT, "another-key").new_key()
    async with VaultClient("http://127.0.0.1:1", None, 1) as gone:
        with pytest.raises(Unavailable, match="vault"):
            await Sealer(gone, own_token, MOUNT, KEY).new_key()


def test_a_sealed_original_is_bound_to_its_place(key: DataKey) -> None:
    sealed = key.seal(b"x", SESSION, 3)
    for session, number in ((SESSION, 4), ("20261123T141500-bob-8f3a", 3)):
        with pytest.raises(SealBroken):
            key.open(sealed, session, number)


@pytest.mark.parametrize("sealed", ["", "AAAA", "not base64!"])
def test_what_is_not_a_sealed_original_does_not_open(key: DataKey, sealed: str) -> None:
    with pytest.raises(SealBroken):
        key.open(sealed, SESSION, 0)


def test_the_same_original_never_looks_the_same_twice(key: DataKey) -> None:
    assert key.seal(b"", SESSION, 0) != key.seal(b"", SESSION, 0)


def test_a_data_key_does_not_show_itself(key: DataKey) -> None:
    assert repr(key) == "DataKey(***)"
    with pytest.raises(TypeError):
        pickle.dumps(key)


@pytest.mark.parametrize("core", [b"", b"{}", b"x" * 64, b"x" * 5000])
def test_a_mac_is_hmac_sha256_under_a_key_of_its_own(core: bytes) -> None:
    key = bytes(range(32))
    own = hmac.digest(key, b"vecgate journal mac 1", "sha256")
    for _ in range(2):  # nothing of one entry gets into the next
        assert DataKey(key, "wrapped").mac(core) == hmac.digest(own, core, "sha256").hex()

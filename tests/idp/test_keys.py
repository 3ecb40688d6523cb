"""The key in OpenBao's transit: what is published, what signs, and how it goes from one version to the next."""

import time
from collections.abc import AsyncIterator

import jwt
import pytest

from demo import bao_setup
from demo.bao import Bao
from demo.stack import Stack
from vecgate.idp import keys as module
from vecgate.idp.keys import SigningKeys
from vecgate.idp.told import LONGEST, SigningKey
from vecgate.refusals.errors import Unavailable


class Clock:
    added = 0.0

    def __call__(self) -> float:
        return time.time() + self.added


def told(stack: Stack, **more: object) -> SigningKey:
    files = {"role_id_file": stack.secrets / "login.role-id", "secret_id_file": stack.secrets / "login.secret-id"}
    return SigningKey(**{"url": stack.bao.url, "ca": stack.bao.ca, "timeout": 30, **files, **more})


@pytest.fixture
async def clock() -> Clock:
    return Clock()


@pytest.fixture
async def keys(stack: Stack, clock: Clock) -> AsyncIterator[SigningKeys]:
    made = SigningKeys(told(stack), clock)
    yield made
    await made.close()


def named(token: str) -> str:
    return str(jwt.get_unverified_header(token)["kid"])


async def test_what_is_signed_is_proven_by_what_is_published(keys: SigningKeys) -> None:
    token = await keys.sign({"sub": "alice", "iat": 1}, "at+jwt")
    public = {one["kid"]: jwt.PyJWK(one) for one in (await keys.jwks())["keys"]}
    claims = jwt.decode(token, public[named(token)], ["ES256"], options={"verify_exp": False})
    assert claims == {"sub": "alice", "iat": 1}
    assert jwt.get_unverified_header(token)["typ"] == "at+jwt"


async def test_a_new_version_is_published_first_and_the_old_one_until_its_last_token_ends(
    keys: SigningKeys, clock: Clock, bao: Bao, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FRESH", 0.0)
    clock.added = 3600.0  # whatever versions there were, they are old
    old = named(await keys.sign({}, "at+jwt"))
    bao.rotate(bao_setup.LOGIN_KEY)
    clock.added = 0.0
    assert named(await keys.sign({}, "at+jwt")) == old, "gateways may not know the new one yet"
    published = [one["kid"] for one in (await keys.jwks())["keys"]]
    assert len(published) >= 2
    assert published[-2] == old
    clock.added = 61.0
    new = named(await keys.sign({}, "at+jwt"))
    assert new == published[-1] != old
    clock.added = 60.0 + LONGEST
    assert old in [one["kid"] for one in (await keys.jwks())["keys"]]
    clock.added = 60.0 + LONGEST + 130.0
    assert [one["kid"] for one in (await keys.jwks())["keys"]] == [new]


async def test_a_key_of_another_kind_signs_nothing(stack: Stack, clock: Clock) -> None:
    for changed in ({"key": "nothing"}, {"key": bao_setup.MASKING_KEY}, {"mount": "nowhere"}):
        made = SigningKeys(told(stack, **changed), clock)
        with pytest.raises(Unavailable):
            await made.sign({}, "at+jwt")
        await made.close()


async def test_it_may_do_nothing_else_there(stack: Stack, keys: SigningKeys) -> None:
    """Its token signs, and reads public halves: it opens no recording, makes no key, issues no certificate."""
    token = (await keys._own.get()).reveal()
    for method, path in (
        ("POST", f"transit/decrypt/{bao_setup.JOURNAL_KEY}"),
        ("POST", f"transit/keys/{bao_setup.LOGIN_KEY}/rotate"),
        ("GET", f"transit/export/signing-key/{bao_setup.LOGIN_KEY}"),
        ("POST", "pki/issue/vecgate-client"),
    ):
        with pytest.raises(Exception, match="403"):
            stack.bao.call(method, path, token=token, body={})

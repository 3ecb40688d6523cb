"""The gateway's word at OpenBao: taken on the stack, and told wherever it is not, or where it would be too readily."""

import time
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from demo import certs
from demo.settings import UPSTREAM
from support.servers.doors import all_ok, problems, warnings
from support.servers.ready import Ready, ready_for
from vecgate.credentials.kinds.vault_kv.kind import VaultKv
from vecgate.credentials.kinds.vault_kv.options import Options
from vecgate.credentials.vouching import Caller, Voucher
from vecgate.doctor import Finding
from vecgate.doctor.checks import vouched
from vecgate.domain.principal import Secret
from vecgate.refusals.errors import VaultDenied
from vecgate.settings.file import Settings

GOOD_ROLE = {"token_bound_cidrs": ["10.0.0.1"], "token_ttl": 60, "token_max_ttl": 60, "token_explicit_max_ttl": 60}


async def check(settings: Settings) -> list[Finding]:
    async with ready_for(settings) as ready:
        return await vouched.check(settings, ready.client, ready.own, time.time, (UPSTREAM,))


def told(settings: Settings, **vouch: Any) -> Settings:
    changed = settings.vault.vouch.model_copy(update=vouch)
    return settings.model_copy(update={"vault": settings.vault.model_copy(update={"vouch": changed})})


async def test_the_stacks_is_in_order(settings: Settings) -> None:
    found = await check(settings)
    assert all_ok(found)
    assert any("also when they are called like a mail address" in one.found for one in found)


@pytest.mark.parametrize("what", ["mount", "role", "gateway_role", "issuer", "audience"])
async def test_a_name_that_is_misspelt_is_told_with_the_stores_own_words_and_where_to_correct_it(
    settings: Settings, what: str
) -> None:
    (found,) = [one for one in await check(told(settings, **{what: "vecgat"})) if one.level == "problem"]
    assert "does not take the gateway's word" in found.found
    assert what in found.todo
    assert "public key" not in found.todo


async def test_a_key_that_nobody_trusts_and_one_that_is_everybodys(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "vouch.key"
    certs.write_private(path, certs.key_pem(ec.generate_private_key(ec.SECP256R1())))
    (said,) = problems(await check(told(settings, key_file=path)))
    assert "does not take the gateway's word" in said
    assert "signature" in said
    path.chmod(0o644)
    mode, unusable = problems(await check(told(settings, key_file=path)))
    assert "open to every user" in mode
    assert "cannot vouch for anybody" in unusable


async def test_a_role_for_people_that_is_misspelt_is_told(settings: Settings) -> None:
    spec = settings.upstreams[UPSTREAM]
    wrong = spec.model_copy(update={"credential": spec.credential.model_copy(update={"role": "vecgate-cliient"})})
    found = await check(settings.model_copy(update={"upstreams": {UPSTREAM: wrong}}))
    (said,) = problems(found)
    assert said.startswith("People get no credential from pki/issue/vecgate-cliient")


async def test_people_called_like_mail_addresses_who_get_none_are_told(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vouched, "MAIL", Caller("x", "*"))
    (said,) = warnings(await check(settings))
    assert "called like a mail address get no credential" in said


async def test_a_mount_that_takes_what_is_not_meant_for_it_is_a_problem(ready: Ready, monkeypatch: Any) -> None:
    """The mount is asked for what it takes in the place of what it must not."""
    monkeypatch.setattr(vouched, "_WRONG", {"that is good": {}})
    voucher = Voucher(ready.client, ready.settings.vault, ready.own, time.time)
    (said,) = problems(await vouched._refused(ready.settings, ready.client, voucher, time.time()))
    assert "takes a JWT that is good" in said


@pytest.mark.parametrize(
    ("role", "words"),
    [
        (GOOD_ROLE, []),
        ({}, ["every address", "more than"]),
        (GOOD_ROLE | {"token_bound_cidrs": []}, ["every address"]),
        (GOOD_ROLE | {"token_ttl": 0, "token_max_ttl": 0, "token_explicit_max_ttl": 0}, ["more than"]),
        (GOOD_ROLE | {"token_period": 600}, ["more than"]),
        (GOOD_ROLE | {"token_ttl": 3600, "token_max_ttl": 3600, "token_explicit_max_ttl": 0}, ["more than"]),
    ],
)
def test_how_a_role_is_bound(role: dict[str, Any], words: list[str]) -> None:
    said = problems(list(vouched._role("r", role)))
    assert len(said) == len(words)
    assert all(word in text for word, text in zip(words, said, strict=True))


def test_a_mount_that_trusts_a_login_service_is_a_problem() -> None:
    (said,) = problems(list(vouched._keys("vecgate", {"jwks_url": "https://login.test/keys"})))
    assert "trusts the keys of a login service" in said
    assert list(vouched._keys("vecgate", {"jwks_url": "", "jwt_validation_pubkeys": ["x"]})) == []


class Reads:
    """A store that lets one path be read."""

    async def call(self, _method: str, path: str, **_: object) -> dict[str, Any]:
        if path != "secret/data/docs/reader":
            raise VaultDenied(f"403 on {path}", "permission denied")
        return {}


async def test_what_peoples_logins_read_is_tried_and_what_they_may_not_is_named() -> None:
    told = Options.model_validate(
        {"kind": "vault_kv", "role": "docs/reader", "write_role": "docs/w", "gateway_role": "g"}
    )
    paths = VaultKv.tried(told)
    assert paths == ("secret/data/docs/reader", "secret/data/docs/w")
    may, may_not = [await vouched._read("docs", path, Reads(), Secret("t")) for path in paths]  # type: ignore[arg-type]
    assert (may.level, may.found) == ("ok", "People get credentials from secret/data/docs/reader.")
    assert may_not.level == "problem"
    assert "secret/data/docs/w (403 on secret/data/docs/w: permission denied)" in may_not.found
    assert "upstreams.docs.credential" in may_not.todo

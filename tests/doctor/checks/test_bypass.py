"""Ways to a credential that do not lead through the gateway: none on the stack; each kind of them is told."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.stack import Stack
from support.servers.devbao import ISSUER, DevBao, dev_bao
from support.servers.doors import all_ok, problems, warnings
from support.servers.ready import Ready, ready_for
from vecgate.credentials.kinds.vault_pki.options import Options
from vecgate.doctor.checks import bypass
from vecgate.domain.principal import Secret
from vecgate.settings.file import Settings
from vecgate.vault.client import VaultClient


@pytest.mark.parametrize("user", ["alice", "bob", "carol"])
async def test_a_persons_token_opens_nothing_on_the_stack(ready: Ready, stack: Stack, user: str) -> None:
    found = await bypass.check(ready.settings, ready.client, time.time(), Secret(stack.token(user)))
    assert all_ok(found)
    assert "the login token you gave" in found[0].found


async def test_an_auditors_token_opens_recordings_and_that_is_told(ready: Ready, stack: Stack) -> None:
    found = await bypass.check(ready.settings, ready.client, time.time(), Secret(stack.token("erin")))
    assert problems(found) == []
    (said,) = warnings(found)
    assert "opens recordings, as 'vecgate-auditor' at auth/jwt: erin is an auditor" in said


async def test_every_mount_and_role_that_is_named_somewhere_is_tried(settings: Settings) -> None:
    assert set(bypass.mounts(settings)) == {"vecgate", "jwt", "oidc"}
    assert {"vecgate-person", "vecgate-gateway", "vecgate-auditor", "vecgate-client", "vecgate", ""} <= set(
        bypass.roles(settings)
    )


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DevBao]:
    """One that is set up as it must not be: people's own tokens open the PKI."""
    with dev_bao(tmp_path_factory.mktemp("bao")) as running:
        running.call("POST", "sys/mounts/pki", {"type": "pki"})
        running.call("POST", "pki/root/generate/internal", {"common_name": "x", "key_type": "ec", "key_bits": 256})
        role = {"key_type": "ec", "key_bits": 256, "allow_any_name": True, "client_flag": True}
        running.call("POST", "pki/roles/vecgate-client", role)
        running.call("PUT", "sys/policies/acl/person", {"policy": 'path "pki/issue/*" { capabilities = ["update"] }'})
        login = {"role_type": "jwt", "user_claim": "sub", "bound_audiences": ["vecgate"], "token_policies": ["person"]}
        running.call("POST", "auth/jwt/role/vecgate", login)
        yield running


def told(settings: Settings, server: DevBao) -> Settings:
    (name,) = settings.upstreams
    spec = settings.upstreams[name].model_copy(update={"credential": Options(role="vecgate-client", gateway_role="g")})
    issuer = settings.issuers[0].model_copy(update={"issuer": ISSUER})
    vault = settings.vault.model_copy(update={"url": server.url, "ca": None})
    return settings.model_copy(update={"vault": vault, "upstreams": {name: spec}, "issuers": (issuer,)})


async def test_a_login_with_ones_own_token_and_what_it_issues_are_told(settings: Settings, server: DevBao) -> None:
    wrong = told(settings, server)
    async with VaultClient(server.url, None, 10) as client:
        assert all_ok(await bypass.check(wrong, client, time.time()))  # with no token, and a forged one
        found = problems(await bypass.check(wrong, client, time.time(), Secret(server.login_token("dana"))))
    assert found == [
        "auth/jwt lets the login token you gave log in, as role 'vecgate', without the gateway.",
        "Whoever does so gets a certificate for the database from pki/issue/vecgate-client, in the name dana.",
    ]


async def test_the_mounts_default_role_is_tried_too(settings: Settings, server: DevBao) -> None:
    server.call(
        "POST", "auth/jwt/role/unheard-of", {"role_type": "jwt", "user_claim": "sub", "bound_audiences": ["vecgate"]}
    )
    before = server.call("GET", "auth/jwt/config")["data"]
    keys = {"jwt_validation_pubkeys": before["jwt_validation_pubkeys"], "bound_issuer": ISSUER}
    server.call("POST", "auth/jwt/config", keys | {"default_role": "unheard-of"})
    try:
        async with VaultClient(server.url, None, 10) as client:
            found = problems(
                await bypass.check(told(settings, server), client, time.time(), Secret(server.login_token("dana")))
            )
    finally:
        server.call("POST", "auth/jwt/config", keys)
    assert any("as its default role" in said for said in found)


async def test_an_openbao_that_is_away_is_not_taken_for_one_that_refuses(settings: Settings, tmp_path: Path) -> None:
    away = settings.model_copy(update={"vault": settings.vault.model_copy(update={"url": "https://127.0.0.1:1"})})
    async with ready_for(away) as ready:
        (said,) = warnings(await bypass.check(away, ready.client, time.time()))
    assert "could not be tried" in said

"""People as login services know them, through a real gateway: names, groups, tokens of every kind that is usual."""

import base64
import json
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from demo.gateway import DATA, Gateway, Reply
from demo.stack import REPOSITORY, Stack
from path.conftest import Factory
from support.forked.commands import run
from support.servers.idp import AUDIENCE, Idp, running_idp

COLLECTIONS = f"{DATA}/collections"


@pytest.fixture(scope="module")
def idp() -> Iterator[Idp]:
    with running_idp() as running:
        yield running


@pytest.fixture(scope="module")
def gateway(gateways: Factory, idp: Idp) -> Gateway:
    """It trusts a login service that names people as Entra does, and groups as Keycloak does."""
    issuer = {"issuer": idp.issuer, "audience": AUDIENCE, "jwks_url": idp.jwks_url, "keys_cooldown": 0.01}
    claims = {"user_claim": "preferred_username", "groups_claim": "realm_access.roles"}
    made = gateways.make(over={"issuers": [{**issuer, **claims}]})
    made.start()
    return made


def token(idp: Idp, user: str, roles: tuple[str, ...] = ("analysts",), **more: Any) -> str:
    return idp.token("4711", (), preferred_username=user, realm_access={"roles": list(roles)}, **more)


def lists(gateway: Gateway, login: str) -> Reply:
    return gateway.ask("GET", COLLECTIONS, token=login)


# names


@pytest.mark.parametrize(
    "user", ["dana@example.com", "o'neil+x@example.co.uk", "Dána Smíth", "CORP\\sam", "auth0|62f", "sam@bücher.example"]
)
def test_whatever_a_login_service_calls_people_they_get_through(gateway: Gateway, idp: Idp, user: str) -> None:
    assert lists(gateway, token(idp, user)).status == 200


@pytest.mark.parametrize("user", ["*", "*.example.com", "a@b@c", "vecgate-gateway"])
def test_a_name_that_no_certificate_can_carry_is_told_to_the_caller_and_the_operator(
    gateway: Gateway, idp: Idp, user: str
) -> None:
    reply = lists(gateway, token(idp, user))
    assert (reply.status, reply.code) == (403, "lease.user_name")
    assert f"in the name {user}" in reply.json["message"]
    log = gateway.log.read_text("utf-8")
    assert user == "vecgate-gateway" or f"common name {user} not allowed by this role" in log
    assert "Traceback" not in log
    assert "File " not in log


# tokens


def guids(count: int) -> tuple[str, ...]:
    return ("analysts", *(str(uuid.uuid4()) for _ in range(count)))


def test_two_hundred_groups_are_no_obstacle(gateway: Gateway, idp: Idp) -> None:
    login = token(idp, "uma", guids(200))
    assert len(login) > 10_000
    assert lists(gateway, login).status == 200


def test_a_token_that_is_too_long_is_refused_with_limit_and_setting(gateway: Gateway, idp: Idp) -> None:
    reply = lists(gateway, token(idp, "uma", guids(700)))
    assert (reply.status, reply.code) == (401, "identity.invalid")
    assert "'limits.token' allows 32768" in reply.json["message"]


def test_a_token_without_a_key_id_counts_while_its_issuer_has_one_key(gateway: Gateway, idp: Idp) -> None:
    assert lists(gateway, token(idp, "uma", header={"kid": None})).status == 200
    old = idp.current
    idp.rotate()
    try:
        assert lists(gateway, token(idp, "uma")).status == 200  # a key nobody has seen: all are fetched
        reply = lists(gateway, token(idp, "uma", header={"kid": None}))
        assert (reply.status, reply.code) == (401, "identity.invalid")
        assert "has no 'kid'" in reply.json["message"]
    finally:
        idp.withdraw(old)


def test_the_password_of_basic_is_the_token(gateway: Gateway, idp: Idp) -> None:
    def basic(password: str) -> Reply:
        encoded = base64.b64encode(f"anybody:{password}".encode()).decode()
        return gateway.ask("GET", COLLECTIONS, headers={"Authorization": f"Basic {encoded}"})

    assert basic(token(idp, "uma")).status == 200
    reply = basic("my password")
    assert (reply.status, reply.code) == (401, "identity.invalid")
    assert "Basic" in reply.json["message"]


# who one is


def test_a_refusal_says_who_one_is_to_the_gateway(gateway: Gateway, idp: Idp) -> None:
    many = tuple(f"team-{n}" for n in range(9))
    reply = gateway.ask("DELETE", f"{COLLECTIONS}/tickets", token=token(idp, "uma", many))
    assert reply.code == "policy.no_rule"
    assert "for uma (groups: team-0, team-1, team-2, team-3, team-4 and 4 more)" in reply.json["message"]
    reply = gateway.ask("DELETE", f"{COLLECTIONS}/tickets", token=idp.token("4711", preferred_username="uma"))
    said = "for uma (groups: none; the token has no claim 'realm_access.roles')"
    assert said in reply.json["message"]


def whoami(gateway: Gateway, login: str, *words: str) -> str:
    told = {"VECGATE_GATEWAY": gateway.url, "VECGATE_CA": str(gateway.ca), "VECGATE_TOKEN": login}
    environment = {**os.environ, **told, "PYTHONPATH": str(REPOSITORY / "addons")}
    done = run(["whoami", *words], environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_whoami_shows_what_the_gateway_makes_of_a_token(gateway: Gateway, idp: Idp) -> None:
    said = whoami(gateway, token(idp, "dana@example.com"))
    assert "user:       dana@example.com    from the claim 'preferred_username'" in said
    assert "groups:     analysts    from the claim 'realm_access.roles'" in said
    assert "allow analysts-read-tickets: read (collections " in said
    tree = json.loads(whoami(gateway, token(idp, "dana@example.com"), "--json"))
    assert {"data-owners-work", "data-owners-ask-before-bulk-deletes"}.isdisjoint(
        rule["rule"] for rule in tree["rules"]
    )
    assert all("where" not in rule for rule in tree["rules"] if rule["effect"] == "deny")


def test_whoami_names_the_claims_there_are_where_the_groups_are_not(gateway: Gateway, idp: Idp, tmp_path: Path) -> None:
    said = whoami(gateway, idp.token("4711", ["analysts"], preferred_username="uma"))
    assert "none (the token has no claim 'realm_access.roles'; it has aud, exp, groups," in said


def test_whoami_of_nobody_is_refused(gateway: Gateway, stack: Stack) -> None:
    assert gateway.ask("GET", "/.vecgate/v1/whoami").code == "identity.missing"
    assert gateway.ask("GET", "/.vecgate/v1/whoami", token=stack.token("alice")).code == "identity.invalid"

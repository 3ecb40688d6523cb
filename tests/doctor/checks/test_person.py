"""One person's whole way: it is clear on the stack, and each thing in it that is misspelt or missing is told."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from demo.settings import UPSTREAM
from demo.stack import Stack
from support.servers.doors import all_ok, problems, warnings
from support.servers.idp import Idp, issuer_of, running_idp
from support.servers.ready import ready_for
from vecgate.doctor import Finding
from vecgate.doctor.checks import person
from vecgate.domain.principal import Secret
from vecgate.settings.file import Settings
from vecgate.settings.issuers import Introspection
from vecgate.settings.policies import Policies


async def check(settings: Settings, token: str) -> list[Finding]:
    async with ready_for(settings) as ready:
        return await person.check(settings, ready.leases, (UPSTREAM,), Secret(token), time.time, ready.own.read)


def told(settings: Settings, **issuer: Any) -> Settings:
    changed = settings.issuers[0].model_copy(update=issuer)
    return settings.model_copy(update={"issuers": (changed,)})


async def test_the_way_of_alice_is_clear(settings: Settings, stack: Stack) -> None:
    found = await check(settings, stack.token("alice"))
    assert all_ok(found)
    said = " ".join(one.found for one in found)
    assert "It is of alice (groups: analysts); rules about them: " in said
    assert "analysts-read-tickets (allow)" in said
    assert "alice gets a credential, through the gateway's word." in said
    assert found[-1].found == "It takes alice's credential and answers."


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"audience": "other"}, ["Its 'aud' is 'vecgate', and issuers.audience is 'other'", "refuses it"]),
        ({"user_claim": "prefered_username"}, ["no claim 'prefered_username'", "refuses it (identity.invalid)"]),
        ({"groups_claim": "grups"}, ["no claim 'grups', so this person is in no group"]),
        ({"issuer": "https://login.test"}, ["which the settings do not have"]),
        ({"types": ("jwt",)}, ["its 'typ' is not accepted"]),
        ({"algorithms": ("RS256",)}, ["its 'alg' is not accepted"]),
    ],
)
async def test_what_is_misspelt_in_the_settings_is_told(
    settings: Settings, stack: Stack, wrong: dict[str, Any], words: list[str]
) -> None:
    said = problems(await check(told(settings, **wrong), stack.token("alice")))
    assert all(any(word in text for text in said) for word in words)


async def test_the_claims_that_could_be_meant_are_named_the_likeliest_first(settings: Settings, stack: Stack) -> None:
    wrong = told(settings, user_claim="prefered_username", groups_claim="grups")
    todos = [one.todo for one in await check(wrong, stack.token("alice"))]
    assert any("user_claim name one of: 'preferred_username', " in todo for todo in todos)
    assert any("groups_claim name one of: 'groups'" in todo for todo in todos)


@pytest.fixture(scope="module")
def idp() -> Iterator[Idp]:
    with running_idp() as running:
        yield running


def of(idp: Idp, settings: Settings, **issuer: Any) -> Settings:
    return settings.model_copy(update={"issuers": (issuer_of(idp, **issuer),)})


async def test_lists_inside_objects_are_found(settings: Settings, idp: Idp) -> None:
    token = idp.token("ann", realm_access={"roles": ["analysts"]}, amr=["pwd"])
    wrong = of(idp, settings, groups_claim="realm_acces.roles")
    (todo,) = [one.todo for one in await check(wrong, token) if "groups_claim" in one.todo]
    assert todo == "Let issuers.groups_claim name one of: 'realm_access.roles', 'groups'."


async def test_a_name_that_gets_no_certificate_is_told_with_the_stores_own_words(settings: Settings, idp: Idp) -> None:
    (said,) = problems(await check(of(idp, settings), idp.token("*", ["analysts"])))
    assert said == "There is no certificate in the name *: common name * not allowed by this role."


async def test_who_is_in_no_rule_is_told(settings: Settings, idp: Idp, tmp_path: Path) -> None:
    empty = tmp_path / "policies"
    empty.mkdir()
    rule = "{name: r, who: {groups: [g]}, where: {collections: [c]}, operations: [read], effect: deny}"
    (empty / "p.yaml").write_text(f"version: 1\nrules:\n  - {rule}\n")
    wrong = of(idp, settings).model_copy(update={"policies": Policies(folder=empty)})
    (said,) = problems(await check(wrong, idp.token("ann", ["g"])))
    assert said == "No rule allows ann (groups: g) anything."
    (empty / "p.yaml").write_text("version: 2")
    (said,) = warnings(await check(wrong, idp.token("ann", ["g"])))
    assert said == "It is of ann (groups: g)."


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "....."])
async def test_what_is_no_token_is_told_and_not_quoted(settings: Settings, text: str) -> None:
    (said,) = problems(await check(settings, text))
    assert said == "What is in the file is no JWT."


async def test_an_ended_one_is_told(settings: Settings, idp: Idp) -> None:
    now = int(time.time())
    (said,) = problems(await check(of(idp, settings), idp.token("ann", ["g"], iat=now - 900, exp=now - 600)))
    assert "identity.expired" in said


async def test_one_that_says_nothing_itself_is_asked_about_with_the_secret_that_vault_has(
    settings: Settings, idp: Idp, tmp_path: Path
) -> None:
    """As the gateway asks: by a secret of a file, or of Vault, which is asked (here its own token may not read it)."""
    now = int(time.time())
    idp.opaque["opaque-ann"] = {
        "active": True, "sub": "ann", "aud": "vecgate", "iat": now, "exp": now + 600, "groups": ["analysts"],
    }  # fmt: skip
    secret = tmp_path / "secret"
    secret.write_text("s3cret")
    how = Introspection(url=f"{idp.issuer}/introspect", client_id="vecgate", secret_file=secret)
    found = await check(of(idp, settings, introspection=how), "opaque-ann")
    assert all_ok(found), found
    how = Introspection(url=f"{idp.issuer}/introspect", client_id="vecgate", secret_path="secret/data/vecgate/x")
    (said,) = problems(await check(of(idp, settings, introspection=how), "opaque-ann"))
    assert "cannot be read" in said
    assert "it is not asked here" not in said

"""OpenBao: reached, unsealed, logged in to, and with the rights the gateway needs and no others."""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from demo import certs
from demo.settings import UPSTREAM
from support.fakes.clock import Clock
from support.servers import doors
from support.servers.devbao import ROOT, DevBao, dev_bao
from support.servers.doors import all_ok, problems, warnings
from support.servers.ready import Ready, ready_for
from vecgate.doctor import Finding
from vecgate.doctor.checks import bao
from vecgate.domain.principal import Secret
from vecgate.settings.file import Settings
from vecgate.settings.masking import Masking
from vecgate.settings.vault import Vouch
from vecgate.vault.client import VaultClient

KEY = "transit/decrypt/vecgate-journal"


async def check(ready: Ready, now: Callable[[], float] = time.time) -> list[Finding]:
    return await bao.check(ready.settings, ready.client, ready.own, now, (UPSTREAM,))


def changed(settings: Settings, **vault: Any) -> Settings:
    return settings.model_copy(update={"vault": settings.vault.model_copy(update=vault)})


async def with_vault(settings: Settings, **vault: Any) -> list[Finding]:
    async with ready_for(changed(settings, **vault)) as ready:
        return await check(ready)


async def test_the_stacks_is_in_order(ready: Ready) -> None:
    assert all_ok(await check(ready))


async def test_under_which_version_marks_are_made_and_which_is_the_newest(ready: Ready) -> None:
    key = ready.settings.masking.key
    assert re.search(rf"Marks are made under version 1 of {key}; the newest is \d+\.'", str(await check(ready)))


@pytest.fixture(scope="module")
def dev(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DevBao]:
    with dev_bao(tmp_path_factory.mktemp("bao")) as server:
        yield server


@pytest.mark.parametrize(
    ("pinned", "least", "level", "said"),
    [
        (1, 1, "ok", "Marks are made under version 1 of KEY; the newest is 4."),
        (2, 1, "ok", "the newest is 4. What was stored under version 1 is found, too."),
        (4, 1, "ok", "the newest is 4. What was stored under versions 1 to 3 is found, too."),
        (
            4,
            2,
            "warning",
            "under versions 2 to 3 is found, too. Version 1 and those",
        ),
        (4, 4, "warning", "the newest is 4. Version 3 and those before it are retired: what was stored under them is"),
    ],
)
async def test_which_versions_are_looked_under(
    dev: DevBao, settings: Settings, pinned: int, least: int, level: str, said: str
) -> None:
    key = f"key-{pinned}-{least}"
    dev.call("POST", f"transit/keys/{key}", {"type": "hmac", "key_size": 32})
    for _ in range(3):
        dev.call("POST", f"transit/keys/{key}/rotate")
    dev.call("POST", f"transit/keys/{key}/config", {"min_decryption_version": least})
    masking = settings.masking.model_copy(update={"key": key, "key_version": pinned})

    class Own:
        async def get(self) -> Secret:
            return Secret(ROOT)

    async with VaultClient(dev.url, None, 10) as client:
        (found,) = await bao._versions(settings.model_copy(update={"masking": masking}), client, Own())  # type: ignore[arg-type]
    assert found.level == level
    assert said.replace("KEY", key) in found.found


async def test_a_version_that_is_not_given_out_is_a_problem(settings: Settings) -> None:
    masking = settings.masking.model_copy(update={"key_version": 99})
    async with ready_for(settings.model_copy(update={"masking": masking})) as ready:
        (said,) = problems(await check(ready))
    assert "Marks cannot be made: masking key: version 99 of masking.key is not given out" in said


async def test_one_that_is_away(settings: Settings) -> None:
    async with doors.listening(doors.mute) as port:
        pass
    (said,) = problems(await with_vault(settings, url=f"https://127.0.0.1:{port}"))
    assert "connection refused" in said


async def test_one_whose_certificate_is_a_strangers(settings: Settings, tmp_path: Path) -> None:
    ca = certs.make_ca(tmp_path, "a stranger")
    (said,) = problems(await with_vault(settings, ca=ca))
    assert "does not verify" in said


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"{}", "is not OpenBao"),
        (b"<html>", "is not OpenBao"),
        (b'{"initialized":false,"sealed":true}', "is not initialised"),
        (b'{"initialized":true,"sealed":true}', "is sealed"),
    ],
)
async def test_one_that_is_not_ready_or_something_else(
    settings: Settings, tmp_path: Path, body: bytes, words: str
) -> None:
    dated = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
    async with doors.listening(doors.http(dated), doors.open_context(tmp_path)) as port:
        found = await with_vault(settings, url=f"https://127.0.0.1:{port}", ca=tmp_path / "ca.pem")
    assert [said for said in problems(found) if words in said]
    assert any("does not tell its time" in said for said in warnings(found))


async def test_in_the_clear_is_a_problem(settings: Settings) -> None:
    async with doors.listening(doors.http()) as port:
        assert any(
            "in the clear" in said for said in problems(await with_vault(settings, url=f"http://127.0.0.1:{port}"))
        )


async def test_clocks_that_differ(ready: Ready) -> None:
    (said,) = problems(await check(ready, Clock(time.time() - 600)))
    assert "behind that of OpenBao" in said


async def test_a_secret_id_that_is_wrong_or_open(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "secret-id"
    file.write_text("of-nobody")
    file.chmod(0o644)
    found = await with_vault(settings, secret_id_file=file)
    mode, login = problems(found)
    assert "open to every user" in mode
    assert "cannot log in at auth/approle" in login
    assert "of-nobody" not in str(found)


@pytest.mark.parametrize(
    ("told", "todo"), [({"approle_mount": "none"}, "vault.approle_mount"), ({"namespace": "none"}, "vault.namespace")]
)
async def test_a_mount_or_a_namespace_that_there_is_not(settings: Settings, told: dict[str, Any], todo: str) -> None:
    (login,) = [one for one in await with_vault(settings, **told) if "cannot log in" in one.found]
    assert todo in login.todo


async def test_a_secret_id_that_is_not_there(settings: Settings, tmp_path: Path) -> None:
    found = problems(await with_vault(settings, secret_id_file=tmp_path / "none"))
    assert any("cannot log in" in said for said in found)


def test_what_it_needs_and_must_not_have(settings: Settings) -> None:
    assert bao.needed(settings)[0] == "transit/datakey/plaintext/vecgate-journal"
    assert KEY in bao.forbidden(settings, ())
    for role in ("vecgate-client", "vecgate-gateway"):
        assert f"pki/issue/{role}" in bao.forbidden(settings, (UPSTREAM,))


def test_a_key_in_transit_may_be_used_to_sign_but_not_taken(settings: Settings) -> None:
    kept = changed(settings, vouch=Vouch(transit_key="vouch"))
    assert "transit/sign/vouch" in bao.needed(kept)
    assert "transit/export/signing-key/vouch" in bao.forbidden(kept, ())


def test_the_key_of_masked_values_may_be_used_but_not_taken_or_changed(settings: Settings) -> None:
    keyed = settings.model_copy(update={"masking": Masking(key="vecgate-masking")})
    assert "transit/hmac/vecgate-masking" in bao.needed(keyed)
    paths = {"transit/export/hmac-key/vecgate-masking", "transit/keys/vecgate-masking/rotate"}
    assert paths <= set(bao.forbidden(keyed, ()))
    assert paths.isdisjoint(bao.forbidden(settings.model_copy(update={"masking": Masking()}), ()))


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ({}, ["may not update a", "may use b"]),  # nothing told is no reason to be calm
        ({"a": ["update"], "b": ["deny"]}, []),
        ({"a": ["root"], "b": ["root"]}, ["may use b"]),
        ({"a": ["deny"], "b": ["deny"]}, ["may not update a"]),
        ({"a": ["read"], "b": ["update"]}, ["may not update a", "may use b"]),
        ({"a": "update", "b": "deny"}, ["may not update a", "may use b"]),
        ({"a": ["update"], "b": ["read"]}, ["may use b"]),
    ],
)
def test_rights_are_judged_by_what_the_server_says(found: dict[str, Any], words: list[str]) -> None:
    said = problems(bao._judge(found, ("a",), {"b": "do harm"}))
    assert len(said) == len(words)
    assert all(word in text for word, text in zip(words, said, strict=True))


async def test_a_token_that_may_unseal_recordings_is_a_problem(ready: Ready, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same question, with a path that the gateway's token may use in the place of one it must not."""
    may: dict[str, str] = {"transit/datakey/plaintext/vecgate-journal": "get credentials"}
    monkeypatch.setattr(bao, "forbidden", lambda *_: may)
    (said,) = problems(await check(ready))
    assert "whoever takes the gateway over could get credentials" in said

"""Who may read the originals? Their own login decides, and that they asked is recorded before they can.

The person logs in at OpenBao with their own token; the auditors' role there may use `transit/decrypt`, the
gateway's may not. Each attempt is a small journal of its own beside the sessions, chained like them.
"""

import contextlib
import os
import time
from collections.abc import Iterable
from typing import Any, Final

import jwt

from vecgate.domain.call import Json
from vecgate.domain.claims import ABSENT, claim
from vecgate.domain.principal import Secret
from vecgate.recording.journal import Journal, encode, make_folder
from vecgate.recording.opening import UNSEALED, begin
from vecgate.recording.read import Recorded
from vecgate.recording.seal import DataKey, unwrap
from vecgate.recording.session import Caller
from vecgate.refusals.errors import Part, Unavailable, VaultDenied
from vecgate.settings.file import Settings
from vecgate.vault.client import VaultClient

_SHOWN: Final = ("entity_id", "metadata", "token_policies")


class UnsealRefused(Unavailable):
    """The originals stay sealed."""

    def __init__(self, detail: str) -> None:
        super().__init__(Part.UNSEAL, detail)


async def key(settings: Settings, recorded: Recorded, token: Secret) -> DataKey:
    """The data key of a session. Raises UnsealRefused; Unavailable('journal') if it cannot be recorded."""
    vault = settings.vault
    journal = _open_journal(settings)
    try:
        async with VaultClient.of(vault) as client:
            return await _key(settings, client, journal, recorded, token)
    finally:
        journal.close()


async def keys(settings: Settings, sessions: Iterable[Recorded], token: Secret) -> dict[str, DataKey]:
    """The data keys of sessions, to check their MACs with; those that cannot be had are left out.

    Raises UnsealRefused when the login is no auditor's; Unavailable('journal') if it cannot be recorded.
    """
    wanted = {one.session: one for one in sessions if isinstance(one.opened.get("key"), dict)}
    vault, found, journal = settings.vault, dict[str, DataKey](), _open_journal(settings)
    try:
        async with VaultClient.of(vault) as client:
            auth = await _logged_in(settings, client, journal, token)
            about: dict[str, Json] = {name: auth.get(name) for name in _SHOWN}
            _note(journal, "session.verified", {"of": [*wanted], "uid": os.getuid(), "who": about})
            for session, recorded in wanted.items():
                with contextlib.suppress(VaultDenied, KeyError, TypeError):
                    found[session] = await _unwrap(client, recorded, Secret(auth["client_token"]))
    finally:
        journal.close()
    return found


async def _logged_in(settings: Settings, client: VaultClient, journal: Journal, token: Secret) -> dict[str, Any]:
    try:
        return await _login(settings, client, token)
    except (VaultDenied, UnsealRefused) as e:
        about: dict[str, Json] = {"uid": os.getuid(), "claimed": _claims(settings, token), "why": str(e)}
        _note(journal, "session.unseal_denied", about)
        raise UnsealRefused("your login may not check what was recorded; this was recorded") from e


def _open_journal(settings: Settings) -> Journal:
    make_folder(settings.recording.folder)
    nobody = Caller("", UNSEALED, "command line", "vecgate")
    return begin(settings.recording, time.time(), nobody, None, kind=UNSEALED)


async def _key(settings: Settings, client: VaultClient, journal: Journal, recorded: Recorded, token: Secret) -> DataKey:
    claims = _claims(settings, token)
    about: dict[str, Json] = {"of": recorded.session, "uid": os.getuid(), "claimed": claims}
    try:
        auth = await _login(settings, client, token)
        # The login was accepted: OpenBao has checked the token, so its claims are facts now.
        about["who"] = {**claims, **{name: auth.get(name) for name in _SHOWN}}
        del about["claimed"]
        # Written first: nobody can have read what is not recorded as read.
        _note(journal, "session.unsealed", about)
        return await _unwrap(client, recorded, Secret(auth["client_token"]))
    except VaultDenied as e:
        _note(journal, "session.unseal_denied", {**about, "why": str(e)})
        raise UnsealRefused(f"your login may not read the originals of {recorded.session}; this was recorded") from e
    except Unavailable as e:
        if e.part != Part.JOURNAL:
            _note(journal, "session.unseal_denied", {**about, "why": str(e)})
        raise


def _claims(settings: Settings, token: Secret) -> dict[str, Json]:
    """Whom the token says it is for, not checked here. `user` is the name that person has in all other records."""
    try:
        claims = jwt.decode(token.reveal(), options={"verify_signature": False})
    except jwt.InvalidTokenError:
        return {}
    users = [issuer.user_claim for issuer in settings.issuers if issuer.issuer == claims.get("iss")]
    found = [("iss", claims.get("iss", ABSENT)), ("sub", claims.get("sub", ABSENT))]
    found += [("user", claim(claims, name)) for name in users]
    return {name: str(value)[:200] for name, value in found if value is not ABSENT}


async def _login(settings: Settings, client: VaultClient, token: Secret) -> dict[str, Any]:
    body = {"role": settings.vault.auditor_role, "jwt": token.reveal()}
    reply = await client.call("POST", f"auth/{settings.vault.jwt_mount}/login", body=body)
    auth = reply.get("auth")
    if not isinstance(auth, dict) or "client_token" not in auth:
        raise UnsealRefused("the login was not answered with a token")
    return auth


async def _unwrap(client: VaultClient, recorded: Recorded, token: Secret) -> DataKey:
    key = recorded.opened.get("key")
    if not isinstance(key, dict):
        raise UnsealRefused(f"session {recorded.session} holds no sealed originals")
    return await unwrap(client, token, str(key["mount"]), str(key["name"]), str(key["wrapped"]))


def _note(journal: Journal, code: str, body: dict[str, Json]) -> None:
    journal.append(time.time(), code, "", encode(body))

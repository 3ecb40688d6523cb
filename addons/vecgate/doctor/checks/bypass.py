"""Can anybody get a credential at OpenBao without the gateway? Every login it is known to have is tried from outside.

With no token, with a forged one, and, where the doctor was given one, with a person's: nothing may answer.
"""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from vecgate.credentials.kinds.vault_pki.options import Options
from vecgate.doctor.finding import Finding, ok, problem, warning
from vecgate.domain.principal import Secret
from vecgate.refusals.errors import Unavailable, VaultDenied
from vecgate.settings.file import Settings
from vecgate.settings.issuers import Issuer
from vecgate.vault.client import VaultClient

ABOUT: Final = "around OpenBao"
_TODO: Final = "Remove that role or bind it to something else: OpenBao may trust nothing but the gateway's own word."
_NOBODY: Final = "doctor.vecgate.invalid"
#: Where logins with a JWT usually are, beside those in the settings.
_USUAL_MOUNTS: Final = ("jwt", "oidc", "vecgate")
#: Roles that set-ups have or had, beside those in the settings; without one, the mount's default counts.
_USUAL_ROLES: Final = ("vecgate", "default", "")


@dataclass(frozen=True, slots=True)
class Key:
    """What somebody outside may try with."""

    whose: str
    user: str
    token: str = field(repr=False)
    token_is_good: bool = False


async def check(
    settings: Settings, client: VaultClient, now: float, login_token: Secret | None = None
) -> list[Finding]:
    """`login_token` is a person's, as they send it to the gateway. `now`: seconds since the epoch."""
    keys = [_forged(issuer, int(now)) for issuer in settings.issuers]
    if login_token is not None:
        keys.append(Key("the login token you gave", _user_of(login_token), login_token.reveal(), token_is_good=True))
    found = []
    try:
        for key in keys:
            found += await _logins(settings, client, key)
        found += [problem(ABOUT, said, _TODO) async for said in _issues(settings, client, None, _NOBODY)]
    except Unavailable as e:
        todo = "See what is said about OpenBao; then run this again."
        return [warning(ABOUT, f"It could not be tried whether somebody gets past the gateway ({e}).", todo)]
    if found:
        return found
    tried = ", ".join(["no token", *dict.fromkeys(key.whose for key in keys)])
    return [ok(ABOUT, f"Nothing opens there without the gateway (tried with: {tried}).")]


def mounts(settings: Settings) -> tuple[str, ...]:
    """Every mount where a JWT might be taken."""
    vault = settings.vault
    return tuple(dict.fromkeys((vault.vouch.mount, vault.jwt_mount, *_USUAL_MOUNTS)))


def roles(settings: Settings) -> tuple[str, ...]:
    """Every role that might be there; the empty one is the mount's default."""
    vault = settings.vault
    credentials = [one.credential for one in settings.upstreams.values()]
    named = [role for told in credentials for role in (told.role, told.gateway_role)]
    known = (vault.vouch.role, vault.vouch.gateway_role, vault.auditor_role, *named, *_USUAL_ROLES)
    return tuple(dict.fromkeys(known))


def _forged(issuer: Issuer, now: int) -> Key:
    """As that issuer's tokens look, signed with a key of nobody."""
    claims = {"iss": issuer.issuer, "aud": [*issuer.audiences], "sub": _NOBODY, "iat": now, "nbf": now, "exp": now + 60}
    claims |= {issuer.user_claim: _NOBODY, "user": _NOBODY}
    signed = jwt.encode(claims, ec.generate_private_key(ec.SECP256R1()), "ES256")
    return Key("a forged token", _NOBODY, signed)


def _user_of(token: Secret) -> str:
    try:
        claims = jwt.decode(token.reveal(), options={"verify_signature": False})
    except jwt.InvalidTokenError:
        return _NOBODY
    named = (claims.get(name) for name in ("preferred_username", "email", "name", "sub"))
    return next((name for name in named if isinstance(name, str)), _NOBODY)


async def _logins(settings: Settings, client: VaultClient, key: Key) -> list[Finding]:
    vault, found = settings.vault, []
    for mount in mounts(settings):
        for role in roles(settings):
            body: dict[str, Any] = {"jwt": key.token} | ({"role": role} if role else {})
            try:
                token, _ = await client.login(mount, body)
            except (VaultDenied, KeyError, TypeError):
                continue
            got = [problem(ABOUT, said, _TODO) async for said in _issues(settings, client, token, key.user)]
            if (mount, role) == (vault.jwt_mount, vault.auditor_role) and key.token_is_good:
                said = (
                    f"The login token you gave opens recordings, as {role!r} at auth/{mount}: {key.user} is an auditor."
                )
                todo = f"If {key.user} is none, bind that role to auditors ('bound_claims')."
                found.append(warning(ABOUT, said, todo))
            else:
                as_role = f"role {role!r}" if role else "its default role"
                said = f"auth/{mount} lets {key.whose} log in, as {as_role}, without the gateway."
                found.append(problem(ABOUT, said, _TODO))
            found += got
    return found


async def _issues(settings: Settings, client: VaultClient, token: Secret | None, user: str) -> AsyncIterator[str]:
    for path in dict.fromkeys(_paths(settings)):
        try:
            await client.call("POST", path, token=token, body={"common_name": user, "ttl": "60s"})
        except VaultDenied:
            continue
        yield f"Whoever does so gets a certificate for the database from {path}, in the name {user}."


def _paths(settings: Settings) -> Iterator[str]:
    for told in (one.credential for one in settings.upstreams.values()):
        if isinstance(told, Options):
            yield from told.issuing

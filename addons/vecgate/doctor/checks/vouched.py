"""Does the gateway's word count at OpenBao: for people, for itself, and only as it is meant?

It is tried for nobody in particular: a name that no login service gives.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from vecgate.credentials import kinds, vouching
from vecgate.credentials.kinds.vault_pki.options import Options
from vecgate.credentials.vouching import GATEWAY_NAME, Caller, Voucher
from vecgate.doctor import files
from vecgate.doctor.checks import bao
from vecgate.doctor.finding import Finding, ok, problem, warning
from vecgate.domain.principal import Secret
from vecgate.refusals.errors import Unavailable, VaultDenied
from vecgate.settings.file import Settings
from vecgate.vault.client import VaultClient
from vecgate.vault.own_token import OwnToken

ABOUT: Final = "vouched login"
#: One entity of this name comes to be at the server, without any right of its own.
NOBODY: Final = Caller("vecgate doctor", "doctor.vecgate.invalid")
MAIL: Final = Caller("vecgate doctor", "doctor@vecgate.invalid")
_LONGEST: Final = 600
_ROTATED: Final = "Give the mount the public key that belongs to vault.vouch (.github/settings.md tells how)."
#: What to do, by what is found in what the server says.
_BY_SAID: Final[Mapping[str, str]] = {
    "transit/sign": "Correct vault.vouch.transit_key, or let the gateway's policy update that path.",
    "namespace not found": bao.NAMESPACE,
    "could not be found": "Correct vault.vouch.role and gateway_role, or make them (.github/settings.md tells how).",
    "audience": "Bind the roles to the audience vault.vouch.audience (left out: vault.url).",
    "(iss)": "Bind the mount to vault.vouch.issuer.",
    "permission denied": "Correct vault.vouch.mount, or mount the JWT login there (.github/settings.md tells how).",
}
#: What must not be taken, by what it would mean.
_WRONG: Final[Mapping[str, Mapping[str, Any]]] = {
    "for another audience": {"aud": "https://elsewhere.invalid"},
    "of another issuer": {"iss": "vecgate.invalid"},
    "that has ended a second ago": {"exp": -1},
    "whose time has not come": {"nbf": 30, "iat": 30},
}


async def check(
    settings: Settings, client: VaultClient, own: OwnToken, now: Callable[[], float], upstreams: tuple[str, ...]
) -> list[Finding]:
    """The key, both logins, what they issue, how the mount is bound."""
    vouch = settings.vault.vouch
    voucher = Voucher(client, settings.vault, own, now)
    found = [files.secret(ABOUT, vouch.key_file, "The key that vouches")] if vouch.key_file else []
    try:
        token = (await voucher.login(NOBODY, vouch.role)).secret
        await voucher.login(Caller(GATEWAY_NAME, GATEWAY_NAME), vouch.gateway_role)
    except Unavailable as e:
        todo = "See what is said about OpenBao, and put a private key (PEM, 0600) into vault.vouch.key_file."
        return [*found, problem(ABOUT, f"The gateway cannot vouch for anybody: {e}.", todo)]
    except VaultDenied as e:
        said = f"OpenBao does not take the gateway's word ({e}: {e.said or 'no reason was given'})."
        return [*found, problem(ABOUT, said, _todo(e))]
    found.append(ok(ABOUT, f"auth/{vouch.mount} takes the gateway's word, for people and for itself."))
    told = [(name, settings.upstreams[name].credential) for name in upstreams]
    by_pki = [(name, one.issuing[0]) for name, one in told if isinstance(one, Options)]
    found += [one for name, path in by_pki for one in await _issue(name, path, settings, client, voucher, token)]
    for name, one in told:
        found += [await _read(name, path, client, token) for path in kinds.load(one.kind).tried(one)]
    return [*found, *await _refused(settings, client, voucher, now()), *await _bound(settings, client, own)]


async def _issue(
    name: str, path: str, settings: Settings, client: VaultClient, voucher: Voucher, token: Secret
) -> list[Finding]:
    try:
        await client.call("POST", path, token=token, body=_body(NOBODY))
    except (VaultDenied, Unavailable) as e:
        said = f"People get no credential from {path} ({e}: {getattr(e, 'said', '') or 'no reason was given'})."
        todo = f"Correct upstreams.{name}.credential.role; let the policy of that login update it, for its own name."
        return [problem(name, said, todo)]
    try:
        other = (await voucher.login(MAIL, settings.vault.vouch.role)).secret
        await client.call("POST", path, token=other, body=_body(MAIL))
    except (VaultDenied, Unavailable):
        todo = "Add 'email' to 'cn_validations' of that role, if 'user_claim' gives such names."
        return [warning(name, f"People who are called like a mail address get no credential from {path}.", todo)]
    return [ok(name, f"People get credentials from {path}, also when they are called like a mail address.")]


async def _read(name: str, path: str, client: VaultClient, token: Secret) -> Finding:
    try:
        await client.call("GET", path, token=token)
    except (VaultDenied, Unavailable) as e:
        said = f"People get no credential from {path} ({e}: {getattr(e, 'said', '') or 'no reason was given'})."
        todo = f"Correct the roles of upstreams.{name}.credential; let the policy of that login read it."
        return problem(name, said, todo)
    return ok(name, f"People get credentials from {path}.")


def _body(caller: Caller) -> dict[str, Any]:
    return {"common_name": caller.user, "exclude_cn_from_sans": True, "ttl": "60s"}


async def _refused(settings: Settings, client: VaultClient, voucher: Voucher, now: float) -> list[Finding]:
    """Words of the gateway's own that the mount must not take."""
    vouch, found = settings.vault.vouch, []
    for what, changed in _WRONG.items():
        later = {name: value if isinstance(value, str) else int(now) + value for name, value in changed.items()}
        signed = await voucher.sign(vouching.claims(settings.vault, NOBODY, now) | later)
        try:
            await client.login(vouch.mount, {"role": vouch.role, "jwt": signed})
        except (VaultDenied, Unavailable):
            continue
        todo = "Bind the mount to vault.vouch.issuer, its roles to the audience, and set all three leeways to -1."
        found.append(problem(ABOUT, f"auth/{vouch.mount} takes a JWT {what}.", todo))
    return found or [ok(ABOUT, f"auth/{vouch.mount} refuses what is not meant for it, or not for now.")]


async def _bound(settings: Settings, client: VaultClient, own: OwnToken) -> list[Finding]:
    vouch = settings.vault.vouch
    try:
        token = await own.get()
        config = (await client.call("GET", f"auth/{vouch.mount}/config", token=token))["data"]
        roles = {
            name: (await client.call("GET", f"auth/{vouch.mount}/role/{name}", token=token))["data"]
            for name in (vouch.role, vouch.gateway_role)
        }
    except (VaultDenied, Unavailable, KeyError):
        todo = (
            f"Let the gateway's policy read auth/{vouch.mount}/config and auth/{vouch.mount}/role/*, or look by hand."
        )
        return [warning(ABOUT, f"It cannot be told how auth/{vouch.mount} is bound.", todo)]
    found = [*_keys(vouch.mount, config), *(one for name, role in roles.items() for one in _role(name, role))]
    return found or [ok(ABOUT, f"auth/{vouch.mount} trusts fixed keys, from the gateway's address, for a short login.")]


def _todo(error: VaultDenied) -> str:
    said = f"{error} {error.said}"
    return next((todo for word, todo in _BY_SAID.items() if word in said), _ROTATED)


def _keys(mount: str, config: Mapping[str, Any]) -> Iterator[Finding]:
    if any(config.get(name) for name in ("jwks_url", "oidc_discovery_url", "jwks_pairs")):
        todo = "Give it 'jwt_validation_pubkeys' with the gateway's public key, and nothing else."
        yield problem(ABOUT, f"auth/{mount} trusts the keys of a login service.", todo)


def _role(name: str, role: Mapping[str, Any]) -> Iterator[Finding]:
    if not role.get("token_bound_cidrs"):
        todo = "Set its 'token_bound_cidrs' to the gateway's addresses."
        yield problem(ABOUT, f"Role {name!r} can be used from every address.", todo)
    lives = [role.get(key) or 0 for key in ("token_ttl", "token_max_ttl", "token_explicit_max_ttl")]
    if not any(0 < life <= _LONGEST for life in lives) or role.get("token_period"):
        todo = "Set its 'token_ttl' and 'token_max_ttl' to a minute."
        yield problem(ABOUT, f"Role {name!r} gives logins of more than {_LONGEST} seconds.", todo)

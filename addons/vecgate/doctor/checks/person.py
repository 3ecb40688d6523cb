"""Does this person get through? Their whole way with one login token: claims, rules, vouched login, database.

The token is sent nowhere from here; what is said of it are names of claims, the audience, the user and groups.
"""

import difflib
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import jwt

from vecgate.api.whoami import in_words, rules
from vecgate.credentials.leases import Leases
from vecgate.doctor.checks import upstream
from vecgate.doctor.finding import Finding, ok, problem, warning
from vecgate.domain.claims import ABSENT, claim
from vecgate.domain.principal import Principal, Secret
from vecgate.identity.client_secret import Read, no_vault
from vecgate.identity.envelope import is_opaque
from vecgate.identity.verifier import Verifier
from vecgate.policy import load
from vecgate.refusals.errors import NameRefused, PolicyError, TokenInvalid, Unavailable, VaultDenied
from vecgate.settings.file import Settings
from vecgate.settings.issuers import Issuer

ABOUT: Final = "login token"
_DEEPEST: Final = 4
_NOT_GROUPS: Final = frozenset({"aud", "amr"})


async def check(
    settings: Settings,
    leases: Leases,
    upstreams: tuple[str, ...],
    token: Secret,
    now: Callable[[], float],
    read: Read = no_vault,
) -> list[Finding]:
    """Stops where the next step needs the one that failed. `read`: as the gateway reads secrets of clients in Vault."""
    asked = next((one for one in settings.issuers if one.introspection), None)
    try:
        claims: dict[str, Any] = jwt.decode(token.reveal(), options={"verify_signature": False})
    except jwt.InvalidTokenError:
        if asked is None or not is_opaque(token.reveal()):
            todo = "Give it the token that people send as their key."
            return [problem(ABOUT, "What is in the file is no JWT.", todo)]
        claims = {"iss": asked.issuer}  # it says nothing itself
    issuer = next((one for one in settings.issuers if one.issuer == claims.get("iss")), None)
    if issuer is None:
        known = ", ".join(one.issuer for one in settings.issuers)
        todo = f"Let issuers.issuer be exactly the 'iss' of its tokens. There are: {known}."
        return [problem(ABOUT, f"It is of the issuer {claims.get('iss')!r}, which the settings do not have.", todo)]
    found = list(_claims(claims, issuer)) if len(claims) > 1 else []
    principal = await _proven(settings, token, now, read, found)
    if principal is None:
        return found
    found += _rules(settings, principal, issuer, now())
    for name in upstreams:
        found += await _way(name, settings, leases, principal, now)
    return found


def _claims(claims: Mapping[str, Any], issuer: Issuer) -> Iterator[Finding]:
    """What of it the settings do not fit, each with what would."""
    said = claims.get("aud")
    audiences = said if isinstance(said, list) else [said]
    if not set(issuer.audiences).intersection(str(one) for one in audiences):
        todo = "Let issuers.audience be one of these, if it means this gateway; or have tokens issued for it."
        named = ", ".join(map(repr, audiences))
        wanted = ", ".join(map(repr, issuer.audiences))
        yield problem(ABOUT, f"Its 'aud' is {named}, and issuers.audience is {wanted}.", todo)
    texts = [name for name, value in _places(claims) if isinstance(value, str)]
    if claim(claims, issuer.user_claim) is ABSENT:
        todo = f"Let issuers.user_claim name one of: {_near(issuer.user_claim, texts)}."
        yield problem(ABOUT, f"It has no claim {issuer.user_claim!r}, which names the user.", todo)
    if claim(claims, issuer.groups_claim) is ABSENT:
        todo = f"Let issuers.groups_claim name one of: {_near(issuer.groups_claim, _lists(claims))}."
        said_so = f"It has no claim {issuer.groups_claim!r}, so this person is in no group."
        yield problem(ABOUT, said_so, todo)


def _places(claims: Mapping[str, Any], before: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    for name, value in claims.items():
        yield before + name, value
        if isinstance(value, Mapping) and depth < _DEEPEST:
            yield from _places(value, f"{before}{name}.", depth + 1)


def _lists(claims: Mapping[str, Any]) -> list[str]:
    return [name for name, value in _places(claims) if isinstance(value, list) and name not in _NOT_GROUPS]


def _near(wanted: str, names: list[str]) -> str:
    """Those there are, the likeliest first."""
    likely = difflib.get_close_matches(wanted, names, n=len(names) or 1, cutoff=0.0)
    return ", ".join(map(repr, likely)) or "(there is none)"


async def _proven(
    settings: Settings, token: Secret, now: Callable[[], float], read: Read, found: list[Finding]
) -> Principal | None:
    verifier = Verifier(settings.issuers, now=now, longest=settings.limits.token)
    verifier.read = read
    await verifier.open()
    try:
        principal = await verifier.check(token)
    except TokenInvalid as e:
        todo = "Correct what is said of it here, or log in again."
        found.append(problem(ABOUT, f"The gateway refuses it ({e.code}): {e}.", todo))
        return None
    except Unavailable as e:
        found.append(problem(ABOUT, f"It cannot be checked: {e}.", "See what is said about its issuer."))
        return None
    finally:
        await verifier.close()
    left = principal.expires_at - now()
    found.append(ok(ABOUT, f"It is genuine, and good for {max(left, 0) / 60:.0f} minutes more."))
    return principal


def _rules(settings: Settings, principal: Principal, issuer: Issuer, now: float) -> Iterator[Finding]:
    who = in_words(principal, issuer)
    try:
        fitting = rules(principal, load(settings.policies.folder), now)
    except PolicyError:
        yield warning(ABOUT, f"It is of {who}.", "Correct the policies; then it can be told which are about them.")
        return
    if any(one.effect.value != "deny" for one in fitting):
        named = ", ".join(f"{one.rule.name} ({one.effect.value})" for one in fitting)
        yield ok(ABOUT, f"It is of {who}; rules about them: {named}.")
    else:
        todo = "Write one, or see whether groups and user are read from the right claims."
        yield problem(ABOUT, f"No rule allows {who} anything.", todo)


async def _way(
    name: str, settings: Settings, leases: Leases, principal: Principal, now: Callable[[], float]
) -> list[Finding]:
    try:
        lease = await leases.get(principal, name)
    except NameRefused as e:
        todo = "Let that role's 'cn_validations' and 'allowed_domains' take such names, or choose another user_claim."
        return [problem(name, f"There is no certificate in the name {e.user}: {e.said or e}.", todo)]
    except (VaultDenied, TokenInvalid) as e:
        said = getattr(e, "said", "") or "no reason was given"
        todo = "See what is said about the vouched login."
        return [problem(name, f"{principal.user} gets no credential ({e}: {said}).", todo)]
    except Unavailable as e:
        return [warning(name, f"A credential for {principal.user} could not be asked for ({e}).", "Run this again.")]
    got = ok(name, f"{principal.user} gets a credential, through the gateway's word.")
    spec = settings.upstreams[name]
    return [got, *(await upstream.connect(name, spec, lease.material, now(), f"{principal.user}'s"))[-1:]]

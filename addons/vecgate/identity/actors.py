"""Who acts for a token's owner? The chain in `act` (RFC 8693 section 4.1), read in full, or the token is refused.

The outermost acts now, on behalf of the one inside of it, and so on. What cannot be read in full could hide somebody
who approves; an actor twice, or one that is its own owner, is a loop; and what counts at the top alone (a right, an
audience, an end) has no place inside, where others may take it for one. What stands between issuer and subject where
one of another issuer is named (`#`) may not make one of them into one of the other.
"""

from collections.abc import Mapping
from typing import Any, Final

from vecgate.domain.claims import claim
from vecgate.domain.people import CALLED, folded
from vecgate.identity.envelope import usable
from vecgate.refusals.errors import TokenInvalid
from vecgate.settings.issuers import Issuer

#: Claims that say what a token is good for; `act` says who somebody is.
_NOT_INSIDE: Final = frozenset(
    ("_claim_names", "active", "aud", "authorization_details", "cnf", "entitlements", "events", "exp", "groups",
     "hasgroups", "iat", "may_act", "nbf", "permissions", "realm_access", "resource_access", "roles", "scope", "scp",
     "wids")
)  # fmt: skip


def check(claims: Mapping[str, Any], issuer: Issuer) -> None:
    """Raises TokenInvalid (`identity.chain`) for a chain that does not count."""
    own = {_key(claims, issuer), _key({"sub": claim(claims, issuer.user_claim)}, issuer)}
    seen = {*own}
    actor, deep = claims, 0
    while "act" in actor:
        actor, deep = actor["act"], deep + 1
        if not isinstance(actor, Mapping):
            raise _bad("an 'act' is not an object")
        if deep > issuer.actors:
            raise _bad(f"more than {issuer.actors} act in a row")
        _named(actor, issuer)
        key, called = _key(actor, issuer), {_key({**actor, "sub": actor.get(name, "")}, issuer) for name in CALLED}
        if key in seen or not own.isdisjoint(called):
            raise _bad("one acts for themselves")
        seen.add(key)


def _named(actor: Mapping[str, Any], issuer: Issuer) -> None:
    try:
        for name in ("sub", *(name for name in ("iss", *CALLED) if name in actor)):
            usable(actor.get(name), f"act.{name}")
    except TokenInvalid as e:
        raise _bad(str(e).removeprefix("its ")) from None
    known = (issuer.issuer, *issuer.actor_issuers)
    if actor.get("iss", issuer.issuer) not in known:
        raise _bad("'act.iss' is not accepted")
    if any(str(actor["sub"]).startswith(f"{one}#") for one in known):
        raise _bad("'act.sub' names another issuer's")
    if inside := sorted((_NOT_INSIDE | _read(issuer)).intersection(actor)):
        raise _bad(f"'{inside[0]}' stands inside of 'act'")


def _read(issuer: Issuer) -> frozenset[str]:
    """Claims of this issuer's tokens that are read at the top, whatever they are called: rights, and a name that is not
    looked for inside, where it could hide somebody who approves."""
    called = "" if issuer.user_claim in ("sub", *CALLED) else issuer.user_claim
    told = (issuer.groups_claim, issuer.upstream_claim or "", issuer.scopes.claim if issuer.scopes else "", called)
    return frozenset(name for one in told for name in (one, one.partition(".")[0]) if name)


def _key(actor: Mapping[str, Any], issuer: Issuer) -> tuple[str, str]:
    return folded(str(actor.get("iss", issuer.issuer))), folded(str(actor.get("sub", "")))


def _bad(why: str) -> TokenInvalid:
    return TokenInvalid("identity.chain", why)

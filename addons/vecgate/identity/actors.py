"""Who acts for a token's owner? The chain in `act` (RFC 8693 section 4.1), read in full, or the token is refused.

The outermost acts now, on behalf of the one inside of it, and so on. What cannot be read in full could hide somebody
who approves; an actor twice, or one that is its own owner, is a loop; and what counts at the top alone (a right, an
audience, an end) has no place inside, where others may take it for one.
"""

from collections.abc import Mapping
from typing import Any, Final

from vecgate.domain.people import CALLED, folded
from vecgate.identity.envelope import usable
from vecgate.refusals.errors import TokenInvalid
from vecgate.settings.issuers import Issuer

#: Claims that say what a token is good for; `act` says who somebody is.
_NOT_INSIDE: Final = frozenset(
    ("aud", "authorization_details", "cnf", "exp", "groups", "iat", "may_act", "nbf", "roles", "scope", "scp")
)


def check(claims: Mapping[str, Any], issuer: Issuer) -> None:
    """Raises TokenInvalid (`identity.chain`) for a chain that does not count."""
    seen = {_key(claims, issuer)}
    actor, deep = claims, 0
    while "act" in actor:
        actor, deep = actor["act"], deep + 1
        if not isinstance(actor, Mapping):
            raise _bad("an 'act' is not an object")
        if deep > issuer.actors:
            raise _bad(f"more than {issuer.actors} act in a row")
        _named(actor, issuer)
        key = _key(actor, issuer)
        if key in seen:
            raise _bad("one acts for themselves")
        seen.add(key)


def _named(actor: Mapping[str, Any], issuer: Issuer) -> None:
    try:
        for name in ("sub", *(name for name in ("iss", *CALLED) if name in actor)):
            usable(actor.get(name), f"act.{name}")
    except TokenInvalid as e:
        raise _bad(str(e).removeprefix("its ")) from None
    if actor.get("iss", issuer.issuer) not in (issuer.issuer, *issuer.actor_issuers):
        raise _bad("'act.iss' is not accepted")
    if inside := sorted(_NOT_INSIDE.intersection(actor)):
        raise _bad(f"'{inside[0]}' stands inside of 'act'")


def _key(actor: Mapping[str, Any], issuer: Issuer) -> str:
    return folded(f"{actor.get('iss', issuer.issuer)}#{actor.get('sub', '')}")


def _bad(why: str) -> TokenInvalid:
    return TokenInvalid("identity.chain", why)

"""Who do these claims name, and do they count now? Claims of a proven token -> Principal.

Signature, issuer and audience are proven before (`verifier.py`). Here every claim that is used has its
type and its bounds checked, since JSON would let a string or `true` stand for a time (RFC 7519 section 2).
"""

import re
from collections.abc import Container, Mapping
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import Any, Final

from vecgate.domain.claims import ABSENT, claim
from vecgate.domain.people import CLIENTS
from vecgate.domain.principal import Principal
from vecgate.identity import actors, bound, held
from vecgate.identity.envelope import invalid, usable
from vecgate.identity.groups import groups
from vecgate.refusals.errors import TokenInvalid
from vecgate.settings.issuers import SPIFFE, Issuer

_NOT_FOR_US: Final[Mapping[str, str]] = MappingProxyType(
    {
        "events": "it reports an event, it is not a login",  # RFC 8417; back-channel logout tokens
    }
)

#: Parts that name something, and nothing that another reader might resolve (SPIFFE-ID, section 2.2).
_SPIFFE_PATH: Final = re.compile(r"(/(?!\.{1,2}(/|$))[A-Za-z0-9._-]+)+")


def principal(claims: Mapping[str, Any], issuer: Issuer, now: float) -> Principal:
    """The owner of a token. `now` is in seconds since the epoch.

    Raises TokenInvalid: `identity.expired`, or `identity.invalid` for everything else.
    """
    for name, why in _NOT_FOR_US.items():
        if name in claims:
            raise invalid(why)
    expires = _times(claims, issuer, now)
    _client(claims, issuer)
    actors.check(claims, issuer)
    upstreams = held.upstreams(claims, issuer)
    return Principal(
        issuer=issuer.issuer,
        subject=_subject(claims, issuer),
        user=_user(claims, issuer.user_claim),
        groups=groups(claims, issuer),
        expires_at=expires,
        claims=MappingProxyType(dict(claims)),
        proof=bound.wanted(claims, issuer),
        upstreams=upstreams,
        scope=held.scope(claims, issuer, narrowed=upstreams is not None),
    )


def is_for(claims: Mapping[str, Any], issuer: Issuer) -> bool:
    """Whether it is for this gateway, by its `audience_claim`; and by its `aud`, where it has both."""
    named = [claim(claims, name) for name in (issuer.audience_claim, *({"aud"} & claims.keys()))]
    return all(_is_one(said, issuer.audiences) for said in named)


def _is_one(said: object, audiences: Container[str]) -> bool:
    return any(isinstance(one, str) and one in audiences for one in (said if isinstance(said, list) else [said]))


def _times(claims: Mapping[str, Any], issuer: Issuer, now: float) -> float:
    has_no_start = "iat" not in claims and issuer.issuer.startswith(SPIFFE)  # then its life is what is left of it
    begins, ends = now if has_no_start else _time(claims, "iat"), _time(claims, "exp")
    if has_no_start and ends <= begins:
        raise TokenInvalid("identity.expired", "it has expired")
    if not 0 < ends - begins <= issuer.max_lifetime:
        raise invalid(f"its life, 'exp' - 'iat', is not between 0 and {issuer.max_lifetime:g} seconds")
    if begins > now + issuer.leeway:
        raise invalid("its 'iat' is in the future")
    if "nbf" in claims and _time(claims, "nbf") > now + issuer.leeway:
        raise invalid("its 'nbf' is in the future")
    if now >= ends + issuer.leeway:
        raise TokenInvalid("identity.expired", "it has expired")
    return ends


def _time(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    if type(value) not in (int, float):  # not isinstance: True is an int
        raise invalid(f"its '{name}' is missing or not a number")
    return float(value)  # type: ignore[arg-type]


def _subject(claims: Mapping[str, Any], issuer: Issuer) -> str:
    subject = usable(claims.get("sub"), "sub")
    if issuer.subjects and not any(fnmatchcase(subject, pattern) for pattern in issuer.subjects):
        raise invalid("its 'sub' is not accepted")
    if issuer.issuer.startswith(SPIFFE):
        if not subject.startswith(f"{issuer.issuer}/"):
            raise invalid("its 'sub' is not of the trust domain")
        if not _SPIFFE_PATH.fullmatch(subject, len(issuer.issuer)):
            raise invalid("its 'sub' is no SPIFFE ID")
    # Beside the `iss`, which names it already, Entra says the tenant in a claim of its own: two readings are none.
    if issuer.tenants and claims.get("tid", issuer.tenants[0]) != issuer.tenants[0]:
        raise invalid("its 'tid' is not the tenant of its 'iss'")
    return subject


def _client(claims: Mapping[str, Any], issuer: Issuer) -> None:
    if not issuer.clients:
        return
    said = [claims[name] for name in CLIENTS if name in claims]  # where there are more of them, each must fit
    if not said or any(client not in issuer.clients for client in said):
        raise invalid("its 'client_id', 'azp', 'appid' or 'cid' is not an accepted client")


def _user(claims: Mapping[str, Any], name: str) -> str:
    # An address its owner never confirmed may be anybody's (OIDC Core 5.7); it is said beside it, or at the top.
    place, _, last = name.rpartition(".")
    said = [claim(claims, at) for at in ("email_verified", f"{place}.email_verified")]
    if last == "email" and any(value is not ABSENT and value is not True for value in said):
        raise invalid(f"its '{name}' is not verified")
    return usable(claim(claims, name), name)

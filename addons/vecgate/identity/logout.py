"""Which login does this logout token end? OpenID Connect Back-Channel Logout 1.0, sections 2.4 and 2.6.

It is signed by the login service like a login token, and is none: it says so by its event, has no nonce, and is for a
client of its own (`logout_audience`). Proven it is in verifier.py; here it is read.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

from vecgate.domain.principal import End, Which
from vecgate.identity.envelope import invalid, usable
from vecgate.refusals.errors import TokenInvalid
from vecgate.settings.issuers import Issuer

EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
#: What such a token may call itself; some login services call it as they call all others.
TYPES: Final = frozenset(("logout+jwt", "application/logout+jwt", "jwt", "none"))
#: It is sent at once: an older one is a stored one.
MOST_SECONDS: Final = 300.0


def ends(claims: Mapping[str, Any], issuer: Issuer, now: float) -> tuple[str, tuple[End, ...]]:
    """What makes this token one of its own, and what it ends. `now` in seconds since the epoch. Raises TokenInvalid."""
    events = claims.get("events")
    if not isinstance(events, Mapping) or not isinstance(events.get(EVENT), Mapping):
        raise invalid("it does not report a logout")
    if "nonce" in claims:
        raise invalid("it has a 'nonce', as login tokens do")
    issued = _time(claims, "iat")
    if not now - MOST_SECONDS - issuer.leeway <= issued <= now + issuer.leeway:
        raise invalid("its 'iat' is too long ago or in the future")
    if "exp" in claims and now >= _time(claims, "exp") + issuer.leeway:
        raise TokenInvalid("identity.expired", "it has expired")
    if "sid" not in claims and "sub" not in claims:
        raise invalid("it names neither a session nor a person")
    mark = sha256(f"{issuer.issuer} {usable(claims.get('jti'), 'jti')}".encode()).hexdigest()
    return mark, tuple(_ends(claims, issuer, issued))


def _ends(claims: Mapping[str, Any], issuer: Issuer, issued: float) -> list[End]:
    until = issued + issuer.max_lifetime + 2 * issuer.leeway
    found = list[End]()
    if "sid" in claims:
        found.append(End("sid", issuer.issuer, usable(claims["sid"], "sid"), issued, until))
    if "sub" in claims:
        # With a session, tokens that name none may be of it; those of the person's other sessions go on.
        which: Which = "bare" if "sid" in claims else "all"
        found.append(End(which, issuer.issuer, usable(claims["sub"], "sub"), issued, until))
    return found


def _time(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise invalid(f"its '{name}' is missing or not a number")
    return float(value)

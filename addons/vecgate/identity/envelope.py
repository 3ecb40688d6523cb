"""What does this token say of itself? Read strictly, before anything of it is believed.

Only one reading may be possible, and the token may not bring its own key: size, alphabet, segments,
duplicate members and key-carrying header members are settled here (RFC 7515 section 4, RFC 8725
sections 2.4 and 3.10). Nothing read here is trusted; it only chooses which key has to prove it.
"""

import re
from base64 import urlsafe_b64decode
from dataclasses import dataclass, field
from typing import Final

from vecgate.domain.call import Json
from vecgate.identity.jwks import NO_ID
from vecgate.parsing.strict_json import NotStrict, parse
from vecgate.refusals.errors import TokenInvalid

MAX_KEY_ID: Final = 256
MAX_NAME: Final = 256

_COMPACT: Final = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")  # JWS, RFC 7515 section 7.1
_FORBIDDEN: Final = ("b64", "crit", "enc", "jku", "jwk", "x5c", "x5u", "zip")


@dataclass(frozen=True, slots=True)
class Envelope:
    """An unverified token. `key_id` is empty, and `type`, the lower-case `typ`, is None where there is none."""

    algorithm: str
    key_id: str
    type: str | None
    issuer: str
    claims: dict[str, Json] = field(repr=False)


def invalid(detail: str) -> TokenInvalid:
    """The error of a bad token; `detail` is our own words and claim names, never the token's."""
    return TokenInvalid("identity.invalid", detail)


def usable(value: object, name: str) -> str:
    """The value of that claim, which names somebody or something. Raises TokenInvalid."""
    # isprintable refuses line breaks, control and invisible direction marks, which could forge a line in a record.
    if not isinstance(value, str) or not 0 < len(value) <= MAX_NAME or not value.isprintable():
        raise invalid(f"its '{name}' is missing or not usable")
    return value


def is_opaque(text: str) -> bool:
    """Whether a token has not the shape of one that says something itself."""
    return _COMPACT.fullmatch(text) is None


def measure(text: str, most: int) -> bytes:
    """The token as bytes, if it has the shape of one, and no more than `most` bytes. Raises TokenInvalid."""
    if len(text) > most:
        raise invalid(f"it has {len(text)} bytes, and 'limits.token' allows {most}: ask an operator")
    if _COMPACT.fullmatch(text) is None:
        raise invalid("it is not a signed JWT")
    return text.encode("ascii")


def read(text: str) -> Envelope:
    """What a measured token says. Raises TokenInvalid."""
    head, body, _ = text.split(".")
    header, claims = members(head, "header"), members(body, "claims")
    for name in _FORBIDDEN:
        if name in header:
            raise invalid(f"its header must not have '{name}'")
    return Envelope(
        algorithm=_word(header, "alg"),
        key_id=_word(header, "kid") if "kid" in header else NO_ID,
        type=_word(header, "typ").lower() if "typ" in header else None,
        issuer=_word(claims, "iss") if "iss" in claims else _trust_domain(claims),
        claims=claims,
    )


def members(segment: str, what: str) -> dict[str, Json]:
    """The members of one part of a token, read in one way only. Raises TokenInvalid."""
    try:
        tree = parse(urlsafe_b64decode(segment + "=" * (-len(segment) % 4)))
    except NotStrict as e:
        raise invalid(f"its {what} cannot be read: {e}") from None
    except ValueError:
        raise invalid(f"its {what} cannot be read: not base64url") from None
    if not isinstance(tree, dict):
        raise invalid(f"its {what} cannot be read: not an object")
    return tree


def _trust_domain(claims: dict[str, Json]) -> str:
    """Whose a token without `iss` is: a JWT-SVID names its workload, and with it the trust domain, in `sub`."""
    subject = claims.get("sub")
    domain = subject.split("/")[2] if isinstance(subject, str) and re.match(r"spiffe://[^/]+/.", subject) else ""
    if not domain:
        raise invalid("its 'iss' is missing or not usable")
    return f"spiffe://{domain}"


def _word(members: dict[str, Json], name: str) -> str:
    value = members.get(name)
    if not isinstance(value, str) or not value or (name == "kid" and len(value) > MAX_KEY_ID):
        raise invalid(f"its '{name}' is missing or not usable")
    return value

"""What is a token good for by its own word: which databases (`upstream`), and may it read, write, administer (`scope`)?

A login service that gives an agent a token for one database and a part of its person's rights says so in the token.
The gateway holds it to that, whatever rules allow.
"""

from collections.abc import Mapping
from typing import Any, Final

from vecgate.domain.claims import ABSENT, claim
from vecgate.identity.envelope import invalid, usable
from vecgate.settings.issuers import Issuer, Scopes

_BY_ITSELF: Final = Scopes()


def upstreams(claims: Mapping[str, Any], issuer: Issuer) -> frozenset[str] | None:
    """The databases that it is for; None: it names none. Raises TokenInvalid for what cannot be read."""
    name = issuer.upstream_claim
    said = ABSENT if name is None else claim(claims, name)
    if name is None or said is ABSENT:
        return None
    listed = said if isinstance(said, list) else [said]
    return frozenset(usable(one, name) for one in listed)


def scope(claims: Mapping[str, Any], issuer: Issuer, *, narrowed: bool) -> frozenset[str] | None:
    """What it may do: `read`, `write`, `admin`; None: it is not held to its scope. `narrowed`: it names databases.

    Raises TokenInvalid for what cannot be read.
    """
    told = issuer.scopes or (_BY_ITSELF if narrowed else None)
    if told is None:
        return None
    said = claim(claims, told.claim)
    if said is ABSENT:
        return frozenset() if issuer.scopes else None
    listed = said.split(" ") if isinstance(said, str) else said
    if not isinstance(listed, list) or any(not isinstance(one, str) for one in listed):
        raise invalid(f"its '{told.claim}' is not a text, nor a list of texts")
    words = frozenset(listed)
    each = (("read", told.read), ("write", told.write), ("admin", told.admin))
    return frozenset(name for name, known in each if not words.isdisjoint(known))

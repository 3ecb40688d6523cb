"""Does whoever sends a token hold the key that it is bound to? A stolen token alone opens nothing.

A token names its key in `cnf` (RFC 7800): by `jkt` the key of a DPoP proof (RFC 9449), by `x5t#S256` the client's TLS
certificate (RFC 8705). Of both, both are proven; of anything else nobody can tell, and it is refused. What is bound
is never taken as if it was not, wherever the token stands.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from vecgate.domain.principal import Principal, Proof, Secret
from vecgate.identity import dpop
from vecgate.identity.envelope import invalid
from vecgate.refusals.errors import TokenInvalid
from vecgate.settings.issuers import Issuer

_DIGEST: Final = re.compile(r"[A-Za-z0-9_-]{43}")  # base64url of a SHA-256
_KINDS: Final[Mapping[str, Proof]] = {"jkt": "dpop", "x5t#S256": "mtls"}


@dataclass(frozen=True, slots=True)
class Sent:
    """How a token came: to which URL (none behind its path), with which DPoP headers, over whose TLS connection.

    `certificate`: the SHA-256 of the client's, in base64url; empty: it showed none.
    """

    method: str
    url: str
    proofs: tuple[Secret, ...] = ()
    certificate: str = ""


def wanted(claims: Mapping[str, Any], issuer: Issuer) -> Proof:
    """Whether something is to be proven, by token or by issuer. Raises TokenInvalid for what never could be."""
    keys = _keys(claims)
    have, need = {_KINDS[name] for name in keys}, issuer.require_proof
    if need is not None and (not have or (need != "any" and need not in have)):
        how = {"dpop": "by 'jkt' in its 'cnf'", "mtls": "by 'x5t#S256' in its 'cnf'", "any": "by its 'cnf'"}[need]
        raise TokenInvalid("identity.unproven", f"its issuer's tokens must be bound to a key {how}, and it is not")
    return "wanted" if keys else ""


def prove(
    principal: Principal, token: Secret, sent: Sent, issuer: Issuer, now: float
) -> tuple[Proof, dpop.Used | None]:
    """What was proven, and by which DPoP proof, which must not have been used before.

    Raises TokenInvalid: `identity.unproven` for no proof, `identity.proof` for a bad one.
    """
    keys = _keys(principal.claims)
    if "x5t#S256" in keys and keys["x5t#S256"] != sent.certificate:
        said = "the TLS connection shows another certificate" if sent.certificate else "the TLS connection shows none"
        raise TokenInvalid("identity.unproven", f"it is bound to a certificate, and {said}")
    if "jkt" not in keys:
        return "mtls", None
    if len(sent.proofs) != 1:
        said = "no DPoP header" if not sent.proofs else "more than one DPoP header"
        raise TokenInvalid("identity.unproven", f"it is bound to a key, and there is {said}")
    asked = dpop.Asked(sent.method, sent.url, token, keys["jkt"], issuer.proof_seconds, issuer.leeway)
    return "dpop", dpop.check(sent.proofs[0], asked, now)


def _keys(claims: Mapping[str, Any]) -> Mapping[str, str]:
    if "cnf" not in claims:
        return {}
    named = claims["cnf"]
    if not isinstance(named, Mapping) or not named or not _KINDS.keys() >= named.keys():
        raise invalid("it is bound to a key by a 'cnf' that is neither 'jkt' nor 'x5t#S256'")
    if not all(isinstance(digest, str) and _DIGEST.fullmatch(digest) for digest in named.values()):
        raise invalid("its 'cnf' holds no SHA-256 in base64url")
    return named

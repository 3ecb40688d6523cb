"""Has whoever sent a token proven to hold its key, with a proof that nobody used before?"""

import time
from base64 import urlsafe_b64encode
from dataclasses import replace
from typing import Final

from vecgate.api.whoami import issuer_of
from vecgate.domain.exchange import Exchange, need
from vecgate.domain.principal import Principal, Secret
from vecgate.gate import Gate
from vecgate.identity import bound
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused, TokenInvalid

_HEADER: Final = "dpop"


def certificate(digest: bytes) -> str:
    """The SHA-256 of a certificate as tokens have it (RFC 8705 section 3.1)."""
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


async def proven(
    gate: Gate, exchange: Exchange, principal: Principal, token: Secret, *, secure: bool, certificate: str
) -> Principal:
    """The caller, with how it was proven. Raises TokenInvalid, CallRefused, Unavailable('state')."""
    issuer, raw = need(issuer_of(gate.settings.issuers, principal)), exchange.raw
    host = next((value for name, value in raw.headers if name == "host"), "")
    url = f"{'https' if secure else 'http'}://{host}{raw.target.partition('?')[0]}"
    headers = tuple(value for name, value in exchange.credentials if name == _HEADER)
    how, used = bound.prove(principal, token, bound.Sent(raw.method, url, headers, certificate), issuer, time.time())
    if used is not None:
        wants = used.nonce if issuer.proof_nonce else None
        told, nonce = await gate.guards.proofs.once(used.mark, used.seconds, wants)
        if told == "nonce":
            raise CallRefused(replace(refuse("identity.nonce"), nonce=nonce))
        if told == "used":
            raise TokenInvalid("identity.replayed", "")
    return replace(principal, proof=how)

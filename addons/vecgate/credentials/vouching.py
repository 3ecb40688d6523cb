"""On whose word does Vault/OpenBao issue a credential for a person? On the gateway's alone: it vouches for who calls.

A person's own token opens nothing there. What does is a JWT of half a minute that the gateway signs, for one login,
at a mount that trusts no other key: who (`user`, and `sub` as issuer and subject), for whom (`aud`), by whom (`iss`,
and `act`, RFC 8693 section 4.1). So Vault's audit log names the person, and nobody but the gateway can be one.
"""

import base64
import json
import math
import stat
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from vecgate.credentials.kinds._base import Token
from vecgate.domain.principal import Secret
from vecgate.refusals.errors import NotVouched, Part, Unavailable, VaultDenied
from vecgate.settings.vault import Vault
from vecgate.vault.client import VaultClient
from vecgate.vault.own_token import OwnToken, once_more

#: The gateway's name: of its own certificates, and as the actor in what it signs.
GATEWAY_NAME: Final = "vecgate-gateway"

#: Before and after now: the clocks may differ by as much. The whole life is twice that.
HALF_LIFE: Final = 15
_OTHERS: Final = stat.S_IWGRP | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is vouched for. `subject` is one person for ever, `user` is what they are called."""

    subject: str
    user: str


def claims(settings: Vault, caller: Caller, now: float) -> dict[str, Any]:
    """What is signed. `now` is in seconds since the epoch."""
    return {
        "iss": settings.vouch.issuer,
        "aud": settings.vouch.audience or settings.url,
        "sub": caller.subject,
        "user": caller.user,
        "act": {"sub": GATEWAY_NAME},
        "jti": uuid.uuid4().hex,
        "iat": int(now) - HALF_LIFE,
        "nbf": int(now) - HALF_LIFE,
        "exp": int(now) + HALF_LIFE,
    }


def signed_with_file(path: Path, said: dict[str, Any]) -> str:
    """The JWT, signed with the key in a file that is read each time, so that a new one counts at once.

    Raises Unavailable('vault') for a file that is not there, open to others, or without a key of an accepted kind.
    """
    try:
        if stat.S_IMODE(path.stat().st_mode) & _OTHERS:
            raise Unavailable(Part.VAULT, f"{path.name}: others may use it; chmod 600 it")
        key = load_pem_private_key(path.read_bytes(), None)
    except OSError as e:
        raise Unavailable(Part.VAULT, f"{path.name}: {e.strerror}") from e
    except (ValueError, TypeError) as e:
        raise Unavailable(Part.VAULT, f"{path.name}: no private key as PEM, without a password") from e
    if isinstance(key, Ed25519PrivateKey):
        return jwt.encode(said, key, "EdDSA")
    if isinstance(key, EllipticCurvePrivateKey) and isinstance(key.curve, SECP256R1):
        return jwt.encode(said, key, "ES256")
    raise Unavailable(Part.VAULT, f"{path.name}: its key is neither EC P-256 nor Ed25519")


class Voucher:
    """Logs in for others. Clock: seconds since the epoch."""

    def __init__(self, vault: VaultClient, settings: Vault, own_token: OwnToken, now: Callable[[], float]) -> None:
        self._vault = vault
        self._settings = settings
        self._own_token = own_token
        self._now = now

    async def login(self, caller: Caller, role: str) -> Token:
        """A token of the store, for this caller. Raises NotVouched, or Unavailable('vault')."""
        asked_at = self._now()
        body = {"role": role, "jwt": await self.sign(claims(self._settings, caller, asked_at))}
        try:
            token, life = await self._vault.login(self._settings.vouch.mount, body)
        except VaultDenied as e:
            raise NotVouched(str(e), e.said) from e
        return Token(token, asked_at + life if life else math.inf)

    async def sign(self, said: dict[str, Any]) -> str:
        """The JWT of these claims. Raises NotVouched when the gateway may not use its key, or Unavailable('vault')."""
        file = self._settings.vouch.key_file
        if file is not None:
            return signed_with_file(file, said)
        own = self._own_token
        try:
            return await once_more(own.get, own.forget, lambda token: self._signed_there(token, said))
        except VaultDenied as e:
            raise NotVouched(str(e), e.said) from e

    async def _signed_there(self, token: Secret, said: dict[str, Any]) -> str:
        """https://openbao.org/api-docs/secret/transit/#sign-data"""
        told = self._settings.vouch
        text = f"{_segment({'alg': 'ES256', 'typ': 'JWT'})}.{_segment(said)}"
        body = {"input": base64.b64encode(text.encode()).decode(), "marshaling_algorithm": "jws"}
        path = f"{told.transit_mount}/sign/{told.transit_key}/sha2-256"
        tree = await self._vault.call("POST", path, token=token, body=body)
        try:
            return f"{text}.{str(tree['data']['signature']).split(':')[2]}"
        except (KeyError, TypeError, IndexError):
            raise Unavailable(Part.VAULT, "unreadable signature") from None


def _segment(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()

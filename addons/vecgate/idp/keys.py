"""With which key is a token signed, and which keys are published (JWKS)? Versions of one key in OpenBao's transit.

A new version is published for a while before it signs, so that gateways know it; an old one stays published until the
last token that it signed has ended. https://openbao.org/api-docs/secret/transit/
"""

import asyncio
import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from vecgate.idp.told import LONGEST, SigningKey
from vecgate.refusals.errors import Part, Unavailable, VaultDenied
from vecgate.vault.client import VaultClient
from vecgate.vault.own_token import OwnToken, once_more

#: How long what is known of the key is good, in seconds.
FRESH: Final = 10.0
#: Clocks may differ by as much; a token counts at gateways for a little longer than it says.
_SLACK: Final = 120.0


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the key. `name` is its `kid`: the thumbprint of its public half (RFC 7638)."""

    number: int
    since: float
    name: str
    public: EllipticCurvePublicKey
    jwk: Mapping[str, str]


class SigningKeys:
    """The key's versions, as they were a moment ago. Clock: seconds since the epoch."""

    def __init__(self, told: SigningKey, now: Callable[[], float]) -> None:
        self._told, self._now = told, now
        self._vault = VaultClient.of(told)
        self._own = OwnToken(self._vault, told, now)
        self._versions: list[Version] = []
        self._read_at = 0.0
        self._turn = asyncio.Lock()

    async def close(self) -> None:
        await self._own.close()
        await self._vault.close()

    async def published(self) -> list[Version]:
        """Those that gateways must know now. Raises Unavailable('vault')."""
        versions, now = await self._known(), self._now()
        ends = [later.since + self._told.ahead + LONGEST + _SLACK for later in versions[1:]]
        return [one for one, end in zip(versions, [*ends, now + 1], strict=True) if now < end]

    async def jwks(self) -> dict[str, Any]:
        return {"keys": [dict(one.jwk) for one in await self.published()]}

    async def sign(self, claims: Mapping[str, Any], kind: str) -> str:
        """A JWT of that `typ`. Raises Unavailable('vault')."""
        versions, now = await self._known(), self._now()
        known = [one for one in versions if one.since + self._told.ahead <= now]
        used = known[-1] if known else versions[0]
        head = {"alg": "ES256", "typ": kind, "kid": used.name}
        text = f"{_segment(head)}.{_segment(claims)}"
        body = {
            "input": base64.b64encode(text.encode()).decode(),
            "marshaling_algorithm": "jws",
            "key_version": used.number,
        }
        tree = await self._ask("POST", f"{self._told.mount}/sign/{self._told.key}/sha2-256", body)
        try:
            _, version, signature = str(tree["data"]["signature"]).split(":")
        except (KeyError, TypeError, ValueError):
            raise Unavailable(Part.VAULT, "unreadable signature") from None
        if version != f"v{used.number}":
            raise Unavailable(Part.VAULT, "another version signed")
        return f"{text}.{signature}"

    async def _known(self) -> list[Version]:
        async with self._turn:
            if not self._versions or not 0 <= self._now() - self._read_at < FRESH:
                tree = await self._ask("GET", f"{self._told.mount}/keys/{self._told.key}")
                self._versions, self._read_at = _versions(tree), self._now()
            return self._versions

    async def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        try:
            return await once_more(
                self._own.get, self._own.forget, lambda token: self._vault.call(method, path, token=token, body=body)
            )
        except VaultDenied as e:
            raise Unavailable(Part.VAULT, str(e)) from e


def _versions(tree: Mapping[str, Any]) -> list[Version]:
    """Oldest first."""
    try:
        listed = sorted((int(number), said) for number, said in tree["data"]["keys"].items())
        found = [_version(number, said["public_key"], said["creation_time"]) for number, said in listed]
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Unavailable(Part.VAULT, "the key cannot be read") from None
    if not found:
        raise Unavailable(Part.VAULT, "the key has no version")
    return found


def _version(number: int, pem: str, created: str) -> Version:
    public = load_pem_public_key(pem.encode())
    if not isinstance(public, EllipticCurvePublicKey) or not isinstance(public.curve, SECP256R1):
        raise Unavailable(Part.VAULT, "the key is not of type ecdsa-p256")
    made = jwt.get_algorithm_by_name("ES256").to_jwk(public, as_dict=True)
    bare = {name: str(made[name]) for name in ("crv", "kty", "x", "y")}
    digest = sha256(json.dumps(bare, separators=(",", ":"), sort_keys=True).encode()).digest()
    name = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    jwk = bare | {"kid": name, "alg": "ES256", "use": "sig"}
    return Version(number, datetime.fromisoformat(created).timestamp(), name, public, jwk)


def _segment(part: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()

"""Who can read the originals again? AES-256-GCM under a data key per session that OpenBao wraps.

The plaintext key lives in this process's memory only; the journal holds it wrapped by the transit key
(`transit/datakey/plaintext`). Opening it takes `transit/decrypt`, which is a permission of its own.
Nonces are random 96 bits: NIST SP 800-38D section 8.3 allows 2**32 of them under one key.
"""

import base64
import hmac
import os
from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from vecgate.domain.principal import Secret
from vecgate.refusals.errors import Part, Unavailable, VaultDenied
from vecgate.vault.client import VaultClient
from vecgate.vault.own_token import once_more

_NONCE: Final = 12
# HMAC's own (RFC 2104): a block of SHA-256, and what a key is mixed with before and after what is authenticated.
_BLOCK: Final = 64
_INNER: Final = bytes(byte ^ 0x36 for byte in range(256))
_OUTER: Final = bytes(byte ^ 0x5C for byte in range(256))


class SealBroken(ValueError):
    """A sealed original does not open under this key at this place of this session."""


class DataKey:
    """One session's key. `wrapped` is safe to write down; the key itself never shows."""

    __slots__ = ("_aead", "_inner", "_outer", "wrapped")

    def __init__(self, key: bytes, wrapped: str) -> None:
        self._aead = AESGCM(key)
        chain = hmac.digest(key, b"vecgate journal mac 1", "sha256").ljust(_BLOCK, b"\0")
        # `hmac.digest` looks its algorithm up and begins anew each time, which is most of what an entry's MAC took.
        self._inner, self._outer = sha256(chain.translate(_INNER)), sha256(chain.translate(_OUTER))
        self.wrapped = wrapped

    def __repr__(self) -> str:
        return "DataKey(***)"

    def __reduce__(self) -> str:
        raise TypeError("a DataKey is never serialised")

    def seal(self, original: bytes, session: str, number: int) -> str:
        """Base64 of nonce and ciphertext, bound to this entry of this session."""
        nonce = os.urandom(_NONCE)
        return base64.b64encode(nonce + self._aead.encrypt(nonce, original, _place(session, number))).decode()

    def open(self, sealed: str, session: str, number: int) -> bytes:
        """The original. Raises SealBroken."""
        try:
            raw = base64.b64decode(sealed, validate=True)
            return self._aead.decrypt(raw[:_NONCE], raw[_NONCE:], _place(session, number))
        except (InvalidTag, ValueError) as e:
            raise SealBroken(f"the original of entry {number} does not open") from e

    def mac(self, core: bytes) -> str:
        """HMAC-SHA256 (hex) of an entry, under a key derived from this one."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(core)
        outer.update(inner.digest())
        return outer.hexdigest()

    def mac_is(self, core: bytes, mac: str) -> bool:
        """Whether that MAC was made with this key."""
        return hmac.compare_digest(self.mac(core), mac)


class Sealer:
    """Gets a new data key for each session, on the gateway's own login."""

    def __init__(
        self,
        vault: VaultClient,
        own_token: Callable[[], Awaitable[Secret]],
        mount: str,
        key: str,
        forget: Callable[[Secret], None] = lambda _: None,
    ) -> None:
        """`forget` is told of a token that was refused, so that the next `own_token` is a new one."""
        self._vault = vault
        self._own_token = own_token
        self._mount = mount
        self._key = key
        self._forget = forget

    async def new_key(self) -> DataKey:
        """A fresh key. Raises Unavailable('vault'), also when it says no: then nothing can be recorded."""
        try:
            return await once_more(self._own_token, self._forget, self._ask)
        except VaultDenied as e:
            raise Unavailable(Part.VAULT, "no data key for the journal") from e

    async def _ask(self, token: Secret) -> DataKey:
        path = f"{self._mount}/datakey/plaintext/{self._key}"
        return _key(await self._vault.call("POST", path, token=token, body={"bits": 256}), None)


async def unwrap(vault: VaultClient, token: Secret, mount: str, key: str, wrapped: str) -> DataKey:
    """The data key of a recorded session, on an auditor's token. Raises VaultDenied, Unavailable(Part.VAULT)."""
    tree = await vault.call("POST", f"{mount}/decrypt/{key}", token=token, body={"ciphertext": wrapped})
    return _key(tree, wrapped)


def _key(tree: dict[str, object], wrapped: str | None) -> DataKey:
    try:
        data = tree["data"]
        return DataKey(base64.b64decode(data["plaintext"], validate=True), wrapped or data["ciphertext"])  # type: ignore[index]
    except (KeyError, TypeError, ValueError) as e:
        raise Unavailable(Part.VAULT, "unreadable data key") from e


def _place(session: str, number: int) -> bytes:
    return f"{session}#{number}".encode()

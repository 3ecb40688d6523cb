"""Is this webhook from whom it says, and of now? Standard Webhooks: signed over its id, its time and its body.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md: `v1` is HMAC-SHA256 by a
secret of both sides (`whsec_...`), `v1a` is Ed25519, whose other half the receiver never has (`whpk_...`).
"""

import binascii
import hashlib
import hmac
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from vecgate.refusals.errors import SettingsError

_LEAST_SECRET: Final = 24  # bytes, by the specification
_MOST_SECRET: Final = 4096
_PUBLIC: Final = 32
#: So far from our clock its time may be, in seconds: who sends it again says anew when.
TOLERANCE: Final = 300.0
#: So many signatures one message may have: of an old key and a new one.
_MOST_SIGNATURES: Final = 8
_ID: Final = re.compile(r"[\x21-\x2d\x2f-\x7e]{1,256}")  # no '.', which parts what is signed


class NotGenuine(ValueError):
    """It is not what it is to be. The text says why, and holds nothing of it."""


@dataclass(frozen=True, slots=True)
class Message:
    """What came: its id, when it was sent (seconds since the epoch), its signatures, and its body."""

    id: str
    at: int
    signatures: str
    body: bytes

    @classmethod
    def of(cls, headers: Mapping[str, str], body: bytes) -> "Message":
        """That of a request. Raises NotGenuine."""
        id, at, signatures = (headers.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature"))
        if not _ID.fullmatch(id) or not re.fullmatch(r"[1-9][0-9]{0,11}", at, re.ASCII) or not signatures:
            raise NotGenuine("it has no 'webhook-id', 'webhook-timestamp' and 'webhook-signature' as Standard Webhooks")
        return cls(id, int(at), signatures, body)

    @property
    def signed(self) -> bytes:
        """What the signature is over."""
        return f"{self.id}.{self.at}.".encode() + self.body

    def is_of(self, now: float) -> bool:
        """Whether it was sent about now."""
        return abs(now - self.at) <= TOLERANCE


@dataclass(frozen=True, slots=True)
class Secret:
    """What both sides have."""

    _bytes: bytes

    def __repr__(self) -> str:
        return "Secret(...)"

    @classmethod
    def of(cls, text: str, named: str) -> "Secret":
        """That of `whsec_...`. Raises SettingsError, which does not hold it."""
        return cls(_coded(text, "whsec", named, range(_LEAST_SECRET, _MOST_SECRET + 1)))

    def signature(self, id: str, at: int, body: bytes) -> str:
        """The signature of what we send."""
        mac = hmac.new(self._bytes, f"{id}.{at}.".encode() + body, hashlib.sha256)
        return f"v1,{b64encode(mac.digest()).decode()}"

    def proves(self, message: Message) -> bool:
        """Whether one of its signatures is by this."""
        wanted = hmac.digest(self._bytes, message.signed, hashlib.sha256)
        return any(hmac.compare_digest(wanted, one) for one in _signatures(message, "v1"))


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The half that proves, and cannot sign."""

    _bytes: bytes

    @classmethod
    def of(cls, text: str, named: str) -> "PublicKey":
        """That of `whpk_...`. Raises SettingsError."""
        return cls(_coded(text, "whpk", named, range(_PUBLIC, _PUBLIC + 1)))

    def proves(self, message: Message) -> bool:
        """Whether one of its signatures is by the other half."""
        key = Ed25519PublicKey.from_public_bytes(self._bytes)
        for one in _signatures(message, "v1a"):
            with suppress(InvalidSignature):
                key.verify(one, message.signed)
                return True
        return False


type Key = Secret | PublicKey


def _coded(text: str, kind: str, named: str, sizes: range) -> bytes:
    prefix, _, coded = text.partition("_")
    with suppress(binascii.Error, ValueError):
        found = b64decode(coded, validate=True)
        if prefix == kind and len(found) in sizes:
            return found
    wants = f"{sizes[0]}" if len(sizes) == 1 else f"at least {sizes[0]}"
    raise SettingsError([f"{named}: it holds no '{kind}_' with base64 of {wants} bytes"])


def _signatures(message: Message, version: str) -> list[bytes]:
    found = list[bytes]()
    for one in message.signatures.split(" ")[:_MOST_SIGNATURES]:
        said, _, coded = one.partition(",")
        if said == version:
            with suppress(binascii.Error, ValueError):
                found.append(b64decode(coded, validate=True))
    return found

"""How do findings lie where others could read or write them? Authenticated, and bound to the text they are of.

AES-256-GCM-SIV (RFC 8452), as the same findings of the same text are sealed by every worker: a nonce that comes
again gives nothing away but that. Without the key nothing can be read, forged, or moved to another text; the
length, in steps of 16 bytes, tells roughly how much was found.
"""

from collections.abc import Sequence
from hashlib import blake2b
from sys import intern
from typing import Any, Final

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from vecgate.domain.finding import Finding

#: Findings that are larger than this when sealed are not shared, in bytes.
LARGEST: Final = 16 * 1024
_MOST: Final = LARGEST // 6
_FORM: Final = b"vecgate spans 1"
_STEP: Final = 16
_NONCE: Final = 12


class Seal:
    """Seals and opens findings. `key`: at least 16 bytes that only the gateway's processes have."""

    def __init__(self, key: bytes) -> None:
        if len(key) < 16:
            raise ValueError("the key must have at least 16 bytes")
        self._cipher = AESGCMSIV(blake2b(key[:64], person=b"vecgate seal", digest_size=32).digest())

    def shut(self, digest: bytes, findings: Sequence[Finding]) -> bytes | None:
        """The findings of the text with that digest, unreadable; None if they are too large."""
        body = _packed(findings) if len(findings) <= _MOST else b""
        if not 0 < len(body) <= LARGEST:
            return None
        return self._cipher.encrypt(digest[:_NONCE], body, _FORM + digest)

    def open(self, digest: bytes, sealed: bytes, length: int) -> tuple[Finding, ...] | None:
        """The findings of that text of `length` characters; None for anything that was not sealed here for it."""
        try:
            return _unpacked(self._cipher.decrypt(digest[:_NONCE], sealed, _FORM + digest), length)
        except (InvalidTag, ValueError, TypeError, IndexError):
            return None


def _packed(findings: Sequence[Finding]) -> bytes:
    """`[[entity, source, ...], start, end, place in the first list, ...]`, filled up with blanks."""
    words: dict[tuple[str, str], int] = {}
    rows: list[Any] = [[]]
    for f in findings:
        rows += (f.start, f.end, words.setdefault((f.entity, f.source), len(words)))
    rows[0] = [word for pair in words for word in pair]
    body = orjson.dumps(rows)
    return body.ljust(-(-len(body) // _STEP) * _STEP)


def _unpacked(body: bytes, length: int) -> tuple[Finding, ...] | None:
    words, *rows = orjson.loads(body)
    pairs = [(intern(words[i]), intern(words[i + 1])) for i in range(0, len(words), 2)]
    found = tuple(Finding(rows[i], rows[i + 1], *pairs[rows[i + 2]]) for i in range(0, len(rows), 3))
    return found if all(0 <= f.start < f.end <= length for f in found) else None

"""Under which key are values hashed, replaced by made-up names, encrypted? One secret; a key of its own per tenant.

HKDF with SHA-256 (RFC 5869). Nothing can be said of one tenant's values by who holds another one's key.
"""

from functools import lru_cache
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

KEY_BYTES: Final = 32
_KNOWN: Final = 4096


@lru_cache(_KNOWN)
def derived(key: bytes, *words: str) -> bytes:
    """The key of 32 bytes that belongs to these words, under another one."""
    info = b"".join(len(raw).to_bytes(4, "big") + raw for raw in (word.encode() for word in ("vecgate", *words)))
    return HKDFExpand(SHA256(), KEY_BYTES, info).derive(key)

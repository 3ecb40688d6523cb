"""Which key belongs to these words, under another key? One secret per tenant; all else is derived from it (HKDF)."""

from functools import lru_cache
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

KEY_BYTES: Final = 32
_KEYS: Final = 4096


@lru_cache(_KEYS)
def derived(key: bytes, *words: str) -> bytes:
    """The key of 32 bytes that belongs to these words, under another one (HKDF-Expand, RFC 5869 section 2.3)."""
    info = b"".join(len(raw).to_bytes(4, "big") + raw for raw in (word.encode() for word in ("vecgate", *words)))
    return HKDFExpand(SHA256(), KEY_BYTES, info).derive(key)

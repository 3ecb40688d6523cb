"""Shown: a keyed hash. Equal values give equal hashes, so they still join; without the key none can be guessed.

HMAC-SHA256 (RFC 2104) in lower-case base32. Unkeyed hashes of phones or names are undone by trying them all.
"""

import hmac
import unicodedata
from base64 import b32encode
from hashlib import sha256
from typing import Final

from vecgate.masking.operators._base import Operator, Params, number

LENGTH: Final = 16  # 80 bits: no two values of one gateway meet by chance
_LONGEST: Final = 52


def canonical(text: str) -> str:
    """One spelling for the spellings of a value: `+1 (555) 010-9999` and `15550109999`, `Ana` and `ANA`."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return plain.strip() if "@" in plain else "".join(c for c in plain if c.isalnum())


def build(params: Params, key: bytes) -> Operator:
    """`length`: how many characters of the hash are shown."""
    length = min(number(params, "length", LENGTH), _LONGEST)

    def hashed(text: str, entity: str) -> str:
        mark = hmac.digest(key, canonical(text).encode(), sha256)
        return f"<{entity}:{b32encode(mark).decode().lower()[:length]}>"

    return hashed

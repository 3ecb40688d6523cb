"""How do equal values get equal marks that nobody without the key can guess? HMAC-SHA256 of their one spelling.

RFC 2104. Unkeyed hashes of phones or names are undone by trying them all. The key is one tenant's; each
operator and entity derives its own from it, so that a pseudonym of a person says nothing about a handle.
"""

import hmac
import re
import unicodedata
from base64 import b32encode
from functools import lru_cache
from hashlib import sha256
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from vecgate.masking.normalise import normalise
from vecgate.masking.operators._base import Params, words

#: How a value is written out: lower-case base32 (RFC 4648), 52 characters of it.
LONGEST: Final = 52
KEY_BYTES: Final = 32
_KEYS: Final = 4096
_WRAPPED: Final = re.compile(r"[\s\[\](){}<>*]+")
_AT: Final = re.compile(r"[ _-](?:at|arroba|a)[ _-]")
_DOT: Final = re.compile(r"[ _-](?:dot|punto|punkt|point)[ _-]| \. ")


@lru_cache(_KEYS)
def derived(key: bytes, *words: str) -> bytes:
    """The key of 32 bytes that belongs to these words, under another one (HKDF-Expand, RFC 5869 section 2.3)."""
    info = b"".join(len(raw).to_bytes(4, "big") + raw for raw in (word.encode() for word in ("vecgate", *words)))
    return HKDFExpand(SHA256(), KEY_BYTES, info).derive(key)


def canonical(text: str, entity: str = "") -> str:
    """One spelling for the spellings of a value: `+1 (555) 010-9999` and `15550109999`, `Ana` and `ANA`.

    Disguises are taken off as they are to find it; an address that is spelt out (`ana at example dot com`) joins, too.
    """
    plain = unicodedata.normalize("NFKC", normalise(text).text).casefold()
    if entity == "EMAIL":
        plain = _address(plain)
    return "".join(plain.split()) if "@" in plain else "".join(c for c in plain if c.isalnum())


def _address(plain: str) -> str:
    if "@" in plain and plain.isprintable() and " " not in plain.strip():
        return plain  # not spelt out: each of its characters may be its own
    spaced = _WRAPPED.sub(" ", plain)
    return _DOT.sub(".", spaced if "@" in spaced else _AT.sub("@", spaced, count=1))


def mark(key: bytes, purpose: str, entity: str, text: str) -> str:
    """The mark of a value: the same for each of its spellings, under one tenant's key."""
    raw = hmac.digest(derived(key, purpose, entity), canonical(text, entity).encode(), sha256)
    return b32encode(raw).decode().lower()[:LONGEST]


def entity_of(params: Params, entity: str) -> str:
    """What the value counts as: `as`, so that a whole field joins with what is found in texts, or what it is."""
    return words(params, "as", entity)

"""How do equal values get equal marks that nobody without the key can guess? HMAC-SHA256 of their one spelling.

RFC 2104. Unkeyed hashes of phones or names are undone by trying them all. The key is one tenant's; each
operator and entity derives its own from it, so that a pseudonym of a person says nothing about a handle.
"""

import hmac
import re
import unicodedata
from typing import Final

from vecgate.masking.apply.operators._base import Params, words
from vecgate.masking.derived import derived
from vecgate.masking.detect.normalise import normalise

#: A mark is written in lower-case base32 (RFC 4648, section 6): that many characters are all there are.
LONGEST: Final = 52
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz234567"
_PAIRS: Final = [a + b for a in _LETTERS for b in _LETTERS]  # two at once: four times as fast as the library's
_WRAPPED: Final = re.compile(r"[\s\[\](){}<>*]+")
_AT: Final = re.compile(r"[ _-](?:at|arroba|a)[ _-]")
_DOT: Final = re.compile(r"[ _-](?:dot|punto|punkt|point)[ _-]| \. ")


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


def mark(key: bytes, purpose: str, entity: str, text: str, length: int = LONGEST) -> str:
    """The mark of a value, of up to 52 characters: the same for each of its spellings, under one tenant's key."""
    raw = hmac.digest(derived(key, purpose, entity), canonical(text, entity).encode("utf-8", "surrogatepass"), "sha256")
    bits = int.from_bytes(raw) << 4  # 26 times 10
    pairs = (length + 1) // 2
    return "".join([_PAIRS[bits >> shift & 1023] for shift in range(250, 250 - 10 * pairs, -10)])[:length]


def entity_of(params: Params, entity: str) -> str:
    """What the value counts as: `as`, so that a whole field joins with what is found in texts, or what it is."""
    return words(params, "as", entity)

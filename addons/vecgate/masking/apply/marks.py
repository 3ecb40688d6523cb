"""Is it a mark that a gateway put there? Then it stays: masked once more it would say nothing, and join with nothing.

Data that was masked on its way in is full of marks, and a model takes some of them for names. What looks like one is
one only if the tenant's key says so: a hash or a pseudonym ends in two characters that follow from the others under
that key, and a token opens under it.
"""

import hmac
import re
from base64 import b32encode
from collections.abc import Iterator
from typing import Final

from vecgate.domain.profiles import ENTITIES

CHECK: Final = 2
_KINDS: Final = "|".join([*ENTITIES, "FIELD"])
_WORDS: Final = _KINDS.lower().replace("_", "-")
_MARK: Final = re.compile(
    rf"<(?:{_KINDS}):([a-z2-7]{{8,52}})>"
    rf"|(?<![A-Za-z0-9_-])(?:{_WORDS})-([a-z2-7]{{20}})(?![A-Za-z0-9_-])"
    rf"|<(?:{_KINDS})#([A-Za-z0-9_-]{{22,}})>"
)
#: What every mark holds, and few other texts: a search for it costs next to nothing.
_HINT: Final = re.compile(r"-[a-z2-7]{20}|[A-Z][:#][A-Za-z0-9_-]{8}")


def checked(mark: str, length: int, key: bytes) -> str:
    """A mark of that length: the beginning of the given one, and what follows from it under the tenant's key."""
    body = mark[: length - CHECK]
    return body + _follows(body, key)


def _follows(body: str, key: bytes) -> str:
    return b32encode(hmac.digest(key, b"vecgate mark " + body.encode(), "sha256")).decode().lower()[:CHECK]


def marks(text: str) -> Iterator[tuple[int, int]]:
    """Where something stands that looks like a mark: character offsets (end exclusive)."""
    if _HINT.search(text) is not None:
        yield from (found.span() for found in _MARK.finditer(text))


def is_ours(text: str, key: bytes) -> bool:
    """Whether that key made this hash or pseudonym. Anybody can write what looks like one around a secret."""
    found = _MARK.fullmatch(text)
    mark = "" if found is None else found[1] or found[2] or ""
    return mark != "" and hmac.compare_digest(mark[-CHECK:], _follows(mark[:-CHECK], key))


def is_mark(text: object) -> bool:
    """Whether it looks like what `hash` or `pseudonym` shows: nobody can turn it back."""
    found = _MARK.fullmatch(text) if isinstance(text, str) else None
    return found is not None and found[3] is None


def has_mark(text: object) -> bool:
    """Whether such a mark is somewhere in it."""
    return isinstance(text, str) and any(is_mark(text[start:end]) for start, end in marks(text))

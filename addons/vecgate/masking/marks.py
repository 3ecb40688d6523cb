"""Is it a mark that a gateway put there? Then it stays: masked once more it would say nothing, and join with nothing.

Data that was masked on its way in is full of marks, and a model takes some of them for names. A hash or a pseudonym
ends in two characters that follow from the others, so that hardly any other text looks like one. What looks like a
token is one only if nothing can be read in it.
"""

import re
from base64 import b32encode, urlsafe_b64decode
from collections.abc import Iterator
from hashlib import sha256
from typing import Final

from vecgate.profiles import ENTITIES

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


def checked(mark: str, length: int) -> str:
    """A mark of that length: the beginning of the given one, and what follows from it."""
    body = mark[: length - CHECK]
    return body + _follows(body)


def _follows(body: str) -> str:
    return b32encode(sha256(b"vecgate mark " + body.encode()).digest()).decode().lower()[:CHECK]


def _is_checked(mark: str) -> bool:
    return mark[-CHECK:] == _follows(mark[:-CHECK])


def _says_nothing(sealed: str) -> bool:
    """Whether no text can be read in it."""
    try:
        urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4)).decode()
    except UnicodeDecodeError:
        return True
    except ValueError:
        return False
    return False


def _is_good(found: re.Match[str]) -> bool:
    mark, sealed = found[1] or found[2], found[3]
    return _is_checked(mark) if mark else _says_nothing(sealed)


def marks(text: str) -> Iterator[tuple[int, int]]:
    """Where marks stand: character offsets (end exclusive)."""
    if _HINT.search(text) is not None:
        yield from (found.span() for found in _MARK.finditer(text) if _is_good(found))


def is_mark(text: object) -> bool:
    """Whether it is what `hash` or `pseudonym` shows: nobody can turn it back."""
    found = _MARK.fullmatch(text) if isinstance(text, str) else None
    return found is not None and found[3] is None and _is_good(found)


def has_mark(text: object) -> bool:
    """Whether such a mark is somewhere in it."""
    return isinstance(text, str) and any(is_mark(text[start:end]) for start, end in marks(text))

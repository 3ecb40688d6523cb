"""How is it said what is wrong with a body? By the names of members and places, and never by what stands there."""

import re
import unicodedata
from typing import Final, Never

from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused

_NAME: Final = re.compile(r"[A-Za-z_]{1,32}")


def unreadable(detail: str) -> Never:
    """Raise CallRefused (`body.unreadable`) for what a body says; `detail` never carries values of it."""
    raise CallRefused(refuse("body.unreadable", cause="said", detail=detail))


def harmful(detail: str) -> Never:
    """Raise CallRefused (`body.harmful`); `detail` never carries values of the body."""
    raise CallRefused(refuse("body.harmful", detail=detail))


def in_words(at: str) -> str:
    """Where it stands, as an end of a sentence."""
    return f" in {at!r}" if at else ""


def folded(key: str) -> str:
    """A key without what servers are known to overlook: case (also of U+017F and U+212A), spaces, quotes, hyphens."""
    return "".join(c for c in unicodedata.normalize("NFKC", key).casefold() if c.isalnum())


def shown(key: str) -> str:
    """A key, if it may be repeated."""
    # A key could carry personal data as well as a value can: only what looks like an identifier is repeated.
    return f"'{key}'" if _NAME.fullmatch(key) else "(not shown)"

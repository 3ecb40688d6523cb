"""Is this path written in the one way we accept? Target in, decoded segments and query pairs out.

Proxies and servers disagree on what an odd path means (RFC 3986 section 6.2 lists the ways in which two
spellings may be equal). Whatever has a second reading is refused; the rest is written anew, in one way.
"""

import re
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Final, Never
from urllib.parse import quote, unquote_to_bytes

from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused

type Pairs = tuple[tuple[str, str], ...]

MAX_TARGET: Final = 8192
_REMEMBERED: Final = 256  # clients ask for the same few again and again
_VISIBLE: Final = re.compile(r"[\x21-\x7e]+")
_BAD_ESCAPE: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_HIDDEN: Final = re.compile(r"%(?:2[ef]|5c|25|3b|00)", re.IGNORECASE)
#: What stands in a path segment unescaped (RFC 3986 section 3.3, `pchar`), less `;`, which some servers read as parameters.
_SEGMENT: Final = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,=:@-]|%[0-9A-Fa-f]{2})+")
_QUERY_KEY: Final = re.compile(r"[A-Za-z0-9_]{1,64}")
#: `*` is for patterns of names, where a key's values are known to be some.
_QUERY_VALUE: Final = re.compile(r"[A-Za-z0-9_.~,*-]+")


def odd(detail: str) -> Never:
    """Raise CallRefused (`path.odd`); `detail` never carries values of it."""
    raise CallRefused(refuse("path.odd", detail=detail))


def odd_query(detail: str) -> Never:
    """Raise CallRefused (`path.odd`) for what stands behind the path's `?`; `detail` never carries values of it."""
    raise CallRefused(refuse("path.odd", cause="query", detail=detail))


@lru_cache(maxsize=_REMEMBERED)
def split(target: str) -> tuple[tuple[str, ...], Pairs]:
    """The decoded segments and the query pairs of a request target. Raises CallRefused (`path.odd`)."""
    if not target.startswith("/"):
        odd("it does not start with '/'")
    if len(target) > MAX_TARGET:
        odd(f"it is longer than {MAX_TARGET} characters")
    if not _VISIBLE.fullmatch(target):
        odd("it holds a space, a control character or a character outside ASCII")
    if "#" in target:
        odd("it has a fragment")
    path, _, query = target.partition("?")
    if path == "/":
        return (), _pairs(query)
    return tuple(_decode(part) for part in path[1:].split("/")), _pairs(query)


def _decode(segment: str) -> str:
    if not segment:
        odd("it has an empty segment or a trailing slash")
    if _BAD_ESCAPE.search(segment):
        odd("a percent sign is not followed by two hexadecimal digits")
    if _HIDDEN.search(segment):
        odd("it escapes a slash, backslash, dot, semicolon, percent sign or NUL")
    if not _SEGMENT.fullmatch(segment):
        odd("it holds a character that must be escaped")
    try:
        text = unquote_to_bytes(segment).decode("utf-8")
    except UnicodeDecodeError:
        odd("an escaped character is not UTF-8")
    return _plain(text)


def _plain(text: str) -> str:
    if text in {".", ".."}:
        odd("it has a dot segment")
    if not text.isprintable():
        odd("it escapes a control character or one that does not show")
    return text


def _pairs(query: str) -> Pairs:
    if not query:
        return ()
    pairs = tuple(_pair(text) for text in query.split("&"))
    if len({key for key, _ in pairs}) != len(pairs):
        odd_query("a query key stands twice")
    return pairs


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not _QUERY_KEY.fullmatch(key) or not _QUERY_VALUE.fullmatch(value):
        odd_query("its query is not made of plain 'key=value' pairs")
    return key, value


def allow(query: Pairs, known: Collection[str]) -> Pairs:
    """The query, if every key is known. Raises CallRefused (`path.odd`)."""
    if any(key not in known for key, _ in query):
        odd_query(f"this route knows these query keys: {', '.join(sorted(known)) or 'none'}")
    return query


def join(segments: Iterable[str]) -> str:
    """The one way to write these segments: unreserved characters as they are, the rest escaped.

    Raises CallRefused (`path.odd`) for a segment that no canonical path can hold.
    """
    return _join(tuple(segments))


@lru_cache(maxsize=_REMEMBERED)
def _join(parts: tuple[str, ...]) -> str:
    for part in parts:
        if not part or any(c in part for c in "/\\;%"):
            odd("a name in it holds a character that no path may hold")
        _plain(part)
    return "".join("/" + quote(part, safe="") for part in parts) or "/"

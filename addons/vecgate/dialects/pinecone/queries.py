"""How is a call to Pinecone brought into one form before it is read? What is behind the `?`, and what its lines are called. Ids and namespaces may hold any character that shows, escaped."""

import re
from dataclasses import replace
from typing import Final
from urllib.parse import unquote_to_bytes

from vecgate.dialects.pinecone.routes import QUERY_FORMS, SEVERAL
from vecgate.domain.exchange import Raw
from vecgate.parsing import paths
from vecgate.parsing.paths import Pairs

#: How lines of records are called.
LINES: Final = "application/x-ndjson"
#: What needs no escape in a value; a `+` is how forms write a space, and goes on as `%20`.
_VALUE: Final = re.compile(r"(?:[A-Za-z0-9_.~,:@!$'()*/=+-]|%[0-9A-Fa-f]{2})*")
#: The longest that an id, a prefix or a namespace may be, and the token of a page.
_LONGEST: Final = {"paginationToken": 4096}
_LONG: Final = 512
_KEY: Final = re.compile(r"[A-Za-z0-9_]{1,64}")


def read(query: str, known: tuple[str, ...]) -> Pairs:
    """The pairs, in the order of the route's keys; only `ids` may stand several times. Raises CallRefused (`path.odd`)."""
    if not query:
        return ()
    pairs = [_pair(text) for text in query.split("&")]
    paths.allow(tuple(pairs), known)
    if len(set(pairs)) != len(pairs):
        paths.odd_query("the same stands there twice")
    single = [key for key, _ in pairs if key not in SEVERAL]
    if len(set(single)) != len(single):
        paths.odd_query("a query key stands twice")
    return tuple((key, value) for key in known for name, value in pairs if name == key)


def _pair(text: str) -> tuple[str, str]:
    key, equals, written = text.partition("=")
    if not equals or not _KEY.fullmatch(key) or not _VALUE.fullmatch(written):
        paths.odd_query("its query is not made of 'key=value' pairs, with all else escaped")
    try:
        value = unquote_to_bytes(written.replace("+", " ")).decode("utf-8")
    except UnicodeDecodeError:
        paths.odd_query("an escaped character is not UTF-8")
    if not value.isprintable() or len(value) > _LONGEST.get(key, _LONG) or (not value and key != "namespace"):
        paths.odd_query(f"'{key}' is empty, too long, or holds a character that does not show")
    if key in QUERY_FORMS and not QUERY_FORMS[key].fullmatch(value):
        paths.odd_query(f"'{key}' has a value that it cannot have")
    return key, value


def as_lines(name: str, raw: Raw) -> Raw:
    """One client of two calls its lines plain text: they are read as lines all the same."""
    if name != "upsert_records":
        return raw
    told = [value.replace(" ", "").lower() for key, value in raw.headers if key.lower() == "content-type"]
    if told != ["text/plain;charset=utf-8"]:
        return raw
    rest = tuple(pair for pair in raw.headers if pair[0].lower() != "content-type")
    return replace(raw, headers=(*rest, ("content-type", LINES)))

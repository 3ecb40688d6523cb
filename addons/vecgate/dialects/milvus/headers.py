"""Which headers of a client does Milvus heed, and what do they say? The database, how whole numbers come, what a body is."""

import re
from collections.abc import Callable
from typing import Final

from vecgate.dialects.milvus.routes import INT64, QUERY_FORMS
from vecgate.parsing.forms import unreadable

type Pairs = tuple[tuple[str, str], ...]

#: What programs in JavaScript say of every body that is a text; the server does not look at it.
_TEXT_PLAIN: Final = re.compile(r"text/plain\s*;\s*charset\s*=\s*utf-8", re.IGNORECASE)
_DATABASE: Final = "db-name"


def read(headers: Pairs) -> Pairs:
    """The headers, of a body that is JSON whatever its client calls it."""
    return tuple(_as_json(name, value) for name, value in headers)


def _as_json(name: str, value: str) -> tuple[str, str]:
    is_plain = name.lower() == "content-type" and _TEXT_PLAIN.fullmatch(value.strip())
    return name, "application/json" if is_plain else value


def database(headers: Pairs) -> str:
    """The database that headers say; the empty text where they say none. Raises CallRefused for what is odd in them."""
    _one_of(headers, INT64, "'true' or 'false'", lambda value: value in ("true", "false"))
    return _one_of(headers, _DATABASE, "the name of a database", is_name)


def _one_of(headers: Pairs, name: str, words: str, fits: Callable[[str], bool]) -> str:
    found = [value.strip() for key, value in headers if key.lower() == name]
    if len(found) > 1 or not all(map(fits, found)):
        unreadable(f"the header '{name}' must be {words}, and stand once")
    return found[0] if found else ""


def is_name(value: str) -> bool:
    """Whether it may be the name of a database."""
    return QUERY_FORMS["dbName"].fullmatch(value) is not None

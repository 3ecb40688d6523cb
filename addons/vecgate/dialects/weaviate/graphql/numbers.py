"""Which long lists of numbers stand in a document? They are read at once, as JSON; a word stands in their place meanwhile.

Read number by number, a vector costs a hundred times as much as all the rest.
"""

import re
from typing import Final

import orjson

from vecgate.domain.call import Json

#: How a list is called; a document in which that stands already is read as it is.
_CALLED: Final = "vecgateNumbers"
#: A text (shut or not, so that none is looked through twice), a comment, or a list of nothing but numbers.
_PARTS: Final = re.compile(r'"(?:[^"\\\n\r]|\\[^\n\r])*+"?|#[^\n\r]*+|\[[-+0-9.eE, \t\n\r]{64,}+\]')
#: From here on a whole number may not fit into 64 bits, and would be read as another one.
_LARGE: Final = 10**16


def lifted(text: str) -> tuple[str, dict[str, list[Json]]]:
    """The document with a variable in the place of each such list, and what these stand for."""
    found: dict[str, list[Json]] = {}
    if _CALLED in text:
        return text, found

    def put(part: re.Match[str]) -> str:
        numbers = _read(part[0]) if part[0][0] == "[" else None
        if numbers is None:
            return part[0]
        name = f"{_CALLED}{len(found)}"
        found[name] = numbers
        return f"${name} "

    return _PARTS.sub(put, text), found


def _read(text: str) -> list[Json] | None:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    fits = value and min(value) > -_LARGE and max(value) < _LARGE  # that it holds numbers alone, its letters say
    return value if fits else None


def printed(numbers: list[Json]) -> str | None:
    """Such a list as GraphQL, at once; None: it is to be printed number by number."""
    try:
        return orjson.dumps(numbers).decode()
    except TypeError:  # a whole number of more than 64 bits
        return None

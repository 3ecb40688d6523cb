"""What may be stored in Chroma? Records and the metadata of collections, within what the server survives.

Server 1.5.9 takes bodies that it cannot work off: they stop all writes, lose a collection or end the process, for
everybody and for good, as they lie in its log. They are refused here by name; each was tried on a server.
"""

from typing import Final

from vecgate.dialects.chroma.filters import RESERVED
from vecgate.dialects.chroma.search import SPARSE
from vecgate.dialects.chroma.settings import LEGACY
from vecgate.domain.call import Json
from vecgate.domain.inlets import named
from vecgate.parsing.forms import Checked, Form, ListOf, OrNull, harmful, unreadable

#: Keys, and items of lists, in one record's metadata. With more than 5,461 a collection can never be read again.
MOST_IN_RECORD: Final = 4096
_SCALARS: Final = (str, int, float, bool)


def _weight(value: Json) -> int:
    """How much of what one record may hold stands here: every key and every item, at any depth."""
    if isinstance(value, dict):
        return len(value) + sum(_weight(inner) for inner in value.values() if isinstance(inner, dict | list))
    if isinstance(value, list):
        return len(value) + sum(_weight(inner) for inner in value if isinstance(inner, dict | list))
    return 0


def _value(value: Json, at: str) -> None:
    """The forms that a server may take for a vector; what is no metadata at all, it refuses itself."""
    if isinstance(value, dict) and not value.keys().isdisjoint(("indices", "#type")):
        SPARSE.read(value, at)
    elif isinstance(value, list) and any(isinstance(item, dict | list) for item in value):
        unreadable(f"'{at}' must hold texts, numbers or true/false")


def _metadata(value: Json, at: str) -> None:
    if value is None:
        return
    if not isinstance(value, dict):
        unreadable(f"'{at}' must be an object or null")
    for key, inner in value.items():
        if key.startswith(RESERVED):
            # It would be written as the document or the uri; any other value than a text stops all writes.
            harmful(f"a key in '{at}' begins with '{RESERVED}'. Documents and uris go in 'documents' and 'uris'")
        if isinstance(inner, dict | list):
            _value(inner, named(at, key))
    if _weight(value) > MOST_IN_RECORD:
        harmful(f"'{at}' has more than {MOST_IN_RECORD} keys and items of lists")


def _of_collection(value: Json, at: str) -> None:
    if not isinstance(value, dict):
        unreadable(f"'{at}' must be an object or null")
    _metadata(value, at)
    for key, inner in value.items():
        place = named(at, key)
        if inner is not None and not isinstance(inner, _SCALARS):
            harmful(f"'{place}' must be a text, a number, true/false or null: a collection's metadata holds no lists")
        if key in LEGACY:
            OrNull(LEGACY[key]).read(inner, place)


METADATAS: Final[Form] = ListOf(Checked(_metadata, ({"a": 1}, {"tags": ["x"]}), open_below=True))
OF_COLLECTION: Final[Form] = OrNull(Checked(_of_collection, ({"a": 1},), open_below=True))

"""What is one id of a collection, whatever way it is written, and which condition chooses records by theirs?"""

from collections.abc import Sequence

from vecgate.dialects.milvus.filters.nodes import Among, Path, Values
from vecgate.dialects.milvus.things import Described
from vecgate.domain.call import Json
from vecgate.parsing.forms import unreadable

type Tree = dict[str, Json]

_WHOLE = range(-(2**63), 2**63)


def key_of(found: Described, value: Json) -> str:
    """An id in its one spelling. Raises CallRefused for what is none of this collection."""
    if found.is_text:
        if isinstance(value, str) and value:
            return value
        if type(value) is int:
            return str(value)
    elif type(value) is int and value in _WHOLE:
        return str(value)
    elif isinstance(value, str) and value.removeprefix("-").isascii() and value.removeprefix("-").isdigit():
        number = int(value)
        if str(number) == value and number in _WHOLE:
            return value
    unreadable(f"'{found.key}' is {'a text' if found.is_text else 'a whole number, written in one way'}")


def among(found: Described, ids: Sequence[Json]) -> str:
    """The condition that chooses these ids, each written as what it is. Raises CallRefused."""
    keys = [key_of(found, one) for one in ids]
    return str(Among(Path(found.key), Values((*(keys if found.is_text else map(int, keys)),))))


def ids_of(found: Described, records: Sequence[Tree]) -> list[str]:
    """The ids that records bring; those without one get theirs from the server. Raises CallRefused."""
    return [key_of(found, record[found.key]) for record in records if found.key in record]

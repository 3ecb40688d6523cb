"""What may a number, a vector, a shard key or a selection be in a Qdrant body? The small forms, shared by all bodies."""

from collections.abc import Mapping
from typing import Final

from vecgate.dialects.qdrant.ids import POINT
from vecgate.dialects.qdrant.paths import FIELD, VECTOR
from vecgate.domain.call import Json
from vecgate.parsing.forms import ByType, Checked, Form, Free, Left, ListOf, MapOf, Members, OneOf, Shape, unreadable

_NUMBERS: Final = frozenset({int, float})
_WHOLE: Final = frozenset({int})
#: As many as the server itself counts to; what a rule allows is decided later.
_U64: Final = range(2**64)


def whole(low: int = 0, high: int = 2**64 - 1) -> Shape:
    """A whole number within bounds."""
    bounds = range(low, high + 1)
    words = f"a whole number from {low}" + (f" to {high}" if high != 2**64 - 1 else "")
    return Shape(words, lambda value: type(value) is int and value in bounds, (max(low, 1),))


def is_numbers(value: Json) -> bool:
    """Is it a list of numbers, and of nothing else?"""
    return isinstance(value, list) and set(map(type, value)) <= _NUMBERS


def word(*words: str) -> Shape:
    """One of some words, as the server writes them."""
    return Shape(f"one of {', '.join(words)}", lambda value: isinstance(value, str) and value in words, (words[0],))


COUNT: Final = whole()
NUMBER: Final = Shape("a number", lambda value: type(value) in _NUMBERS, (0.5, 1))
BOOL: Final = Shape("true or false", lambda value: isinstance(value, bool), (True,))
TEXT: Final = Shape("a text", lambda value: isinstance(value, str), ("word",))
NAME: Final = Shape(
    'the name of a collection or an alias (up to 255 characters, none of / \\ < > : " | ? * or control characters)',
    lambda value: (
        isinstance(value, str)
        and 0 < len(value) <= 255
        and value.isprintable()
        and value not in (".", "..")
        and not any(c in '/\\<>:"|?*%;' for c in value)
    ),
    ("people",),
)
MEMORY: Final = Left(word("cold", "cached", "pinned"))

# which shards
_KEY: Final = Shape(
    "a shard key (a text or a whole number from 0)",
    lambda value: (isinstance(value, str) and value != "") or (type(value) is int and value in _U64),
    ("acme", 42),
)
SHARD_KEY: Final = _KEY
SHARDS: Final = Left(
    ByType(
        "a shard key, a list of them, or 'target' with 'fallback'",
        {
            str: _KEY,
            int: _KEY,
            list: ListOf(_KEY, least=1),
            dict: Members({"target": _KEY, "fallback": _KEY}, ("target", "fallback")),
        },
    )
)

# vectors
DENSE: Final = Shape("a list of numbers", is_numbers, ([0.1, 0.2],))
_DENSE_OR_MANY: Final = Shape(
    "a list of numbers, or of such lists",
    lambda value: is_numbers(value) or (isinstance(value, list) and all(map(is_numbers, value))),
    ([0.1, 0.2], [[0.1, 0.2], [0.3, 0.4]]),
)
SPARSE: Final = Members(
    {
        "indices": Shape(
            "a list of whole numbers", lambda v: isinstance(v, list) and set(map(type, v)) <= _WHOLE, ([1, 2],)
        ),
        "values": DENSE,
    },
    ("indices", "values"),
)
_MODEL: Final[Mapping[str, Form]] = {"model": TEXT, "options": Left(Free())}
#: What the server, or a service behind it, is to make a vector of.
MADE: Final[Mapping[str, Members]] = {
    "text": Members({"text": TEXT, **_MODEL}, ("text", "model")),
    "image": Members({"image": TEXT, **_MODEL}, ("image", "model")),
    "object": Members({"object": Shape("any JSON", lambda _: True, ("text",)), **_MODEL}, ("object", "model")),
}
#: A vector by itself: dense, sparse, several, or made of something.
ONE_VECTOR: Final = ByType(
    "a vector: a list of numbers, several of them, a sparse vector, or what one is to be made of",
    {list: _DENSE_OR_MANY, dict: OneOf(MADE, SPARSE)},
)


class _Named:
    """Vectors by their names. One name with the server's words for a made vector could be either, so it is refused."""

    like: Final = MapOf(ONE_VECTOR, VECTOR)

    def read(self, value: Json, at: str) -> Json:
        if isinstance(value, dict) and any(key in value for key in MADE) and "model" in value:
            return OneOf(MADE).read(value, at)
        return self.like.read(value, at)


#: The vectors of one point.
VECTORS: Final = ByType("a vector, or vectors by their names", {list: _DENSE_OR_MANY, dict: _Named()})


def _batch(value: Json, at: str) -> None:
    if isinstance(value, list):
        ListOf(ByType("a vector", {list: _DENSE_OR_MANY, dict: OneOf(MADE)})).read(value, at)
    elif isinstance(value, dict):
        MapOf(ListOf(ONE_VECTOR)).read(value, at)
    else:
        unreadable(f"'{at}' must be a list of vectors, or such lists by the vectors' names")


#: The vectors of many points, one after another, or so by name.
VECTOR_COLUMNS: Final = Checked(_batch, ([[0.1, 0.2]], {"text": [[0.1, 0.2]]}), open_below=True)
#: What a query starts from: a vector, or a point that has one.
EXAMPLE: Final = ByType(
    "a vector, the id of a point, or what a vector is to be made of",
    {int: POINT, str: POINT, list: _DENSE_OR_MANY, dict: OneOf(MADE, SPARSE)},
)

# what is to be shown
_FIELDS: Final = ListOf(FIELD)
PAYLOAD: Final = Left(
    ByType(
        "true, false, a list of fields, or 'include' or 'exclude' with one",
        {
            bool: BOOL,
            list: _FIELDS,
            dict: OneOf({"include": Members({"include": _FIELDS}), "exclude": Members({"exclude": _FIELDS})}),
        },
    )
)
SHOW_VECTORS: Final = ByType("true, false or a list of names", {bool: BOOL, list: ListOf(VECTOR)})
ORDER: Final = ByType(
    "a field, or a field with 'direction' and 'start_from'",
    {
        str: FIELD,
        dict: Members(
            {
                "key": FIELD,
                "direction": Left(word("asc", "desc")),
                "start_from": Left(
                    Shape("a number or a date", lambda v: type(v) in _NUMBERS or isinstance(v, str), (5, "2024-01-01"))
                ),
            },
            ("key",),
        ),
    },
)
POINTS: Final = ListOf(POINT, least=1)

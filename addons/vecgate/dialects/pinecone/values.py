"""What may an id, a namespace, a number or a vector be in a Pinecone body? The small forms, shared by all bodies."""

from collections.abc import Callable
from typing import Final

from vecgate.domain.call import Json
from vecgate.parsing.forms import ByType, Checked, Elsewhere, Form, Left, ListOf, MapOf, Members, Shape, unreadable

_NUMBERS: Final = frozenset({int, float})
_LONGEST: Final = 512
#: As many results as one search gives, by the vendor's limits.
MOST_RESULTS: Final = 10_000


def whole(low: int = 0, high: int = 2**63 - 1) -> Shape:
    """A whole number within bounds."""
    words = f"a whole number from {low}" + (f" to {high}" if high != 2**63 - 1 else "")
    return Shape(words, lambda value: type(value) is int and low <= value <= high, (max(low, 1),))


def word(*words: str) -> Shape:
    """One of some words, as the server writes them."""
    return Shape(f"one of {', '.join(words)}", lambda value: isinstance(value, str) and value in words, (words[0],))


def is_numbers(value: Json) -> bool:
    """Is it a list of numbers, and of nothing else?"""
    return isinstance(value, list) and set(map(type, value)) <= _NUMBERS


def _is_id(value: Json) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _LONGEST and value.isprintable()


BOOL: Final = Shape("true or false", lambda value: isinstance(value, bool), (True,))
TEXT: Final = Shape("a text", lambda value: isinstance(value, str), ("word",))
NUMBER: Final = Shape("a number", lambda value: type(value) in _NUMBERS, (0.5, 1))
ID: Final = Shape(f"an id (1 to {_LONGEST} characters that show)", _is_id, ("r1",))
IDS: Final = ListOf(ID, least=1)
#: The empty text is the default namespace, as its absence is.
NAMESPACE: Final = Left(
    Shape(
        f"a namespace (up to {_LONGEST} characters that show)",
        lambda value: value == "" or _is_id(value),
        ("acme", ""),
    )
)
#: An index, a collection or a backup, as the vendor's rules for names have it.
NAME: Final = Shape(
    "a name (1 to 128 of 'a-z0-9-', beginning and ending with a letter or digit)",
    lambda value: (
        isinstance(value, str)
        and 0 < len(value) <= 128
        and set(value) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
        and value[0] != "-" != value[-1]
    ),
    ("people",),
)
DENSE: Final = Shape("a list of numbers", is_numbers, ([0.1, 0.2],))
_INDICES: Final = Shape(
    "a list of whole numbers",
    lambda value: isinstance(value, list) and all(type(one) is int and 0 <= one < 2**32 for one in value),
    ([1, 5],),
)
SPARSE: Final = Members({"indices": _INDICES, "values": DENSE}, ("indices", "values"))
#: The members of a sparse vector as records and documents write it.
SPARSE_OF_RECORDS: Final = Members(
    {"sparse_indices": _INDICES, "sparse_values": DENSE}, ("sparse_indices", "sparse_values")
)


def is_sparse(value: Json) -> bool:
    """Whether it is a sparse vector and nothing else, in either spelling of its two members."""
    spelt = SPARSE.members.keys(), SPARSE_OF_RECORDS.members.keys()
    return isinstance(value, dict) and value.keys() in spelt and all(map(is_numbers, value.values()))


#: Which fields of metadata one may filter by.
INDEXED: Final = Members({"fields": MapOf(Members({"filterable": Left(BOOL)}))}, ("fields",))
#: What a model of the vendor's is told beside a text.
PARAMETERS: Final = Left(
    Members({"input_type": Left(word("query", "passage")), "truncate": Left(word("END", "NONE", "START")),
             "dimension": Left(whole(1, 65536))})
)  # fmt: skip


def is_stored(value: Json) -> bool:
    """Whether a field of a record may have that value: a text, a number, true or false, or a list of texts."""
    if isinstance(value, list):
        return all(isinstance(one, str) for one in value)
    return isinstance(value, str | bool | int | float)


def _metadata(value: Json, at: str) -> None:
    if not isinstance(value, dict):
        unreadable(f"'{at}' must be an object")
    for key, inner in value.items():
        if key.startswith("$") or not key:
            unreadable(f"a key in '{at}' is empty, or begins with '$'")
        if not is_stored(inner):
            unreadable(f"'{at}' must hold texts, numbers, true or false, and lists of texts")


#: Flat, as the server takes it: a text, a number, true or false, a list of texts.
METADATA: Final = Checked(_metadata, ({"a": 1}, {"tags": ["x"], "name": "word"}), open_below=True)


def told_elsewhere(words: str) -> Form:
    """A member that the API has, and that is refused by name."""
    return Left(Elsewhere(words))


def checked(check: Callable[[Json, str], None], *such_as: Json) -> Form:
    """What a function looks at, in which objects have any keys."""
    return Checked(check, such_as, open_below=True)


def by_type(words: str, **forms: Form) -> Form:
    """A form for a text, a number, a list or an object."""
    types: dict[str, type] = {"text": str, "list": list, "object": dict, "whole": int}
    return ByType(words, {types[name]: form for name, form in forms.items()})

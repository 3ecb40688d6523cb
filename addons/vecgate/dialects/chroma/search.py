"""What may a search say? Filter, rank, groups, page and selection, each member known, at every depth.

The server takes an array for nearly every object here and drops what it does not know: both are refused.
"""

from typing import Final

from vecgate.dialects.chroma import filters
from vecgate.domain.call import Json
from vecgate.parsing.forms import Checked, Form, ListOf, Members, OrNull, Shape, unreadable

_U32: Final = range(2**32)
_NUMBERS: Final = frozenset({int, float})
_LISTS: Final = frozenset({"$sum", "$mul", "$max", "$min"})
_PAIRS: Final = frozenset({"$sub", "$div"})
_ALONE: Final = frozenset({"$abs", "$exp", "$log"})

COUNT: Final = Shape("a whole number from 0", lambda value: type(value) is int and value in _U32, (1,))
NUMBER: Final = Shape("a number", lambda value: type(value) in _NUMBERS, (0.5,))
BOOL: Final = Shape("true or false", lambda value: isinstance(value, bool), (True,))
_KEY: Final = Shape("a key", lambda value: isinstance(value, str), ("a",))
_KEYS: Final = Shape(
    "a list of keys", lambda value: isinstance(value, list) and set(map(type, value)) <= {str}, (["a"],)
)


def is_numbers(value: Json) -> bool:
    """Is it a list of numbers, and of nothing else?"""
    return isinstance(value, list) and set(map(type, value)) <= _NUMBERS


SPARSE: Final = Members(
    {
        "#type": Shape("'sparse_vector'", lambda value: value == "sparse_vector", ("sparse_vector",)),
        "indices": Shape(
            "a list of whole numbers", lambda v: isinstance(v, list) and set(map(type, v)) <= {int}, ([1],)
        ),
        "values": Shape("a list of numbers", is_numbers, ([0.5],)),
        "tokens": OrNull(
            Shape("a list of texts", lambda v: isinstance(v, list) and set(map(type, v)) <= {str}, (["a"],))
        ),
    },
    ("indices", "values"),
)


def _query(value: Json, at: str) -> None:
    if isinstance(value, dict):
        SPARSE.read(value, at)
    elif not isinstance(value, str) and not is_numbers(value):
        unreadable(f"'{at}' must be a list of numbers, a sparse vector or a text")


_KNN: Final = Members(
    {
        "query": Checked(_query, ([0.5], "text", {"indices": [1], "values": [0.5]})),
        "key": _KEY,
        "limit": COUNT,
        "default": OrNull(NUMBER),
        "return_rank": BOOL,
    },
    ("query",),
)


def _rank(value: Json, at: str) -> None:
    if not isinstance(value, dict) or len(value) > 1:
        unreadable(f"'{at}' must be an object with one operator")
    for operator, inner in value.items():
        _operand(operator, inner, at)


def _operand(operator: str, inner: Json, at: str) -> None:
    below = f"{at}.{operator}"
    if operator == "$val":
        NUMBER.read(inner, below)
    elif operator == "$knn":
        _KNN.read(inner, below)
    elif operator in _LISTS:
        ListOf(Checked(_rank)).read(inner, below)
    elif operator in _PAIRS:
        Members({"left": Checked(_rank), "right": Checked(_rank)}, ("left", "right")).read(inner, below)
    elif operator in _ALONE:
        _rank(inner, below)
    else:
        unreadable(f"'{at}' has an operator that is not known")


_BEST: Final = Members({"keys": _KEYS, "k": COUNT})
_GROUPS: Final = Members({"keys": _KEYS, "aggregate": OrNull(Members({"$min_k": _BEST, "$max_k": _BEST}))})

SEARCH: Final[Form] = Members(
    {
        "filter": OrNull(Checked(filters.check_searched, ({"a": {"$eq": 1}},))),
        "rank": OrNull(
            Checked(_rank, ({"$knn": {"query": [0.5]}}, {"$sub": {"left": {"$val": 1}, "right": {"$val": 2}}}))
        ),
        "group_by": OrNull(_GROUPS),
        "limit": OrNull(Members({"offset": OrNull(COUNT), "limit": OrNull(COUNT)})),
        "select": OrNull(Members({"keys": _KEYS})),
    }
)

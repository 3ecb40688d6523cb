"""Is a value of the type that is asked for? For Python 1, 1.0 and true are the same; for us they are not."""

from pathlib import Path
from typing import Any, Final, Literal, get_args, get_origin

_SAID: Final = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}
_NOUN: Final = {bool: "true/false", int: "a whole number", float: "a number with a point", str: "a text"}


def _asked(annotation: Any) -> tuple[set[type], list[Any]]:
    """The plain types, and the very values, that an annotation takes."""
    if get_origin(annotation) is Literal:
        return set(), [*get_args(annotation)]
    types: set[type] = {annotation} if isinstance(annotation, type) and annotation in (*_SAID, Path) else set()
    values: list[Any] = []
    if get_origin(annotation) not in (dict, tuple, list, frozenset):
        for inner in get_args(annotation):
            more, named = _asked(inner)
            types, values = types | more, values + named
    return types, values


def named(annotation: Any, name: str, value: Any) -> Any:
    """The value. Raises ValueError where it only equals one of those that are asked for: `true` for 1."""
    types, values = _asked(annotation)
    same = [v for v in values if v == value]
    if same and type(value) not in types and all(type(v) is not type(value) for v in same):
        raise ValueError(f"'{name}' must be {_one(same[0])}; this is {_NOUN.get(type(value), 'something else')}")
    return value


def exactly(annotation: Any, name: str, value: Any) -> Any:
    """The same, also of plain types: `true` is no number here, nor is `"8443"`."""
    types, values = _asked(annotation)
    wanted = types | {int} if float in types else types
    if type(value) in _SAID and wanted and not values and type(value) not in wanted and Path not in types:
        asked = " or ".join(said for one, said in _SAID.items() if one in types)
        raise ValueError(f"'{name}' must be {asked}; {_this(value)}")
    return named(annotation, name, value)


def _one(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _this(value: Any) -> str:
    quoted = isinstance(value, str) and value.replace(".", "", 1).isdigit()
    return f"this is {_NOUN[type(value)]}{', which it is not without quotes' if quoted else ''}"

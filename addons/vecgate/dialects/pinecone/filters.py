"""What does a Pinecone filter compare with? Read whole or not at all, in its one form; each value, each field.

Operators and shapes are the vendor's own words (no server of it can be had here): what is not written there is refused,
so that no filter means more to the server than it does here.
https://docs.pinecone.io/guides/search/filter-by-metadata
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final, Never

from vecgate.domain.call import Json
from vecgate.domain.inlets import AnyOf, Condition, Each, Home, How, named
from vecgate.parsing.forms import Checked, Left, unreadable

type Tree = dict[str, Json]

_ONE: Final[Mapping[str, How]] = {
    "$eq": "equal",
    "$ne": "equal",
    "$gt": "order",
    "$gte": "order",
    "$lt": "order",
    "$lte": "order",
}
_MANY: Final = frozenset({"$in", "$nin"})
_SEVERAL: Final[Mapping[str, str]] = {"$eq": "$in", "$ne": "$nin"}
_JOINED: Final = frozenset({"$and", "$or"})
_THERE: Final = "$exists"
#: So deep a filter may stand in a filter.
MOST_DEEP: Final = 32


def _no_filter(at: str, why: str) -> Never:
    unreadable(f"'{at}' is no filter that is known in full: {why}")


def _scalar(value: Json, at: str) -> str | float | bool:
    if not isinstance(value, str | int | float | bool):
        _no_filter(at, "a text, a number or true/false must stand here")
    return value


def _as_it_is(condition: Condition) -> Json:
    return condition.value


def _home(key: str) -> Home:
    return ("vectors", 0, "metadata", key)


def _where(node: Json, at: str, each: Each, home: Callable[[str], Home], deep: int = 0) -> Json:
    if not isinstance(node, dict) or not node:
        _no_filter(at, "it must be an object that names something")
    if deep > MOST_DEEP:
        _no_filter(at, f"it is nested deeper than {MOST_DEEP}")
    if not _JOINED.isdisjoint(node):
        if len(node) != 1:
            _no_filter(at, "'$and' and '$or' stand alone in an object")
        key, value = next(iter(node.items()))
        if not isinstance(value, list) or not value:
            _no_filter(at, f"'{key}' joins a list of filters")
        return {key: [_where(one, f"{at}.{key}[{i}]", each, home, deep + 1) for i, one in enumerate(value)]}
    parts: list[Json] = []
    for key, value in node.items():
        if key.startswith("$") or not key:
            _no_filter(at, "it has an operator where a field is named")
        parts += _field(key, value, named(at, key), each, home)
    return parts[0] if len(parts) == 1 else {"$and": parts}


def _field(key: str, value: Json, at: str, each: Each, home: Callable[[str], Home]) -> Iterator[Json]:
    conditions = value if isinstance(value, dict) else {"$eq": value}
    if not conditions:
        _no_filter(at, "it compares with nothing")
    for operator, inner in conditions.items():
        yield _compared(key, operator, inner, at, each, home)


def _compared(key: str, operator: str, inner: Json, at: str, each: Each, home: Callable[[str], Home]) -> Json:
    if operator == _THERE:
        return _is_there(key, inner, at, each, home)
    if operator in _MANY:
        if not isinstance(inner, list) or not inner:
            _no_filter(at, f"'{operator}' must name something")
        found = [each(Condition(at, home(key), "equal", _scalar(one, at), (key,))) for one in inner]
        return {key: {operator: [v for one in found for v in (one.values if isinstance(one, AnyOf) else (one,))]}}
    if operator not in _ONE:
        _no_filter(at, f"it may have {', '.join(sorted({*_ONE, *_MANY, _THERE}))}")
    if _ONE[operator] == "order" and type(inner) not in (int, float):
        _no_filter(at, f"'{operator}' compares numbers")
    new = each(Condition(at, home(key), _ONE[operator], _scalar(inner, at), (key,)))
    if not isinstance(new, AnyOf):
        return {key: {operator: new}}
    if operator in _SEVERAL:
        return {key: {_SEVERAL[operator]: [*new.values]}}
    return {"$or": [{key: {operator: one}} for one in new.values]}


def _is_there(key: str, inner: Json, at: str, each: Each, home: Callable[[str], Home]) -> Json:
    if not isinstance(inner, bool):
        _no_filter(at, "'$exists' is true or false")
    each(Condition(at, home(key), "field", key, (key,)))
    return {key: {_THERE: inner}}


def rewritten(node: Json, at: str, each: Each, home: Callable[[str], Home] = _home) -> Json:
    """The filter with every value put through `each`. Raises CallRefused (`body.unreadable`)."""
    return _where(node, at, each, home)


def fields(node: Json, at: str) -> Iterator[Condition]:
    """Every comparison of a filter, in its order."""
    found: list[Condition] = []

    def note(condition: Condition) -> Json:
        found.append(condition)
        return condition.value

    _where(node, at, note, _home)
    yield from found


class _Where:
    """A filter in its one form: every field with its operator, several of them joined by `$and`.

    The empty object is no filter: by the vendor's words it selects everything, as its absence does.
    """

    like: Final = Checked(lambda value, at: None, ({"a": {"$eq": 1}},), open_below=True)

    def read(self, value: Json, at: str) -> Json:
        new = _where(value, at, _as_it_is, _home)
        return value if new == value else new


#: A filter that must say something: what is changed or deleted by none would be everything.
WHERE: Final = _Where()


class _Maybe:
    """The same, where none may stand."""

    like: Final = _Where.like

    def read(self, value: Json, at: str) -> Json:
        return value if value == {} else WHERE.read(value, at)


#: Read by `dropped` besides: clients write `{}` for none.
MAYBE: Final = Left(_Maybe())

"""What does a filter say, in its one form, and how is a condition put around it (`both`)? Clauses, fields, ids, values.

Read whole or not at all. The server takes one condition where a list of them may stand, looks at one of two kinds of a
condition and drops the rest, and knows paths and ids in many spellings; here a filter is refused for the former and
brought to one form for the latter. A filter of no clauses, and a condition `{}`, match everything: they stay, as what
is around them may turn on it.
https://qdrant.tech/documentation/concepts/filtering/
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from vecgate.dialects.qdrant import paths
from vecgate.dialects.qdrant.ids import POINT
from vecgate.dialects.qdrant.paths import FIELD, VECTOR, Path, steps
from vecgate.dialects.qdrant.values import BOOL, NUMBER, TEXT, whole
from vecgate.domain.call import Json
from vecgate.parsing.forms import Form, Later, Left, ListOf, Members, OneOf, Shape

type Tree = dict[str, Json]

#: The lists of conditions a filter is made of.
CLAUSES: Final = ("should", "must", "must_not")
_VALUE: Final = Shape(
    "a text, a whole number or true/false", lambda value: isinstance(value, str | int | bool), ("acme", 7, True)
)
_VALUES: Final = Shape(
    "a list of texts, or of whole numbers",
    lambda value: isinstance(value, list) and (set(map(type, value)) <= {str} or set(map(type, value)) <= {int}),
    (["acme"], [1, 2]),
)
#: One kind of each; of two the server looks at the first in this order.
MATCHES: Final[Mapping[str, Form]] = {
    "value": _VALUE,
    "text": TEXT,
    "text_any": TEXT,
    "phrase": TEXT,
    "prefix": TEXT,
    "any": _VALUES,
    "except": _VALUES,
}
_MATCH: Final = OneOf({kind: Members({kind: form}, (kind,)) for kind, form in MATCHES.items()})
BOUNDS: Final = ("lt", "gt", "gte", "lte")


_DATE: Final = Shape("a date", lambda value: isinstance(value, str), ("2024-01-01T00:00:00Z",))
_NUMERIC: Final = Members(dict.fromkeys(BOUNDS, Left(NUMBER)))
_DATED: Final = Members(dict.fromkeys(BOUNDS, Left(_DATE)))


@dataclass(frozen=True, slots=True)
class Range:
    """Bounds that are numbers, or bounds that are dates."""

    like: Form = _NUMERIC

    def read(self, value: Json, at: str) -> Json:
        dated = isinstance(value, dict) and str in map(type, value.values())
        return (_DATED if dated else _NUMERIC).read(value, at)


_PLACE: Final = Members({"lon": NUMBER, "lat": NUMBER}, ("lon", "lat"))
_LINE: Final = Members({"points": ListOf(_PLACE)}, ("points",))
#: How a field's values are compared. One of them: of several the server looks at one.
OPERATORS: Final[Mapping[str, Form]] = {
    "match": _MATCH,
    "range": Range(),
    "geo_bounding_box": Members({"top_left": _PLACE, "bottom_right": _PLACE}, ("top_left", "bottom_right")),
    "geo_radius": Members({"center": _PLACE, "radius": NUMBER}, ("center", "radius")),
    "geo_polygon": Members({"exterior": _LINE, "interiors": Left(ListOf(_LINE))}, ("exterior",)),
    "values_count": Members(dict.fromkeys(BOUNDS, Left(whole()))),
    "is_empty": BOOL,
    "is_null": BOOL,
}
_COMPARED: Final = Members(
    {"key": FIELD, **{name: Left(form) for name, form in OPERATORS.items()}}, ("key",), one_of=(tuple(OPERATORS),)
)
_NAMED_FIELD: Final = Members({"key": FIELD}, ("key",))
CONDITION: Final[Form] = OneOf(
    {
        "key": _COMPARED,
        "is_empty": Members({"is_empty": _NAMED_FIELD}),
        "is_null": Members({"is_null": _NAMED_FIELD}),
        "has_id": Members({"has_id": ListOf(POINT)}),
        "has_vector": Members({"has_vector": VECTOR}),
        "slice": Members({"slice": Members({"total": whole(1), "index": whole()}, ("total", "index"))}),
        "nested": Members({"nested": Members({"key": FIELD, "filter": Later(lambda: FILTER)}, ("key", "filter"))}),
    },
    otherwise=Later(lambda: FILTER),
)
_CONDITIONS: Final = ListOf(Later(lambda: CONDITION), single=True)
FILTER: Final[Form] = Members(
    {
        **{clause: Left(_CONDITIONS) for clause in CLAUSES},
        "min_should": Left(
            Members(
                {"conditions": ListOf(Later(lambda: CONDITION)), "min_count": whole(1)}, ("conditions", "min_count")
            )
        ),
    }
)
WHERE: Final = Left(FILTER)


class Compared(NamedTuple):
    """A condition on one field. `path`: the whole way to it, through nested filters; `at`: where it stands."""

    at: str
    path: Path
    operator: str
    condition: Tree


def conditions(node: Json, at: str = "", above: Path = ()) -> Iterator[Compared]:
    """Every condition on a field in a filter, or in a condition, that is in its one form."""
    if not isinstance(node, dict):
        return
    if "key" in node:
        operator = next((name for name in OPERATORS if name in node), "")
        yield Compared(at, (*above, *steps(str(node["key"]))), operator, node)
    elif isinstance(nested := node.get("nested"), dict):
        below = (*above, *_each(steps(str(nested["key"]))))
        found = [*conditions(nested["filter"], f"{at}.nested.filter", below)]
        yield from found or (Compared(at, below, "nested", node),)  # whether there is something in it
    elif isinstance(field := node.get("is_empty", node.get("is_null")), dict):
        yield Compared(at, (*above, *steps(str(field["key"]))), next(iter(node)), node)
    else:
        for place, inner in _clauses(node, at):
            yield from conditions(inner, place, above)


def _each(path: Path) -> Path:
    """Of a list each item, however the list itself is written."""
    return path if path and path[-1] is None else (*path, None)


def _clauses(node: Tree, at: str) -> Iterator[tuple[str, Json]]:
    joined = node.get("min_should")
    lists = [(clause, node.get(clause)) for clause in CLAUSES]
    lists.append(("min_should.conditions", joined.get("conditions") if isinstance(joined, dict) else None))
    for clause, items in lists:
        for i, item in enumerate(items if isinstance(items, list) else ()):
            yield (f"{at}.{clause}[{i}]" if at else f"{clause}[{i}]"), item


def named(node: Json, at: str = "") -> Iterator[tuple[str, Json]]:
    """Every id that a filter in its one form names, and where."""
    if not isinstance(node, dict) or "key" in node:
        return
    if isinstance(ids := node.get("has_id"), list):
        yield from ((f"{at}.has_id[{i}]", one) for i, one in enumerate(ids))
    elif isinstance(nested := node.get("nested"), dict):
        yield from named(nested["filter"], f"{at}.nested.filter")
    else:
        for place, inner in _clauses(node, at):
            yield from named(inner, place)


def finds_all(node: Json) -> bool:
    """Whether a filter or condition finds everything by its form alone, however much it is wrapped. None at all does."""
    if not isinstance(node, dict):
        return True
    if not node.keys() <= {*CLAUSES, "min_should"}:
        return isinstance(part := node.get("slice"), dict) and part.get("total") == 1
    should, must, must_not = (_list(node.get(clause)) for clause in CLAUSES)
    joined = node.get("min_should")
    return (
        all(map(finds_all, must))
        and all(map(_finds_none, must_not))
        and (not should or any(map(finds_all, should)))
        and (not isinstance(joined, dict) or _enough(joined))
    )


def _finds_none(node: Json) -> bool:
    if not isinstance(node, dict):
        return False
    if not node.keys() <= {*CLAUSES, "min_should"}:
        return node.get("has_id") == []
    should, must, must_not = (_list(node.get(clause)) for clause in CLAUSES)
    return (
        any(map(_finds_none, must)) or any(map(finds_all, must_not)) or (bool(should) and all(map(_finds_none, should)))
    )


def _enough(joined: Tree) -> bool:
    least = joined.get("min_count")
    return isinstance(least, int) and sum(map(finds_all, _list(joined.get("conditions")))) >= least


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def both(first: Json, second: Json | None) -> Tree:
    """The filter that both must hold for. Neither loses its own meaning beside the other: each is one element, nested.

    Side by side in one clause the server takes conditions that it has an index for as checked, and leaves out the rest.
    """
    own: Tree = {"must": [first]}
    return {"must": [own] if second is None else [own, second]}


def field(path: Path) -> str:
    """A field by its one name, places in lists left as they are."""
    return paths.written(path)

"""What does a `where` say, what may it say, and what is put beside it? One form of REST and GraphQL, as a tree.

Only what names one property of the class itself passes: a path through a reference asks about records that no condition
of ours reaches.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from vecgate.dialects.weaviate.values import as_tree, list_of
from vecgate.domain.call import Json
from vecgate.domain.inlets import AnyOf, Condition, Each, How
from vecgate.domain.row import Row, Scalar
from vecgate.parsing.forms import Form, Members, Shape, unreadable

type Tree = dict[str, Json]

MOST: Final = 1000
DEEPEST: Final = 30
BRANCHES: Final = frozenset({"And", "Or", "Not"})
CONTAINS: Final = frozenset({"ContainsAny", "ContainsAll", "ContainsNone"})
ORDERS: Final = frozenset({"GreaterThan", "GreaterThanEqual", "LessThan", "LessThanEqual"})
_EQUALS: Final = frozenset({"Equal", "NotEqual"})
OPERATORS: Final = frozenset({*BRANCHES, *CONTAINS, *ORDERS, *_EQUALS, "Like", "IsNull", "WithinGeoRange"})
#: What stands in no record's properties, but in what the server knows of it.
OF_ITS_OWN: Final = frozenset({"id", "_id", "_creationTimeUnix", "_lastUpdateTimeUnix"})
_PATH: Final = re.compile(r"[_a-z][A-Za-z0-9_]{0,230}|len\([_a-z][A-Za-z0-9_]{0,230}\)")
_TEXTS: Final = ("valueText", "valueString")
_KINDS: Final[dict[str, tuple[type, ...]]] = {
    "valueText": (str,), "valueString": (str,), "valueDate": (str,), "valueInt": (int,), "valueNumber": (int, float),
    "valueBoolean": (bool,),
}  # fmt: skip
_RANGE: Final = Members(
    {
        "geoCoordinates": Members(
            dict.fromkeys(("latitude", "longitude"), Shape("a number", lambda v: type(v) in (int, float), (1.5,))),
            ("latitude", "longitude"),
        ),
        "distance": Members({"max": Shape("a number", lambda v: type(v) in (int, float), (1.5,))}, ("max",)),
    },
    ("geoCoordinates", "distance"),
)


@dataclass(frozen=True, slots=True)
class Where:
    """The form of one. `lists`: lists stand under `valueText` itself, as in GraphQL, and not under `valueTextArray`."""

    lists: bool = False

    @property
    def like(self) -> Form:
        """What it is in its smallest form."""
        return Members(
            {
                "operator": Shape("one of Equal", lambda value: value == "Equal", ("Equal",)),
                "path": Shape("a list with the name of one property", lambda value: value == ["name"], (["name"],)),
                "valueText": Shape("a text", lambda value: isinstance(value, str), ("a",)),
            },
            ("operator", "path", "valueText"),
        )

    def read(self, value: Json, at: str) -> Json:
        self._node(value, at, 0, [0])
        return value

    def _node(self, value: Json, at: str, deep: int, seen: list[int]) -> None:
        seen[0] += 1
        if seen[0] > MOST or deep > DEEPEST:
            unreadable(f"'{at}' has more than {MOST} conditions, or is nested deeper than {DEEPEST}")
        if not isinstance(value, dict):
            unreadable(f"'{at}' must be an object")
        operator = value.get("operator")
        if not isinstance(operator, str) or operator not in OPERATORS:
            unreadable(f"'{at}.operator' must be one of {', '.join(sorted(OPERATORS))}")
        if operator not in BRANCHES:
            return self._leaf(value, operator, at)
        parts = value.get("operands")
        if not isinstance(parts, list) or not parts or {*value} != {"operator", "operands"}:
            unreadable(f"'{at}' must have 'operator' and 'operands', a list that is not empty, and nothing else")
        if operator == "Not" and len(parts) != 1:
            unreadable(f"'{at}.operands' must be one: 'Not' takes no more")
        for i, part in enumerate(parts):
            self._node(part, f"{at}.operands[{i}]", deep + 1, seen)

    def _leaf(self, value: Tree, operator: str, at: str) -> None:
        path = value.get("path")
        if not isinstance(path, list) or len(path) != 1 or not isinstance(path[0], str) or not _PATH.fullmatch(path[0]):
            unreadable(
                f"'{at}.path' must be a list with the name of one property of the class; references are not followed: search their class by itself"
            )
        keys = {*value} - {"operator", "path"}
        key = next(iter(keys), "")
        if len(keys) != 1:
            unreadable(f"'{at}' must have 'operator', 'path' and one value, and nothing else")
        if operator == "WithinGeoRange":
            _RANGE.read(value.get("valueGeoRange"), f"{at}.valueGeoRange")
        else:
            self._value(key, value[key], operator, f"{at}.{key}")

    def _value(self, key: str, found: Json, operator: str, at: str) -> None:
        several, plain = operator in CONTAINS, key if self.lists else key.removesuffix("Array")
        if plain not in _FITTING.get(operator, _KINDS) or (plain != key) != (several and not self.lists):
            unreadable(f"'{at}' is no name of a value that belongs to its operator")
        if several and (not isinstance(found, list) or not found):
            unreadable(f"'{at}' must be a list that is not empty")
        if any(type(one) not in _KINDS[plain] for one in (list_of(found) if several else [found])):
            unreadable(f"'{at}' must be of its own type")


#: Operators that take a value of some types only.
_FITTING: Final[dict[str, tuple[str, ...]]] = {"IsNull": ("valueBoolean",), "Like": _TEXTS}


def leaves(node: Json, at: str = "") -> Iterator[tuple[str, Tree]]:
    """Every condition that names a property, and where it stands."""
    tree = as_tree(node)
    if tree.get("operator") in BRANCHES:
        for i, part in enumerate(list_of(tree.get("operands"))):
            yield from leaves(part, f"{at}/operands/{i}")
    elif tree:
        yield at, tree


def field_of(leaf: Tree) -> str:
    """The property that a condition is about, also where it is about how long that is."""
    named = str(list_of(leaf.get("path"))[0])
    return named.removeprefix("len(").removesuffix(")")


def value_of(leaf: Tree) -> tuple[str, Json]:
    """The name under which the value of a condition stands, and the value."""
    return next((key, value) for key, value in leaf.items() if key not in ("operator", "path"))


def ids_of(node: Json) -> list[str] | None:
    """The ids that a filter selects by, and by nothing else; None: it selects otherwise."""
    tree = as_tree(node)
    if tree.get("operator") not in ("Equal", "ContainsAny") or field_of(tree) != "id":
        return None
    value = value_of(tree)[1]
    return [str(one) for one in (value if isinstance(value, list) else [value])]


def named_ids(node: Json) -> Iterator[tuple[str, Json]]:
    """Every id that a filter compares with, and where."""
    for at, leaf in leaves(node):
        if field_of(leaf) in ("id", "_id"):
            value = value_of(leaf)[1]
            yield from ((at, one) for one in (value if isinstance(value, list) else [value]))


def everything(node: Json) -> bool:
    """Whether a filter finds all records by its form alone."""
    tree = as_tree(node)
    match tree.get("operator"):
        case "And":
            return all(map(everything, list_of(tree.get("operands"))))
        case "Or":
            return any(map(everything, list_of(tree.get("operands"))))
        case "Like":
            return not str(value_of(tree)[1]).strip("*")
        case "NotEqual" | "ContainsNone":
            return field_of(tree) in OF_ITS_OWN
        case "GreaterThan" | "GreaterThanEqual" | "LessThan" | "LessThanEqual" | "IsNull":
            return field_of(tree) in OF_ITS_OWN
        case "Not":
            return True  # of what is denied nobody looks whether it is anything
    return False


# what is put beside it


def both(own: Json, other: Json) -> Json:
    """Our own condition first, and the caller's, whole, as one beside it."""
    return own if other is None else {"operator": "And", "operands": [own, other]}


def condition(rows: Sequence[Row]) -> Json:
    """The one condition that all these rows pass."""
    parts = [_any(row) for row in rows]
    return parts[0] if len(parts) == 1 else {"operator": "And", "operands": parts}


_NAMES: Final[dict[type, str]] = {str: "valueText", bool: "valueBoolean", int: "valueInt"}


def equal(field: str, value: Scalar) -> Json:
    """That a property has a value."""
    return {"operator": "Equal", "path": [field], _NAMES[type(value)]: value}


def _any(row: Row) -> Json:
    parts = [equal(row.field, value) for value in row.values]
    return parts[0] if len(parts) == 1 else {"operator": "Or", "operands": parts}


# what is compared with

_HOW: Final[dict[str, How]] = {"Equal": "equal", "NotEqual": "equal", "Like": "expression"}


def by_words(leaf: Tree, whole: Callable[[str], bool]) -> bool:
    """Whether a condition is held against the words of a text, and not against all of it, as `whole` says (W-65)."""
    compares = leaf.get("operator") in _EQUALS | CONTAINS and list_of(leaf.get("path")) == [field_of(leaf)]
    return compares and value_of(leaf)[0].removesuffix("Array") in _TEXTS and not whole(field_of(leaf))


def rewritten(node: Json, at: str, each: Each, whole: Callable[[str], bool], lists: bool) -> Json:
    """The filter with every value put through `each`. `whole`: whether all of a property is compared with."""
    tree = as_tree(node)
    if tree.get("operator") in BRANCHES:
        parts = [rewritten(one, at, each, whole, lists) for one in list_of(tree.get("operands"))]
        return tree if parts == tree["operands"] else {**tree, "operands": [*parts]}
    operator, field = str(tree["operator"]), field_of(tree)
    if operator in ("IsNull", "WithinGeoRange") or field in OF_ITS_OWN or str(list_of(tree["path"])[0]) != field:
        return tree
    how: How = _HOW.get(operator, "equal" if operator in CONTAINS else "order")
    key, value = value_of(tree)
    words = by_words(tree, whole)

    def one(value: Json) -> list[Json]:
        assert isinstance(value, str | int | float)
        new = each(Condition(at, ("objects", 0, "properties", field), how, value, (field,), by_words=words))
        return [*new.values] if isinstance(new, AnyOf) else [new]

    found = [new for inner in (value if isinstance(value, list) else [value]) for new in one(inner)]
    if isinstance(value, list):
        return tree if found == value else {**tree, key: found}
    if len(found) == 1:
        return tree if found[0] == value and type(found[0]) is type(value) else {**tree, key: found[0]}
    either: Json = {"operator": "Or", "operands": [{**tree, "operator": "Equal", key: new} for new in found]}
    if operator not in _EQUALS:
        return tree
    return either if operator == "Equal" else {"operator": "Not", "operands": [either]}

"""What does a filter of a message say, as a `where`? One tree in the other's words, whole or not at all.

The server overlooks children of a leaf, and the target of a branch: such are refused, as what they mean was not read.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

from vecgate.dialects.weaviate.values import Tree, as_tree, list_of
from vecgate.dialects.weaviate.where import BRANCHES, value_of
from vecgate.domain.call import Json
from vecgate.parsing.forms import unreadable

_OPERATORS: Final[Mapping[int, str]] = {
    1: "Equal", 2: "NotEqual", 3: "GreaterThan", 4: "GreaterThanEqual", 5: "LessThan", 6: "LessThanEqual", 7: "And", 8: "Or",
    9: "WithinGeoRange", 10: "Like", 11: "IsNull", 12: "ContainsAny", 13: "ContainsAll", 14: "ContainsNone", 15: "Not",
}  # fmt: skip
_NUMBERS: Final[Mapping[str, int]] = {word: number for number, word in _OPERATORS.items()}
_PLAIN: Final[Mapping[str, str]] = {
    "value_text": "valueText", "value_int": "valueInt", "value_boolean": "valueBoolean", "value_number": "valueNumber",
}  # fmt: skip
_BACK: Final[Mapping[str, str]] = {
    **{word: field for field, word in _PLAIN.items()}, "valueString": "value_text", "valueDate": "value_text",
}  # fmt: skip
_ARRAY: Final = "_array"
#: What the server knows an object's id by in a message, and in a document.
_ID: Final = ("_id", "id")


def where(filters: Any, *, lists: bool) -> Json:
    """The `where` of a filter; `lists`: in a document's form, and not in a body's. Raises CallRefused."""
    operator = _OPERATORS.get(filters.operator)
    if operator is None:
        unreadable("a filter has no operator, or one that is not known")
    value, target = filters.WhichOneof("test_value"), filters.HasField("target")
    if filters.on:
        unreadable("a filter says 'on', which only older servers heed; say 'target'")
    if operator in BRANCHES:
        if value or target:
            unreadable("a filter of filters has a target or a value of its own, which the server overlooks")
        return {"operator": operator, "operands": [where(one, lists=lists) for one in filters.filters]}
    if filters.filters:
        unreadable("a filter of a property holds filters, which the server overlooks")
    if value is None or filters.target.WhichOneof("target") != "property":
        unreadable(
            "a filter must have a value and name a property of the class itself; references are not followed: search their class by itself"
        )
    name = filters.target.property
    leaf: Tree = {"operator": operator, "path": [_ID[1] if name == _ID[0] else name]}
    return {**leaf, **_value(filters, value, lists)}


def _value(filters: Any, name: str, lists: bool) -> Tree:
    found = getattr(filters, name)
    if name == "value_geo":
        place: Tree = {key: _number(getattr(found, key)) for key in ("latitude", "longitude")}
        return {"valueGeoRange": {"geoCoordinates": place, "distance": {"max": _number(found.distance)}}}
    plain = _PLAIN[name.removesuffix(_ARRAY)]
    many = name.endswith(_ARRAY)
    one = _number if name.removesuffix(_ARRAY) == "value_number" else _as_it_is
    told: Json = [one(each) for each in found.values] if many else one(found)
    return {f"{plain}Array" if many and not lists else plain: told}


def _as_it_is(value: Any) -> Any:
    return value


def _number(value: float) -> float:
    if not math.isfinite(value):
        unreadable("a filter compares with what is no number")
    return value


def put(into: Any, node: Json) -> None:
    """A `where`, of whichever form, in the place of a filter. Raises ValueError for what a filter cannot say."""
    tree = as_tree(node)
    operator = str(tree.get("operator"))
    into.operator = _NUMBERS[operator]
    if operator in BRANCHES:
        for one in list_of(tree.get("operands")):
            put(into.filters.add(), one)
        return
    name = str(list_of(tree.get("path"))[0])
    into.target.property = _ID[0] if name == _ID[1] else name
    key, value = value_of(tree)
    if key == "valueGeoRange":
        _geo(into.value_geo, as_tree(value))
        return
    field, many = _BACK[key.removesuffix("Array")], isinstance(value, list)
    if many:
        array = getattr(into, f"{field}{_ARRAY}")
        array.SetInParent()
        array.values.extend(map(_FITS[field], list_of(value)))
    else:
        setattr(into, field, _FITS[field](value))


_FITS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "value_text": str, "value_int": int, "value_boolean": bool, "value_number": float,
}  # fmt: skip


def _geo(into: Any, value: Tree) -> None:
    place, far = as_tree(value.get("geoCoordinates")), as_tree(value.get("distance"))
    into.latitude, into.longitude, into.distance = (
        float(str(one)) for one in (place.get("latitude"), place.get("longitude"), far.get("max"))
    )

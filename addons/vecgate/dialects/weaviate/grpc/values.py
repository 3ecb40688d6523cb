"""How are the values of an object that was found told as JSON, and of which type was each? There and back.

JSON has no dates, ids or places: of which type a property is, is kept beside the answer (`Kinds`). What was masked may be of
that type no more; then it is given as the text that it is.
"""

import re
import struct
from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from vecgate.dialects.weaviate.values import Tree, as_tree
from vecgate.domain.call import Json

#: Of which type a property is, by its path; lists have the type of what is in them.
type Kinds = dict[str, str]

_DATE: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})"
)
_PLACE: Final = ("latitude", "longitude")
_PHONE: Final[Mapping[str, str]] = {
    "country_code": "countryCode", "default_country": "defaultCountry", "input": "input", "national": "national",
    "international_formatted": "internationalFormatted", "national_formatted": "nationalFormatted", "valid": "valid",
}  # fmt: skip
_WORDS: Final = ("date_value", "uuid_value", "blob_value")
#: Lists of numbers stand in bytes, eight for each.
_PACKED: Final[Mapping[str, str]] = {"number_values": "d", "int_values": "q"}


def properties(message: Any, kinds: Kinds, at: str = "") -> Tree:
    """The properties of an object; of what type each is, is put into `kinds`. Raises ValueError for what is none."""
    return {name: _read(value, kinds, f"{at}{name}") for name, value in sorted(message.fields.items(), key=_name)}


def _name(pair: tuple[str, Any]) -> str:
    return pair[0]


def _read(value: Any, kinds: Kinds, at: str) -> Json:
    kind = value.WhichOneof("kind")
    if kind is None:
        raise ValueError("a value of no type")
    if kind == "null_value":
        return None
    if kind == "object_value":
        return properties(value.object_value, kinds, f"{at}.")
    if kind == "list_value":
        return _list(value.list_value, kinds, at)
    kinds[at] = kind
    found = getattr(value, kind)
    if kind == "geo_value":
        return {key: getattr(found, key) for key in _PLACE}
    if kind == "phone_value":
        return {name: getattr(found, field) for field, name in _PHONE.items()}
    return found  # type: ignore[no-any-return]


def _list(message: Any, kinds: Kinds, at: str) -> Json:
    kind = message.WhichOneof("kind")
    if kind is None:
        return []
    kinds[at] = kind
    found = getattr(message, kind).values
    if kind in _PACKED:
        if len(found) % 8:
            raise ValueError("numbers that are cut off")
        return [*struct.unpack(f"<{len(found) // 8}{_PACKED[kind]}", found)]
    if kind == "object_values":
        return [properties(one, kinds, f"{at}.") for one in found]
    return [*found]


def put(into: Any, told: Tree, kinds: Kinds, at: str = "") -> None:
    """The same properties in the place of those of an object."""
    for name, value in told.items():
        _put(into.fields[name], value, kinds, f"{at}{name}")


def _put(into: Any, value: Json, kinds: Kinds, at: str) -> None:
    kind = kinds.get(at, "")
    match value:
        case None:
            into.null_value = 0
        case bool():
            into.bool_value = value
        case str():
            setattr(into, kind if kind in _WORDS and _STILL[kind](value) else "text_value", value)
        case int() | float():
            whole = isinstance(value, int) and kind != "number_value" and -(2**63) <= value < 2**63
            setattr(into, "int_value" if whole else "number_value", value)
        case dict():
            _put_object(into, value, kinds, at)
        case list():
            _put_list(into.list_value, value, kinds, at)


def _put_object(into: Any, value: Tree, kinds: Kinds, at: str) -> None:
    kind = kinds.get(at, "")
    if kind == "geo_value" and all(type(value.get(key)) in (int, float) for key in _PLACE):
        for key in _PLACE:
            setattr(into.geo_value, key, value[key])
    elif kind == "phone_value" and all(_fits(field, value.get(name)) for field, name in _PHONE.items()):
        for field, name in _PHONE.items():
            setattr(into.phone_value, field, value[name])
    else:
        into.object_value.SetInParent()
        put(into.object_value, value, kinds, f"{at}.")


def _fits(field: str, value: Json) -> bool:
    if field in ("country_code", "national"):
        return type(value) is int and 0 <= value < 2**64
    return isinstance(value, bool if field == "valid" else str)


def _put_list(into: Any, value: list[Json], kinds: Kinds, at: str) -> None:
    kind = kinds.get(at, "text_values")
    many = getattr(into, _list_kind(value, kind))
    many.SetInParent()
    if _list_kind(value, kind) == "object_values":
        for one in value:
            put(many.values.add(), as_tree(one), kinds, f"{at}.")
        return
    code = _PACKED.get(_list_kind(value, kind))
    if code is not None:
        many.values = struct.pack(f"<{len(value)}{code}", *value)
    elif _list_kind(value, kind) == "bool_values":
        many.values.extend(value)
    else:
        many.values.extend("" if one is None else str(one) for one in value)


def _list_kind(value: list[Json], kind: str) -> str:
    """The type of a list: that which it had, as long as all in it still is of it."""
    types = {*map(type, value)}
    if kind == "object_values" or types == {dict}:
        return "object_values" if types <= {dict} else "text_values"
    if kind == "bool_values" or types == {bool}:
        return "bool_values" if types <= {bool} else "text_values"
    if kind in _PACKED or types <= {int, float}:
        if types <= {int} and kind != "number_values":
            return "int_values" if kind in _PACKED or value else kind
        return "number_values" if types <= {int, float} else "text_values"
    word = f"{kind.removesuffix('values')}value"
    return kind if word in _STILL and types <= {str} and all(_STILL[word](one) for one in value) else "text_values"


def _is_date(value: Json) -> bool:
    return isinstance(value, str) and _DATE.fullmatch(value) is not None


def _is_id(value: Json) -> bool:
    try:
        return str(UUID(str(value))) == value
    except ValueError:
        return False


#: Whether a text is still of the type that it was of.
_STILL: Final[Mapping[str, Callable[[Json], bool]]] = {
    "date_value": _is_date, "uuid_value": _is_id, "blob_value": lambda value: isinstance(value, str),
}  # fmt: skip

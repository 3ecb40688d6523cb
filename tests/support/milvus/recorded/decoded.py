"""How does Milvus read a body? Twice: into structs as Go does it, and for some members once more, where the first counts.

Names are folded, the last of one name counts, objects and lists are decoded into what the one before left, null is
nothing, and what stands behind the first document is not looked at.
"""

import json
from typing import Any, Final


class Pairs(list[tuple[str, Any]]):
    """An object with all its members, also those of one name."""


#: Members that a struct has; those of maps keep their spelling.
FIELDS: Final = (
    "dbName", "collectionName", "filter", "outputFields", "limit", "offset", "partitionNames", "partitionName", "annsField",
    "groupingField", "searchParams", "exprParams", "data", "id", "search", "rerank", "consistencyLevel", "vector", "params",
    "aliasName", "dimension", "schema", "indexParams",
)  # fmt: skip
#: Members that are read a second time from the bytes: the first of exactly this name.
AGAIN: Final = ("id", "data", "search")
_TYPES: Final[dict[str, type]] = {
    **dict.fromkeys(("limit", "offset", "dimension"), int), **dict.fromkeys(("outputFields", "search", "partitionNames"), list),
    **dict.fromkeys(("filter", "collectionName", "dbName", "annsField", "groupingField", "aliasName", "partitionName"), str),
    **dict.fromkeys(("searchParams", "exprParams", "rerank"), Pairs),
}  # fmt: skip
_MAPS: Final = frozenset({"searchParams", "exprParams", "params", "data", "schema"})


def fold(name: str) -> str:
    """A name as Go compares it."""
    return name.replace("\u017f", "s").replace("\u212a", "k").lower()


_KNOWN: Final = {fold(name): name for name in FIELDS}


class Unmarshal(ValueError):
    """What Go says of a body that it cannot read."""


def decode(raw: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    """The request as structs have it, and the members that are read again. Raises Unmarshal."""
    try:
        tree, _ = json.JSONDecoder(object_pairs_hook=Pairs).raw_decode(raw.decode("utf-8", "replace").lstrip(" \t\r\n"))
    except ValueError as e:
        raise Unmarshal(str(e)) from e
    if not isinstance(tree, Pairs):
        raise Unmarshal("cannot unmarshal into Go value")
    again = {
        name: plain(next(value for key, value in tree if key == name))
        for name in AGAIN
        if any(k == name for k, _ in tree)
    }
    return _struct(tree, {}), again


def plain(node: Any) -> Any:
    """A value of which the first member of a name counts."""
    if isinstance(node, Pairs):
        return {key: plain(value) for key, value in reversed(node)}
    return [plain(one) for one in node] if isinstance(node, list) else node


def _struct(pairs: Pairs, old: dict[str, Any]) -> dict[str, Any]:
    new = dict(old)
    for key, value in pairs:
        name = _KNOWN.get(fold(key))
        if name is None:
            continue
        if value is None:
            if name in _MAPS:
                new.pop(name, None)
            continue
        if name in _TYPES and type(value) is not _TYPES[name]:
            raise Unmarshal(f"json: cannot unmarshal into Go struct field {name}")
        if _TYPES.get(name) is int and abs(value) >= 2**31:
            raise Unmarshal(f"json: cannot unmarshal number into Go struct field {name} of type int32")
        new[name] = _value(value, new.get(name), is_map=name in _MAPS)
    return new


def _value(value: Any, old: Any, *, is_map: bool) -> Any:
    if isinstance(value, Pairs):
        before = old if isinstance(old, dict) else {}
        return {**before, **{key: plain(one) for key, one in value}} if is_map else _struct(value, before)
    if isinstance(value, list):
        before = old if isinstance(old, list) else []
        return [_value(one, before[i] if i < len(before) else None, is_map=is_map) for i, one in enumerate(value)]
    return value

"""How is a filter said in Qdrant's messages? As a tree of REST, condition by condition.

A condition that says nothing matches everything over REST, and is left out over gRPC: there it is refused.
"""

from collections.abc import Mapping
from typing import Final

from vecgate.dialects.base.grpc.messages import Message
from vecgate.dialects.base.grpc.trees import Change, Tree, Trees, Unsayable, Way
from vecgate.dialects.qdrant.grpc.values import kind_of
from vecgate.domain.call import Json

#: Fields of a match, and the member that each is over REST.
_MATCHES: Final = {
    "keyword": "value", "integer": "value", "boolean": "value", "text": "text", "text_any": "text_any",
    "phrase": "phrase", "prefix": "prefix", "keywords": "any", "integers": "any", "except_keywords": "except",
    "except_integers": "except",
}  # fmt: skip
_OF_VALUE: Final = {str: "keyword", bool: "boolean", int: "integer"}
#: Conditions that are said as the message that they are.
_WHOLE: Final = ("nested", "slice")
_NAMED: Final = ("is_empty", "is_null")


def _condition_said(trees: Trees, message: Message) -> Json:
    kind = kind_of(message, "condition_one_of")
    inner = getattr(message, kind)
    if kind in ("field", "filter"):
        return trees.said(inner)
    if kind == "has_vector":
        return {"has_vector": inner.has_vector}
    return {"has_id": [trees.said(one) for one in inner.has_id]} if kind == "has_id" else {kind: trees.said(inner)}


def _condition_put(trees: Trees, value: Json, message: Message) -> None:
    tree = value if isinstance(value, dict) else {}
    kind = (
        "field"
        if "key" in tree
        else next((one for one in (*_NAMED, *_WHOLE, "has_id", "has_vector") if one in tree), "filter")
    )
    inner = getattr(message, kind)
    inner.SetInParent()
    trees.put(tree[kind] if kind in (*_NAMED, *_WHOLE) else tree, inner)


def _match_said(trees: Trees, message: Message) -> Json:
    kind = kind_of(message, "match_value")
    found = getattr(message, kind)
    if kind.endswith("strings") or kind in ("keywords", "except_keywords"):
        found = list(found.strings)
    elif kind in ("integers", "except_integers"):
        found = list(found.integers)
    return {_MATCHES[kind]: found}


def _match_put(trees: Trees, value: Json, message: Message) -> None:
    tree = value if isinstance(value, dict) else {}
    ((kind, found),) = tree.items()
    if kind == "value":
        setattr(message, _OF_VALUE[type(found)], found)
    elif isinstance(found, list):
        whole = bool(found) and all(type(one) is int for one in found)
        name = ("" if kind == "any" else "except_") + ("integers" if whole else "keywords")
        inner = getattr(message, name)
        inner.SetInParent()
        getattr(inner, "integers" if whole else "strings").extend(found)
    else:
        setattr(message, kind, found)


def _ranges(tree: Tree) -> Tree:
    """Bounds that are dates have a field of their own."""
    if "datetime_range" not in tree:
        return tree
    if "range" in tree:
        raise Unsayable("bounds of numbers and of dates together")
    return {("range" if key == "datetime_range" else key): value for key, value in tree.items()}


def _dates(tree: Tree) -> Tree:
    bounds = tree.get("range")
    dated = isinstance(bounds, dict) and any(isinstance(one, str) for one in bounds.values())
    return {("datetime_range" if dated and key == "range" else key): value for key, value in tree.items()}


WAYS: Final[Mapping[str, Way]] = {
    "Condition": Way(_condition_said, _condition_put),
    "Match": Way(_match_said, _match_put),
}
CHANGES: Final[Mapping[str, Change]] = {"FieldCondition": Change(_ranges, _dates)}
#: Lists of conditions, and of holes in an area, that say nothing where they are empty.
QUIET: Final = frozenset({"Filter.should", "Filter.must", "Filter.must_not", "GeoPolygon.interiors"})

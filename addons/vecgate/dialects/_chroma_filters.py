"""What does a Chroma request compare with? Each value of its filters, and where such a value is stored.

Filters are read whole or not at all: an operator that is not written here is refused once a rule looks into
filters. https://docs.trychroma.com/docs/querying-collections/metadata-filtering, as of server 1.5.9.
"""

from collections.abc import Callable, Mapping
from typing import Final, Never

from vecgate.dialects import _bodies
from vecgate.dialects._chroma_surfaces import REQUESTS
from vecgate.inlets import Condition, Each, Home, How, Inlets, named
from vecgate.surface import Surface
from vecgate.terms import Json

type Tree = dict[str, Json]

_ONE: Final[Mapping[str, How]] = {
    "$eq": "equal",
    "$ne": "equal",
    "$gt": "order",
    "$gte": "order",
    "$lt": "order",
    "$lte": "order",
    "$contains": "equal",  # of a list that is stored, one item
    "$not_contains": "equal",
    "$regex": "expression",
    "$not_regex": "expression",
}
_MANY: Final = frozenset({"$in", "$nin"})
_JOINED: Final = frozenset({"$and", "$or"})
_TEXT: Final[Mapping[str, How]] = {**_ONE, "$contains": "part", "$not_contains": "part"}
_DOCUMENT: Final[Home] = ("documents", 0)
_ID: Final[Home] = ("ids", 0)
#: Keys of a search filter that are no metadata.
_OWN: Final[Mapping[str, Home]] = {"#document": _DOCUMENT, "#id": _ID, "#uri": ("uris", 0)}

#: The whole numbers of a sparse vector are no phones.
_STORED: Final = Surface(
    keep=("/metadatas/*/*/#type", "/metadatas/*/*/indices/*", "/searches/*/rank/**/indices/*"),
    patterns=("/ids/*", "/uris/*"),
)
_RECORDS: Final = Inlets(("/documents", "/metadatas", "/uris"), names=("/ids",), surface=_STORED)
_INLETS: Final[Mapping[str, Inlets]] = {
    "collection_add": _RECORDS,
    "collection_upsert": _RECORDS,
    "collection_update": _RECORDS,
    "create_collection": Inlets(("/metadata",), surface=REQUESTS["create_collection"]),
    "update_collection": Inlets(("/new_metadata",), surface=REQUESTS["update_collection"]),
    # The vectors of a query are made by the client; a text is only where the server is to make them.
    "collection_search": Inlets(query=("/searches/*/rank",), surface=_STORED),
}
_FILTERED: Final = frozenset({"collection_get", "collection_query", "collection_delete"})


def inlets(name: str) -> Inlets:
    """Where what goes in stands in the body of an operation."""
    return _INLETS.get(name, Inlets(surface=_STORED))


def unclean_vectors(name: str, before: Tree, after: Tree) -> int:
    """How many records bring a vector that was made of a text which is masked now."""
    if _INLETS.get(name) is not _RECORDS:
        return 0
    triples = zip(
        _list(before.get("embeddings")), _list(before.get("documents")), _list(after.get("documents")), strict=False
    )
    return sum(vector is not None and was != now for vector, was, now in triples)


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def rewritten(name: str, tree: Tree, each: Each) -> Tree:
    """The body with every value of its filters put through `each`. Raises CallRefused (`body.unreadable`)."""
    if name == "collection_search":
        return {**tree, "searches": [_search(s, i, each) for i, s in enumerate(_list(tree.get("searches")))]}
    if name not in _FILTERED:
        return tree
    parts: dict[str, Callable[[Json, str, Each], Json]] = {"ids": _ids, "where": _where, "where_document": _document}
    return {k: parts[k](v, k, each) if k in parts and v is not None else v for k, v in tree.items()}


def _search(search: Json, i: int, each: Each) -> Json:
    if not isinstance(search, dict) or search.get("filter") is None:
        return search
    at, found = f"searches[{i}].filter", search["filter"]
    if not isinstance(found, dict):
        _unknown(at)
    if not found.keys() - {"query_ids", "where_clause"} and isinstance(found.get("query_ids", []), list | None):
        parts = {"query_ids": _ids, "where_clause": _where}
        return {**search, "filter": {k: v if v is None else parts[k](v, f"{at}.{k}", each) for k, v in found.items()}}
    return {**search, "filter": _where(found, at, each)}


def _unknown(at: str) -> Never:
    _bodies.unreadable(f"'{at}' is no filter the gateway knows")


def _ids(node: Json, at: str, each: Each) -> Json:
    return [each(Condition(at, _ID, "equal", _scalar(value, at))) for value in _list(node)]


def _where(node: Json, at: str, each: Each) -> Json:
    if not isinstance(node, dict):
        _unknown(at)
    return {key: _clause(key, value, at, each) for key, value in node.items()}


def _clause(key: str, value: Json, at: str, each: Each) -> Json:
    if key in _JOINED:
        return [_where(item, at, each) for item in _items(value, at)]
    if key.startswith("$"):
        _unknown(at)
    home, at = _OWN.get(key, ("metadatas", 0, key)), named(at, key)
    if not isinstance(value, dict):
        return each(Condition(at, home, "equal", _scalar(value, at)))
    known = _TEXT if home == _DOCUMENT else _ONE
    return {operator: _operand(operator, inner, home, at, known, each) for operator, inner in value.items()}


def _operand(operator: str, value: Json, home: Home, at: str, known: Mapping[str, How], each: Each) -> Json:
    if operator in _MANY:
        return [each(Condition(at, home, "equal", _scalar(item, at))) for item in _items(value, at)]
    if operator not in known:
        _unknown(at)
    return each(Condition(at, home, known[operator], _scalar(value, at)))


def _document(node: Json, at: str, each: Each) -> Json:
    if not isinstance(node, dict):
        _unknown(at)
    return {key: _text_clause(key, value, at, each) for key, value in node.items()}


def _text_clause(key: str, value: Json, at: str, each: Each) -> Json:
    if key in _JOINED:
        return [_document(item, at, each) for item in _items(value, at)]
    if key not in ("$contains", "$not_contains", "$regex", "$not_regex"):
        _unknown(at)
    return each(Condition(at, _DOCUMENT, _TEXT[key], _scalar(value, at)))


def _items(value: Json, at: str) -> list[Json]:
    if not isinstance(value, list):
        _unknown(at)
    return value


def _scalar(value: Json, at: str) -> str | float | bool:
    if not isinstance(value, str | int | float | bool):
        _unknown(at)
    return value

"""What does a Chroma request compare with? Each value of its filters, and where such a value is stored.

Filters are read whole or not at all: what is not written here is refused, whatever the rules say, so that no
filter means more to the server than it does here. What the server would refuse is refused here, in more words.
https://docs.trychroma.com/docs/querying-collections/metadata-filtering, as of server 1.5.9.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, Never

from vecgate.dialects.chroma.surfaces import REQUESTS
from vecgate.domain.call import Json
from vecgate.domain.inlets import AnyOf, Condition, Each, EachSite, Field, Home, How, Inlets, Path, Site, named, pointer
from vecgate.domain.surface import Surface
from vecgate.parsing import forms

type Tree = dict[str, Json]

_NAMES: Final[Mapping[str, How]] = {name: "equal" for name in ("$eq", "$ne", "$contains", "$not_contains")}
_ORDERED: Final = frozenset({"$gt", "$gte", "$lt", "$lte"})
_ONE: Final[Mapping[str, How]] = {**_NAMES, **{name: "order" for name in _ORDERED}}  # of a list, one item
_MANY: Final = frozenset({"$in", "$nin"})
_SCALARS: Final = frozenset({str, int, float, bool})
#: What compares with several values as that does with one.
_SEVERAL: Final = {"$eq": "$in", "$ne": "$nin"}
_JOINED: Final = frozenset({"$and", "$or"})
#: How much a filter may join (C-08).
MOST_JOINED: Final = 500
_TEXT: Final[Mapping[str, How]] = {
    "$contains": "part",
    "$not_contains": "part",
    "$regex": "expression",
    "$not_regex": "expression",
}
_DOCUMENT: Final[Home] = ("documents", 0)
_ID: Final[Home] = ("ids", 0)
_URI: Final[Home] = ("uris", 0)
#: Keys that look like metadata and are the document and the uri under another name.
RESERVED: Final = "chroma:"
_ALIASES: Final[Mapping[str, Home]] = {"chroma:document": _DOCUMENT, "chroma:uri": _URI}
#: Keys of a filter that are no metadata, in a search and elsewhere: there `#id` is a key like any other.
_SEARCHED: Final[Mapping[str, Home]] = {**_ALIASES, "#id": _ID, "#uri": _URI}

#: The whole numbers of a sparse vector are no phones.
_STORED: Final = Surface(
    keep=("/metadatas/*/*/#type", "/metadatas/*/*/indices/*", "/searches/*/rank/**/indices/*"),
    patterns=("/uris/*",),
    names=("/ids/*",),
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
_HOW: Final[Mapping[str, str]] = {"part": "text", "expression": "text", "order": "order", "field": "group"}
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


def mapped(name: str, tree: Tree, each: EachSite) -> Tree:
    """The body with every filter put through `each`, also where one could stand and none does."""
    if name == "collection_search":
        found = [_put(s, "filter", f"/searches/{i}", each) for i, s in enumerate(_list(tree.get("searches")))]
        return {**tree, "searches": [*found]}
    if name not in _FILTERED:
        return tree
    return _put(_put(tree, "where", "", each), "where_document", "", each)


def _put(node: Json, key: str, at: str, each: EachSite) -> Tree:
    tree = node if isinstance(node, dict) else {}
    new = each(Site(f"{at}/{key}", "select", tree.get(key)))
    if new is None:
        return {k: v for k, v in tree.items() if k != key} if key in tree else tree
    return {**tree, key: new}


def fields(name: str, tree: Tree) -> list[Field]:
    """Every field that a body's filters, groups and ranks compare with."""
    found: list[Field] = []

    def note(condition: Condition) -> Json:
        if condition.home != _ID or condition.at != "ids":
            how = _HOW.get(condition.how, "filter")
            found.append(Field(pointer(condition.at), condition.path, how, condition.how))
        return condition.value

    rewritten(name, tree, note)
    for i, search in enumerate(_list(tree.get("searches"))) if name == "collection_search" else ():
        found += _ranked(search.get("rank") if isinstance(search, dict) else None, f"/searches/{i}/rank")
    return found


def _ranked(rank: Json, at: str) -> Iterator[Field]:
    """The fields whose vectors a rank turns into scores."""
    for key, inner in rank.items() if isinstance(rank, dict) else enumerate(_list(rank)):
        if key == "$knn" and isinstance(inner, dict):
            if isinstance(field := inner.get("key"), str) and field != "#embedding":
                yield Field(f"{at}/$knn/key", (field,), "formula", "knn")
        else:
            yield from _ranked(inner, f"{at}/{key}")


def _path(home: Home) -> tuple[str]:
    """The field whose values are stored there."""
    return (str(home[2]) if home[0] == "metadatas" else f"#{str(home[0])[:-1]}",)


def shown_at(path: Path) -> tuple[tuple[str, ...], ...]:
    """By which keys answers show a field."""
    key = str(path[0])
    own = ("metadatas", key)
    return ((f"{key[1:]}s",), own) if key in ("#document", "#uri", "#id") else (own,)


def _narrow(value: Json, at: str) -> None:
    """Raise CallRefused if a filter joins more than the server bears."""
    left, joined = [value], 0
    while left and joined <= MOST_JOINED:
        node, joined = left.pop(), joined + 1
        left += [one for key in _JOINED if isinstance(node, dict) for one in _list(node.get(key))]
    if joined > MOST_JOINED:
        forms.harmful(f"'{at}' joins more than {MOST_JOINED} conditions; compare with many values by '$in'")


def check_where(value: Json, at: str) -> None:
    """Raise CallRefused unless a `where` can be read in full."""
    _narrow(value, at)
    _where(value, at, _as_it_is)


def check_document(value: Json, at: str) -> None:
    """Raise CallRefused unless a `where_document` can be read in full."""
    _narrow(value, at)
    _document(value, at, _as_it_is)


def check_searched(value: Json, at: str) -> None:
    """Raise CallRefused unless the filter of a search can be read in full; an empty one filters nothing."""
    _narrow(value, at)
    if value != {}:
        _where(value, at, _as_it_is, _SEARCHED)


def _as_it_is(condition: Condition) -> Json | AnyOf:
    """The value as it came in: then a filter is held against all that the server would say of it."""
    return condition.value


def _search(search: Json, i: int, each: Each) -> Json:
    if not isinstance(search, dict):
        return search
    _told_apart(search.get("group_by"), f"searches[{i}].group_by", each)
    if not search.get("filter"):
        return search
    return {**search, "filter": _where(search["filter"], f"searches[{i}].filter", each, _SEARCHED)}


def _told_apart(groups: Json, at: str, each: Each) -> None:
    """Groups tell which values are the same, and the best of them which are more: each field of them is compared."""
    if not isinstance(groups, dict):
        return
    best = groups.get("aggregate")
    inner = [(f"{at}.aggregate.{kind}", part) for kind, part in best.items()] if isinstance(best, dict) else []
    for place, part in ((at, groups), *inner):
        for i, key in enumerate(_list(part.get("keys")) if isinstance(part, dict) else ()):
            if isinstance(key, str) and key != "#score":
                home = _SEARCHED.get(key, ("metadatas", 0, key))
                each(Condition(f"{place}.keys[{i}]", home, "field", key, _path(home)))


def _no_filter(at: str, why: str) -> Never:
    forms.unreadable(f"'{at}' is no filter the gateway knows: {why}")


def _ids(node: Json, at: str, each: Each) -> Json:
    return _flat(each(Condition(at, _ID, "equal", _scalar(value, at), _path(_ID))) for value in _list(node))


def _flat(values: Iterable[Json | AnyOf]) -> list[Json]:
    return [one for value in values for one in (value.values if isinstance(value, AnyOf) else (value,))]


def _compared(key: str, operator: str, value: Json | AnyOf) -> Json:
    """The condition, with a value or with any of several in its place."""
    if not isinstance(value, AnyOf):
        return {key: {operator: value}}
    if operator in _SEVERAL:
        return {key: {_SEVERAL[operator]: [*value.values]}}
    return {_either(operator): [{key: {operator: one}} for one in value.values]}


def _either(operator: str) -> str:
    """How several conditions of an operator are one: what must not be there must be none of them."""
    return "$and" if operator.startswith("$not_") else "$or"


def _one(node: Json, at: str) -> tuple[str, Json]:
    """The one member of an object; the server takes no more, and no fewer."""
    if not isinstance(node, dict) or len(node) != 1:
        _no_filter(at, "it must be an object with exactly one member; join several with '$and'")
    return next(iter(node.items()))


def _where(node: Json, at: str, each: Each, known: Mapping[str, Home] = _ALIASES) -> Json:
    key, value = _one(node, at)
    if key in _JOINED:
        return {key: [_where(item, f"{at}.{key}[{i}]", each, known) for i, item in enumerate(_items(value, at))]}
    if key.startswith("$") or (key.startswith(RESERVED) and key not in known):
        _no_filter(at, "it has a key that is reserved")
    home, at = _DOCUMENT if key == "#document" else known.get(key, ("metadatas", 0, key)), named(at, key)
    if not isinstance(value, dict):
        value = {"$eq": value} if key == "#document" else value  # which it does not have
    if not isinstance(value, dict):
        new = each(Condition(at, home, _of(home, "equal"), _scalar(value, at), _path(home)))
        return _compared(key, "$eq", new) if isinstance(new, AnyOf) else {key: new}
    operator, inner = _one(value, at)
    return _compared(key, operator, _operand(operator, inner, home, at, _operators(key, home), each))


def _of(home: Home, how: How) -> How:
    """A document is found by what is in it, as one searches in texts, even where it is named as a whole."""
    return "part" if home == _DOCUMENT and how == "equal" else how


def _operators(key: str, home: Home) -> Mapping[str, How]:
    if key == "#document":
        return _TEXT
    return _NAMES if home == _ID else _ONE


def _operand(operator: str, value: Json, home: Home, at: str, known: Mapping[str, How], each: Each) -> Json | AnyOf:
    if operator in _MANY and known is not _TEXT:
        if not (items := _items(value, at)):
            _no_filter(at, f"'{operator}' must name something")
        if each is _as_it_is and {*map(type, items)} <= _SCALARS:
            return items
        how, path = _of(home, "equal"), _path(home)
        return _flat(each(Condition(at, home, how, _scalar(item, at), path)) for item in items)
    if operator not in known and (each is _as_it_is or operator not in _TEXT):
        _no_filter(at, f"it may have {', '.join(sorted({*known, *(() if known is _TEXT else _MANY)}))}")
    if operator in _ORDERED and type(value) not in (int, float) and each is _as_it_is:
        _no_filter(at, f"'{operator}' compares numbers")
    if known is _TEXT and not isinstance(value, str):
        _no_filter(at, f"'{operator}' looks for text")
    how = _of(home, known.get(operator, _TEXT.get(operator, "part")))
    return each(Condition(at, home, how, _scalar(value, at), _path(home)))


def _document(node: Json, at: str, each: Each) -> Json:
    key, value = _one(node, at)
    if key in _JOINED:
        return {key: [_document(item, f"{at}.{key}[{i}]", each) for i, item in enumerate(_items(value, at))]}
    new = _operand(key, value, _DOCUMENT, at, _TEXT, each)
    return {_either(key): [{key: one} for one in new.values]} if isinstance(new, AnyOf) else {key: new}


def _items(value: Json, at: str) -> list[Json]:
    if not isinstance(value, list):
        _no_filter(at, "a list must stand here")
    return value


def _scalar(value: Json, at: str) -> str | float | bool:
    if not isinstance(value, str | int | float | bool):
        _no_filter(at, "a text, a number or true/false must stand here")
    return value

"""What goes into Qdrant with a request? Payloads that are stored, texts that are embedded, and values compared with."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from vecgate.dialects.qdrant import expressions, filters, sites
from vecgate.dialects.qdrant.filters import MATCHES
from vecgate.dialects.qdrant.meaning import MOST_PREFETCH, is_inside, models
from vecgate.dialects.qdrant.paths import Path, steps, written
from vecgate.dialects.qdrant.sites import list_of, tree_of
from vecgate.dialects.qdrant.surfaces import REQUESTS, STORED
from vecgate.dialects.qdrant.values import is_numbers
from vecgate.domain.call import Json
from vecgate.domain.inlets import (
    NO_INLETS,
    AnyOf,
    Condition,
    Each,
    Field,
    Home,
    How,
    Inlets,
    Site,
    named,
    pointer,
    worded,
)

type Tree = dict[str, Json]

_POINTS: Final = ("/points/*/payload", "/batch/payloads")
#: Texts, by themselves or in an object, that the server, or a model that it asks, makes vectors of.
_TEXTS: Final = ("/text", "/object", "/options")
_PICTURE: Final = "/image"
_VECTORS: Final = ("/points/*/vector", "/points/*/vector/*", "/batch/vectors/*", "/batch/vectors/*/*")
_MADE: Final = tuple(f"{at}{text}" for at in _VECTORS for text in _TEXTS)
_DEEP: Final = tuple("/prefetch/*" * depth for depth in range(MOST_PREFETCH + 1))
_STARTS: Final = (
    "/query", "/query/nearest", "/query/recommend/positive/*", "/query/recommend/negative/*", "/query/discover/target",
    "/query/discover/context/*/*", "/query/context/*/*", "/query/relevance_feedback/target",
    "/query/relevance_feedback/feedback/*/example", "/positive/*", "/negative/*", "/target", "/context/*/*",
)  # fmt: skip
_SEARCHED: Final = tuple(f"{deep}{start}{text}" for deep in _DEEP for start in _STARTS for text in _TEXTS)
_PICTURES: Final = tuple(f"{at}{_PICTURE}" for at in _VECTORS)
_SHOWN: Final = tuple(f"{deep}{start}{_PICTURE}" for deep in _DEEP for start in _STARTS)


def _write(prefix: str = "") -> Inlets:
    opaque = tuple(f"{prefix}{at}" for at in _PICTURES)
    return Inlets(tuple(f"{prefix}{at}" for at in (*_POINTS, *_MADE)), surface=STORED, opaque=opaque)


_METADATA: Final = Inlets(("/metadata",), surface=REQUESTS["create_collection"])
_INLETS: Final[Mapping[str, Inlets]] = {
    "upsert_points": _write(),
    "update_vectors": Inlets(_MADE, surface=STORED, opaque=_PICTURES),
    **dict.fromkeys(("set_payload", "overwrite_payload"), Inlets(("/payload",), surface=STORED)),
    "batch_update": Inlets(
        (*_write("/operations/*/upsert").payload, *(f"/operations/*/update_vectors{at}" for at in _MADE),
         "/operations/*/set_payload/payload", "/operations/*/overwrite_payload/payload"),
        surface=REQUESTS["batch_update"],
        opaque=tuple(f"/operations/*/{kind}{at}" for kind in ("upsert", "update_vectors") for at in _PICTURES),
    ),
    **dict.fromkeys(("create_collection", "update_collection"), _METADATA),
    **dict.fromkeys(sites.ALONE, Inlets(query=_SEARCHED, surface=STORED, opaque=_SHOWN)),
    **dict.fromkeys(sites.BATCHES, Inlets(
        query=tuple(f"/searches/*{at}" for at in _SEARCHED), surface=STORED,
        opaque=tuple(f"/searches/*{at}" for at in _SHOWN),
    )),
}  # fmt: skip


def inlets(name: str) -> Inlets:
    """Where what goes in stands in the body of an operation."""
    return _INLETS.get(name, Inlets(surface=STORED) if name in sites.CHOSEN else NO_INLETS)


def unclean_vectors(name: str, before: Tree, after: Tree) -> int:
    """How many points bring a vector of the client's own beside a payload that is masked now."""
    pairs = zip(sites.writes(name, before), sites.writes(name, after), strict=False)
    return sum(_unclean(was, now) for (_, operation, was), (_, _, now) in pairs if operation == "upsert_points")


def _unclean(before: Tree, after: Tree) -> int:
    points = zip(list_of(before.get("points")), list_of(after.get("points")), strict=False)
    alone = sum(
        tree_of(was).get("payload") != tree_of(now).get("payload") and _own(tree_of(was).get("vector"))
        for was, now in points
    )
    was, now = (list_of(tree_of(one.get("batch")).get("payloads")) for one in (before, after))
    return alone + sum(a != b for a, b in zip(was, now, strict=False))


def _own(vector: Json) -> bool:
    """Whether a client made a vector itself, or one of several."""
    if not isinstance(vector, dict):
        return bool(vector)
    if "model" in vector:
        return False
    return any(not (isinstance(one, dict) and "model" in one) for one in vector.values())


# what is compared with

type Rewrite = Callable[[Json, str], Json]


def rewritten(name: str, tree: Tree, each: Each) -> Tree:
    """The body with every value of its filters put through `each`; what is ordered or told apart by is shown to it."""

    def site(one: Site) -> Json | None:
        return None if one.filter is None else _filter(one.filter, one.at.strip("/").replace("/", "."), (), each)

    new = sites.mapped(name, tree, site)
    for at, search in sites.searches(name, tree):
        for place, path, start in _told_apart(search):
            spot = named(at.strip("/").replace("/", "."), place)
            each(Condition(spot, _home(path), "field", written(path), path))
            if start is not None:
                each(Condition(f"{spot}.start_from", _home(path), "order", start, path, begins=True))
        _scored(search, f"{at.strip('/').replace('/', '.')}.query.formula".strip("."), each)
    return _sought(name, new, each)


def sought(name: str, tree: Tree) -> list[Field]:
    """The vectors that a body searches by words which the server takes out of a text itself."""
    found: list[Field] = []

    def note(one: Condition) -> Json:
        found.append(Field(pointer(one.at), one.path, "text", "part"))
        return one.value

    _sought(name, tree, note)
    return found


def _sought(name: str, tree: Tree, each: Each) -> Tree:
    """The body with every text whose words are looked for put through `each`; a text for a model is no such."""
    if name not in sites.ALONE | sites.BATCHES or not any(map(is_inside, models(name, tree))):
        return tree
    return tree_of(_words(tree, "", "", each))


def _words(node: Json, at: str, using: str, each: Each) -> Json:
    if isinstance(node, list):
        if is_numbers(node):
            return node
        return [_words(one, f"{at}[{i}]", using, each) for i, one in enumerate(node)]
    if not isinstance(node, dict):
        return node
    if is_inside(node.get("model")) and isinstance(node.get("text"), str):
        path = ("vector", using) if using else ("vector",)
        home: Home = ("points", 0, *path, "text")
        return {**node, "text": worded(f"{at}.text", str(node["text"]), [(path, home)], each)}
    said = node.get("using", using)
    by = said if isinstance(said, str) else ""
    return {
        key: _words(one, named(at, key), "" if key == "prefetch" else by, each) if isinstance(one, dict | list) else one
        for key, one in node.items()
    }


def _told_apart(search: Tree) -> Iterator[tuple[str, Path, str | float | None]]:
    """The fields that a search is ordered, grouped or counted by, and where an order starts: it shows which are more."""
    for order in (search.get("order_by"), tree_of(search.get("query")).get("order_by")):
        if order is not None:
            start = tree_of(order).get("start_from")
            path = steps(str(order["key"] if isinstance(order, dict) else order))
            yield "order_by", path, start if isinstance(start, str | int | float) else None
    for key in ("group_by", "key"):
        if isinstance(search.get(key), str):
            yield key, steps(str(search[key])), None


def _scored(search: Tree, at: str, each: Each) -> None:
    """What a formula turns into scores: fields, and conditions with their values. They are shown, and stay."""
    query = tree_of(search.get("query"))
    for place, what, part in expressions.parts(query["formula"], at) if "formula" in query else ():
        paths = [steps(str(part))] if what == "field" else [one.path for one in filters.conditions(part)]
        for path in paths:
            each(Condition(place, _home(path), "field", written(path), path))
        if what == "condition":
            _filter(
                part, place, (), lambda one: (each(replace(one, how=_IN_SCORES.get(one.how, "order"))), one.value)[1]
            )


#: What cannot be translated where it stands: a score would be of another condition.
_IN_SCORES: Final[Mapping[How, How]] = {"part": "expression"}


def _home(path: Path) -> Home:
    """Where such a value stands in what is stored."""
    return ("points", 0, "payload", *(0 if step is None else step for step in path))


def _filter(node: Json, at: str, above: Path, each: Each) -> Json:
    """A filter, or one condition of one, with its values put through `each`."""
    if not isinstance(node, dict):
        return node
    if "key" in node:
        return _compared(node, at, (*above, *steps(str(node["key"]))), each)
    if isinstance(nested := node.get("nested"), dict):
        path = steps(str(nested["key"]))
        below = (*above, *path, *(() if path and path[-1] is None else (None,)))
        inner = _filter(nested["filter"], f"{at}.nested.filter", below, each)
        return {"nested": {**nested, "filter": inner}}
    new = dict(node)
    for clause in filters.CLAUSES:
        if clause in node:
            items = enumerate(list_of(node[clause]))
            new[clause] = [_filter(item, f"{at}.{clause}[{i}]", above, each) for i, item in items]
    if isinstance(joined := node.get("min_should"), dict):
        items = enumerate(list_of(joined["conditions"]))
        kept = [_filter(item, f"{at}.min_should.conditions[{i}]", above, each) for i, item in items]
        new["min_should"] = {**joined, "conditions": kept}
    return new


def _compared(node: Tree, at: str, path: Path, each: Each) -> Json:
    home = _home(path)
    if isinstance(match := node.get("match"), dict):
        kind = next(one for one in MATCHES if one in match)
        return _matched(
            node, kind, match[kind], lambda value, how: each(Condition(f"{at}.match", home, how, value, path))
        )
    if isinstance(bounds := node.get("range"), dict):
        new: Tree = {}
        for name, bound in bounds.items():
            found = each(Condition(f"{at}.range", home, "order", bound, path))  # type: ignore[arg-type]
            new[name] = bound if isinstance(found, AnyOf) else found
        return {**node, "range": new}
    return node


def _matched(node: Tree, kind: str, value: Json, each: Callable[[str | float | bool, How], Json | AnyOf]) -> Json:
    if kind in ("any", "except"):
        found = [each(one, "equal") for one in list_of(value)]  # type: ignore[arg-type]
        flat = [one for new in found for one in (new.values if isinstance(new, AnyOf) else (new,))]
        return {**node, "match": {kind: flat}}
    new = each(value, "equal" if kind == "value" else "part")  # type: ignore[arg-type]
    if not isinstance(new, AnyOf):
        return {**node, "match": {kind: new}}
    if kind == "value" and len({type(one) for one in new.values}) == 1:
        return {**node, "match": {"any": [*new.values]}}
    return {"should": [{**node, "match": {kind: one}} for one in new.values]}

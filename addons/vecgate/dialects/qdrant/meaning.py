"""What do a route and a body of Qdrant mean together? Kinds, dangers, collections and numbers of records."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final
from urllib.parse import unquote, urlsplit

from vecgate.dialects.base.routing import Match
from vecgate.dialects.qdrant import filters, results, sites
from vecgate.dialects.qdrant.sites import list_of, tree_of
from vecgate.dialects.qdrant.values import MADE, is_numbers
from vecgate.dialects.qdrant.values import NAME as COLLECTION
from vecgate.domain.call import Call, Json
from vecgate.domain.operation import Operation
from vecgate.parsing.forms import harmful, unreadable

NAME: Final = "qdrant"
#: What a search reads from another collection besides; `things`: the alias that it names it by.
LOOKUP: Final = "lookup"

type Tree = dict[str, Json]

#: So deep a search may stand in a search. The texts in it that a vector is made of are looked for so deep.
MOST_PREFETCH: Final = 6
#: What the server makes vectors of by itself; any other model is asked for over the network.
_INSIDE: Final = "qdrant/bm25"
_CREATING: Final = frozenset({"create_collection", "delete_collection"})
#: Kinds of a write from the mildest to the worst, as a batch of them is told by its worst.
_WORSE: Final = ("upsert", "update", "delete_ids", "update_filter", "delete_filter")
#: A snapshot of a collection, or of one of its shards: a file below the folder of the collection's name, or the same
#: fetched from the server itself.
_FILE: Final = re.compile(r"(?:.*?/)?(?P<name>[^/]+)(?:/shards/[0-9]+)?/[^/]+\.snapshot")
_ROUTE: Final = re.compile(r"/collections/(?P<name>[^/]+)/(?:shards/[0-9]+/)?snapshots/[^/]+")
_OWN: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def body(call: Call) -> Tree:
    """The body of a call; empty where it has none."""
    return tree_of(call.tree)


def plain(match: Match) -> Operation:
    """What the route alone says."""
    route, name = match.route, match.values.get("collection")
    return Operation(NAME, route.name, route.kind, route.danger, collections=() if name is None else (name,))


def resolves(match: Match) -> bool:
    """Whether the name in the path may be an alias: it is none where a collection is made, dropped or restored."""
    name, kind = match.route.name, match.route.kind
    return (
        "collection" in match.values
        and name not in (*_CREATING, "get_collection_aliases")
        and kind != "snapshot_restore"
    )


def others(name: str, call: Call) -> list[str]:
    """The names in a body that collections or aliases have."""
    if name == "update_aliases":
        return [str(value) for _, named in _actions(body(call)) for value in named.values()]
    # A canonical body writes each member in one way, so most need not be walked through.
    return [collection for _, collection in sites.collections(name, body(call))] if b"lookup" in call.body else []


def _actions(tree: Tree) -> Iterator[tuple[str, Tree]]:
    for action in list_of(tree.get("actions")):
        for kind, named in tree_of(action).items():
            yield kind, tree_of(named)


def refined(operation: Operation, call: Call, aliases: Mapping[str, str]) -> Operation:
    """The same with what the body says. Raises CallRefused."""
    tree = body(call)
    refine = _REFINE.get(operation.name)
    operation = refine(operation, tree) if refine else operation
    if operation.name in results.READS:
        operation = _reading(operation, call)
    named = others(operation.name, call)
    if operation.name == "update_aliases":
        return _aliasing(operation, named, aliases)
    for name in dict.fromkeys(named):
        meant = aliases.get(name, name)
        read = Operation(NAME, LOOKUP, "read_ids", 2, collections=(meant,), things=() if meant == name else (name,))
        names = dict.fromkeys((*operation.collections, meant))
        operation = replace(operation, collections=(*names,), also=(*operation.also, read))
    return _inferring(operation, tree) if b'"model":' in call.body else operation


def _reading(operation: Operation, call: Call) -> Operation:
    tree = body(call)
    for at, _ in sites.searches(operation.name, tree) if b'"prefetch":' in call.body else ():
        if at.count("/prefetch/") > MOST_PREFETCH:
            unreadable(f"'prefetch' is nested deeper than {MOST_PREFETCH}")
    limit, vectors = results.asked(operation.name, tree), results.wants_vectors(operation.name, tree)
    return replace(operation, limit=limit, wants_vectors=vectors)


def _querying(operation: Operation, tree: Tree) -> Operation:
    """A query that looks for nothing, at random, or by the order of a field goes through all there is.

    So does one that only puts together what such a prefetch of its own has found.
    """
    if any(_goes_through(search) for _, search in sites.searches(operation.name, tree)):
        return replace(operation, kind="list_scan", danger=max(2, operation.danger))
    return operation


def _goes_through(search: Tree) -> bool:
    query = search.get("query")
    if query is None:
        return True
    return isinstance(query, dict) and ("order_by" in query or "sample" in query or query.get("context") == [])


def _writing(operation: Operation, tree: Tree) -> Operation:
    points = len(list_of(tree.get("points"))) or len(list_of(tree_of(tree.get("batch")).get("ids")))
    if operation.name != "upsert_points":
        return replace(operation, records=points, danger=3)
    # What is there is replaced, payload and all, unless it says that only what is not there goes in.
    return replace(operation, records=points, danger=2 if tree.get("update_mode") == "insert_only" else 3)


def _choosing(by_ids: str) -> Callable[[Operation, Tree], Operation]:
    def choose(operation: Operation, tree: Tree) -> Operation:
        if "points" in tree:
            return replace(operation, kind=by_ids, records=len(list_of(tree["points"])))
        # The most is done when the least is said: a filter of nothing is one of everything.
        return replace(operation, danger=4 if filters.finds_all(tree.get("filter")) else operation.danger)

    return choose


def _batch(operation: Operation, tree: Tree) -> Operation:
    """A batch is its worst member, and does all others besides."""
    parts: dict[tuple[str, int], Operation] = {}
    total = 0
    for _, name, written in sites.writes("batch_update", tree):
        alone = replace(operation, name=name, kind=_ALONE[name], danger=3)
        one = _REFINE[name](alone, written)
        total += one.records or 0
        known = parts.get((one.kind, one.danger))
        parts[one.kind, one.danger] = one if known is None else replace(known, records=_sum(known, one))
    worst, *rest = sorted(parts.values(), key=lambda one: (one.danger, _WORSE.index(one.kind)), reverse=True)
    return replace(operation, kind=worst.kind, danger=max(3, worst.danger), records=total, also=tuple(rest))


def _sum(one: Operation, other: Operation) -> int | None:
    return None if one.records is None or other.records is None else one.records + other.records


def _aliasing(operation: Operation, named: list[str], aliases: Mapping[str, str]) -> Operation:
    """Under every name it takes, gives or lets go, and every collection that is behind one now."""
    names: dict[str, None] = {}
    for name in named:
        names |= dict.fromkeys((name, aliases.get(name, name)))
    return replace(operation, collections=(*names,))


def _recovering(operation: Operation, tree: Tree) -> Operation:
    """A snapshot brings all of the collection it was taken of under this name, so it is a read of that one, too."""
    target, location = operation.collections[0], str(tree["location"])
    source = _source(location, target, shard="shard" in operation.name)
    read = replace(operation, name="recovered", kind="list_scan", danger=4, collections=(source,))
    raw = replace(read, kind="snapshot_read")
    return replace(operation, collections=(*dict.fromkeys((source, target)),), also=(read, raw))


def _source(location: str, target: str, *, shard: bool) -> str:
    if "://" not in location:
        if shard and "/" not in location:
            return target
        unreadable("'location' does not tell which collection the snapshot was taken of")
    parts = urlsplit(location)
    if parts.scheme in ("http", "https") and parts.hostname not in _OWN:
        harmful("'location' would make the database fetch what stands at another address, and take it for its own data")
    pattern = _FILE if parts.scheme == "file" else _ROUTE
    path = unquote(parts.path)
    found = pattern.fullmatch(path) if parts.scheme in ("file", "http", "https") and "/../" not in path else None
    if found is None or parts.query or parts.fragment or not COLLECTION.fits(found["name"]):
        unreadable("'location' does not tell which collection the snapshot was taken of")
    return found["name"]


def _inferring(operation: Operation, tree: Tree) -> Operation:
    """Where a vector is to be made by a model that is elsewhere, what is sent goes there."""
    if not any(model != _INSIDE for model in models(operation.name, tree)):
        return operation
    asked = Operation(NAME, "inference", "inference", 3, collections=operation.collections)
    return replace(operation, also=(*operation.also, asked))


def is_inside(model: Json) -> bool:
    """Whether the server may take the words out of a text itself, however it reads the name."""
    return isinstance(model, str) and model.casefold() == _INSIDE


def models(name: str, tree: Tree) -> Iterator[str]:
    """The models that are to make vectors of what is sent."""
    for _, search in sites.searches(name, tree):
        query = search.get("query")
        yield from _made(query)
        for part in tree_of(query).values():
            yield from _nested(part)
        for key in sites.STARTS:
            yield from _nested(search.get(key))
    for _, _operation, written in sites.writes(name, tree):
        for point in list_of(written.get("points")):
            yield from _vectors(tree_of(point).get("vector"))
        columns = tree_of(written.get("batch")).get("vectors")
        yield from _nested(columns)


def _vectors(value: Json) -> Iterator[str]:
    if isinstance(value, dict):
        yield from _made(value)
        for one in value.values():
            yield from _made(one)


def _nested(value: Json) -> Iterator[str]:
    if isinstance(value, dict):
        yield from _made(value)
        for inner in value.values():
            yield from _nested(inner)
    elif isinstance(value, list) and not is_numbers(value):
        for inner in value:
            yield from _nested(inner)


def _made(value: Json) -> Iterator[str]:
    if isinstance(value, dict) and isinstance(model := value.get("model"), str) and any(key in value for key in MADE):
        yield model


_ALONE: Final = {
    "upsert_points": "upsert",
    "update_vectors": "update",
    "delete_points": "delete_filter",
    "delete_vectors": "delete_filter",
    **dict.fromkeys(("set_payload", "overwrite_payload", "delete_payload", "clear_payload"), "update_filter"),
}
#: What the body adds to what the route says.
_REFINE: Final[Mapping[str, Callable[[Operation, Tree], Operation]]] = {
    **dict.fromkeys(("query_points", "query_batch_points", "query_points_groups"), _querying),
    **dict.fromkeys(("upsert_points", "update_vectors"), _writing),
    **dict.fromkeys(("delete_points", "delete_vectors"), _choosing("delete_ids")),
    **dict.fromkeys(("set_payload", "overwrite_payload", "delete_payload", "clear_payload"), _choosing("update")),
    "batch_update": _batch,
    "recover_from_snapshot": _recovering,
    "recover_shard_from_snapshot": _recovering,
}

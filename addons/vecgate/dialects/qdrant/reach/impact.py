"""How many points would this touch, and which? Asked of the server before a person is, and held to afterwards."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final
from uuid import NAMESPACE_OID, uuid5

from vecgate.dialects.base import asking
from vecgate.dialects.base.dialect import Ask
from vecgate.dialects.qdrant import sites
from vecgate.dialects.qdrant.filters import both
from vecgate.dialects.qdrant.ids import in_path
from vecgate.dialects.qdrant.sites import list_of, tree_of
from vecgate.domain.approval import Impact
from vecgate.domain.call import Call, Json
from vecgate.domain.operation import Operation
from vecgate.parsing import strict_json
from vecgate.parsing.forms import unreadable
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused, Part, Unavailable

type Tree = dict[str, Json]

PAGE: Final = 10_000
#: So many ids go into one call; a body takes some hundred thousand.
MOST_IDS: Final = 10_000
_NONE: Final[Tree] = {"must_not": [{}]}


def as_id(text: str) -> Json:
    """A point's id of its text; of any other text, the id of a point that nobody has."""
    try:
        one = in_path(text)
    except ValueError:
        return str(uuid5(NAMESPACE_OID, text))
    return int(one) if one.isdigit() else one


def of_ids(ids: Iterable[Json]) -> Tree:
    """The filter that these ids, and no others, are found by."""
    return {"must": [{"has_id": [*ids]}]}


def ids_of(body: Tree) -> list[Json]:
    """The ids of the points that a write brings."""
    points = [tree_of(point)["id"] for point in list_of(body.get("points"))]
    return [*points, *list_of(tree_of(body.get("batch")).get("ids"))]


def selection(name: str, tree: Tree) -> Tree | None:
    """The filter for what a write touches of what is stored; None where no filter tells it."""
    if name in sites.CHOSEN:
        return of_ids(list_of(tree["points"])) if "points" in tree else tree_of(tree.get("filter"))
    if name in sites.GUARDED:
        if tree.get("update_mode") == "insert_only":
            return _NONE
        chosen = of_ids(ids_of(tree))
        return chosen if tree.get("update_filter") is None else both(chosen, tree["update_filter"])
    if name in ("scroll_points", "scroll_shard_points"):
        return tree_of(tree.get("filter"))
    return of_ids(list_of(tree.get("ids"))) if name in ("get_points", "get_shard_points") else None


async def count(ask: Ask, collection: str, chosen: Tree | None, shards: Json = None) -> int:
    """The points that a filter finds; all of them without one. Raises CallRefused, Unavailable."""
    tree: Tree = {"exact": True}
    if chosen:
        tree["filter"] = chosen
    if shards is not None:
        tree["shard_key"] = shards
    said = await asking.post(ask, "collections", collection, "points", "count", tree=tree)
    if said is None:
        raise CallRefused(refuse("collection.unknown")) if not chosen else _not_taken()
    found = tree_of(tree_of(said).get("result")).get("count")
    if type(found) is not int:
        raise Unavailable(Part.UPSTREAM, "a count that is no number")
    return found


def _not_taken() -> CallRefused:
    try:
        unreadable("the database does not accept its ids or filters")
    except CallRefused as e:
        return e


async def pages(ask: Ask, collection: str, chosen: Tree, shards: Json = None) -> AsyncIterator[list[str]]:
    """The ids of the points that a filter finds, some at a time. Raises as `count` does."""
    offset: Json = None
    while True:
        tree: Tree = {"limit": PAGE, "with_payload": False, "with_vector": False}
        tree |= {
            k: v for k, v in (("filter", chosen or None), ("offset", offset), ("shard_key", shards)) if v is not None
        }
        said = await asking.post(ask, "collections", collection, "points", "scroll", tree=tree)
        if said is None:
            raise _not_taken()
        result = tree_of(tree_of(said).get("result"))
        points = result.get("points")
        if not isinstance(points, list):
            raise Unavailable(Part.UPSTREAM, "an answer without points")
        yield [str(tree_of(point).get("id")) for point in points]
        offset = result.get("next_page_offset")
        if offset is None:
            return


async def of_write(ask: Ask, operation: Operation, collection: str, tree: Tree, most: int) -> Impact | None:
    """What a write, or a read of many, touches, with the ids of as many; None where it cannot be told."""
    chosen, shards = selection(operation.name, tree), tree.get("shard_key")
    if chosen is None:
        return None
    touched = await count(ask, collection, chosen, shards)
    total = await count(ask, collection, None)
    ids: list[str] | None = None
    if touched <= most:
        ids = [one async for page in pages(ask, collection, chosen, shards) for one in page]
        touched = max(touched, len(ids))
    known = None if ids is None or len(ids) > most else tuple(ids)
    return Impact(touched, total, collection, known)


async def of_batch(ask: Ask, collection: str, tree: Tree) -> Impact:
    """What all members of a batch touch, as things are before the first of them."""
    touched = 0
    for _, name, body in sites.writes("batch_update", tree):
        chosen = selection(name, body)  # a filter of nothing is one of everything
        touched += await count(ask, collection, _NONE if chosen is None else chosen, body.get("shard_key"))
    return Impact(touched, await count(ask, collection, None), collection)


async def of_all(ask: Ask, collection: str, shards: Json = None) -> Impact:
    """What is about everything in a collection, or in one of its shards."""
    total = await count(ask, collection, None)
    return Impact(total if shards is None else await count(ask, collection, None, shards), total, collection)


async def of_target(ask: Ask, collection: str) -> Impact:
    """What is replaced by a snapshot: all that is there by now, if anything is."""
    if await asking.get(ask, "collections", collection) is None:
        return Impact(0, 0, collection)
    return await of_all(ask, collection)


async def of_readers(ask: Ask, collections: Sequence[str], named: Sequence[str], known: Mapping[str, str]) -> Impact:
    """What people who read by alias find no longer under its name, of all that is in the collections concerned."""
    counts = {
        name: (await of_target(ask, name)).total
        for name in dict.fromkeys(known.get(name, name) for name in collections)
    }
    left = {known[name] for name in named if name in known}
    where = ", ".join(counts)
    return Impact(sum(counts[name] for name in left), sum(counts.values()), where)


def exactly(call: Call, tree: Tree, ids: Sequence[str]) -> tuple[Call, ...]:
    """The calls that do to these points, where the filter still finds them, what the call does to all it finds."""
    parts = [ids[at : at + MOST_IDS] for at in range(0, len(ids), MOST_IDS)] or [()]
    trees: list[Tree] = []
    for part in parts:
        chosen = both(of_ids(map(as_id, part)) if part else _NONE, tree.get("filter"))
        trees.append({**tree, "filter": chosen})
    return tuple(replace(call, body=strict_json.dump(one), tree=one) for one in trees)

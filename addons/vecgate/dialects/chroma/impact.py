"""How many records would this touch? Asked of the server before a person is."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from vecgate.dialects.base import asking
from vecgate.dialects.base.dialect import Ask
from vecgate.dialects.base.routing import Match
from vecgate.dialects.chroma.names import TenantDatabase, is_id, under, unknown
from vecgate.domain.approval import Impact
from vecgate.domain.call import Call, Json
from vecgate.domain.operation import Operation
from vecgate.parsing import forms, strict_json
from vecgate.parsing.forms import Members
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused, Part, Unavailable

type Tree = dict[str, Json]

PAGE: Final = 20_000
#: The server looks for no more than 32,766 values at a time, those of filters among them.
MOST_IDS: Final = 10_000
#: Tenant and database of clients that name none.
HOME: Final = ("default_tenant", "default_database")
MOST_BOUND: Final = 1000
MOST_VALUES: Final = 32_000
_COUNTED: Final = frozenset({"collection_get", "collection_delete", "collection_update", "collection_upsert"})
#: Of these no number can be told, and why.
UNCOUNTED: Final[Mapping[str, str]] = {
    "create_tenant": "no record is touched: a tenant is made",
    "update_tenant": "no record is touched: which bucket a tenant's data lies in is said",
    "create_database": "no record is touched: a database is made",
}
_NOTES: Final[Mapping[str, str]] = {
    "fork_collection": "they are copied under the new name, not changed",
    "attach_function": "they are read, and what comes of them and of all that is written later goes into the new collection",
    "detach_function": "they stay; what is written later is no longer worked on",
}
#: So many collections are counted at a time.
_AT_ONCE: Final = 16
_FILTERS: Final = ("ids", "where", "where_document")


async def total(ask: Ask, place: TenantDatabase, uuid: str) -> int:
    """The records in a collection. Raises CallRefused (`collection.unknown`), Unavailable."""
    count = await asking.get(ask, *under(place, "collections", uuid, "count"))
    if count is None:
        raise unknown()
    if type(count) is not int:
        raise Unavailable(Part.UPSTREAM, "a count that is no number")
    return count


async def matching(ask: Ask, place: TenantDatabase, uuid: str, tree: Tree) -> int:
    """The records that ids, filters, limit and offset of a body select. Raises CallRefused, Unavailable."""
    return sum([len(page) async for page in pages(ask, place, uuid, tree)])


async def pages(ask: Ask, place: TenantDatabase, uuid: str, tree: Tree) -> AsyncIterator[list[str]]:
    """The ids of those records, some at a time. Raises as `matching` does."""
    wanted: Tree = {key: tree.get(key) for key in _FILTERS}
    limit, offset = tree.get("limit"), tree.get("offset")
    left = limit if isinstance(limit, int) else None
    start = offset if isinstance(offset, int) else 0
    ids = tree.get("ids")
    if isinstance(ids, list) and len(ids) > MOST_IDS:
        for part in _parts(ids):
            got = await _page(ask, place, uuid, {**wanted, "ids": part, "include": []})
            some = got[start:] if left is None else got[start:][:left]
            start, left = max(0, start - len(got)), left if left is None else left - len(some)
            yield some
        return
    found = 0
    while left is None or found < left:
        page = PAGE if left is None else min(PAGE, left - found)
        got = await _page(ask, place, uuid, {**wanted, "limit": page, "offset": start + found, "include": []})
        found += len(got)
        yield got
        if len(got) < page:
            break


def exactly(call: Call, tree: Tree, ids: Sequence[str]) -> tuple[Call, ...]:
    """The calls that do to these records, where the filter still selects them, what the call does to all it selects."""
    bare = {key: value for key, value in tree.items() if key not in ("limit", "offset")}
    room = max(1, min(MOST_IDS, MOST_VALUES - _values([tree.get("where"), tree.get("where_document")])))
    parts = [list[Json](ids[at : at + room]) for at in range(0, len(ids), room)] or [[]]
    trees: list[Tree] = [{**bare, "ids": part} for part in parts]
    return tuple(replace(call, body=strict_json.dump(one), tree=one) for one in trees)


def _values(node: Json) -> int:
    if isinstance(node, dict):
        return sum(1 + _values(value) for value in node.values())
    return sum(map(_values, node)) if isinstance(node, list) else 1


def heeded(match: Match, tree: Tree) -> Tree:
    """A body without what says nothing, in the one order that is heard.

    At the top a null is what is left out; deeper down (metadata of an update) it may be an order to forget.
    """
    required = match.route.body.required if isinstance(match.route.body, Members) else ()
    kept = {key: value for key, value in tree.items() if value is not None or key in required}
    if match.route.name == "collection_delete" and isinstance(ids := kept.get("ids"), list):
        kept["ids"] = [*sorted(dict.fromkeys(map(str, ids)))]
    return kept


async def found(ask: Ask, place: TenantDatabase, uuid: str, tree: Tree) -> int | None:
    """How many records a `get` without a limit would give; None where counting them takes more than some questions."""
    if not any(tree.get(key) for key in _FILTERS):
        offset = tree.get("offset")
        return max(0, await total(ask, place, uuid) - (offset if isinstance(offset, int) else 0))
    most = PAGE * 5
    counted = await matching(ask, place, uuid, {**tree, "limit": most})
    return counted if counted < most else None


def _parts(ids: list[Json]) -> Iterator[list[Json]]:
    """The ids, each once, as many at a time as the server can look for."""
    once = list(dict.fromkeys(map(str, ids)))
    for at in range(0, len(once), MOST_IDS):
        yield [*once[at : at + MOST_IDS]]


async def _page(ask: Ask, place: TenantDatabase, uuid: str, body: Tree) -> list[str]:
    tree = await asking.post(ask, *under(place, "collections", uuid, "get"), tree=body)
    if tree is None:
        forms.unreadable("the database does not accept its ids or filters")
    ids = tree.get("ids") if isinstance(tree, dict) else None
    if not isinstance(ids, list) or not all(isinstance(id, str) for id in ids):
        raise Unavailable(Part.UPSTREAM, "an answer without ids")
    return list(map(str, ids))


async def counted(
    ask: Ask, place: TenantDatabase, uuid: str, operation: Operation, tree: Tree, most: int
) -> Impact | None:
    """What a call touches, and in which collections; None where nobody can say. Raises CallRefused, Unavailable."""
    found = await _counted(ask, place, uuid, operation, tree, most)
    if found is None or operation.group == "read" or found.collections:
        return found
    names = operation.collections or await names_in(ask, place)
    return replace(found, collections=tuple(sorted(names)))


async def _counted(
    ask: Ask, place: TenantDatabase, uuid: str, operation: Operation, tree: Tree, most: int
) -> Impact | None:
    if operation.name in _COUNTED:
        return await of_records(ask, place, uuid, tree, operation.collections[0], most)
    match operation.name:
        case "delete_collection":
            return await of_drop(ask, place, operation)
        case "delete_database" | "reset":
            return await (of_home(ask) if operation.name == "reset" else of_database(ask, place, operation.things))
        case "create_collection" if operation.kind != "collection_read":
            return Impact(0, 0, operation.collections[0])
        case "collection_add":  # ids that are there already are left as they are
            return Impact(0, await total(ask, place, uuid), operation.collections[0])
        case "detach_function" if operation.kind == "collection_drop":  # what it has written goes with it
            return await of_drop(ask, place, replace(operation, things=operation.things[-1:]))
        case "update_collection" | "fork_collection" | "attach_function" | "detach_function":
            count = await total(ask, place, uuid)
            return Impact(count, count, operation.collections[0], note=_NOTES.get(operation.name, ""))
    return None


async def of_records(ask: Ask, place: TenantDatabase, uuid: str, tree: Tree, collection: str, most: int = 0) -> Impact:
    """What a read, update or delete touches, with the ids of as many."""
    count, ids = 0, list[str]()
    async for page in pages(ask, place, uuid, tree):
        count += len(page)
        if count <= most:
            ids += page
    return Impact(count, await total(ask, place, uuid), collection, tuple(ids) if count <= most else None)


async def of_drop(ask: Ask, place: TenantDatabase, operation: Operation) -> Impact:
    """What dropping a collection destroys: all of it."""
    count = await total(ask, place, operation.things[0])
    return Impact(count, count, operation.collections[0])


async def of_database(ask: Ask, place: TenantDatabase, uuids: Sequence[str]) -> Impact:
    """What dropping a database destroys: all records of all its collections."""
    count = await _sum(ask, place, uuids)
    return Impact(count, count, f"database {place[1]}")


async def of_home(ask: Ask) -> Impact:
    """What a reset destroys of the tenant that clients are in who name none; no server lists its tenants."""
    tenant = HOME[0]
    listed = await asking.get(ask, "api", "v2", "tenants", tenant, "databases", query=(("limit", str(MOST_BOUND)),))
    found = [one.get("name") for one in listed if isinstance(one, dict)] if isinstance(listed, list) else None
    if found is None:
        raise Unavailable(Part.UPSTREAM, "an answer that is no list of databases")
    count, names = 0, list[str]()
    for database in map(str, found):
        place = tenant, database
        count += await _sum(ask, place, await all_of(ask, place))
        names += [f"{database}/{name}" for name in await names_in(ask, place)]
    note = f"at least: all of every other tenant goes as well, and no call lists tenants; counted is {tenant}"
    return Impact(count, count, f"tenant {tenant}", collections=tuple(sorted(names)), note=note)


async def _sum(ask: Ask, place: TenantDatabase, uuids: Sequence[str]) -> int:
    """The records in all of these, some collections at a time."""
    count = 0
    for at in range(0, len(uuids), _AT_ONCE):
        count += sum(await asyncio.gather(*(total(ask, place, uuid) for uuid in uuids[at : at + _AT_ONCE])))
    return count


async def names_in(ask: Ask, place: TenantDatabase) -> list[str]:
    """The names of all collections of a database. Raises Unavailable."""
    return [str(one.get("name")) for one in await _listed(ask, place) if isinstance(one, dict)]


async def _listed(ask: Ask, place: TenantDatabase) -> list[Json]:
    listed = await asking.get(ask, *under(place, "collections"), query=(("limit", str(MOST_BOUND + 1)),))
    if not isinstance(listed, list):
        raise Unavailable(Part.UPSTREAM, "an answer that is no list of collections")
    return listed


async def all_of(ask: Ask, place: TenantDatabase) -> list[str]:
    """The ids of all collections of a database. Raises Unavailable; CallRefused when they are too many to be bound."""
    listed = await _listed(ask, place)
    uuids = [c.get("id") if isinstance(c, dict) else None for c in listed]
    if not all(map(is_id, uuids)):
        raise Unavailable(Part.UPSTREAM, "an answer that is no list of collections")
    if len(uuids) > MOST_BOUND:
        raise CallRefused(refuse("limit.collections", most=MOST_BOUND))
    return [str(uuid) for uuid in uuids]

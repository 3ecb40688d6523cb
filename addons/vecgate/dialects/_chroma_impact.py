"""How many records would this touch? Asked of the server before a person is."""

from typing import Final

from vecgate.dialects import _asking, _bodies
from vecgate.dialects._base import Ask
from vecgate.dialects._chroma_names import Place, id_of, under, unknown
from vecgate.errors import Unavailable
from vecgate.terms import Impact, Json

PAGE: Final = 20_000
MOST_COLLECTIONS: Final = 32
_FILTERS: Final = ("ids", "where", "where_document")


async def total(ask: Ask, place: Place, uuid: str) -> int:
    """The records in a collection. Raises CallRefused (`collection.unknown`), Unavailable."""
    count = await _asking.get(ask, *under(place, "collections", uuid, "count"))
    if count is None:
        raise unknown()
    if type(count) is not int:
        raise Unavailable("upstream", "a count that is no number")
    return count


async def matching(ask: Ask, place: Place, uuid: str, tree: dict[str, Json]) -> int:
    """The records that ids, filters, limit and offset of a body select. Raises CallRefused, Unavailable."""
    wanted: dict[str, Json] = {key: tree.get(key) for key in _FILTERS}
    limit, offset = tree.get("limit"), tree.get("offset")
    left = limit if isinstance(limit, int) else None
    start = offset if isinstance(offset, int) else 0
    found = 0
    while left is None or found < left:
        page = PAGE if left is None else min(PAGE, left - found)
        got = await _page(ask, place, uuid, {**wanted, "limit": page, "offset": start + found, "include": []})
        found += got
        if got < page:
            break
    return found


async def _page(ask: Ask, place: Place, uuid: str, body: dict[str, Json]) -> int:
    tree = await _asking.post(ask, *under(place, "collections", uuid, "get"), tree=body)
    if tree is None:
        _bodies.unreadable("the database does not accept its ids or filters")
    ids = tree.get("ids") if isinstance(tree, dict) else None
    if not isinstance(ids, list):
        raise Unavailable("upstream", "an answer without ids")
    return len(ids)


async def of_records(ask: Ask, place: Place, uuid: str, tree: dict[str, Json], collection: str) -> Impact:
    """What a read, update or delete touches."""
    return Impact(await matching(ask, place, uuid, tree), await total(ask, place, uuid), collection)


async def of_drop(ask: Ask, place: Place, collection: str) -> Impact:
    """What dropping a collection destroys: all of it."""
    uuid = await id_of(ask, place, collection)
    if uuid is None:
        raise unknown()
    count = await total(ask, place, uuid)
    return Impact(count, count, collection)


async def of_database(ask: Ask, place: Place) -> Impact | None:
    """What dropping a database destroys; None where it has more collections than are worth counting."""
    query = (("limit", str(MOST_COLLECTIONS + 1)),)
    listed = await _asking.get(ask, *under(place, "collections"), query=query)
    if not isinstance(listed, list) or len(listed) > MOST_COLLECTIONS:
        return None
    uuids = [str(c["id"]) for c in listed if isinstance(c, dict) and "id" in c]
    count = sum([await total(ask, place, uuid) for uuid in uuids])
    return Impact(count, count, f"database {place[1]}")

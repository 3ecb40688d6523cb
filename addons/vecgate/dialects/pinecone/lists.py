"""What does an answer of Pinecone list, and what would show each of it alone? So that a list holds what one may see."""

from collections.abc import Generator, Mapping
from typing import Final, NamedTuple

from vecgate.dialects.base.dialect import Listing
from vecgate.dialects.pinecone.indexes import BELOW, OWN_HEADERS
from vecgate.dialects.pinecone.meaning import DEFAULT, members_of
from vecgate.dialects.pinecone.rows import MOST_IDS
from vecgate.domain.call import Call, Json
from vecgate.domain.operation import Operation
from vecgate.parsing import paths


class _List(NamedTuple):
    """Under which member a list stands, what names the index or namespace of an entry, and the read of it alone."""

    member: str
    key: str
    alone: str
    kind: str


_LISTS: Final[Mapping[str, _List]] = {
    "list_indexes": _List("indexes", "name", "describe_index", "collection_read"),
    "list_index_backups": _List("data", "source_index_name", "describe_backup", "snapshot_list"),
    "list_project_backups": _List("data", "source_index_name", "describe_backup", "snapshot_list"),
    "list_collections": _List("collections", "name", "describe_collection", "snapshot_list"),
    "list_restore_jobs": _List("data", "target_index_name", "describe_restore_job", "snapshot_list"),
    "list_namespaces": _List("namespaces", "name", "describe_namespace", "tenant_read"),
}
STATS: Final = "stats"
#: As many ids as the server lists at a time, by the vendor's words.
_MOST: Final = 100


def listing(operation: Operation, tree: Json) -> Listing | None:
    """The entries of an answer; None where it is no list. Raises ValueError for a list of something else."""
    if operation.name == STATS:
        spaces = entries(operation, tree)
        return Listing(spaces, tuple(_space(operation, members_of(one).get("name")) for one in spaces))
    how = _LISTS.get(operation.name)
    if how is None:
        return None
    items = entries(operation, tree)
    return Listing(items, tuple(_about(operation, how, item) for item in items))


def _about(operation: Operation, how: _List, item: Json) -> Operation:
    name = members_of(item).get(how.key)
    if not isinstance(name, str) or (not name and operation.name != "list_namespaces"):
        raise ValueError("an entry without a name")
    if operation.name == "list_namespaces":
        return _space(operation, name)
    return Operation(operation.dialect, how.alone, how.kind, 1, collections=(name,))


def _space(operation: Operation, name: Json) -> Operation:
    """A search in a namespace: who may not search there is not told of it, though they may list and count."""
    place = str(name) or DEFAULT
    return Operation(operation.dialect, "query", "search", 1, tenant=place, collections=operation.collections)


def entries(operation: Operation, tree: Json) -> list[Json]:
    """What is listed, whatever it is. Raises ValueError for an answer that is no such list."""
    if operation.name == STATS:
        return [{"name": name, "told": told} for name, told in members_of(members_of(tree).get("namespaces")).items()]
    found = members_of(tree).get(_LISTS[operation.name].member)
    if not isinstance(found, list):
        raise ValueError("an answer that is no list")  # noqa: TRY004 - it is the database's value, not our type
    return found


def relisted(operation: Operation, tree: Json, items: list[Json]) -> Json:
    """The answer with these entries, and no others; and with sums of these alone."""
    if operation.name == STATS:
        told = {str(members_of(one).get("name")): members_of(one).get("told") for one in items}
        counts = [members_of(one).get("vectorCount") for one in told.values()]
        total = sum(one for one in counts if type(one) is int)
        return {**members_of(tree), "namespaces": {**told}, "totalVectorCount": total}
    new: dict[str, Json] = {**members_of(tree), _LISTS[operation.name].member: items}
    return {**new, "total_count": len(items)} if "total_count" in new else new


def inventory() -> Generator[Call, Json, list[tuple[str, str]]]:
    """The call that lists all indexes; gives the name of each, in no database."""
    tree = yield Call("GET", "/indexes", headers=OWN_HEADERS)
    found = members_of(tree).get("indexes")
    if not isinstance(found, list):
        raise ValueError("an answer that is no list of indexes")  # noqa: TRY004 - it is the database's value, not our type
    return [("", str(members_of(one).get("name"))) for one in found]


def pages(namespace: str, index: str, size: int) -> Generator[Call, Json, None]:
    """The calls that read a namespace: its ids, some at a time, and the records of these."""
    own = () if namespace in ("", DEFAULT) else (("namespace", namespace),)
    token: tuple[tuple[str, str], ...] = ()
    while True:
        asked = (("limit", str(min(size, _MOST))), *own, *token)
        listed = yield Call("GET", paths.join((BELOW, index, "vectors", "list")), query=asked, headers=OWN_HEADERS)
        found = members_of(listed).get("vectors")
        if not isinstance(found, list):
            raise ValueError("an answer that lists no ids")  # noqa: TRY004 - it is the database's value, not our type
        ids = [str(members_of(one).get("id")) for one in found]
        for at in range(0, len(ids), MOST_IDS):
            named = tuple(("ids", id) for id in ids[at : at + MOST_IDS])
            yield Call("GET", paths.join((BELOW, index, "vectors", "fetch")), query=(*named, *own), headers=OWN_HEADERS)
        after = members_of(members_of(listed).get("pagination")).get("next")
        if not isinstance(after, str) or not after:
            return
        token = (("paginationToken", after),)

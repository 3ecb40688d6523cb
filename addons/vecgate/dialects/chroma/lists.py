"""What does an answer list, and what would show each of it alone? So that a list holds only what one may see."""

from collections.abc import Generator
from typing import Final

from vecgate.dialects.base.dialect import HEADERS, Listing
from vecgate.dialects.chroma.names import under
from vecgate.domain.call import Call, Json
from vecgate.domain.operation import Operation
from vecgate.parsing import paths

COUNT: Final = "count_collections"
LISTS: Final = frozenset({"list_collections", COUNT, "list_databases", "get_user_identity"})


def page(call: Call) -> tuple[int, int | None]:
    """The offset and limit that a list was asked for with."""
    said = dict(call.query)
    return int(said.get("offset", 0)), int(said["limit"]) if "limit" in said else None


def whole(call: Call, operation: Operation) -> Call:
    """The call that asks for all there is: which of it makes up a page is known once it is filtered."""
    if operation.name == COUNT:
        place = (str(operation.tenant), str(operation.database))
        return Call("GET", paths.join(under(place, "collections")), headers=HEADERS)
    return Call(call.method, call.path, headers=call.headers)


def listing(operation: Operation, tree: Json) -> Listing | None:
    """The entries of an answer; None where it is no list. Raises ValueError for a list of something else."""
    if operation.name not in LISTS:
        return None
    if operation.name == "get_user_identity":
        names, tenant = entries(tree), _of(tree, "tenant")
        return Listing(names, tuple(_database(operation, tenant, name) for name in names))
    if not isinstance(tree, list):
        raise ValueError("an answer that is no list")  # noqa: TRY004 - it is the database's value, not our type
    if operation.name == "list_databases":
        return Listing(tree, tuple(_database(operation, _of(item, "tenant"), _of(item, "name")) for item in tree))
    about = tuple(_collection(operation, item) for item in tree)
    return Listing([None] * len(tree) if operation.name == COUNT else tree, about)


def inventory(tenant: str) -> Generator[Call, Json, list[tuple[str, str]]]:
    """The calls that list all collections of a tenant; gives the database and the name of each."""
    found = []
    databases = yield Call("GET", paths.join(("api", "v2", "tenants", tenant, "databases")), headers=HEADERS)
    for database in (_text(_of(item, "name")) for item in entries(databases)):
        held = yield Call("GET", paths.join(under((tenant, database), "collections")), headers=HEADERS)
        found += [(database, _text(_of(item, "name"))) for item in entries(held)]
    return found


def entries(tree: Json) -> list[Json]:
    """What is listed, whatever it is."""
    found = _of(tree, "databases") if isinstance(tree, dict) else tree
    return found if isinstance(found, list) else []


def relisted(operation: Operation, tree: Json, items: list[Json]) -> Json:
    """The answer with these entries, and no others."""
    if operation.name == COUNT:
        return len(items)
    if operation.name == "get_user_identity":
        return {**tree, "databases": items} if isinstance(tree, dict) else tree
    return items


def _of(item: Json, key: str) -> Json:
    return item.get(key) if isinstance(item, dict) else None


def _text(value: Json) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("an entry without a name")
    return value


def _collection(operation: Operation, item: Json) -> Operation:
    tenant, database = _text(_of(item, "tenant")), _text(_of(item, "database"))
    name = _text(_of(item, "name"))
    return Operation(operation.dialect, "get_collection", "collection_read", 1, tenant, database, (name,))


def _database(operation: Operation, tenant: Json, name: Json) -> Operation:
    return Operation(operation.dialect, "get_database", "tenant_read", 1, _text(tenant), _text(name))

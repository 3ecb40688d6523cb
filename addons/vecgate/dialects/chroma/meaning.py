"""What do a route and a body of Chroma mean together? What only the server knows is asked of it, last."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from vecgate.dialects.base import asking
from vecgate.dialects.base.dialect import Ask, May
from vecgate.dialects.base.routing import Match
from vecgate.dialects.chroma import results
from vecgate.dialects.chroma.names import TenantDatabase, id_of, under, unknown
from vecgate.dialects.chroma.settings import points_elsewhere
from vecgate.domain.call import Call, Json
from vecgate.domain.operation import Operation
from vecgate.parsing import forms, strict_json

NAME: Final = "chroma"

type Tree = dict[str, Json]


def body_of(call: Call) -> Tree:
    """The body of a call; empty where it has none."""
    tree = call.tree if call.tree is not None or not call.body else strict_json.parse(call.body)
    return tree if isinstance(tree, dict) else {}


def place_of(match: Match) -> TenantDatabase:
    """The tenant and the database in a path."""
    return match.values.get("tenant", ""), match.values.get("database", "")


def plain(match: Match, names: tuple[str, ...] = (), things: tuple[str, ...] = ()) -> Operation:
    """What the route alone says, with what is known of the collection that its path tells by id."""
    route, values = match.route, match.values
    return Operation(
        dialect=NAME,
        name=route.name,
        kind=route.kind,
        danger=route.danger,
        tenant=values.get("tenant"),
        database=values.get("database"),
        collections=(values["collection_name"],) if "collection_name" in values else names,
        things=things,
    )


def _and(operation: Operation, name: Json) -> Operation:
    if not isinstance(name, str) or name in operation.collections:
        return operation
    things = (*operation.things, "") if operation.things else ()
    return replace(operation, collections=(*operation.collections, name), things=things)


def _altering(operation: Operation, tree: Tree) -> Operation:
    """A new name is decided on as a rename, under both names; whatever else is changed, as a change of the old one."""
    if tree.get("new_name") is None:
        return operation
    renaming = replace(_and(operation, tree["new_name"]), kind="collection_rename")
    changes = any(tree.get(key) is not None for key in ("new_metadata", "new_configuration"))
    return replace(renaming, also=(operation,)) if changes else renaming


def _pointing(operation: Operation, *settings: Json) -> Operation:
    """With what an embedding function's settings do that point to an address: they are a kind of their own."""
    if not any(map(points_elsewhere, settings)):
        return operation
    return replace(operation, also=(*operation.also, replace(operation, kind="embedding_config", danger=4, also=())))


def _copying(operation: Operation, target: Json) -> Operation:
    """What is copied can be read under the name of the copy, so whoever copies must be allowed to read all of it."""
    return replace(_and(operation, target), also=(replace(operation, kind="list_scan", danger=2),))


def _reading(operation: Operation, tree: Tree) -> Operation:
    by_ids = operation.name == "collection_get" and _only_ids(tree)
    return replace(
        operation,
        kind="read_ids" if by_ids else operation.kind,
        limit=results.asked(operation.name, tree),
        wants_vectors=results.wants_vectors(tree),
    )


def _only_ids(tree: Tree) -> bool:
    return bool(tree.get("ids")) and tree.get("where") is None and tree.get("where_document") is None


def _deleting(operation: Operation, tree: Tree) -> Operation:
    if not any(tree.get(key) for key in ("ids", "where", "where_document")):
        # Server 1.5.9 deletes nothing then; no reader of a recording could tell that from "everything".
        forms.unreadable("a delete must name ids, 'where' or 'where_document'")
    return _naming(replace(operation, kind="delete_ids"), tree) if _only_ids(tree) else operation


def _naming(operation: Operation, tree: Tree) -> Operation:
    """With the number of records that are named by their ids."""
    ids = tree.get("ids")
    return replace(operation, records=len(ids) if isinstance(ids, list) else 0)


def _detaching(operation: Operation, tree: Tree) -> Operation:
    return replace(operation, kind="collection_drop", danger=4) if tree.get("delete_output") is True else operation


#: What the body adds to what the route says.
_REFINE: Final[Mapping[str, Callable[[Operation, Tree], Operation]]] = {
    "create_tenant": lambda operation, tree: replace(operation, tenant=str(tree["name"])),
    "create_database": lambda operation, tree: replace(operation, database=str(tree["name"])),
    "create_collection": lambda operation, tree: _pointing(
        _and(operation, tree["name"]), tree.get("configuration"), tree.get("schema")
    ),
    "update_collection": lambda operation, tree: _pointing(_altering(operation, tree), tree.get("new_configuration")),
    "detach_function": _detaching,
    "fork_collection": lambda operation, tree: _copying(operation, tree["new_name"]),
    "attach_function": lambda operation, tree: _copying(operation, tree["output_collection"]),
    **dict.fromkeys(("collection_add", "collection_upsert", "collection_update"), _naming),
    "collection_get": _reading,
    "collection_query": _reading,
    "collection_search": _reading,
    "collection_delete": _deleting,
}


def refined(operation: Operation, tree: Tree) -> Operation:
    """The same with what the body says."""
    refine = _REFINE.get(operation.name)
    return refine(operation, tree) if refine else operation


async def asked(operation: Operation, match: Match, tree: Tree, ask: Ask, may: May) -> Operation:
    """The same with what only the server knows. Raises as `Dialect.classify` does."""
    if operation.name == "create_collection":
        return await _creation(operation, place_of(match), tree, ask, may)
    if operation.name == "detach_function":
        return await _detachment(operation, match, ask, may)
    return operation


async def _creation(operation: Operation, place: TenantDatabase, tree: Tree, ask: Ask, may: May) -> Operation:
    # Official clients send get_or_create at each start: on a collection that is there it is a read (danger 1).
    if tree.get("get_or_create") is not True:
        return operation
    reading = replace(operation, kind="collection_read", danger=1, also=())
    await may(operation, reading)
    return operation if await id_of(ask, place, str(tree["name"])) is None else reading


async def _detachment(operation: Operation, match: Match, ask: Ask, may: May) -> Operation:
    if operation.kind != "collection_drop":
        return operation
    await may(operation)
    where = under(place_of(match), "collections", match.values["collection_id"], "functions", match.values["function"])
    found = await asking.get(ask, *where)
    attached = found.get("attached_function") if isinstance(found, dict) else None
    output = attached.get("output_collection") if isinstance(attached, dict) else None
    if not isinstance(output, str):
        raise unknown()
    return _and(operation, output)

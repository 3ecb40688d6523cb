"""What do a route and a body of Pinecone mean together? Kinds, dangers, indexes, namespaces and numbers of records."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from vecgate.dialects.base.routing import Match
from vecgate.dialects.pinecone import results
from vecgate.domain.call import Call, Json
from vecgate.domain.operation import Operation
from vecgate.parsing.forms import unreadable

NAME: Final = "pinecone"
#: What the namespace is called that calls mean which name none, or the empty one.
DEFAULT: Final = "__default__"

type Tree = dict[str, Json]


def members_of(value: Json) -> Tree:
    """An object, or an empty one."""
    return value if isinstance(value, dict) else {}


def items_of(value: Json) -> list[Json]:
    """A list, or an empty one."""
    return value if isinstance(value, list) else []


def body(call: Call) -> Tree:
    """The body of a call; empty where it has none."""
    return members_of(call.tree)


def asked_ids(call: Call) -> list[str]:
    """The ids in the query of a call."""
    return [value for key, value in call.query if key == "ids"]


#: Routes of an index that say a namespace, or mean the default one. Its others are about all of them.
_IN_BODY: Final = frozenset({"query", "upsert", "update", "delete", "fetch_by_metadata"})
_IN_QUERY: Final = frozenset({"fetch", "list"})


def namespace(match: Match, call: Call) -> str | None:
    """The namespace that a call is about; None: all of them, or none at all."""
    name = match.route.name
    if "namespace" in match.values:
        return match.values["namespace"]
    if name in _IN_BODY:
        return str(body(call).get("namespace") or DEFAULT)
    if name in _IN_QUERY:
        return dict(call.query).get("namespace") or DEFAULT
    return str(body(call)["name"]) if name == "create_namespace" else None


def plain(match: Match, call: Call) -> Operation:
    """What the route alone says, with the index and the namespace that it names."""
    route, values = match.route, match.values
    # A collection is a copy of an index that keeps no word of which: it is decided on under its own name.
    index = values.get("index") or values.get("index_name") or values.get("collection_name")
    return Operation(
        NAME, route.name, route.kind, route.danger,
        tenant=namespace(match, call), collections=() if index is None else (index,),
    )  # fmt: skip


def refined(operation: Operation, call: Call) -> Operation:
    """The same with what the body says. Raises CallRefused."""
    tree = body(call)
    refine = _REFINE.get(operation.name)
    operation = refine(operation, tree) if refine else operation
    if operation.name in results.READS:
        limit = len(asked_ids(call)) if operation.name == "fetch" else results.asked(operation.name, tree, call.query)
        operation = replace(operation, limit=limit, wants_vectors=results.wants_vectors(operation.name, tree))
    if operation.name == "fetch" and not asked_ids(call):
        unreadable("a fetch must name ids")
    return operation


def _inferring(operation: Operation) -> Operation:
    """Texts of the call go to a model besides: a kind that a rule has to name."""
    return replace(operation, also=(*operation.also, replace(operation, kind="inference", danger=2, also=())))


def _querying(operation: Operation, tree: Tree) -> Operation:
    if all(tree.get(key) is None for key in ("vector", "id", "sparseVector")):
        unreadable("a query must have 'vector', 'sparseVector' or 'id'")
    return operation


def _upserting(operation: Operation, tree: Tree) -> Operation:
    for key in ("vectors", "documents", "records"):
        if key in tree:
            operation = replace(operation, records=len(items_of(tree[key])))
    return _inferring(operation) if operation.name == "upsert_records" else operation


def _updating(operation: Operation, tree: Tree) -> Operation:
    if "id" in tree:
        changed = ("values", "sparseValues", "setMetadata")
        if all(tree.get(key) is None for key in changed):
            unreadable("an update must have one of 'values', 'sparseValues' and 'setMetadata'")
        if "dryRun" in tree:
            unreadable("'dryRun' goes with 'filter' only")
        return replace(operation, kind="update", records=1)
    if "documents" in tree:
        return replace(operation, kind="update", records=len(items_of(tree["documents"])))
    if tree.get("setMetadata") is None and tree.get("set_fields") is None:
        unreadable("an update by a filter must have 'setMetadata' or 'set_fields'")
    return operation


def _deleting(operation: Operation, tree: Tree) -> Operation:
    if "ids" in tree:
        return replace(operation, kind="delete_ids", records=len(items_of(tree["ids"])))
    return replace(operation, danger=4) if tree.get("deleteAll") or tree.get("delete_all") else operation


def _fetching(operation: Operation, tree: Tree) -> Operation:
    return replace(operation, kind="read_ids") if "ids" in tree else operation


def _searching_records(operation: Operation, tree: Tree) -> Operation:
    query = members_of(tree.get("query"))
    return _inferring(operation) if "inputs" in query or "rerank" in tree else operation


def _searching_documents(operation: Operation, tree: Tree) -> Operation:
    """A text that documents are scored by is read by the server's own index, or by a model: which, only it knows."""
    kinds = {str(members_of(score).get("type")) for score in items_of(tree.get("score_by"))}
    return _inferring(operation) if "text" in kinds else operation


def _named(operation: Operation, tree: Tree) -> Operation:
    return replace(operation, collections=(str(tree["name"]),))


def _configuring(operation: Operation, tree: Tree) -> Operation:
    """What sets the protection from deletion is as dangerous as what it protects from; all else changes no record."""
    return operation if "deletion_protection" in tree else replace(operation, danger=3)


def _copying(operation: Operation, tree: Tree) -> Operation:
    """Whoever keeps a copy must be allowed to read what it is made of."""
    source = str(tree["source"]) if "source" in tree else operation.collections[0]
    reading = Operation(NAME, operation.name, "list_scan", 2, collections=(source,))
    return replace(operation, collections=(source,), also=(reading,))


def of_backup(operation: Operation, source: str, tree: Tree) -> Operation:
    """What is done with a backup of an index; restored, it can be read under the new name."""
    if operation.name != "restore_backup":
        return replace(operation, collections=(source,))
    reading = Operation(NAME, operation.name, "list_scan", 2, collections=(source,))
    names = dict.fromkeys((str(tree["name"]), source))
    return replace(operation, collections=(*names,), also=(reading,))


def unnamed(operation: Operation) -> Operation:
    """What may be known of a call before its index is: any index."""
    return replace(operation, collections=(), things=operation.collections or ("",), also=tuple(
        replace(one, collections=(), things=one.collections or ("",)) for one in operation.also))  # fmt: skip


_REFINE: Final[Mapping[str, Callable[[Operation, Tree], Operation]]] = {
    "query": _querying,
    **dict.fromkeys(("upsert", "upsert_records", "upsert_documents"), _upserting),
    **dict.fromkeys(("update", "update_documents"), _updating),
    **dict.fromkeys(("delete", "delete_documents"), _deleting),
    "fetch_documents": _fetching,
    "search_records": _searching_records,
    "search_documents": _searching_documents,
    **dict.fromkeys(("create_index", "create_index_for_model"), _named),
    "configure_index": _configuring,
    **dict.fromkeys(("create_collection", "create_backup"), _copying),
}

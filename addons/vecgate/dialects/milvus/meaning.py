"""What do a route and a body of Milvus mean together? Kinds, dangers, collections and numbers of records."""

from collections.abc import Callable, Container, Mapping
from dataclasses import replace
from typing import Final

from vecgate.dialects.base.routing import Match
from vecgate.dialects.milvus import functions, results, sites
from vecgate.dialects.milvus.filters import nodes
from vecgate.dialects.milvus.filters.grammar import filter_of
from vecgate.dialects.milvus.grpc import options
from vecgate.dialects.milvus.rows.ids import key_of
from vecgate.dialects.milvus.things import HOME, Described
from vecgate.dialects.milvus.values import WINDOW, as_tree, list_of
from vecgate.domain.call import Call, Json
from vecgate.domain.operation import Operation
from vecgate.parsing.forms import unreadable

NAME: Final = "milvus"

type Tree = dict[str, Json]

#: Where a name is no collection yet, or none at all; of `has` the answer may be no.
_UNRESOLVED: Final = frozenset(
    {"collections_create", "v1_create", "collections_has", "roles_grant_privilege_v2", "roles_revoke_privilege_v2"}
)
#: No text is less.
_LEAST: Final = nodes.Value("")
#: Kinds of what is one for all databases, whichever a call names.
_OF_ALL: Final = frozenset({"auth_read", "auth_admin", "cluster_read", "cluster_admin"})


def body(call: Call) -> Tree:
    """The body of a call; empty where it has none."""
    return as_tree(call.tree)


def older(match: Match) -> bool:
    """Whether it is a route of the first version, as the only ones that the oldest servers have."""
    return match.route.name.startswith("v1_")


def _said(call: Call, key: str) -> str:
    """What a call says of its place, in its body or behind its path; `*` means all, and none of them."""
    found = body(call).get(key) if call.tree is not None else dict(call.query).get(key)
    return found if isinstance(found, str) and found != "*" else ""


def database(call: Call) -> str:
    """The database that a call is about; calls that name none mean the first."""
    return _said(call, "dbName") or HOME


def housed(call: Call, told: str) -> Tree:
    """The body with the database that counts: the empty text names none, and where none is named a header does."""
    tree = body(call)
    if tree.get("dbName") == "":
        if not call.path.startswith("/v2/"):
            unreadable("'dbName' is empty, which the older routes take for the name of no database")
        tree = {key: one for key, one in tree.items() if key != "dbName"}
    return {**tree, "dbName": told} if told and "dbName" not in tree else tree


def named(call: Call) -> str:
    """The collection that a call names; empty: none."""
    return _said(call, "collectionName")


def resolves(match: Match, call: Call) -> bool:
    """Whether the name of a call must be one of a collection, or of an alias of one."""
    return named(call) != "" and match.route.name not in _UNRESOLVED


def plain(match: Match, call: Call) -> Operation:
    """What the route alone says, and the names in the body."""
    route, name = match.route, named(call)
    db = None if route.kind in _OF_ALL or route.name == "databases_list" else database(call)
    return Operation(NAME, route.name, route.kind, route.danger, db, db, (name,) if name else ())


def refined(operation: Operation, call: Call, found: Described | None) -> Operation:
    """The same with what the body says, and what the collection is. Raises CallRefused."""
    if found is not None:
        operation = replace(operation, collections=(found.name,), things=(found.thing,))
        if found.types.get(found.key) == "Int64":  # "4.0" is 4 to the server, and to nobody else
            for _, one in sites.ids(operation.name, body(call), found.key):
                key_of(found, one)
    refine = _REFINE.get(operation.name)
    told = refine(operation, body(call), found) if refine else operation
    if told.limit is not None and options.of(call, options.WHOLE):  # it names no number, and there is no other one
        ids = sites.by_ids(told.name, body(call), found.key) if found is not None else None
        return replace(told, limit=WINDOW if ids is None else len(ids))
    return told


type _Refine = Callable[[Operation, Tree, Described | None], Operation]


def _and(operation: Operation, name: Json) -> Operation:
    """Under one more name, of which the server knows nothing yet."""
    if not isinstance(name, str) or name in operation.collections:
        return operation
    things = (*operation.things, "") if operation.things else ()
    return replace(operation, collections=(*operation.collections, name), things=things)


def _query(operation: Operation, tree: Tree, found: Described | None) -> Operation:
    if results.counts(tree):
        return replace(operation, kind="count", danger=1)
    if found is not None and sites.by_ids(operation.name, tree, found.key):
        operation = replace(operation, kind="read_ids", danger=1)
    return _reading(operation, tree, found)


def _reading(operation: Operation, tree: Tree, found: Described | None) -> Operation:
    shown = {one for one in list_of(tree.get("outputFields")) if isinstance(one, str)}
    vectors = bool(shown & found.vectors) if found is not None else False
    return replace(operation, limit=results.asked(operation.name, tree), wants_vectors=vectors)


def _search(operation: Operation, tree: Tree, found: Described | None) -> Operation:
    """A text that is searched for goes to whatever makes vectors of it: a model elsewhere, unless it is looked for by its words."""
    many = results.turns(operation.name, tree) > 1 or operation.name in sites.HYBRID
    operation = replace(operation, danger=2) if many else operation
    if found is not None and any(_embedded(sub, found) for _, sub in sites.subs(operation.name, tree)):
        operation = _also(operation, "inference", 3)
    return _reading(operation, tree, found)


def _embedded(search: Tree, found: Described) -> bool:
    """Whether a search brings a text that a model elsewhere is to read."""
    is_text = any(isinstance(one, str) for one in list_of(search.get("data")))
    return is_text and not found.searched(search) <= found.made.words.keys()


def _also(operation: Operation, kind: str, danger: int) -> Operation:
    """With what it does besides, which is a kind of its own."""
    asked = replace(operation, name=kind, kind=kind, danger=danger, also=())
    return replace(operation, also=(*operation.also, asked))


def _create(operation: Operation, tree: Tree, found: Described | None) -> Operation:
    return _also(operation, "embedding_config", 4) if functions.embeds(tree.get("schema")) else operation


def _delete(operation: Operation, tree: Tree, found: Described | None) -> Operation:
    by_ids = sites.by_ids(operation.name, tree, found.key) if found is not None else None
    if by_ids is not None:
        return replace(operation, kind="delete_ids", records=len(by_ids))
    text = tree.get("filter")
    never_null = frozenset(found.types) - found.nullable if found is not None else frozenset[str]()
    whole = isinstance(text, str) and _all(filter_of(text), never_null)
    return replace(operation, danger=4 if whole else operation.danger)


def _all(node: nodes.Node, never_null: Container[str]) -> bool:
    """Whether a filter finds everything by its form alone. `never_null`: fields of which every record has a value."""
    match node:
        case nodes.Among(values=values, negated=negated):
            return negated and not values.items
        case nodes.Null(nodes.Path(root, ()), negated):
            return negated and root in never_null
        case nodes.Not(inner):
            return _none(inner, never_null)
        case nodes.Joined(word, parts):
            return (all if word == "and" else any)(_all(part, never_null) for part in parts)
        case nodes.Compare(left, sign, right):
            least = (sign, right) == (">=", _LEAST) or (left, sign) == (_LEAST, "<=")
            return (left == right and sign in ("==", "<=", ">=")) or least
        case nodes.Like(text=text):
            return not str(text.value).strip("%")
    return False


def _none(node: nodes.Node, never_null: Container[str]) -> bool:
    match node:
        case nodes.Among(values=values, negated=negated):
            return not negated and not values.items
        case nodes.Null(nodes.Path(root, ()), negated):
            return not negated and root in never_null
        case nodes.Not(inner):
            return _all(inner, never_null)
        case nodes.Joined(word, parts):
            return (any if word == "and" else all)(_none(part, never_null) for part in parts)
        case nodes.Compare(left, sign, right):
            return (left == right and sign in ("!=", "<", ">")) or (sign, right) == ("<", _LEAST)
    return False


def _write(operation: Operation, tree: Tree, found: Described | None) -> Operation:
    operation = replace(operation, records=len(sites.rows(tree)))
    return _also(operation, "inference", 3) if found is not None and found.made.elsewhere else operation


def _rename(operation: Operation, tree: Tree, found: Described | None) -> Operation:
    """A new name is decided on under both; one that moves a collection to another database, as both of them."""
    renaming = replace(_and(operation, tree.get("newCollectionName")), kind="collection_rename")
    other = tree.get("newDbName")
    if not isinstance(other, str) or other == operation.database:
        return renaming
    return replace(renaming, also=(replace(renaming, tenant=other, database=other, things=()),))


def _alias(operation: Operation, tree: Tree, found: Described | None) -> Operation:
    return _and(operation, tree.get("aliasName"))


def _job(operation: Operation, tree: Tree, found: Described | None) -> Operation:
    """A job is told by its number, whatever collection that is of: so it is the server's, and nobody's alone."""
    return replace(operation, kind="cluster_read", danger=1)


_REFINE: Final[Mapping[str, _Refine]] = {
    "collections_get_compaction_state": _job,
    **dict.fromkeys(sites.QUERIES, _query),
    **dict.fromkeys(sites.GETS, _reading),
    **dict.fromkeys(sites.SEARCHES, _search),
    **dict.fromkeys(sites.DELETES, _delete),
    **dict.fromkeys(sites.WRITES, _write),
    "collections_create": _create,
    "collections_rename": _rename,
    **dict.fromkeys(("aliases_create", "aliases_alter", "aliases_drop", "aliases_describe"), _alias),
}

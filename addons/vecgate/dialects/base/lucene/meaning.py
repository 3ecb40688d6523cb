"""What do a route and a body mean together? Kinds, dangers, names of indices, and numbers of records."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from vecgate.dialects.base.lucene import lines, parts, query
from vecgate.dialects.base.lucene.values import Tree, list_of, members_of
from vecgate.dialects.base.routing import Match
from vecgate.domain.call import Call, Json
from vecgate.domain.operation import Operation

#: What a call says under a name that is an alias, told apart by the name: see `targets`.
_TARGET: Final = "target "
DEFAULT: Final = 10
#: Operations whose body names indices, one by one.
NAMING: Final = frozenset({"bulk", "mget", "msearch", "indices_update_aliases"})
#: Operations on one record, whose index must be one.
SINGLE: Final = frozenset({"index", "create", "update", "delete", "get", "exists", "get_source", "exists_source"})
#: Operations whose index need not be there yet: the server makes it.
MAKING: Final = frozenset({"index", "create", "update", "bulk"})
#: Operations about the indices behind a name, where they name none.
BY_ALIAS: Final = frozenset({"indices_get_alias", "indices_exists_alias"})
#: Operations about all indices, where they name none.
OF_ALL: Final = frozenset(
    {"search", "count", "indices_refresh", "indices_get_mapping", "indices_get_settings", "indices_get_alias"}
)
#: What opens a point in time, and what ends that or a scroll: no record is in their answers.
OPENING: Final = frozenset({"create_pit", "open_point_in_time"})
CLOSING: Final = frozenset({"clear_scroll", "delete_pit", "close_point_in_time"})
_WORSE: Final = ("upsert", "update", "delete_ids")


def body(call: Call) -> Tree:
    """The body of a call; empty where it has none."""
    return members_of(call.tree)


def plain(database: str, match: Match, names: tuple[str, ...] = (), things: tuple[str, ...] = ()) -> Operation:
    """What the route alone says."""
    route = match.route
    return Operation(database, route.name, route.kind, route.danger, collections=names, things=things)


def about(match: Match) -> str:
    """Which indices a path is about, as it says them; empty: those that its body names, or none."""
    name, values = match.route.name, match.values
    behind = values.get("name", "") if name in BY_ALIAS else ""
    return values.get("index", behind or ("_all" if name in OF_ALL else ""))


def copied(name: str, tree: Tree) -> str:
    """Which indices a snapshot is of, as its body says them: all where it does not; empty for another call."""
    return ",".join(_texts(tree.get("indices"))) or "_all" if name == "snapshot_create" else ""


def named(name: str, tree: Tree) -> Iterator[str | None]:
    """What each part of a body says of its index; None: nothing, so it is the path's."""
    match name:
        case "bulk":
            yield from (_text(meta, "_index") for _, meta, _ in lines.actions(tree))
        case "mget":
            yield from (_text(members_of(one), "_index") for one in list_of(tree.get("docs")))
            yield from (None for _ in list_of(tree.get("ids"))[:1])
        case "msearch":
            headers = (members_of(members_of(one).get("header")) for one in list_of(tree.get("searches")))
            yield from (one for header in headers for one in _texts(header.get("index")) or (None,))
        case "indices_update_aliases":
            said = (told for action in list_of(tree.get("actions")) for told in members_of(action).values())
            yield from (one for told in said for key in _ALIASING for one in _texts(members_of(told).get(key)))


_ALIASING: Final = ("index", "alias", "indices", "aliases")


def _texts(value: Json) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else [] if value is None else [str(value)]


def _text(tree: Tree, key: str) -> str | None:
    value = tree.get(key)
    return None if value is None else str(value)


def target(alias: str, operation: Operation, name: str, uuid: str) -> Operation:
    """That a name in a body means an index of another one."""
    return replace(operation, name=f"{_TARGET}{alias}", collections=(name,), things=(uuid,), also=(), records=None)


def targets(operation: Operation) -> dict[str, str]:
    """What names in a body mean, where that is another one."""
    return {
        one.name.removeprefix(_TARGET): one.collections[0] for one in operation.also if one.name.startswith(_TARGET)
    }


def refined(operation: Operation, call: Call) -> Operation:
    """The same with what the body says."""
    tree = body(call)
    match operation.name:
        case "search":
            return _searching(operation, [tree])
        case "msearch":
            return _searching(
                operation, [members_of(members_of(one).get("body")) for one in list_of(tree.get("searches"))]
            )
        case "count" | "delete_by_query":
            return _chosen(operation, tree)
        case "mget":
            return replace(operation, limit=len(list_of(tree.get("ids"))) or len(list_of(tree.get("docs"))))
        case "get" | "get_source" | "index" | "create" | "delete":
            reads = operation.kind == "read_ids"
            return replace(operation, limit=1) if reads else replace(operation, records=1)
        case "update":
            return replace(operation, records=1, also=(*operation.also, *_made(operation, [tree])))
        case "bulk":
            return _batch(operation, tree)
    return operation


def size_of(search: Tree) -> int:
    """How many records a search asks for."""
    size = search.get("size")
    return size if type(size) is int else DEFAULT


def _searching(operation: Operation, searches: list[Tree]) -> Operation:
    limit = sum(map(size_of, searches))
    aggregates = any("aggs" in one for one in searches)
    if not limit and not any(map(_is_near, searches)):
        return replace(operation, kind="aggregate" if aggregates else "count", danger=2, limit=limit)
    also = (replace(operation, kind="aggregate", danger=1, limit=None),) if aggregates else ()
    through = any(size_of(one) and any(map(query.finds_all, parts.finding(one))) for one in searches)
    kind = "list_scan" if through else operation.kind
    return replace(operation, kind=kind, limit=limit, also=(*operation.also, *also))


def _is_near(search: Tree) -> bool:
    """Whether a search looks for what is near something: there, how many there are tells scores, though none is shown."""
    asked = parts.parts(search)
    return "min_score" in search or any(clause.kind == "knn" for one in asked for clause in query.clauses(one.query))


def _chosen(operation: Operation, tree: Tree) -> Operation:
    """What goes by a query alone: by nearness, how many there are tells what a search would."""
    if not _is_near(tree):
        return operation
    search = replace(operation, kind="search", danger=2)
    return search if operation.name == "count" else replace(operation, also=(*operation.also, search))


def _made(operation: Operation, updates: list[Tree]) -> tuple[Operation, ...]:
    """What updates do besides: they make a record, where there is none and they bring one."""
    count = sum("upsert" in one or one.get("doc_as_upsert") is True for one in updates)
    return (replace(operation, kind="upsert", danger=2, records=count, also=()),) if count else ()


def _batch(operation: Operation, tree: Tree) -> Operation:
    """A batch is its worst member, and does all others besides."""
    counts: dict[tuple[str, int], int] = {}
    for action, meta, _ in lines.actions(tree):
        kind = {"index": "upsert", "create": "upsert", "update": "update", "delete": "delete_ids"}[action]
        danger = 2 if action == "create" or (action == "index" and "_id" not in meta) else 3
        counts[kind, danger] = counts.get((kind, danger), 0) + 1
    parts = [replace(operation, kind=kind, danger=danger, records=count) for (kind, danger), count in counts.items()]
    worst, *rest = sorted(parts, key=lambda one: (one.danger, _WORSE.index(one.kind)), reverse=True)
    made = _made(operation, [doc for action, _, doc in lines.actions(tree) if action == "update"])
    also = (*operation.also, *rest, *made)
    return replace(worst, danger=max(3, worst.danger), records=sum(counts.values()), also=also)

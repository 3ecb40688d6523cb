"""How is a Chroma call kept to some rows? By one `$and` around the caller's filter, and by whose the ids are it writes.

`{"$and": [T, F]}` was tried on a server in some 47,000 filters of every kind: no other record was read, counted or
deleted. A write has no filter there, and an upsert over somebody's record takes it over, text and all: so its ids are
looked up before, under a lock. `facts.md` tells what the server does with each.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final, cast

from vecgate.dialects.base.dialect import JSON_HEADERS, Scope
from vecgate.dialects.base.routing import Match, Route
from vecgate.dialects.chroma.meaning import body_of, place_of
from vecgate.dialects.chroma.names import TenantDatabase, under
from vecgate.domain.call import Call, Json
from vecgate.domain.decision import Decision
from vecgate.domain.inlets import named
from vecgate.domain.kinds import NO_RECORDS
from vecgate.domain.row import Row
from vecgate.domain.scoped import Owned, Scoped, as_it_is, unscopable, wrong_field
from vecgate.parsing import paths
from vecgate.parsing.strict_json import dump

type Tree = dict[str, Json]

#: The server looks for no more than 32,766 values at a time, those of filters among them.
MOST_IDS: Final = 10_000
MOST_VALUES: Final = 32_000
_COLUMNS: Final = ("ids", "embeddings", "documents", "metadatas", "uris", "distances")


def condition(rows: Sequence[Row]) -> Json:
    """The filter that all and only these rows pass. The server takes no list of several types."""
    return _all([_any(row) for row in rows])


def _any(row: Row) -> Json:
    kinds: dict[type, list[Json]] = {}
    for value in row.values:
        kinds.setdefault(type(value), []).append(value)
    parts: list[Json] = [
        {row.field: {"$in": values}} if values[1:] else {row.field: values[0]} for values in kinds.values()
    ]
    return {"$or": parts} if parts[1:] else parts[0]


def _all(parts: list[Json]) -> Json:
    return {"$and": parts} if parts[1:] else parts[0]


def within(where: Json, rows: Sequence[Row]) -> Json:
    """The caller's filter, whole, beside that of the rows."""
    own = condition(rows)
    return own if where is None else {"$and": [own, where]}


def scoped(match: Match, call: Call, decision: Decision, shown: bool = True) -> Scoped:
    """The call kept to the rows of a decision. Raises CallRefused (`rows.unscopable`, `rows.field`)."""
    route = match.route
    keep = _KEPT.get(route.name)
    if keep is not None:
        return keep(match, call, decision, shown)
    if scope_of(route) == "refused":
        unscopable(route.kind, decision, _WHY.get(route.name, "it is about a collection as a whole"))
    return Scoped(call, _without_positions if shown and route.kind == "collection_read" else as_it_is)


def scope_of(route: Route) -> Scope:
    """Whether a route is kept to rows, shows nothing of records, or is refused."""
    if route.name in _KEPT:
        return "kept"
    return "whole" if route.kind in NO_RECORDS and route.name not in _WHY and not route.refused else "refused"


_WHY: Final[Mapping[str, str]] = {
    "collection_search": "its ranks are made over all records, and nobody could measure what they tell of others",
    "indexing_status": "it counts what everybody has written",
}


def _put(call: Call, tree: Tree) -> Call:
    return replace(call, body=dump(tree), tree=tree)


def _filtered(match: Match, call: Call, decision: Decision) -> Tree:
    """The body with the filter of the rows. Ids that leave no room for one beside them are refused."""
    tree = body_of(call)
    where = within(tree.get("where"), decision.rows)
    ids = tree.get("ids")
    left = MOST_VALUES - _values([where, tree.get("where_document")])
    if isinstance(ids, list) and len(ids) > left:
        unscopable(
            match.route.kind, decision, f"it names {len(ids)} ids, and besides a filter there is room for {left}"
        )
    return {**tree, "where": where}


def _values(node: Json) -> int:
    if isinstance(node, dict):
        return sum(1 + _values(value) for value in node.values())
    return sum(map(_values, node)) if isinstance(node, list) else 1


def _read(match: Match, call: Call, decision: Decision, shown: bool) -> Scoped:
    tree = _filtered(match, call, decision)
    if not shown:
        return Scoped(_put(call, tree))
    include = tree.get("include")  # left out, it is metadata among others
    asked = not isinstance(include, list) or "metadatas" in include
    if isinstance(include, list) and not asked:
        tree = {**tree, "include": [*include, "metadatas"]}
    sift = _sift_each if match.route.name == "collection_query" else _sift
    return Scoped(_put(call, tree), partial(_answered, rows=decision.rows, sift=sift, shown=asked))


type _Sift = Callable[[Tree, Sequence[Row]], tuple[Tree, int]]


def _answered(tree: Json, rows: Sequence[Row], sift: _Sift, shown: bool) -> tuple[Json, int]:
    """The caller's own records; without the metadata that only this was asked for."""
    _listed(tree)
    kept, dropped = sift(cast("Tree", tree), rows)
    if not shown:
        said = kept.get("include")
        kept = {
            **kept,
            "metadatas": None,
            "include": [i for i in said if i != "metadatas"] if isinstance(said, list) else said,
        }
    return kept, dropped


def _listed(tree: Json) -> list[Json]:
    """What an answer lists under `ids`. Raises ValueError for one that lists no records."""
    ids = tree.get("ids") if isinstance(tree, dict) else None
    if not isinstance(ids, list):
        raise ValueError("an answer that lists no records")  # noqa: TRY004 - it is the database's value, not our type
    return ids


def _fit(metadata: Json, rows: Sequence[Row]) -> bool:
    return isinstance(metadata, dict) and all(row.fits(metadata.get(row.field)) for row in rows)


def _own(ids: Json, metadatas: Json, rows: Sequence[Row]) -> list[bool]:
    """Of which records it is known that they are the caller's."""
    named = ids if isinstance(ids, list) else []
    told = metadatas if isinstance(metadatas, list) and len(metadatas) == len(named) else [None] * len(named)
    return [_fit(metadata, rows) for metadata in told]


def _sift(tree: Tree, rows: Sequence[Row]) -> tuple[Tree, int]:
    keep = _own(tree["ids"], tree.get("metadatas"), rows)
    if all(keep):
        return tree, 0
    columns: Tree = {name: _picked(tree[name], keep) for name in _COLUMNS if name in tree}
    return {**tree, **columns}, keep.count(False)


def _picked(column: Json, keep: list[bool]) -> Json:
    return [one for one, is_own in zip(column, keep, strict=True) if is_own] if isinstance(column, list) else column


def _sift_each(tree: Tree, rows: Sequence[Row]) -> tuple[Tree, int]:
    ids, told = tree["ids"], tree.get("metadatas")
    lists = ids if isinstance(ids, list) else []
    keeps = [
        _own(one, told[i] if isinstance(told, list) and i < len(told) else None, rows) for i, one in enumerate(lists)
    ]
    dropped = sum(keep.count(False) for keep in keeps)
    if not dropped:
        return tree, 0
    columns: Tree = {
        name: [_picked(one, keep) for one, keep in zip(column, keeps, strict=True)]
        for name in _COLUMNS
        if isinstance(column := tree.get(name), list)
    }
    return {**tree, **columns}, dropped


def _count(match: Match, call: Call, decision: Decision, shown: bool) -> Scoped:
    """A count has no filter: the ids of the rows are asked for in its place."""
    tree: Tree = {"where": condition(decision.rows), "include": []}
    return Scoped(_asking(place_of(match), match.values["collection_id"], tree), _counted)


def _asking(place: TenantDatabase, uuid: str, tree: Tree) -> Call:
    return Call(
        "POST", paths.join(under(place, "collections", uuid, "get")), headers=JSON_HEADERS, body=dump(tree), tree=tree
    )


def _counted(tree: Json) -> tuple[Json, int]:
    return len(_listed(tree)), 0


def _delete(match: Match, call: Call, decision: Decision, shown: bool) -> Scoped:
    return Scoped(_put(call, _filtered(match, call, decision)))


def _write(match: Match, call: Call, decision: Decision, shown: bool) -> Scoped:
    """A write with the fields of its rows in every record, and whose the ids are."""
    tree, is_new = body_of(call), match.route.name != "collection_update"
    ids, metadatas = _list(tree.get("ids")), tree.get("metadatas")
    told = metadatas if isinstance(metadatas, list) else [None] * len(ids) if is_new else []
    records: list[Json] = [_forced(one, named("metadatas", str(i)), decision, is_new) for i, one in enumerate(told)]
    if records != told:
        call = _put(call, {**tree, "metadatas": records})
    return Scoped(call, owned=(_owned(match, ids, decision, fresh=is_new),))


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _forced(metadata: Json, at: str, decision: Decision, is_new: bool) -> Json:
    """One record's metadata with what its rows have. What an update leaves out stays as it is."""
    given = metadata if isinstance(metadata, dict) else {}
    put: Tree = {}
    if is_new:
        put = {row.field: row.values[0] for row in decision.rows if row.field not in given and not row.values[1:]}
    written = {**given, **put}
    for row in decision.rows:
        if (is_new or row.field in given) and not row.fits(written.get(row.field)):
            wrong_field(named(at, row.field), decision)
    return written if put else metadata


def _owned(match: Match, ids: list[Json], decision: Decision, *, fresh: bool) -> Owned:
    uuid, place = match.values["collection_id"], place_of(match)

    def there(some: Sequence[str]) -> Call:
        return _asking(place, uuid, {"ids": [*some], "include": []})

    def own(some: Sequence[str]) -> Call:
        return _asking(place, uuid, {"ids": [*some], "where": condition(decision.rows), "include": []})

    named = tuple(dict.fromkeys(id for id in ids if isinstance(id, str)))
    return Owned(uuid, named, there, own, _ids, MOST_IDS, fresh)


def _ids(tree: Json) -> list[str]:
    return [id for id in _listed(tree) if isinstance(id, str)]


def writing(match: Match, call: Call) -> tuple[str, ...]:
    """The ids that a write may make somebody's: others who write them wait."""
    if match.route.name not in _WRITES:
        return ()
    return tuple(dict.fromkeys(id for id in _list(body_of(call).get("ids")) if isinstance(id, str)))


def _without_positions(tree: Json) -> tuple[Json, int]:
    """Collections without what grows with everybody's writes."""
    if isinstance(tree, list):
        return [_without_positions(one)[0] for one in tree], 0
    if isinstance(tree, dict) and "log_position" in tree:
        return {**tree, "log_position": 0, "version": 0}, 0
    return as_it_is(tree)


_WRITES: Final = frozenset({"collection_add", "collection_upsert", "collection_update"})
_KEPT: Final[Mapping[str, Callable[[Match, Call, Decision, bool], Scoped]]] = {
    "collection_get": _read,
    "collection_query": _read,
    "collection_count": _count,
    "collection_delete": _delete,
    **dict.fromkeys(_WRITES, _write),
}

"""How is a Pinecone call kept to some rows? By `$and` around the caller's filter, and by what the records themselves say.

`{"$and": [T, F]}` is what the vendor's words promise; no server of it can be had to measure that, so every record of an
answer is held against the rows once more. What names its records by ids has no filter: they are read first, and
foreign and missing ones refused in the same words. `facts.md` tells which places a call has for conditions.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from vecgate.dialects.base.dialect import Scope
from vecgate.dialects.base.routing import Match, Route
from vecgate.dialects.pinecone import results
from vecgate.dialects.pinecone.indexes import BELOW, OWN_HEADERS
from vecgate.dialects.pinecone.meaning import body, items_of, members_of
from vecgate.domain.call import Call, Json
from vecgate.domain.decision import Decision
from vecgate.domain.inlets import named
from vecgate.domain.kinds import NO_RECORDS
from vecgate.domain.row import Row
from vecgate.domain.scoped import Owned, Scoped, unscopable, wrong_field
from vecgate.parsing import paths
from vecgate.parsing.strict_json import dump

type Tree = dict[str, Json]

#: Ids in one question: so many fit into the line of a request.
MOST_IDS: Final = 10


def condition(rows: Sequence[Row]) -> Json:
    """The filter that all and only these rows pass. Values of several types are several lists."""
    return _all([_any(row) for row in rows])


def _any(row: Row) -> Json:
    kinds: dict[type, list[Json]] = {}
    for value in row.values:
        kinds.setdefault(type(value), []).append(value)
    parts: list[Json] = [
        {row.field: {"$in": values} if values[1:] else {"$eq": values[0]}} for values in kinds.values()
    ]
    return {"$or": parts} if parts[1:] else parts[0]


def _all(parts: list[Json]) -> Json:
    return {"$and": parts} if parts[1:] else parts[0]


def within(where: Json, rows: Sequence[Row]) -> Json:
    """The caller's filter, whole, beside that of the rows; alone where there is none."""
    own = condition(rows)
    return {"$and": [own, where]} if where else own


def scoped(match: Match, call: Call, decision: Decision, shown: bool = True) -> Scoped:
    """The call kept to the rows of a decision. Raises CallRefused (`rows.unscopable`, `rows.field`)."""
    route = match.route
    keep = _KEPT.get(route.name)
    if keep is not None:
        for row in decision.rows:
            if any(type(one) is int and abs(one) >= 2**53 for one in row.values):
                unscopable(route.kind, decision, f"'{row.field}' has a number that the server stores as another's")
        return keep(match, call, decision, shown)
    if scope_of(route) == "refused":
        unscopable(route.kind, decision, _WHY.get(route.name, "it is about an index or a namespace as a whole"))
    return Scoped(call)


def scope_of(route: Route) -> Scope:
    """Whether a route is kept to rows, shows nothing of records, or is refused."""
    if route.name in _KEPT:
        return "kept"
    return "whole" if route.kind in NO_RECORDS and route.name not in _WHY and not route.refused else "refused"


_OF_OTHERS: Final = "it tells how much others have"
_WHY: Final[Mapping[str, str]] = {
    "list": "it lists ids alone, which do not tell whose they are",
    "stats": _OF_OTHERS,
    "list_namespaces": _OF_OTHERS,
    "describe_namespace": _OF_OTHERS,
    "list_documents": "it lists ids alone, which do not tell whose they are",
}


def _put(call: Call, tree: Tree) -> Call:
    return replace(call, body=dump(tree), tree=tree)


def _fits(record: Json, rows: Sequence[Row]) -> bool:
    return isinstance(record, dict) and all(row.fits(record.get(row.field)) for row in rows)


# reads


def _sifted(tree: Json, name: str, rows: Sequence[Row], under: str, hidden: bool) -> tuple[Json, int]:
    """The caller's own records; without the metadata that only this was asked for."""
    found = results.records(name, tree)
    if found is None or members_of(tree).get("results"):
        raise ValueError("an answer that lists no records")
    if isinstance(found, dict):
        by_id = {key: _bare(one, hidden) for key, one in found.items() if _fits_under(one, under, rows)}
        return results.put(name, tree, {**by_id}), len(found) - len(by_id)
    listed = [_bare(one, hidden) for one in found if _fits_under(one, under, rows)]
    return results.put(name, tree, listed), len(found) - len(listed)


def _fits_under(record: Json, under: str, rows: Sequence[Row]) -> bool:
    return _fits(members_of(record).get(under) if under else record, rows)


def _bare(record: Json, hidden: bool) -> Json:
    return {key: value for key, value in members_of(record).items() if key != "metadata"} if hidden else record


def _query(match: Match, call: Call, decision: Decision, shown: bool) -> Scoped:
    tree = body(call)
    asked = tree.get("includeMetadata") is True
    new: Tree = {**tree, "filter": within(tree.get("filter"), decision.rows), "includeMetadata": True}
    example = tree.get("id")
    owned = (_owned(match, call, [example], decision, fresh=False),) if isinstance(example, str) else ()
    sift = partial(_sifted, name="query", rows=decision.rows, under="metadata", hidden=not asked)
    return Scoped(_put(call, new), sift, owned)


def _fetch(match: Match, call: Call, decision: Decision, shown: bool) -> Scoped:
    return Scoped(call, partial(_sifted, name="fetch", rows=decision.rows, under="metadata", hidden=False))


def _by_metadata(match: Match, call: Call, decision: Decision, shown: bool) -> Scoped:
    tree = body(call)
    new: Tree = {**tree, "filter": within(tree.get("filter"), decision.rows)}
    sift = partial(_sifted, name="fetch_by_metadata", rows=decision.rows, under="metadata", hidden=False)
    return Scoped(_put(call, new), sift)


def _records(match: Match, call: Call, decision: Decision, shown: bool) -> Scoped:
    """A search of records: its answer has the fields of its rows, which it is not shown with unless it asked for them."""
    tree, query = body(call), members_of(body(call).get("query"))
    asked, wanted = tree.get("fields"), [row.field for row in decision.rows]
    more: list[Json] = [one for one in wanted if isinstance(asked, list) and one not in asked]
    new: Tree = {**tree, "query": {**query, "filter": within(query.get("filter"), decision.rows)}}
    if isinstance(asked, list):
        new["fields"] = [*asked, *more]
    example = query.get("id")
    owned = (_owned(match, call, [example], decision, fresh=False),) if isinstance(example, str) else ()
    return Scoped(_put(call, new), partial(_hits, rows=decision.rows, untold=more), owned)


def _hits(tree: Json, rows: Sequence[Row], untold: Sequence[Json]) -> tuple[Json, int]:
    kept, dropped = _sifted(tree, "search_records", rows, "fields", hidden=False)
    if not untold:
        return kept, dropped
    return results.each(
        "search_records", kept, lambda hit: {**hit, "fields": _without(hit.get("fields"), untold)}
    ), dropped


def _without(fields: Json, names: Sequence[Json]) -> Json:
    return {key: value for key, value in members_of(fields).items() if key not in names}


# what is deleted and written


def _delete(match: Match, call: Call, decision: Decision, shown: bool) -> Scoped:
    tree = body(call)
    ids = [id for id in items_of(tree.get("ids")) if isinstance(id, str)]
    if ids:
        return Scoped(call, owned=(_owned(match, call, ids, decision, fresh=False),))
    rest = {key: value for key, value in tree.items() if key not in ("deleteAll", "filter")}
    return Scoped(_put(call, {**rest, "filter": within(tree.get("filter"), decision.rows)}))


def _update(match: Match, call: Call, decision: Decision, shown: bool) -> Scoped:
    tree = body(call)
    told = members_of(tree.get("setMetadata"))
    for row in decision.rows:
        if row.field in told and not row.fits(told[row.field]):
            wrong_field(named("setMetadata", row.field), decision)
    id = tree.get("id")
    if isinstance(id, str):
        return Scoped(call, owned=(_owned(match, call, [id], decision, fresh=False),))
    return Scoped(_put(call, {**tree, "filter": within(tree.get("filter"), decision.rows)}))


def _upsert(match: Match, call: Call, decision: Decision, shown: bool) -> Scoped:
    """A write with the fields of its rows in every record, and whose the ids are."""
    tree = body(call)
    key = "records" if match.route.name == "upsert_records" else "vectors"
    records = [members_of(one) for one in items_of(tree.get(key))]
    forced: list[Json] = [_forced(one, key, i, decision) for i, one in enumerate(records)]
    ids = [str(one.get("id", one.get("_id"))) for one in records]
    if forced != records:
        call = _put(call, {**tree, key: forced})
    return Scoped(call, owned=(_owned(match, call, ids, decision, fresh=True),))


def _forced(record: Tree, key: str, number: int, decision: Decision) -> Tree:
    """A vector has its fields in its metadata, a record beside its id."""
    given = members_of(record.get("metadata")) if key == "vectors" else record
    put: Tree = {row.field: row.values[0] for row in decision.rows if row.field not in given and not row.values[1:]}
    written = {**given, **put}
    for row in decision.rows:
        if not row.fits(written.get(row.field)):
            at = f"{key}[{number}]" + (".metadata" if key == "vectors" else "")
            wrong_field(named(at, row.field), decision)
    if not put:
        return record
    return {**record, "metadata": written} if key == "vectors" else written


def _owned(match: Match, call: Call, ids: Sequence[str], decision: Decision, *, fresh: bool) -> Owned:
    index, space = match.values.get("index", ""), _space(match, call)
    path = paths.join((BELOW, index, "vectors", "fetch")) if index else "/vectors/fetch"

    def reading(some: Sequence[str]) -> Call:
        return Call("GET", path, query=(*(("ids", id) for id in some), *space), headers=OWN_HEADERS)

    mine = partial(_mine, rows=decision.rows)
    return Owned(index, tuple(dict.fromkeys(ids)), reading, reading, _there, MOST_IDS, fresh, mine)


def _space(match: Match, call: Call) -> tuple[tuple[str, str], ...]:
    """The namespace as the call itself says it."""
    said = match.values.get("namespace") or body(call).get("namespace")
    return (("namespace", said),) if isinstance(said, str) and said else ()


def _by_id(tree: Json) -> Tree:
    found = results.records("fetch", tree)
    if not isinstance(found, dict):
        raise ValueError("an answer that lists no records")  # noqa: TRY004 - it is the database's value, not our type
    return found


def _there(tree: Json) -> list[str]:
    return [*_by_id(tree)]


def _mine(tree: Json, rows: Sequence[Row]) -> list[str]:
    return [id for id, one in _by_id(tree).items() if _fits(members_of(one).get("metadata"), rows)]


def writing(match: Match, call: Call) -> tuple[str, ...]:
    """The ids that a write may make somebody's, or whose record it changes: others who write them wait."""
    name, tree = match.route.name, body(call)
    if name == "upsert":
        return tuple(dict.fromkeys(str(members_of(one).get("id")) for one in items_of(tree.get("vectors"))))
    if name == "update" and isinstance(tree.get("id"), str):
        return (str(tree["id"]),)
    if name in ("upsert_records", "upsert_documents", "update_documents"):
        many = [members_of(one) for one in items_of(tree.get("records" if name == "upsert_records" else "documents"))]
        return tuple(dict.fromkeys(str(one.get("_id", one.get("id"))) for one in many))
    return ()


_KEPT: Final[Mapping[str, Callable[[Match, Call, Decision, bool], Scoped]]] = {
    "query": _query,
    "fetch": _fetch,
    "fetch_by_metadata": _by_metadata,
    "delete": _delete,
    "update": _update,
    "upsert": _upsert,
    "upsert_records": _upsert,
    "search_records": _records,
}

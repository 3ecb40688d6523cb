"""What is sent in the place of a call, so that it is kept to some rows, and what of its answer is the caller's?

Each filter gets the condition of the rows around it; a read or a delete by ids becomes one by a filter, as servers paste
ids into text; a count of all becomes a count of one's own. What is written has the rows' fields, in their types, and ids
that nobody else has: an upsert over another's id would replace that, and an insert would stand beside it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final, NamedTuple

from vecgate.dialects.base.routing import Match, Route
from vecgate.dialects.base.shapes import Scope
from vecgate.dialects.milvus import results, sites
from vecgate.dialects.milvus.meaning import body, database
from vecgate.dialects.milvus.rows import indexes
from vecgate.dialects.milvus.rows.condition import are_own, both, condition
from vecgate.dialects.milvus.rows.ids import among, ids_of, key_of
from vecgate.dialects.milvus.things import Described, done, question
from vecgate.dialects.milvus.values import COUNT_ALL, as_tree, list_of
from vecgate.domain.call import Call, Json
from vecgate.domain.decision import Decision
from vecgate.domain.inlets import named as place
from vecgate.domain.kinds import NO_RECORDS
from vecgate.domain.scoped import Owned, Scoped, unscopable, wrong_field
from vecgate.parsing.strict_json import dump

type Tree = dict[str, Json]

MOST_IDS: Final = 1000
#: Two records may have one id here.
_MOST_FOUND: Final = 16_384
_STATS: Final = frozenset({"collections_get_stats"})
_OLDER_WRITES: Final = frozenset({"v1_insert", "v1_upsert"})
_OLDER_QUERY: Final = "/v1/vector/query"
_KEPT: Final = (sites.FILTERED | sites.GETS | sites.WRITES | _STATS | indexes.DESCRIBED) - _OLDER_WRITES
_PARTITIONS: Final = "names of partitions may be others'"
_EVERYWHERE: Final = "_default"
_WHY: Final[Mapping[str, str]] = {
    "partitions_list": _PARTITIONS,
    "partitions_has": _PARTITIONS,
    "partitions_get_stats": _PARTITIONS,
    "grpc_get_index_build_progress": "it tells how many records everybody has",
    **dict.fromkeys(_OLDER_WRITES, "an older server does not show what somebody else has just written"),
}


class _Asked(NamedTuple):
    """One call that is to be kept to rows."""

    match: Match
    call: Call
    decision: Decision
    found: Described
    shown: bool

    @property
    def name(self) -> str:
        return self.match.route.name

    @property
    def own(self) -> str:
        return condition(self.decision, self.match.route.kind, self.found)


def scope_of(route: Route) -> Scope:
    """Whether a route is kept to rows, shows nothing of records, or is refused."""
    if route.name in _KEPT:
        return "kept"
    return "whole" if route.kind in NO_RECORDS and route.name not in _WHY and not route.refused else "refused"


def refuse_whole(match: Match, decision: Decision) -> None:
    """Raise CallRefused (`rows.unscopable`) for a call that nothing keeps to rows."""
    if scope_of(match.route) == "refused":
        why = _WHY.get(match.route.name, "it is about a collection, or a server, as a whole")
        unscopable(match.route.kind, decision, why)


def scoped(match: Match, call: Call, decision: Decision, found: Described, shown: bool) -> Scoped:
    """The call kept to the rows of a decision. Raises CallRefused (`rows.unscopable`, `rows.field`)."""
    asked = _Asked(match, call, decision, found, shown)
    _no_partition(asked)
    if asked.name in sites.WRITES:
        return _write(asked)
    if asked.name in sites.DELETES:
        return _delete(asked)
    if asked.name in _STATS:
        return _count(asked)
    if asked.name in indexes.DESCRIBED:
        return Scoped(call, _described)
    return _get(asked) if asked.name in sites.GETS else _read(asked)


def _no_partition(asked: _Asked) -> None:
    """Whether a partition of some name is there, an answer tells: only of the one that every collection has it may."""
    tree = body(asked.call)
    named = [*list_of(tree.get("partitionNames")), *([tree["partitionName"]] if "partitionName" in tree else [])]
    if any(one != _EVERYWHERE for one in named):
        unscopable(asked.match.route.kind, asked.decision, _PARTITIONS)


def _put(call: Call, tree: Tree) -> Call:
    return replace(call, body=dump(tree), tree=tree)


# reads


def _read(asked: _Asked) -> Scoped:
    tree, own = body(asked.call), asked.own
    searches = [sub for _, sub in sites.subs(asked.name, tree)] if asked.name in sites.SEARCHES else []
    texts = [one for sub in searches for one in list_of(sub.get("data")) if isinstance(one, str)]
    if texts or any(map(asked.found.words, searches)):
        unscopable("search", asked.decision, "the rarity of words is weighed over everybody's records")
    new = sites.mapped(asked.name, tree, lambda site: both(own, site.filter))
    return _listed(asked, _put(asked.call, new), new)


def _listed(asked: _Asked, call: Call, tree: Tree) -> Scoped:
    """A read that asks for the rows' fields, too, so that each record can be held against them again."""
    if results.counts(tree) or not asked.shown:
        return Scoped(call)
    told, added = results.showing(asked.name, tree, [row.field for row in asked.decision.rows])
    call = _put(call, told) if added else call
    answered = partial(_own, name=asked.name, decision=asked.decision, found=asked.found, added=frozenset(added))
    return Scoped(call, answered)


def _own(tree: Json, name: str, decision: Decision, found: Described, added: frozenset[str]) -> tuple[Json, int]:
    """The caller's records of an answer, without the fields that only this was asked for."""
    records = results.listed(name, tree)
    if records is None:
        return _failed(tree), 0
    turn = [are_own(as_tree(one), decision.rows, found) for one in records]
    kept = results.kept(name, tree, turn)
    return results.bare(name, kept, added) if added else kept, turn.count(False)


def _failed(tree: Json) -> Json:
    """An error, and nothing else that could stand beside it. Raises ValueError for what is neither."""
    if not isinstance(tree, dict) or type(tree.get("code")) is not int or done(tree):
        raise ValueError("an answer that lists no records")
    return {key: value for key, value in tree.items() if key in ("code", "message")}


def _get(asked: _Asked) -> Scoped:
    tree = body(asked.call)
    ids = tree.get("id") if isinstance(tree.get("id"), list) else [tree.get("id")]
    wanted = among(asked.found, list_of(ids))
    rest = {key: value for key, value in tree.items() if key != "id"}
    new: Tree = {**rest, "filter": both(asked.own, wanted), "limit": max(1, len(list_of(ids)))}
    path = asked.call.path.rpartition("/")[0] + "/query"
    return _listed(asked, replace(_put(asked.call, new), path=path), new)


def _count(asked: _Asked) -> Scoped:
    """How many records there are, of one's own, at this moment."""
    new: Tree = {
        "dbName": database(asked.call), "collectionName": asked.found.name, "filter": asked.own,
        "outputFields": [COUNT_ALL], "consistencyLevel": "Strong",
    }  # fmt: skip
    return Scoped(question("entities/query", new), _counted)


def _counted(tree: Json) -> tuple[Json, int]:
    if not done(tree):
        return _failed(tree), 0
    found = [as_tree(one).get(COUNT_ALL) for one in list_of(as_tree(tree).get("data"))]
    if len(found) != 1 or type(found[0]) is not int:
        raise ValueError("an answer that is no count")
    return {"code": 0, "data": {"rowCount": found[0]}}, 0


def _described(tree: Json) -> tuple[Json, int]:
    return indexes.uncounted(tree) if done(tree) else (_failed(tree), 0)


# writes


def _delete(asked: _Asked) -> Scoped:
    tree = body(asked.call)
    chosen = tree.get("filter")
    if "id" in tree:
        named = tree["id"] if isinstance(tree["id"], list) else [tree["id"]]
        chosen = among(asked.found, named)
    rest = {key: value for key, value in tree.items() if key != "id"}
    new: Tree = {**rest, "filter": both(asked.own, chosen)}
    return Scoped(_put(asked.call, new), _done, (_alone(asked, str(new["filter"])),))


def _alone(asked: _Asked, text: str) -> Owned:
    """A delete takes all records with the ids of those that its filter finds, whoever's they are."""
    chosen, others = _choosing(asked, text), f"not ({asked.own})"

    def also(some: Sequence[str]) -> Call:
        return _choosing(asked, f"{others} and ({among(asked.found, [*some])})")

    return replace(_owned(asked, ()), chosen=chosen, others=also, most=_MOST_FOUND)


def _choosing(asked: _Asked, text: str) -> Call:
    """The question which ids a filter finds, over the routes of the call itself."""
    tree: Tree = {
        "dbName": database(asked.call), "collectionName": asked.found.name, "filter": text,
        "outputFields": [asked.found.key], "limit": _MOST_FOUND,
    }  # fmt: skip
    if asked.call.path.startswith("/v1/"):
        return replace(question("entities/query", tree), path=_OLDER_QUERY)
    return question("entities/query", {**tree, "consistencyLevel": "Strong"})


def _done(tree: Json) -> tuple[Json, int]:
    """What a write did, or why not."""
    return (tree, 0) if done(tree) else (_failed(tree), 0)


def _write(asked: _Asked) -> Scoped:
    tree = body(asked.call)
    records = [_forced(one, place("data", str(i)), asked) for i, one in enumerate(sites.rows(tree))]
    call = asked.call if records == tree.get("data") else _put(asked.call, {**tree, "data": [*records]})
    ids = ids_of(asked.found, records)
    return Scoped(call, _done, (_owned(asked, ids),) if ids else ())


def _forced(record: Tree, at: str, asked: _Asked) -> Tree:
    """One record with what its rows have. Another type is another value: lists and null pass for a text there."""
    rows = asked.decision.rows
    put: Tree = {row.field: row.values[0] for row in rows if row.field not in record and not row.values[1:]}
    new = {**record, **put}
    for row in rows:
        if not row.fits(new.get(row.field)):
            wrong_field(place(at, row.field), asked.decision)
    return new if put else record


def _owned(asked: _Asked, ids: Sequence[str]) -> Owned:
    found, db = asked.found, database(asked.call)

    def reading(some: Sequence[str], own: str) -> Call:
        chosen = among(found, [*some])
        tree: Tree = {
            "dbName": db, "collectionName": found.name, "filter": f"{own} and ({chosen})" if own else chosen,
            "outputFields": [found.key], "limit": _MOST_FOUND, "consistencyLevel": "Strong",
        }  # fmt: skip
        return question("entities/query", tree)

    there, mine, others = (partial(reading, own=one) for one in ("", asked.own, f"not ({asked.own})"))
    return Owned(found.thing, tuple(dict.fromkeys(ids)), there, mine, _ids(found), MOST_IDS, fresh=True, others=others)


def _ids(found: Described) -> Callable[[Json], list[str]]:
    def ids(tree: Json) -> list[str]:
        records = results.listed("entities_query", tree)
        if records is None:
            raise ValueError("an answer that lists no records")
        return [key_of(found, as_tree(one).get(found.key)) for one in records]

    return ids

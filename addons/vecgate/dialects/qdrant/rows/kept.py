"""How is a Qdrant call kept to some rows? By a filter at every place where one can stand, and around what stands there.

The server does not join what stands side by side: a condition beside the caller's in one clause can leave the others
unchecked, and a root filter is merged into those of prefetches. So it is `{"must": [{"must": [T]}, F]}`, the caller's
filter whole as one element, at the root, in every prefetch and in what the rarity of words is counted over. Ids become
filters, approximate counts and lookups are refused. `facts.md` tells what the server does with each.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from vecgate.dialects.base import asking
from vecgate.dialects.base.dialect import Ask
from vecgate.dialects.base.reading import JSON_HEADERS
from vecgate.dialects.base.routing import Match, Route
from vecgate.dialects.base.shapes import Scope
from vecgate.dialects.qdrant import results, sites
from vecgate.dialects.qdrant.filters import both
from vecgate.dialects.qdrant.guards.brought import together
from vecgate.dialects.qdrant.guards.wishes import WHOLE_BY_ITSELF, wish, with_fields
from vecgate.dialects.qdrant.reach import impact
from vecgate.dialects.qdrant.rows import answers, writes
from vecgate.dialects.qdrant.sites import list_of, tree_of
from vecgate.domain.call import Call, Json
from vecgate.domain.decision import Decision
from vecgate.domain.inlets import Site
from vecgate.domain.kinds import NO_RECORDS
from vecgate.domain.row import Row
from vecgate.domain.scoped import Answered, Owned, Scoped, as_it_is, unscopable
from vecgate.parsing import paths
from vecgate.parsing.strict_json import dump

type Tree = dict[str, Json]

_CORPUS: Final = "/params/idf/corpus"
_BY_ID: Final = frozenset({"get_points", "get_shard_points", "get_point"})
_COUNTS: Final = frozenset({"count_points", "count_shard_points"})
#: Queries that look in no vector.
_NO_VECTOR: Final = frozenset({"fusion", "rrf", "formula", "sample", "order_by"})
_SEARCHES: Final = sites.ALONE | sites.BATCHES
_WRITES: Final = sites.CHOSEN | sites.GUARDED | {"batch_update"}
#: What shows or counts what everybody has, though it is no read of records.
_WHY: Final[Mapping[str, str]] = {
    "get_optimizations": "it counts everybody's points",
    "get_memory": "it measures what everybody has stored",
    "list_shard_keys": "the keys of shards may be others' names",
}


def condition(rows: Sequence[Row]) -> Tree:
    """The one condition that all these rows pass, and what has one of their values among others in a list."""
    parts: list[Json] = [_any(row) for row in rows]
    return tree_of(parts[0]) if len(parts) == 1 else {"must": parts}


def apart(rows: Sequence[Row]) -> Tree:
    """The one condition that these rows pass alone: in a list, another's value may stand as well.

    Without an index on `FIELD[]` each payload is read for it; an answer that lists its points is sifted instead.
    """
    lists: list[Json] = [{"is_empty": {"key": f"{row.field}[]"}} for row in rows]
    return {"must": [condition(rows), *lists]}


def _any(row: Row) -> Tree:
    kinds: dict[type, list[Json]] = {}
    for value in row.values:
        kinds.setdefault(type(value), []).append(value)
    parts: list[Json] = []
    for kind, values in kinds.items():
        matches: list[Tree] = (
            [{"value": one} for one in values] if kind is bool or not values[1:] else [{"any": values}]
        )
        parts += [{"key": row.field, "match": one} for one in matches]
    return tree_of(parts[0]) if len(parts) == 1 else {"should": parts}


def scope_of(route: Route) -> Scope:
    """Whether a route is kept to rows, shows nothing of records, or is refused."""
    if route.name in _SEARCHES or route.name in _WRITES or route.name in _BY_ID:
        return "kept"
    return "whole" if route.kind in NO_RECORDS and route.name not in _WHY and not route.refused else "refused"


async def scoped(match: Match, call: Call, decision: Decision, ask: Ask, shown: bool = True) -> Scoped:
    """The call kept to the rows of a decision. Raises CallRefused (`rows.unscopable`, `rows.field`), Unavailable."""
    route = match.route
    if scope_of(route) == "refused":
        unscopable(route.kind, decision, _WHY.get(route.name, "it is about a collection, or a server, as a whole"))
    if route.name in _BY_ID:
        return _by_id(match, call, decision, shown)
    if route.name in _SEARCHES:
        return await _search(match, call, decision, ask, shown)
    if route.name in _WRITES:
        return _write(match, call, decision)
    return Scoped(call, answers.described if shown and route.name == "get_collection" else as_it_is)


def _put(call: Call, tree: Tree) -> Call:
    return replace(call, body=dump(tree), tree=tree)


# searches


async def _search(match: Match, call: Call, decision: Decision, ask: Ask, shown: bool) -> Scoped:
    name, tree, only = match.route.name, tree_of(call.tree), apart(decision.rows)
    own = condition(decision.rows) if shown and name in results.LISTED else only
    places = dict(sites.searches(name, tree))
    for search in places.values():
        _check(name, search, decision)
    may_weigh = name in results.MATRICES or any(map(_looks_in_words, places.values()))
    weighed = await _weighed(ask, match.values["collection"]) if may_weigh else frozenset()
    if name in results.MATRICES and any(_vector(search) in weighed for search in places.values()):
        unscopable(match.route.kind, decision, "its scores weigh words by how rare they are among all records")

    def each(site: Site) -> Json | None:
        if (
            site.what == "corpus"
            and site.filter is None
            and _vector(places[site.at.removesuffix(_CORPUS)]) not in weighed
        ):
            return None
        return both(only if site.what == "corpus" else own, site.filter)

    new = sites.mapped(name, tree, each)
    if name in _COUNTS:
        new = {**new, "exact": True}
    started = _started(match, tree, decision)
    if not shown:
        return Scoped(_put(call, new), owned=started)
    new, wishes = with_fields(name, new, answers.fields(decision.rows)) if name in results.LISTED else (new, [])
    answered: Answered = partial(answers.records, name=name, rows=decision.rows, wishes=wishes)
    return Scoped(_put(call, new), answered, started)


def _check(name: str, search: Tree, decision: Decision) -> None:
    """Refuse what no filter reaches."""
    if "lookup_from" in search or "with_lookup" in search:
        unscopable("search", decision, "a lookup shows records of a collection whatever the filter says")
    if name in _COUNTS and search.get("exact") is False:
        unscopable("count", decision, "an approximate count is made over all records; ask for an exact one")


def _vector(search: Tree) -> str:
    """The name of the vector that a search looks in."""
    named = search.get("vector")
    return str(search.get("using", "") if not isinstance(named, dict) else named.get("name", ""))


def _looks_in_words(search: Tree) -> bool:
    """Whether a search may look in a sparse vector, which may have the empty name, too: not by a list of numbers."""
    query, vector = search.get("query"), search.get("vector")
    if isinstance(query, dict):
        query = query.get("nearest", query)
    if isinstance(query, list) or isinstance(vector, list):
        return False
    if isinstance(query, dict):
        return bool(_vector(search)) or not query.keys() & _NO_VECTOR
    return bool(_vector(search)) or query is not None or any(key in search for key in sites.STARTS)


async def _weighed(ask: Ask, collection: str) -> frozenset[str]:
    """The vectors whose scores depend on how rare a word is among all records."""
    said = tree_of(tree_of(await asking.get(ask, "collections", collection)).get("result"))
    sparse = tree_of(tree_of(tree_of(said.get("config")).get("params")).get("sparse_vectors"))
    return frozenset(vector for vector, told in sparse.items() if tree_of(told).get("modifier") == "idf")


def _started(match: Match, tree: Tree, decision: Decision) -> tuple[Owned, ...]:
    """The points whose vectors show in the scores must be the caller's."""
    ids = [example.id for example in sites.examples(match.route.name, tree)]
    return _owned(match, ids, decision, fresh=False)


def _owned(match: Match, ids: Sequence[Json], decision: Decision, *, fresh: bool) -> tuple[Owned, ...]:
    collection, own = match.values["collection"], apart(decision.rows)
    if not ids:
        return ()

    def asked(some: Sequence[str], rows: bool) -> Call:
        chosen = impact.of_ids(map(impact.as_id, some))
        tree: Tree = {
            "filter": both(own, chosen) if rows else chosen,
            "limit": len(some),
            "with_payload": False,
            "with_vector": False,
        }
        path = paths.join(("collections", collection, "points", "scroll"))
        return Call("POST", path, headers=JSON_HEADERS, body=dump(tree), tree=tree)

    named = tuple(dict.fromkeys(map(str, ids)))
    there, mine = partial(asked, rows=False), partial(asked, rows=True)
    return (Owned(collection, named, there, mine, answers.ids, impact.MOST_IDS, fresh),)


# reads by id


def _by_id(match: Match, call: Call, decision: Decision, shown: bool) -> Scoped:
    """The points of some ids, asked for by a filter: a read by ids takes none."""
    tree, alone = tree_of(call.tree), match.route.name == "get_point"
    asked = [impact.as_id(match.values["id"])] if alone else list_of(tree.get("ids"))
    wished = wish(tree.get("with_payload"), match.route.name in WHOLE_BY_ITSELF, answers.fields(decision.rows))
    kept: Tree = {key: value for key, value in tree.items() if key not in ("ids", "with_payload")}
    chosen = both(apart(decision.rows), impact.of_ids(asked))
    new: Tree = {**kept, "filter": chosen, "limit": max(1, len(asked)), "with_payload": wished.asked}
    if alone:
        new["with_vector"] = True
    path = f"{call.path.rpartition('/')[0]}/scroll" if alone else f"{call.path}/scroll"
    sent = replace(call, method="POST", path=path, headers=JSON_HEADERS, body=dump(new), tree=new)
    give = answers.point if alone else answers.points
    answered: _Give = partial(give, rows=decision.rows, wish=wished, ids=asked, rule=decision.rule)
    return Scoped(sent, answered)


type _Give = Callable[[Json], tuple[Json, int]]


# writes


def _write(match: Match, call: Call, decision: Decision) -> Scoped:
    """A write that chooses the caller's points only, and leaves the fields of their rows as they are."""
    name, tree, own = match.route.name, tree_of(call.tree), apart(decision.rows)
    made, new, owned = list[Json](), list[tuple[str, Tree]](), list[Json]()
    for at, operation, body in sites.writes(name, tree):
        if _makes(operation, body):
            made += impact.ids_of(body)
        elif operation == "update_vectors":
            owned += impact.ids_of(body)
        new.append(writes.kept(operation, body, own, at.strip("/").replace("/", "."), decision))
    call = _put(call, together(name, tree, new))
    if name == "clear_payload":
        call = replace(call, method="PUT", path=call.path.removesuffix("/clear"))
    looked_up = (*_owned(match, made, decision, fresh=True), *_owned(match, owned, decision, fresh=False))
    return Scoped(call, answers.done, looked_up)


def _makes(operation: str, body: Tree) -> bool:
    return operation == "upsert_points" and body.get("update_mode") != "update_only"


def writing(match: Match, call: Call) -> tuple[str, ...]:
    """The ids that a write may make somebody's. Of two at once the server tells both that it is done: one waits (Q-72)."""
    each = sites.writes(match.route.name, tree_of(call.tree))
    ids = [id for _, operation, body in each if _makes(operation, body) for id in impact.ids_of(body)]
    return tuple(dict.fromkeys(map(str, ids)))

"""How is a call kept to some rows? By a query around the caller's, and by reads of ids that become searches.

The server does not join what stands side by side in one `bool`: beside a `filter`, a `should` is no longer needed. So the
caller's query is one element, whole, and the condition stands beside it, in the filter of every vector search, and in
each part of a hybrid one. What no condition reaches is refused. `facts.md` tells what the server does with each.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from vecgate.dialects.base.lucene import inward, query, results
from vecgate.dialects.base.lucene.meaning import CLOSING, NAMING, OPENING, body, named, size_of
from vecgate.dialects.base.lucene.names import Index
from vecgate.dialects.base.lucene.parts import Part, with_parts
from vecgate.dialects.base.lucene.rows import answers, condition, weighing, writes
from vecgate.dialects.base.lucene.rows.answers import Wish
from vecgate.dialects.base.lucene.values import Tree, list_of, members_of
from vecgate.dialects.base.reading import JSON_HEADERS
from vecgate.dialects.base.routing import Match, Route
from vecgate.dialects.base.shapes import Scope
from vecgate.domain.call import Call, Json
from vecgate.domain.decision import Decision
from vecgate.domain.kinds import NO_RECORDS
from vecgate.domain.scoped import Answered, Scoped, as_it_is, unscopable
from vecgate.parsing import paths
from vecgate.parsing.strict_json import dump

#: The indices of a name or of several, as they are known.
type Describe = Callable[[str], Awaitable[list[Index]]]

_BY_ID: Final = frozenset({"get", "exists", "get_source", "exists_source"})
_KEPT: Final = (
    inward.SEARCHES | inward.CHOSEN | inward.WRITES | _BY_ID | {"mget", "delete", "scroll"} | OPENING | CLOSING
)
#: Whose answers show aliases, with filters that name values of everybody's records.
_ALIASES: Final = frozenset({"indices_get", "indices_get_alias"})
_MOST_IDS: Final = 10_000


def scope_of(route: Route) -> Scope:
    """Whether a route is kept to rows, shows nothing of records, or is refused."""
    if route.refused:
        return "refused"
    if route.name in _KEPT:
        return "kept"
    return "whole" if route.kind in NO_RECORDS or route.name == "indices_refresh" else "refused"


async def scoped(match: Match, call: Call, decision: Decision, describe: Describe, shown: bool = True) -> Scoped:
    """The call kept to the rows of a decision. Raises CallRefused (`rows.unscopable`, `rows.field`), Unavailable."""
    route = match.route
    if scope_of(route) == "refused":
        unscopable(route.kind, decision, "it is about an index, or a server, as a whole")
    if route.name not in _KEPT:
        return Scoped(call, answers.nameless if route.name in _ALIASES else as_it_is)
    if route.name in OPENING | CLOSING:
        return Scoped(call)
    expressions = [*_expressions(match, call)]
    if not expressions:
        unscopable(route.kind, decision, "it names no index")
    indices = [index for one in dict.fromkeys(expressions) for index in await describe(one)]
    own = condition.of(indices, route.kind, decision)
    if route.name in _BY_ID or route.name == "mget":
        return _by_id(match, call, decision, own)
    if route.name in inward.SEARCHES:
        return _search(call, route.name, decision, own, indices, shown)
    if route.name in inward.CHOSEN:
        return Scoped(_put(call, with_parts(body(call), lambda part: _kept(part, own, route.name, decision))))
    return writes.kept(match, call, decision)


def _expressions(match: Match, call: Call) -> Sequence[str]:
    """The indices that a call names, which are under their own names by now."""
    said = named(match.route.name, body(call)) if match.route.name in NAMING else ()
    return [one for one in (*said, match.values.get("index")) if one is not None]


def _put(call: Call, tree: Tree) -> Call:
    return replace(call, method="POST", headers=JSON_HEADERS, body=dump(tree), tree=tree)


def _kept(part: Part, own: Tree, what: str, decision: Decision) -> Tree:
    """A query to which a condition is put: around what finds, and in each search by vectors that narrows."""
    if any(one.kind == "knn" and "/nested/" in one.at for one in query.clauses(part.query)):
        unscopable(what, decision, "a vector search within nested records takes no condition on the records themselves")
    return condition.over(part, own) if part.finds else condition.inside(members_of(part.query), own)


def _search(call: Call, name: str, decision: Decision, own: Tree, indices: Sequence[Index], shown: bool) -> Scoped:
    wishes = list[Wish]()

    def each(search: Tree) -> Tree:
        weighing.check(search, name, indices, decision)
        new = with_parts(search, lambda part: _kept(part, own, name, decision))
        wished = answers.wish(search.get("_source"), [row.field for row in decision.rows])
        wishes.append(wished)
        return new if not shown or wished == Wish(True) or size_of(search) == 0 else {**new, "_source": wished.asked}

    new = _put(call, results.with_searches(name, body(call), each))
    if not shown:
        return Scoped(new)
    answered: Answered = partial(answers.records, name=name, rows=decision.rows, wishes=wishes)
    return Scoped(new, answered)


def _by_id(match: Match, call: Call, decision: Decision, own: Tree) -> Scoped:
    """The records of some ids, looked for by a query: a read by ids takes none."""
    name, tree = match.route.name, body(call)
    docs = [members_of(one) for one in list_of(tree.get("docs"))]
    alone = name in _BY_ID
    ids = (
        [match.values["id"]]
        if alone
        else [str(one) for one in list_of(tree.get("ids"))] or [str(one["_id"]) for one in docs]
    )
    if "index" not in match.values:
        unscopable(name, decision, "it reads by id from several indices; ask for each alone")
    if len(ids) > _MOST_IDS:
        unscopable(name, decision, f"it names more than {_MOST_IDS} ids")
    asked: Tree = {
        "query": condition.within({"ids": {"values": [*dict.fromkeys(ids)]}}, own),
        "size": len(ids),
        "version": True,
    }
    path = paths.join((match.values["index"], "_search"))
    sent = _put(replace(call, path=path, query=()), asked)
    if alone:
        give = partial(answers.one, rows=decision.rows, id=ids[0], rule=decision.rule, source="source" in name)
        return Scoped(sent, give)
    wishes = [_wish(one.get("_source")) for one in docs] or [Wish(True)] * len(ids)
    return Scoped(sent, partial(answers.named, rows=decision.rows, wishes=wishes, index=match.values["index"], ids=ids))


def _wish(said: Json) -> Wish:
    """What of one record is shown: all of it, nothing, or some fields."""
    return Wish(True, bare=said is False) if said is None or isinstance(said, bool) else Wish(said)


def writing(match: Match, call: Call) -> tuple[str, ...]:
    """The ids of records that a write may make somebody's."""
    return writes.ids(match, body(call))

"""How often, with which vectors and how deep does a call search, and what in it would tell exact scores?"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from vecgate.dialects.base.lucene import aggregations, query, results
from vecgate.dialects.base.lucene.inward import CHOSEN
from vecgate.dialects.base.lucene.meaning import CLOSING, DEFAULT, size_of
from vecgate.dialects.base.lucene.names import Index
from vecgate.dialects.base.lucene.parts import Part, parts, with_parts
from vecgate.dialects.base.lucene.rows.condition import over
from vecgate.dialects.base.lucene.values import Tree, list_of, members_of, order_of
from vecgate.domain.call import Json
from vecgate.domain.guards import QUARANTINE

#: By which any digit of a score can be made a large one.
_WEIGHTS: Final = frozenset({"boost", "negative_boost", "tie_breaker", "weight"})
_BOUNDS: Final = frozenset({"min_score", "max_distance", "similarity"})


#: What a withheld record's mark begins with, as a query for it: a word of a text, or the begin of a keyword.
_WITHHELD: Final[Tree] = {"prefix": {QUARANTINE: "withhold"}}


def unwithheld(name: str, tree: Tree, known: Sequence[Index | None]) -> Tree | None:
    """The body asking over those records only that are not kept back; None where that cannot be said.

    `known`: the indices, as far as they are remembered. One that takes no new fields into its mapping finds no mark.
    """
    if any(one is None or one.mappings.get("dynamic") in ("false", "strict", False) for one in known):
        return None
    kept: Tree = {"bool": {"must_not": [_WITHHELD]}}
    if name == "count":
        return with_parts(tree, lambda part: over(part, kept))
    if name not in ("search", "msearch"):
        return None
    return results.with_searches(name, tree, lambda one: with_parts(one, _among(kept)))


def _among(kept: Tree) -> Callable[[Part], Json]:
    return lambda part: over(part, kept) if part.finds else part.query


def _finding(name: str, tree: Json) -> list[Tree]:
    """The searches of a body, and what finds records in the same way, to count or to delete them."""
    return [members_of(tree)] if name in CHOSEN else results.searches(name, members_of(tree))


def searches(name: str, tree: Json) -> int:
    """How many searches one call makes: those of its bodies, or by vectors, whichever are more."""
    if name in CLOSING:
        return 0
    found = _finding(name, tree)
    return max(len(found), sum(1 for one in found for _ in _by_vector(one)), 1)


def vectors(name: str, tree: Json) -> list[Json]:
    """The vectors that are searched with. Words are none, and there are no small steps from one to the next."""
    return [vector for one in _finding(name, tree) for vector in _by_vector(one)]


def _by_vector(search: Tree) -> Iterator[Json]:
    for one in parts(search):
        yield from (members_of(c.value).get("vector") for c in query.clauses(one.query) if c.kind == "knn")


def exact(name: str, tree: Json, rounded: bool) -> str | None:
    """What of a search tells exact scores though none are given; where they are rounded, what makes digits larger.

    Where none is shown, a weight tells them beside a vector only: which of two hits comes first says whether the one's
    score is above the other's weight.
    """
    for search in _finding(name, tree):
        moved = rounded or any(True for _ in _by_vector(search))
        if "min_score" in search:
            return "min_score"
        if "_score" in order_of(search):
            return "sort"
        found = _keys([*(one.query for one in parts(search)), search.get("retriever")])
        if found & _BOUNDS:
            return min(found & _BOUNDS)
        if moved and found & _WEIGHTS:
            return min(found & _WEIGHTS)
        if moved and any("^" in str(one) for part in parts(search) for one in _weighed(part.query)):
            return "fields"
    return None


def _keys(node: Json) -> set[str]:
    """Every key in a query that stands where a clause says something of itself."""
    if isinstance(node, dict):
        return {*node} | {key for inner in node.values() for key in _keys(inner)}
    return {key for inner in list_of(node) for key in _keys(inner)}


def _weighed(node: Json) -> Iterator[Json]:
    if isinstance(node, dict):
        for key, inner in node.items():
            yield from list_of(members_of(inner).get("fields")) if key == "multi_match" else _weighed(inner)
    for inner in list_of(node):
        yield from _weighed(inner)


def reach(name: str, tree: Tree) -> int | None:
    """How far into an index a read goes; None: to where nobody knows, as with a page that begins at a value."""
    found = results.searches(name, tree)
    if any("search_after" in one or aggregations.goes_on(one.get("aggs")) for one in found):
        return None
    starts = [at if type(at := one.get("from")) is int else 0 for one in found]
    groups = (aggregations.sized(one.get("aggs"), DEFAULT)[1] for one in found)
    return max((*groups, *(size_of(one) + at for one, at in zip(found, starts, strict=True))), default=0)

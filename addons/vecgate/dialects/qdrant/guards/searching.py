"""How often, from where and how deep does a Qdrant call search? What budgets count, and what `depth` bounds."""

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from vecgate.dialects.base import asking
from vecgate.dialects.base.shapes import Ask
from vecgate.dialects.qdrant import results, sites
from vecgate.dialects.qdrant.filters import both
from vecgate.dialects.qdrant.sites import list_of, tree_of
from vecgate.dialects.qdrant.values import MADE, is_numbers
from vecgate.domain.call import Json
from vecgate.domain.guards import QUARANTINE

type Tree = dict[str, Json]

_SEVERAL: Final = frozenset({"recommend", "discover", "context", "relevance_feedback"})
#: What a withheld record's mark begins with, as a condition on it.
_WITHHELD: Final[Tree] = {"key": QUARANTINE, "match": {"text": "withhold"}}


def unwithheld(name: str, tree: Tree) -> Tree | None:
    """The body asking over those records only that are not kept back; None where that cannot be said."""
    if name != "facet" and name not in results.MATRICES:
        return None
    return sites.mapped(
        name, tree, lambda site: both({"must_not": [_WITHHELD]}, site.filter) if site.what == "select" else site.filter
    )


def searches(name: str, tree: Tree) -> int:
    """How many searches one call makes: prefetches are some, and a matrix searches around each point of its sample."""
    if name in results.MATRICES:
        return max(1, results.whole_of(tree, "sample", results.MATRIX["sample"]))
    roots = len(list_of(tree.get("searches"))) if name in sites.BATCHES else 1
    return max(roots, sum(any(True for _ in _looked_for(search)) for _, search in sites.searches(name, tree)))


def vectors(name: str, tree: Tree) -> list[Json]:
    """What is searched with: dense vectors as lists of numbers, and whatever else cannot be compared with these.

    An id alone is left out: it names a stored vector, and there are no small steps from one to the next.
    """
    found = [one for _, search in sites.searches(name, tree) for one in _looked_for(search)]
    return [each for one in found if not isinstance(one, int | str) for each in _dense(one)]


def _dense(value: Json) -> list[Json]:
    """A vector, the vectors of several, or what is neither, as it is."""
    several = (
        isinstance(value, list) and bool(value) and all(isinstance(one, list) and is_numbers(one) for one in value)
    )
    return list_of(value) if several else [value]


def _looked_for(search: Tree) -> Iterator[Json]:
    """What a search starts from: a vector, an id, or what several examples come to."""
    query = search.get("query")
    if isinstance(query, dict):
        if "nearest" in query:
            yield query["nearest"]
        elif query.keys() & (_SEVERAL | MADE.keys()) or "indices" in query:
            yield _alone(tree_of(query.get("recommend"))) if "recommend" in query else query
    elif query is not None:
        yield query
    vector = search.get("vector")
    if vector is not None:
        yield vector["vector"] if isinstance(vector, dict) and "vector" in vector else vector
    elif any(search.get(key) for key in sites.STARTS):
        yield _alone({key: search[key] for key in (*sites.STARTS, "strategy") if key in search})


def _alone(examples: Tree) -> Json:
    """The one example that there is; several come to something that none of them tells."""
    positive = list_of(examples.get("positive"))
    bare = len(positive) == 1 and not any(examples.get(key) for key in ("negative", "target", "context"))
    return positive[0] if bare else examples


def exact(name: str, tree: Tree) -> str | None:
    """What of a search tells exact scores though none are given.

    A formula makes any digit of them a large one; and where none is shown, it puts one hit before another by whether
    its score is above a number.
    """
    for _, search in sites.searches(name, tree):
        if "score_threshold" in search:
            return "score_threshold"
        if "formula" in tree_of(search.get("query")):
            return "formula"
    return None


async def reach(ask: Ask, name: str, collection: str, tree: Tree, most: int) -> int | None:
    """How far into a collection a read goes; None: to where nobody knows. Not counted beyond `most`.

    A page of a scroll begins at an id: the points before it are counted.
    """
    if name in results.SCROLLS:
        return await _page(ask, collection, tree, most)
    if name in results.GROUPS:
        return results.asked(name, tree)
    if name not in results.LISTED:
        return 0
    each = (
        results.whole_of(one, "limit", results.DEFAULT) + results.whole_of(one, "offset", 0)
        for _, one in sites.searches(name, tree)
    )
    return max(each, default=0)


async def _page(ask: Ask, collection: str, tree: Tree, most: int) -> int | None:
    order, limit = tree.get("order_by"), results.whole_of(tree, "limit", results.DEFAULT)
    if isinstance(order, dict) and order.get("start_from") is not None:
        return None
    offset = tree.get("offset")
    if offset is None or limit > most:
        return limit
    question: Tree = {"limit": most - limit + 1, "with_payload": False, "with_vector": False}
    question |= {key: tree[key] for key in ("filter", "shard_key") if key in tree}
    said = await asking.post(ask, "collections", collection, "points", "scroll", tree=question)
    points = list_of(tree_of(tree_of(said).get("result")).get("points"))
    return limit + sum(_before(tree_of(point).get("id"), offset) for point in points)


def _before(one: Json, other: Json) -> bool:
    """Whether a scroll comes to one id before another: numbers come first."""
    return _turn(one) < _turn(other)


def _turn(id: Json) -> tuple[int, int]:
    return (0, id) if isinstance(id, int) else (1, UUID(str(id)).int)

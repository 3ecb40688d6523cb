"""How often, with which vectors and how deep does a Milvus call search, and what in it would tell exact scores?"""

from typing import Final

from vecgate.dialects.milvus import results, sites
from vecgate.dialects.milvus.filters import nodes
from vecgate.dialects.milvus.filters.nodes import Compare, Node, Path, Range
from vecgate.dialects.milvus.values import BEGINS, as_tree, list_of
from vecgate.domain.call import Json

type Tree = dict[str, Json]

#: By which a search finds what lies within a distance, and nothing else.
_BOUNDS: Final = ("radius", "range_filter", BEGINS)


def vectors(name: str, tree: Tree) -> list[Json]:
    """What is searched with. Words are none, and there are no small steps from one to the next."""
    if name == "v1_search":
        return [tree["vector"]] if "vector" in tree else []
    found = (
        [one for _, sub in sites.subs(name, tree) for one in list_of(sub.get("data"))] if name in sites.SEARCHES else []
    )
    return [one for one in found if not isinstance(one, str)]


def searches(name: str, tree: Tree) -> int:
    """How many searches one call makes."""
    if name not in sites.SEARCHES:
        return 1
    return max(1, sum(len(list_of(sub.get("data"))) for _, sub in sites.subs(name, tree)))


def exact(name: str, tree: Tree, rounded: bool) -> str | None:
    """What of a search tells exact scores though none are given. Weights move them to where they are rounded elsewhere."""
    for _, sub in sites.subs(name, tree) if name in sites.SEARCHES else ():
        for said in (as_tree(sub.get("params")), as_tree(sub.get("searchParams"))):
            for key in _BOUNDS:
                if key in said or key in as_tree(said.get("params")):
                    return key
    weighed = as_tree(tree.get("rerank")).get("strategy") in ("weighted", "ws")
    return "rerank" if rounded and weighed else None


def reach(name: str, tree: Tree, key: str, default: int = results.DEFAULT) -> int | None:
    """How far into a collection a read goes; None: to where nobody knows, as with a page that begins at an id.

    `default`: how many records a body that says no number asks for.
    """
    if name in sites.GETS or results.counts(tree):
        return 0
    if any(_begins(one, key) for _, node in sites.filters(name, tree) for one in nodes.each(node)):
        return None
    found = [sub for _, sub in sites.subs(name, tree)] if name in sites.READS else []
    if any(BEGINS in as_tree(one.get("searchParams")) for one in found):
        return None
    least = [results.whole(one, "limit", default) + results.whole(one, "offset", 0) for one in (*found, tree)]
    return max(least) if found else 0


def _begins(node: Node, key: str) -> bool:
    match node:
        case Compare(left, sign, right):
            return sign not in ("==", "!=") and any(_is(side, key) for side in (left, right))
        case Range(path=path):
            return path.root == key
    return False


def _is(side: nodes.Side, key: str) -> bool:
    return (isinstance(side, Path) and side.root == key) or (isinstance(side, nodes.Sum) and side.path.root == key)

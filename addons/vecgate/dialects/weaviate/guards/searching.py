"""How often, with which vectors and how deep does a Weaviate call search, and what in it would tell exact scores?"""

from collections.abc import Iterator, Mapping
from typing import Final

from vecgate.dialects.weaviate import results, sites
from vecgate.dialects.weaviate.graphql.asked import GET, Selected, walked
from vecgate.dialects.weaviate.sites import SEARCHES, Search
from vecgate.dialects.weaviate.values import Tree, as_tree, list_of
from vecgate.domain.call import Json

_NEAR: Final = ("nearVector", "nearObject", "nearText", "hybrid", "bm25")
#: By which a search finds what lies within a distance, and nothing else.
_BOUNDS: Final = ("distance", "certainty", "maxVectorDistance")
#: What tells a score in words.
_WORDS: Final = "explainScore"


def _parts(name: str, one: Search) -> list[Tree]:
    """What each way of ranking is told: over routes of their own, beside all else."""
    if name in SEARCHES:
        return [one.arguments]
    parts = [as_tree(one.arguments[key]) for key in _NEAR if key in one.arguments]
    return [*parts, *(as_tree(part[key]) for part in parts for key in _NEAR if key in part)]


def searches(name: str, tree: Tree) -> int:
    """How many searches one call makes."""
    return max(1, sum(bool(_parts(name, one)) for one in sites.searches(name, tree)))


def vectors(name: str, tree: Tree) -> list[Json]:
    """What is searched with. Words and ids are no vectors: there are no small steps from one to the next."""
    return [one for search in sites.searches(name, tree) for said in _parts(name, search) for one in _given(said)]


def _given(said: Tree) -> Iterator[Json]:
    one = [said["vector"]] if "vector" in said else []
    for several in (*one, *as_tree(said.get("vectorPerTarget")).values()):
        inner = list_of(several)
        yield from inner if inner and isinstance(inner[0], list) else [several]


def exact(name: str, tree: Tree, rounded: bool) -> str | None:
    """What of a search tells exact scores though none are given; where they are rounded, what moves them."""
    for search in sites.searches(name, tree):
        if _WORDS in list_of(search.arguments.get("returnMetadata")) or any(
            one.name == _WORDS for one in _beside(search)
        ):
            return _WORDS
        for said in _parts(name, search):
            if found := next((key for key in _BOUNDS if key in said), None):
                return found
            if rounded and (moved := _moved(said)):
                return moved
    return None


def _beside(search: Search) -> Iterator[Selected]:
    """What a document asks for beside properties, in hits of groups as well."""
    yield from (one for path, one in walked(search.asked.fields if search.asked else ()) if "_additional" in path[:-1])


def _moved(said: Tree) -> str | None:
    if "alpha" in said:
        return "alpha"
    if "weights" in as_tree(said.get("targets")):
        return "weights"
    named = [*list_of(said.get("properties")), *list_of(said.get("queryProperties"))]
    return "properties" if any("^" in str(one) for one in named) else None


def reach(name: str, tree: Tree, query: Mapping[str, str]) -> int | None:
    """How far into a class a read goes; None: to where nobody knows, as with a page that begins at an id."""
    if name == "objects_list":
        whole = int(query.get("limit", results.DEFAULT_REST)) + int(query.get("offset", 0))
        return None if "after" in query else whole
    found = [one for one in sites.searches(name, tree) if one.root == GET]
    if any(one.arguments.get("after") for one in found):
        return None
    return max((_far(one) for one in found), default=0)


def _far(one: Search) -> int:
    told, group = one.arguments, as_tree(one.arguments.get("groupBy"))
    grouped = results.whole(group, "groups", 1) * results.whole(group, "objectsPerGroup", 1) if group else 0
    limit = results.whole(told, "limit", 0) if results.says_number(one) else results.default(one)
    return max(limit, grouped) + results.whole(told, "offset", 0)

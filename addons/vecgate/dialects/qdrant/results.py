"""How many results does a read ask for and give, and where are they? Asked, bounded, counted, cut, and stripped."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from vecgate.dialects.base.vectors import is_numbers
from vecgate.dialects.qdrant.paths import steps
from vecgate.dialects.qdrant.sites import BATCHES, list_of, searches, tree_of
from vecgate.domain.call import Json
from vecgate.domain.inlets import Beside
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused

type Tree = dict[str, Json]

#: Where in an answer records are, as a path; `*` is every item of a list.
RECORDS: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(("query_points", "scroll_points", "scroll_shard_points"), ("result", "points", "*")),
    "query_batch_points": ("result", "*", "points", "*"),
    **dict.fromkeys(
        ("query_points_groups", "search_point_groups", "recommend_point_groups"), ("result", "groups", "*", "hits", "*")
    ),
    **dict.fromkeys(
        ("search_points", "recommend_points", "discover_points", "get_points", "get_shard_points"), ("result", "*")
    ),
    **dict.fromkeys(("search_batch_points", "recommend_batch_points", "discover_batch_points"), ("result", "*", "*")),
    "get_point": ("result",),
    "facet": ("result", "hits", "*"),
    "search_matrix_pairs": ("result", "pairs", "*"),
}
#: Those that list points, so that each can be looked at.
LISTED: Final = frozenset(RECORDS.keys() - {"facet", "search_matrix_pairs"})
SCROLLS: Final = frozenset({"scroll_points", "scroll_shard_points"})
GROUPS: Final = frozenset({"query_points_groups", "search_point_groups", "recommend_point_groups"})
MATRICES: Final = frozenset({"search_matrix_pairs", "search_matrix_offsets"})
#: Those of which the page they ask for is the server's own where they name none.
_PAGED: Final = frozenset(
    {
        "query_points",
        "scroll_points",
        "scroll_shard_points",
        "facet",
        "search_points",
        "recommend_points",
        "discover_points",
    }
)
READS: Final = frozenset({*RECORDS, *MATRICES})
DEFAULT: Final = 10
_GROUP_SIZE: Final = 3
MATRIX: Final = {"limit": 3, "sample": 10}


def _whole(value: Json) -> int | None:
    return value if type(value) is int else None


def whole_of(tree: Tree, key: str, default: int) -> int:
    """The whole number that a body says, or another where it says none."""
    found = _whole(tree.get(key))
    return default if found is None else found


def asked(name: str, tree: Tree) -> int | None:
    """The most records an answer can hold, over all its searches; None: it is no read of records."""
    if name in BATCHES:
        return sum(whole_of(tree_of(one), "limit", DEFAULT) for one in list_of(tree.get("searches")))
    if name in ("get_points", "get_shard_points"):
        return len(list_of(tree.get("ids")))
    if name == "get_point":
        return 1
    if name in GROUPS:
        return whole_of(tree, "limit", DEFAULT) * whole_of(tree, "group_size", _GROUP_SIZE)
    if name in MATRICES:
        return whole_of(tree, "limit", MATRIX["limit"]) * whole_of(tree, "sample", MATRIX["sample"])
    return whole_of(tree, "limit", DEFAULT) if name in _PAGED else None


def bounded(name: str, tree: Tree, allowed: int, rule: str) -> Tree:
    """The body asking for at most `allowed` records, or for one more where it says no number: then more are told of.

    Raises CallRefused (`limit.results`) if it, or a search within it, asks for more itself.
    """
    inner = max((most for _, search in searches(name, tree) for most in _within(search)), default=0)
    if inner > allowed:
        things = "results of a search within a search"
        raise CallRefused(refuse("limit.results", things=things, asked=inner, rule=rule, allowed=allowed))
    tree = _prefetching(name, tree, allowed) if allowed < DEFAULT else tree
    if name in _PAGED and "limit" not in tree:
        return {**tree, "limit": min(DEFAULT, allowed + 1)}
    wanted = asked(name, tree)
    if wanted is not None and wanted > allowed:
        things = "results" if name not in BATCHES else f"results ({len(list_of(tree.get('searches')))} searches)"
        raise CallRefused(refuse("limit.results", things=things, asked=wanted, rule=rule, allowed=allowed))
    return tree


def _prefetching(name: str, tree: Tree, allowed: int) -> Tree:
    """The body with a number in each prefetch that names none, as the server's own is larger."""
    if name in BATCHES:
        return {**tree, "searches": [_prefetching("", tree_of(one), allowed) for one in list_of(tree.get("searches"))]}
    inner = [_prefetching("", tree_of(one), allowed) for one in list_of(tree.get("prefetch"))]
    return {**tree, "prefetch": [{"limit": allowed, **one} for one in inner]} if inner else tree


def _within(search: Tree) -> Iterator[int]:
    """How many records a search collects on the way to its own: by its prefetches, and to choose different ones from."""
    if "prefetch" in search:
        yield from (whole_of(tree_of(one), "limit", 0) for one in list_of(search["prefetch"]))
    query = search.get("query")
    if isinstance(query, dict) and "mmr" in query:
        yield whole_of(tree_of(query["mmr"]), "candidates_limit", 0)


def wants_vectors(name: str, tree: Tree) -> bool:
    """Does the body ask for vectors by name?"""
    if name in BATCHES:
        return any(bool(tree_of(one).get("with_vector")) for one in list_of(tree.get("searches")))
    return bool(tree.get("with_vector")) or bool(tree_of(tree.get("with_lookup")).get("with_vectors"))


def _lists(node: Json, path: tuple[str, ...]) -> Iterator[list[Json]]:
    """Every list at the end of a path."""
    if path == ("*",):
        if isinstance(node, list):
            yield node
    elif path[:1] == ("*",):
        for item in list_of(node):
            yield from _lists(item, path[1:])
    elif path and isinstance(node, dict):
        yield from _lists(node.get(path[0]), path[1:])


def held(name: str, tree: Json) -> int | None:
    """How many records an answer holds; None where that is not what it holds."""
    path = RECORDS.get(name)
    if path is None or not isinstance(tree, dict) or tree.get("result") is None:
        return None
    return 1 if path == ("result",) else sum(map(len, _lists(tree, path)))


def cut(name: str, tree: Json, most: int) -> Json:
    """An answer with its first `most` records, over all its searches. A page goes on after what is left of it."""
    path = RECORDS.get(name)
    if path is None or path == ("result",) or not isinstance(tree, dict):
        return tree
    left = most

    def first(items: list[Json]) -> list[Json]:
        nonlocal left
        kept = items[:left]
        left -= len(kept)
        return kept

    new = _on_lists(tree, path, first)
    if name in SCROLLS and isinstance(new, dict):
        points = list_of(tree_of(tree.get("result")).get("points"))
        if len(points) > most and tree_of(tree["result"]).get("next_page_offset") is not None:
            new = {**new, "result": {**tree_of(new["result"]), "next_page_offset": tree_of(points[most]).get("id")}}
    if name in GROUPS and isinstance(new, dict):
        result = tree_of(new.get("result"))
        groups = [group for group in list_of(result.get("groups")) if list_of(tree_of(group).get("hits"))]
        new = {**new, "result": {**result, "groups": groups}}
    return new


def _on_lists(node: Json, path: tuple[str, ...], change: Callable[[list[Json]], list[Json]]) -> Json:
    if path == ("*",):
        return change(node) if isinstance(node, list) else node
    if path[0] == "*":
        return [_on_lists(item, path[1:], change) for item in node] if isinstance(node, list) else node
    if isinstance(node, dict) and path[0] in node:
        return {**node, path[0]: _on_lists(node[path[0]], path[1:], change)}
    return node


def stripped(name: str, tree: Json, zeros: bool = False) -> Json:
    """An answer without vectors: null in the place of each, or (`zeros`) as many zeros.

    The very tree that was given, where it has none.
    """
    path = RECORDS.get(name)
    if path is None or not isinstance(tree, dict):
        return tree
    changed = False

    def bare(record: Json) -> Json:
        nonlocal changed
        if not isinstance(record, dict) or record.get("vector") is None:
            return record
        changed = True
        return {**record, "vector": _zeros(record["vector"]) if zeros else None}

    def all_bare(items: list[Json]) -> list[Json]:
        return [bare(item) for item in items]

    if path == ("result",):
        new: Json = {**tree, "result": bare(tree.get("result"))}
    else:
        new = _on_lists(tree, path, all_bare)
    if name in GROUPS:
        new = _on_lists(new, ("result", "groups", "*"), lambda items: [_looked_up(item, bare) for item in items])
    return new if changed else tree


def _looked_up(group: Json, bare: Callable[[Json], Json]) -> Json:
    return {**group, "lookup": bare(group["lookup"])} if isinstance(group, dict) and "lookup" in group else group


def _zeros(value: Json) -> Json:
    """Zeros for numbers, in the same shape, and nothing else that could carry a vector."""
    if isinstance(value, list):
        if is_numbers(value):
            return [0.0] * len(value)
        return [_zeros(item) for item in value if isinstance(item, list)]
    if isinstance(value, dict):
        if value.keys() >= {"indices", "values"}:
            return {"indices": [], "values": []}
        return {key: _zeros(item) for key, item in value.items()}
    return None


def beside(name: str, tree: Tree) -> Iterator[Beside]:
    """Where an answer shows the values that were counted, grouped or ordered by."""
    if name == "facet":
        yield Beside(("result", "hits", "*", "value"), steps(str(tree["key"])))
    elif name in GROUPS:
        yield Beside(("result", "groups", "*", "id"), steps(str(tree["group_by"])))
    many = name == "query_batch_points"
    for i, search in enumerate(list_of(tree.get("searches")) if many else [tree]):
        order = tree_of(search).get("order_by") or tree_of(tree_of(search).get("query")).get("order_by")
        if order is not None:
            at = ("result", str(i), "points") if many else ("result", "points")
            path = steps(str(order["key"] if isinstance(order, dict) else order))
            yield Beside((*at, "*", "order_value"), path, optional=True)

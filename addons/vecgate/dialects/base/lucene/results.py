"""How many results does a read ask for and give, and where are they? Asked, bounded, counted, cut, and stripped."""

from collections.abc import Callable, Mapping
from typing import Final

from vecgate.dialects.base.lucene import aggregations
from vecgate.dialects.base.lucene.meaning import CLOSING, DEFAULT, OPENING, size_of
from vecgate.dialects.base.lucene.values import ORDERS, Tree, list_of, members_of, order_of
from vecgate.domain.call import Json
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused

#: Where in an answer records are, as a path; `*` is every item of a list.
RECORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "search": ("hits", "hits", "*"),
    "msearch": ("responses", "*", "hits", "hits", "*"),
    "mget": ("docs", "*"),
    "get": (),
    "get_source": (),
    "scroll": ("hits", "hits", "*"),
}
LISTED: Final = OPENING | CLOSING | {"search", "msearch", "mget", "get"}
_NUMBERS: Final = frozenset({int, float})


def searches(name: str, tree: Tree) -> list[Tree]:
    """The searches of a body."""
    if name == "msearch":
        return [members_of(members_of(one).get("body")) for one in list_of(tree.get("searches"))]
    return [tree] if name == "search" else []


def with_searches(name: str, tree: Tree, each: Callable[[Tree], Tree]) -> Tree:
    """The body with each of its searches put through `each`."""
    if name == "msearch":
        listed = [members_of(one) for one in list_of(tree.get("searches"))]
        return {**tree, "searches": [{**one, "body": each(members_of(one.get("body")))} for one in listed]}
    return each(tree) if name == "search" else tree


def bounded(name: str, tree: Tree, allowed: int, rule: str, more: int = 1) -> Tree:
    """The body asking for at most `allowed` records, or for so many `more` where it says no number; and for values of groups.

    Raises CallRefused (`limit.results`).
    """
    if name == "mget":
        wanted = len(list_of(tree.get("ids"))) or len(list_of(tree.get("docs")))
    else:
        wanted = sum(size_of(one) for one in searches(name, tree) if "size" in one)
    shown = 0

    def grouped(search: Tree) -> Tree:
        nonlocal shown
        aggs, count = aggregations.sized(search["aggs"], allowed)
        shown += count
        return {**search, "aggs": aggs}

    tree = with_searches(name, tree, lambda one: grouped(one) if "aggs" in one else one)
    if max(wanted, shown) > allowed:
        things = "results" if wanted > allowed else "values of groups"
        asked = wanted if wanted > allowed else shown
        raise CallRefused(refuse("limit.results", things=things, asked=asked, rule=rule, allowed=allowed))
    said = min(DEFAULT, allowed + more)
    return with_searches(name, tree, lambda one: one if "size" in one else {**one, "size": said})


def held(name: str, tree: Json) -> int | None:
    """How many records an answer holds; None where that is not what it holds."""
    path = RECORDS.get(name)
    if path is None or not isinstance(tree, dict) or "error" in tree:
        return None
    if not path:
        return int(tree.get("found") is not False)
    count = 0

    def each(items: list[Json]) -> list[Json]:
        nonlocal count
        count += sum(members_of(one).get("found") is not False for one in items)
        return items

    on_lists(tree, path, each)
    return count


def grouped(tree: Json) -> int:
    """How many values an answer's aggregations show."""
    answers = map(members_of, [tree, *list_of(members_of(tree).get("responses"))])
    return sum(aggregations.found(one.get("aggregations")) for one in answers)


def cut(name: str, tree: Json, most: int) -> Json:
    """An answer with its first `most` records, over all its searches."""
    path, left = RECORDS.get(name), most
    if not path or not isinstance(tree, dict):
        return tree

    def first(items: list[Json]) -> list[Json]:
        nonlocal left
        kept = items[:left]
        left -= len(kept)
        return kept

    return on_lists(tree, path, first)


def on_lists(node: Json, path: tuple[str, ...], change: Callable[[list[Json]], list[Json]]) -> Json:
    """The tree with each list at the end of a path changed."""
    if path == ("*",):
        return change(node) if isinstance(node, list) else node
    if path[0] == "*":
        return [on_lists(item, path[1:], change) for item in node] if isinstance(node, list) else node
    if isinstance(node, dict) and path[0] in node:
        return {**node, path[0]: on_lists(node[path[0]], path[1:], change)}
    return node


def mapped(name: str, tree: Json, each: Callable[[Tree, int], Json | None]) -> Json:
    """An answer with each of its records put through `each`, which is told the turn of its search; None: it is gone.

    Raises ValueError for an answer that lists none.
    """
    path = RECORDS[name]
    if not isinstance(tree, dict):
        raise ValueError("an answer that lists no records")  # noqa: TRY004 - it is the database's value, not our type
    if not path:
        return each(tree, 0)
    if name == "msearch":
        answers = tree.get("responses")
        if not isinstance(answers, list):
            raise ValueError("an answer without answers")
        return {**tree, "responses": [_answer(one, each, turn) for turn, one in enumerate(answers)]}
    if name == "mget":
        return {**tree, "docs": _some(tree.get("docs"), each, 0)}
    return _answer(tree, each, 0)


def ended(search: Tree, given: Json, shown: Json) -> Json:
    """An answer as it is shown, whose records say where each is in an order of no field, and are called as they are shown.

    Where no order tells two records apart, a point in time does so by their places in its shards.
    """
    orders = [*order_of(search), *(["_shard_doc"] if "pit" in search else [])]
    was = list_of(members_of(members_of(given).get("hits")).get("hits"))
    turns = iter(was)

    def each(hit: Tree, _turn: int) -> Json:
        told, now = list_of(members_of(next(turns)).get("sort")), list_of(hit.get("sort"))
        if len(told) != len(now):
            return hit
        known = dict(enumerate(orders))
        return {**hit, "sort": [_end(known.get(i, ""), *one, hit) for i, one in enumerate(zip(told, now, strict=True))]}

    same = len(was) == len(list_of(members_of(members_of(shown).get("hits")).get("hits")))
    if not was or not same or not set(orders) & set(ORDERS):
        return shown
    return mapped("search", shown, each)


def _end(order: str, given: Json, shown: Json, hit: Tree) -> Json:
    if order == "_id":
        return hit.get("_id", shown)
    return given if order in ("_doc", "_shard_doc") and type(given) is int else shown


def _answer(answer: Json, each: Callable[[Tree, int], Json | None], turn: int) -> Json:
    if isinstance(answer, dict) and "error" in answer and "hits" not in answer:
        return answer  # one of several that failed
    hits = answer.get("hits") if isinstance(answer, dict) else None
    if not isinstance(answer, dict) or not isinstance(hits, dict):
        raise ValueError("an answer without hits")  # noqa: TRY004 - it is the database's value
    return {**answer, "hits": {**hits, "hits": _some(hits.get("hits"), each, turn)}}


def _some(items: Json, each: Callable[[Tree, int], Json | None], turn: int) -> list[Json]:
    if not isinstance(items, list) or not all(isinstance(one, dict) for one in items):
        raise ValueError("an answer that lists no records")
    return [new for one in items if (new := each(members_of(one), turn)) is not None]


def stripped(name: str, tree: Json, zeros: bool = False) -> Json:
    """An answer without vectors: null in the place of each, or (`zeros`) as many zeros.

    Which fields hold vectors the answer does not say, so every list of numbers in a record is one. The very tree that
    was given, where it has none.
    """
    if name not in RECORDS or not isinstance(tree, dict):
        return tree
    if name == "get_source":
        return _bare(tree, zeros)
    changed = False

    def each(record: Tree, _turn: int) -> Json:
        nonlocal changed
        new = _bare(record.get("_source"), zeros)
        if new is record.get("_source"):
            return record
        changed = True
        return {**record, "_source": new}

    try:
        new = mapped(name, tree, each)
    except ValueError:
        return tree
    return new if changed else tree


def _bare(node: Json, zeros: bool) -> Json:
    """The same without lists of numbers; the very node where it has none."""
    if isinstance(node, dict):
        new = {key: _bare(value, zeros) for key, value in node.items()}
        return new if any(new[key] is not node[key] for key in node) else node
    if isinstance(node, list):
        if is_vector(node):
            return [0.0] * len(node) if zeros else None
        items = [_bare(one, zeros) for one in node]
        return items if any(one is not was for one, was in zip(items, node, strict=True)) else node
    return node


def is_vector(value: Json) -> bool:
    """Is it a list of numbers, and of more than one?"""
    return isinstance(value, list) and len(value) > 1 and set(map(type, value)) <= _NUMBERS

"""Which points are in a Qdrant answer, of whatever shape? Taken apart point by point, and put together again.

Points stand in lists, in lists of batches, in groups (with one more that was looked up for each), or alone. Facets and
matrices list none: their points are not told apart.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from vecgate.dialects.qdrant import results, sites
from vecgate.dialects.qdrant.guards.wishes import Plain, Wish, wish, wishing, with_fields, without
from vecgate.dialects.qdrant.ids import after
from vecgate.dialects.qdrant.sites import tree_of
from vecgate.domain.call import Call, Json
from vecgate.domain.guards import RESERVED
from vecgate.domain.records import Metadata, Record, Records
from vecgate.parsing.strict_json import dump

type Tree = dict[str, Json]
#: Given a point, the number of its search in a batch, and whether it was looked up: what stands there now, or nothing.
type Each = Callable[[Tree, int, bool], Json | None]


def mapped(name: str, tree: Json, each: Each) -> Json:
    """An answer with each point put through `each`, in order. Raises ValueError for one that lists none."""
    path = results.RECORDS[name]
    if not isinstance(tree, dict) or "result" not in tree:
        raise ValueError("an answer without a result")
    if path == ("result",):
        one = tree["result"]
        return tree if one is None else {**tree, "result": each(_point(one), 0, False)}
    if name in sites.BATCHES:
        listed = [_below(one, path[2:], each, turn) for turn, one in enumerate(_list(tree["result"]))]
        return {**tree, "result": listed}
    if name in results.GROUPS:
        result = tree_of(tree["result"])
        groups = [_group(tree_of(one), each) for one in _list(result.get("groups"))]
        return {**tree, "result": {**result, "groups": [one for one in groups if one["hits"]]}}
    return {**tree, "result": _below(tree["result"], path[1:], each, 0)}


def _below(node: Json, path: tuple[str, ...], each: Each, turn: int) -> Json:
    """What is below a search's answer: `points` and their list, or the list itself."""
    if path == ("*",):
        return _some(node, each, turn)
    if not isinstance(node, dict):
        raise ValueError("an answer that lists no points")  # noqa: TRY004 - it is the database's value, not our type
    return {**node, path[0]: _some(node.get(path[0]), each, turn)}


def _some(items: Json, each: Each, turn: int) -> list[Json]:
    return [new for one in _list(items) if (new := each(_point(one), turn, False)) is not None]


def _group(group: Tree, each: Each) -> Tree:
    """A group without what nothing is left of. One that was empty, or is now, is none."""
    new = {**group, "hits": _some(group.get("hits"), each, 0)}
    if group.get("lookup") is not None:
        found = each(_point(group["lookup"]), 0, True)
        new = {key: value for key, value in new.items() if key != "lookup"} | (
            {} if found is None else {"lookup": found}
        )
    return new


def _list(value: Json) -> list[Json]:
    if not isinstance(value, list):
        raise ValueError("an answer that lists no points")  # noqa: TRY004 - it is the database's value, not our type
    return value


def _point(value: Json) -> Tree:
    if not isinstance(value, dict):
        raise ValueError("a point that is none")  # noqa: TRY004 - it is the database's value, not our type
    return value


def answered(name: str, tree: Json, elsewhere: str) -> Records | None:
    """The points of an answer; None where it tells none apart. `elsewhere`: where those that are looked up come from.

    Raises ValueError for an answer that is none of these.
    """
    if name not in results.LISTED:
        return None
    listed = list[Record]()

    def note(point: Tree, _turn: int, looked_up: bool) -> Json:
        payload = point.get("payload")
        of = elsewhere if looked_up else ""
        listed.append(Record(str(point.get("id")), (), payload if isinstance(payload, dict) else None, of))
        return point

    mapped(name, tree, note)
    return Records(tuple(listed), lambda kept: _without(name, tree, kept), lambda given: _described(name, tree, given))


def _without(name: str, tree: Json, kept: Sequence[bool]) -> Json:
    turns = iter(kept)
    return mapped(name, tree, lambda point, _turn, _up: point if next(turns) else None)


def _described(name: str, tree: Json, given: Sequence[Metadata | None]) -> Json:
    turns = iter(given)

    def each(point: Tree, _turn: int, _up: bool) -> Json:
        said = next(turns)
        return point if said is None else {**point, "payload": dict(said)}

    return mapped(name, tree, each) if any(one is not None for one in given) else tree


# what guards must see, though it was not asked for


def telling(name: str, call: Call, names: Iterable[str]) -> tuple[Call, Callable[[Json], Json]]:
    """The read that also asks for these fields, and what gives its answer without them again."""
    tree, fields = tree_of(call.tree), _fields(names)
    if name not in results.LISTED or call.tree is None:
        return call, lambda answer: answer
    asked, wishes = with_fields(name, tree, fields)
    asked, lookup = _looking_up(asked, fields)
    if asked == tree:
        return call, partial(onward, name)

    def untold(answer: Json) -> Json:
        def each(point: Tree, turn: int, looked_up: bool) -> Json:
            return _untold(point, lookup if looked_up else wishes[turn])

        return onward(name, mapped(name, answer, each))

    return replace(call, body=dump(asked), tree=asked), untold


def onward(name: str, tree: Json) -> Json:
    """A page whose next one begins right after the last point that is shown, and not at one that may be kept back.

    A page that shows none keeps its end: whoever asks must be able to go on.
    """
    result = tree_of(tree_of(tree).get("result"))
    if name not in results.SCROLLS or result.get("next_page_offset") is None or not (listed := _list(result["points"])):
        return tree
    return {**tree_of(tree), "result": {**result, "next_page_offset": after(_point(listed[-1])["id"])}}


def _fields(names: Iterable[str]) -> list[Plain]:
    """A name is that of a field, or with dots the way to one."""
    return [field for name in names for field in dict.fromkeys(((name,), tuple(name.split("."))))]


def _looking_up(tree: Tree, fields: Sequence[Plain]) -> tuple[Tree, Wish]:
    """The same for what is looked up, which is shown whole where nothing is said of it."""
    lookup = tree.get("with_lookup")
    if not isinstance(lookup, dict):
        return tree, Wish(True)
    wished = wish(lookup.get("with_payload"), True, fields)
    return {**tree, "with_lookup": wishing(lookup, wished)}, wished


def _untold(point: Tree, wished: Wish) -> Json:
    """A point as it was wished; what the gateway wrote into it has been seen to."""
    if wished.bare:
        return {key: value for key, value in point.items() if key != "payload"}
    payload = point.get("payload")
    for path in wished.out:
        if not path[0].startswith(RESERVED):
            payload = without(payload, path)
    return point if payload is point.get("payload") else {**point, "payload": payload}


# scores

_MATRICES: Final[Mapping[str, str]] = {"search_matrix_pairs": "pairs", "search_matrix_offsets": "scores"}


def scored(name: str, tree: Json, places: int | None) -> Json:
    """The answer with its scores rounded to so many places; None: all of them 0, as clients fail without one."""
    if name in results.LISTED:
        return mapped(name, tree, lambda point, _turn, _up: _scored(point, places))
    key = _MATRICES.get(name)
    if key is None or not isinstance(tree, dict):
        return tree
    result = tree_of(tree.get("result"))
    new: list[Json] = [
        _scored(one, places) if isinstance(one, dict) else _rounded(one, places) for one in _list(result.get(key))
    ]
    return {**tree, "result": {**result, key: new}}


def _scored(point: Tree, places: int | None) -> Tree:
    return {**point, "score": _rounded(point["score"], places)} if "score" in point else point


def _rounded(score: Json, places: int | None) -> Json:
    return 0.0 if places is None or not isinstance(score, int | float) else round(float(score), places)

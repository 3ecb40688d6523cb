"""Whose are the points of a Qdrant answer? Each is held against the rows, by fields that are asked for and taken out.

Numbers that grow with everybody's writes (versions, operation ids, counts of a collection) are nobody's to see.
"""

from collections.abc import Sequence
from typing import Final

from vecgate.dialects.qdrant import results, sites
from vecgate.dialects.qdrant.guards.points import mapped, onward
from vecgate.dialects.qdrant.guards.wishes import Plain, Wish, value, without
from vecgate.dialects.qdrant.sites import list_of, tree_of
from vecgate.domain.call import Json
from vecgate.domain.row import Row
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused

type Tree = dict[str, Json]

#: What a description of a collection tells that is not about everybody's points.
_DESCRIBED: Final = frozenset({"status", "optimizer_status", "warnings", "config", "payload_schema"})


def fields(rows: Sequence[Row]) -> list[Plain]:
    """The fields that tell whose a point is."""
    return [tuple(row.field.split(".")) for row in rows]


def _is_own(point: Tree, paths: Sequence[tuple[Row, Sequence[str]]]) -> bool:
    return all(row.fits(value(point.get("payload"), path)) for row, path in paths)


def _shown(point: Tree, wished: Wish) -> Json:
    """A point as it was wished, and without a version."""
    new = dict(point)
    if wished.bare:
        new.pop("payload", None)
    else:
        for path in wished.out:
            new["payload"] = without(new.get("payload"), path)
    if "version" in new:
        new["version"] = 0
    return new


def _result(tree: Json) -> tuple[Tree, Json]:
    """An answer without what tells of the work it took, and its result. Raises ValueError."""
    if not isinstance(tree, dict) or "result" not in tree:
        raise ValueError("an answer without a result")
    return {key: value for key, value in tree.items() if key != "usage"}, tree["result"]


def records(tree: Json, name: str, rows: Sequence[Row], wishes: Sequence[Wish]) -> tuple[Json, int]:
    """An answer with the caller's own points, and how many others were in it. Raises ValueError for one that lists none."""
    new, result = _result(tree)
    if name not in results.LISTED:
        return new, 0
    if name in sites.BATCHES and len(list_of(result)) != len(wishes):
        raise ValueError("not as many answers as searches")
    paths, dropped = [*zip(rows, fields(rows), strict=True)], 0

    def each(point: Tree, turn: int, _up: bool) -> Json:
        nonlocal dropped
        if _is_own(point, paths):
            return _shown(point, wishes[turn])
        dropped += 1
        return None

    return onward(name, mapped(name, new, each)), dropped


def points(tree: Json, rows: Sequence[Row], wish: Wish, ids: Sequence[Json], rule: str) -> tuple[Json, int]:
    """The points that were asked for by their ids, in that order, from an answer that scrolled through them."""
    new, dropped = records(tree, "scroll_points", rows, [wish])
    found = list_of(tree_of(tree_of(new)["result"]).get("points"))
    by_id = {(type(id), id): one for one in found if isinstance(id := tree_of(one).get("id"), int | str)}
    named = dict.fromkeys((type(id), id) for id in ids if isinstance(id, int | str))
    return {**tree_of(new), "result": [by_id[id] for id in named if id in by_id]}, dropped


def point(tree: Json, rows: Sequence[Row], wish: Wish, ids: Sequence[Json], rule: str) -> tuple[Json, int]:
    """The one point. Raises CallRefused (`rows.unknown`) where it is not there, or not the caller's."""
    found, dropped = points(tree, rows, wish, ids, rule)
    listed = list_of(tree_of(found).get("result"))
    if not listed and not dropped:
        raise CallRefused(refuse("rows.unknown", asked=1, missing=1, rule=rule))
    return {**tree_of(found), "result": listed[0] if listed else None}, dropped


def ids(tree: Json) -> list[str]:
    """The ids of an answer. Raises ValueError."""
    _, result = _result(tree)
    listed = tree_of(result).get("points")
    if not isinstance(listed, list):
        raise ValueError("an answer that lists no points")  # noqa: TRY004 - it is the database's value, not our type
    return [str(tree_of(one).get("id")) for one in listed]


def done(tree: Json) -> tuple[Json, int]:
    """What became of a write, without the number that it has among everybody's."""
    if not isinstance(tree, dict):
        return tree, 0
    result = tree.get("result")
    plain: Json = [_unnumbered(one) for one in result] if isinstance(result, list) else _unnumbered(result)
    return {**{key: value for key, value in tree.items() if key != "usage"}, "result": plain}, 0


def _unnumbered(one: Json) -> Json:
    return {**one, "operation_id": 0} if isinstance(one, dict) and "operation_id" in one else one


def described(tree: Json) -> tuple[Json, int]:
    """A collection without how much everybody has in it."""
    if not isinstance(tree, dict) or not isinstance(tree.get("result"), dict):
        return tree, 0
    result = tree_of(tree["result"])
    schema = tree_of(result.get("payload_schema"))
    plain: Tree = {key: value for key, value in result.items() if key in _DESCRIBED}
    plain |= {"points_count": None, "indexed_vectors_count": None, "segments_count": 1}
    plain["payload_schema"] = {field: {**tree_of(told), "points": 0} for field, told in schema.items()}
    return {**{key: value for key, value in tree.items() if key != "usage"}, "result": plain}, 0

"""Which fields of payloads does a read ask for (`with_payload`), and which more, so that somebody here can look at them?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from vecgate.dialects.qdrant.paths import Path, steps, written
from vecgate.dialects.qdrant.sites import BATCHES, list_of, tree_of
from vecgate.domain.call import Json

type Tree = dict[str, Json]
#: A field by the names on the way to it.
type Plain = tuple[str, ...]

#: Reads that show payloads where nothing is said of them.
WHOLE_BY_ITSELF: Final = frozenset({"scroll_points", "scroll_shard_points", "get_point"})


@dataclass(frozen=True, slots=True)
class Wish:
    """What of payloads is asked for in the place of what the caller wished, and what of them is taken out again.

    `out`: fields that only somebody here needs, or that the caller did not want; `bare`: no payload at all was wished.
    """

    asked: Json
    out: tuple[Plain, ...] = ()
    bare: bool = False


def wish(said: Json, by_itself: bool, fields: Sequence[Plain]) -> Wish:
    """What to ask for so that every point has these fields in its answer, too."""
    if said is None or isinstance(said, bool):
        shown = by_itself if said is None else said
        return Wish(True) if shown else Wish([*map(written, dict.fromkeys(fields))], bare=True)
    if isinstance(said, dict) and "exclude" in said:
        return _less(list_of(said["exclude"]), fields)
    wanted = list_of(said["include"]) if isinstance(said, dict) else list_of(said)
    there = [steps(str(one)) for one in wanted]
    more = [field for field in dict.fromkeys(fields) if not any(_covers(path, field) for path in there)]
    return Wish({"include": [*wanted, *map(written, more)]}, tuple(more))


def with_fields(name: str, tree: Tree, fields: Sequence[Plain]) -> tuple[Tree, list[Wish]]:
    """The body of a read that asks for these fields, too, and what each of its searches had wished."""
    if name not in BATCHES:
        wished = wish(tree.get("with_payload"), name in WHOLE_BY_ITSELF, fields)
        return wishing(tree, wished), [wished]
    searches = [tree_of(one) for one in list_of(tree.get("searches"))]
    wishes = [wish(one.get("with_payload"), False, fields) for one in searches]
    return {**tree, "searches": [wishing(*one) for one in zip(searches, wishes, strict=True)]}, wishes


def wishing(search: Tree, wished: Wish) -> Tree:
    """A search that asks for what is wished; one that asks for all of it stays as it is."""
    return search if wished == Wish(True) else {**search, "with_payload": wished.asked}


def _less(excluded: list[Json], fields: Sequence[Plain]) -> Wish:
    """All but some fields: those of them that are needed come, and are taken out here."""
    kept, out = list[Json](), list[Plain]()
    for one in excluded:
        plain = tuple(step for step in steps(str(one)) if isinstance(step, str))
        if any(plain == field[: len(plain)] for field in fields):
            out.append(plain)
        else:
            kept.append(one)
    return Wish({"exclude": kept} if kept else True, tuple(out))


def _covers(path: Path, field: Plain) -> bool:
    return path == field[: len(path)]


def value(payload: Json, path: Sequence[str]) -> Json:
    """What a payload has at a field."""
    for step in path:
        payload = payload.get(step) if isinstance(payload, dict) else None
    return payload


def without(payload: Json, path: Sequence[str]) -> Json:
    """A payload without a field, and without what held nothing else."""
    if not isinstance(payload, dict) or path[0] not in payload:
        return payload
    rest = {key: value for key, value in payload.items() if key != path[0]}
    inner = without(payload[path[0]], path[1:]) if path[1:] else None
    return {**rest, path[0]: inner} if inner not in (None, {}) else rest

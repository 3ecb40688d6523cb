"""What does Qdrant tell guards? Its points, scores, searches and pages, and what of its writes is the gateway's own."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import ClassVar

from vecgate.dialects.base.guarded import Guarded
from vecgate.dialects.base.reading import JSON_HEADERS
from vecgate.dialects.base.shapes import Ask
from vecgate.dialects.qdrant import results, sites
from vecgate.dialects.qdrant.guards import brought, points, searching
from vecgate.dialects.qdrant.meaning import LOOKUP, body
from vecgate.dialects.qdrant.reach.impact import as_id
from vecgate.dialects.qdrant.sites import tree_of
from vecgate.domain.call import Call, Json
from vecgate.domain.guards import OWN
from vecgate.domain.operation import Operation
from vecgate.domain.records import Records
from vecgate.parsing import paths
from vecgate.parsing.strict_json import dump


class QdrantGuards(Guarded):
    """A part of `Qdrant`."""

    tells: ClassVar[bool] = True
    carries: ClassVar[frozenset[str]] = brought.CARRIES
    stamped: ClassVar[frozenset[str]] = frozenset({"delete_vectors", "batch_update"})

    def lists(self, operation: Operation) -> bool:
        return operation.name in results.LISTED

    def answered(self, operation: Operation, tree: Json) -> Records | None:
        elsewhere = {name for one in operation.also if one.name == LOOKUP for name in one.collections}
        return points.answered(operation.name, tree, ", ".join(sorted(elsewhere)))

    def telling(self, call: Call, operation: Operation, fields: Sequence[str]) -> tuple[Call, Callable[[Json], Json]]:
        return points.telling(operation.name, call, fields)

    def unwithheld(self, call: Call, operation: Operation) -> Call | None:
        tree = searching.unwithheld(operation.name, body(call))
        return None if tree is None else replace(call, body=dump(tree), tree=tree)

    def scored(self, operation: Operation, tree: Json, places: int | None) -> Json:
        return points.scored(operation.name, tree, places)

    def exact(self, operation: Operation, tree: Json, rounded: bool) -> str | None:
        return searching.exact(operation.name, tree_of(tree))

    def vectors(self, operation: Operation, tree: Json) -> list[Json]:
        return searching.vectors(operation.name, tree_of(tree))

    def searches(self, operation: Operation, tree: Json) -> int:
        return searching.searches(operation.name, tree_of(tree))

    async def reach(self, call: Call, operation: Operation, ask: Ask, most: int) -> int | None:
        return await searching.reach(ask, operation.name, operation.collections[0], body(call), most)

    def carried(self, operation: Operation, tree: dict[str, Json]) -> Records | None:
        return brought.carried(operation.name, tree)

    def recalled(self, call: Call, operation: Operation, ids: Sequence[str]) -> tuple[Call, Operation] | None:
        return _reading(operation, operation.collections[0], [*map(as_id, ids)], [*OWN])

    def starting(self, call: Call, operation: Operation, fields: Sequence[str]) -> Iterable[tuple[Call, Operation]]:
        places = dict[str, list[Json]]()
        for one in sites.examples(operation.name, body(call)):
            places.setdefault(one.collection or operation.collections[0], []).append(one.id)
        return [_reading(operation, place, ids, True) for place, ids in places.items()]

    async def lost(self, call: Call, operation: Operation, ask: Ask, fields: Sequence[str]) -> int:
        return await brought.lost(ask, operation.name, operation.collections[0], body(call), fields)


def _reading(operation: Operation, place: str, ids: list[Json], shown: Json) -> tuple[Call, Operation]:
    tree: dict[str, Json] = {"ids": ids, "with_payload": shown, "with_vector": False}
    read = replace(operation, name="get_points", kind="read_ids", danger=1, records=None, also=())
    path = paths.join(("collections", place, "points"))
    return Call("POST", path, headers=JSON_HEADERS, body=dump(tree), tree=tree), read

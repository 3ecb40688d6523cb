"""What does Weaviate tell guards? Its objects, scores, searches and pages, and what of its writes is the gateway's own."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import ClassVar, Final

from vecgate.dialects.base.guarded import Guarded
from vecgate.dialects.base.shapes import Ask, Read
from vecgate.dialects.weaviate import results, sites, written
from vecgate.dialects.weaviate.guards import brought, searching, showing, telling
from vecgate.dialects.weaviate.meaning import body
from vecgate.dialects.weaviate.sites import GRAPHQL
from vecgate.dialects.weaviate.things import Described, Known
from vecgate.dialects.weaviate.values import as_tree
from vecgate.domain.call import Call, Json
from vecgate.domain.operation import Operation
from vecgate.domain.records import Records

#: What an answer tells beside objects, of any number of them.
_TOGETHER: Final = frozenset({"aggregate", "count"})


async def _nothing() -> None:
    return None


class WeaviateGuards(Guarded):
    """A part of `Weaviate`. An answer that also counts or sums up lists objects of which only some are told apart."""

    tells: ClassVar[bool] = True
    carries: ClassVar[frozenset[str]] = brought.CARRIES
    shows_ids: ClassVar[bool] = False
    _known: Known

    def _made(self, name: str) -> Described | None:
        return self._known.recalled(name)

    def lists(self, operation: Operation) -> bool:
        kinds = {operation.kind, *(one.kind for one in operation.also)}
        return (operation.name in sites.READS or operation.name == sites.EXISTS) and not kinds & _TOGETHER

    def answered(self, operation: Operation, tree: Json) -> Records | None:
        if operation.name == brought.RECALLED:
            return brought.recalled(tree)
        several = any(one.name == GRAPHQL and one.kind != "inference" for one in operation.also)
        return showing.answered(operation.name, tree, several) if self.lists(operation) else None

    async def learnt(self, operation: Operation, ask: Ask, fields: Sequence[str]) -> None:
        """A property that the gateway writes is one of the class as soon as a record has it: it is looked for each time."""
        names = {name for one in (operation, *operation.also) for name in one.collections}
        for name in names if operation.name in (GRAPHQL, sites.NEAR_OBJECT) else ():
            found = self._made(name)
            if found is None or any(field.partition(".")[0] not in found.properties for field in fields):
                await self._known.of(ask, name, _nothing, anew=True)

    def telling(self, call: Call, operation: Operation, fields: Sequence[str]) -> tuple[Call, Callable[[Json], Json]]:
        return telling.telling(operation.name, call, fields, self._made)

    def settled(self, operation: Operation, status: int, tree: Json) -> int:
        if status != 200 or operation.name not in ("objects_get", sites.EXISTS):
            return status
        if not as_tree(tree):
            return 404
        return 204 if operation.name == sites.EXISTS else status

    def scored(self, operation: Operation, tree: Json, places: int | None) -> Json:
        return showing.scored(operation.name, tree, places) if operation.name in sites.READS else tree

    def exact(self, operation: Operation, tree: Json, rounded: bool) -> str | None:
        return searching.exact(operation.name, as_tree(tree), rounded)

    def vectors(self, operation: Operation, tree: Json) -> list[Json]:
        return searching.vectors(operation.name, as_tree(tree))

    def searches(self, operation: Operation, tree: Json) -> int:
        return searching.searches(operation.name, as_tree(tree))

    def grouped(self, operation: Operation, tree: Json) -> int:
        return results.grouped(tree)

    async def reach(self, call: Call, operation: Operation, ask: Ask, most: int) -> int | None:
        return searching.reach(operation.name, body(call), dict(call.query))

    def carried(self, operation: Operation, tree: dict[str, Json]) -> Records | None:
        return brought.carried(operation.name, tree)

    def recalled(self, call: Call, operation: Operation, ids: Sequence[str]) -> tuple[Call, Operation] | None:
        asked = brought.recalling(operation.name, body(call), ids, self._made)
        return None if asked is None else (asked, _read(operation))

    def starting(self, call: Call, operation: Operation, fields: Sequence[str]) -> Iterable[tuple[Call, Operation]]:
        asked = brought.starting(
            sites.starting(operation.name, body(call), operation.collections[0]), fields, self._made
        )
        return [] if asked is None else [(asked, _read(operation))]

    def stored(self, operation: Operation, tree: dict[str, Json]) -> Read | None:
        """What a write stores: see `Dialect`."""
        return written.stored(operation, tree)


def _read(operation: Operation) -> Operation:
    return replace(operation, name=brought.RECALLED, kind="read_ids", danger=1, records=None, also=())

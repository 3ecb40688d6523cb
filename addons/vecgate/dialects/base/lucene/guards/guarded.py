"""What do OpenSearch and Elasticsearch tell guards? Its records, scores, searches and pages, and what of its writes is the gateway's own.

A search that also aggregates lists records of which only some are told apart, so it is told of as one that lists none.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import ClassVar

from vecgate.dialects.base.guarded import Guarded
from vecgate.dialects.base.lucene import results
from vecgate.dialects.base.lucene.guards import brought, searching, showing
from vecgate.dialects.base.lucene.meaning import body
from vecgate.dialects.base.lucene.scans import SCAN
from vecgate.dialects.base.lucene.values import members_of
from vecgate.dialects.base.scanned import Scan
from vecgate.dialects.base.shapes import Ask
from vecgate.domain.call import Call, Json
from vecgate.domain.operation import Operation
from vecgate.domain.records import Records


class LuceneGuards(Guarded):
    """A part of `Lucene`."""

    #: How records are read that nobody chose: it stands here, as all that looks at records does.
    scan: ClassVar[Scan | None] = SCAN
    stored_at: ClassVar[tuple[str, ...]] = SCAN.stored_at

    tells: ClassVar[bool] = True
    carries: ClassVar[frozenset[str]] = brought.CARRIES

    def lists(self, operation: Operation) -> bool:
        kinds = {operation.kind, *(one.kind for one in operation.also)}
        return operation.name in results.LISTED and not kinds & {"aggregate", "count"}

    def answered(self, operation: Operation, tree: Json) -> Records | None:
        return showing.answered(operation, tree) if self.lists(operation) else None

    def telling(self, call: Call, operation: Operation, fields: Sequence[str]) -> tuple[Call, Callable[[Json], Json]]:
        return showing.telling(operation.name, call, fields)

    def scored(self, operation: Operation, tree: Json, places: int | None) -> Json:
        return showing.scored(operation.name, tree, places)

    def exact(self, operation: Operation, tree: Json, rounded: bool) -> str | None:
        return searching.exact(operation.name, tree, rounded)

    def vectors(self, operation: Operation, tree: Json) -> list[Json]:
        return searching.vectors(operation.name, tree)

    def searches(self, operation: Operation, tree: Json) -> int:
        return searching.searches(operation.name, tree)

    def grouped(self, operation: Operation, tree: Json) -> int:
        return results.grouped(tree)

    async def reach(self, call: Call, operation: Operation, ask: Ask, most: int) -> int | None:
        found, turn = searching.reach(operation.name, body(call)), dict(call.query).get("from", "0")
        if found is None:
            return None
        slices = members_of(body(call).get("slice")).get("max")  # which together are all that one would be
        return (found + int(turn)) * (slices if isinstance(slices, int) else 1)  # a scroll goes on from there

    def carried(self, operation: Operation, tree: dict[str, Json]) -> Records | None:
        return brought.carried(operation.name, tree)

    def recalled(self, call: Call, operation: Operation, ids: Sequence[str]) -> tuple[Call, Operation] | None:
        read = replace(operation, name="mget", kind="read_ids", danger=1, records=None, also=())
        return brought.recalling(operation.collections[0], ids), read

    async def lost(self, call: Call, operation: Operation, ask: Ask, fields: Sequence[str]) -> int:
        return await brought.lost(partial(brought.there, ask), operation, call, fields)

"""What does Milvus tell guards? Its records, scores, searches and pages, and what of its writes is the gateway's own."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import ClassVar

from vecgate.dialects.base.guarded import Guarded
from vecgate.dialects.base.shapes import Ask, Read
from vecgate.dialects.milvus import results, sites, written
from vecgate.dialects.milvus.functions import Words
from vecgate.dialects.milvus.grpc import options
from vecgate.dialects.milvus.guards import brought, searching, showing
from vecgate.dialects.milvus.meaning import body
from vecgate.dialects.milvus.things import Described, Known, unknown
from vecgate.dialects.milvus.values import as_tree
from vecgate.domain.call import Call, Json
from vecgate.domain.operation import Operation
from vecgate.domain.records import Records


class MilvusGuards(Guarded):
    """A part of `Milvus`."""

    tells: ClassVar[bool] = True
    carries: ClassVar[frozenset[str]] = sites.WRITES
    _known: Known

    def _made(self, operation: Operation) -> Described:
        """How the collection of an operation was made when that was read. Raises CallRefused."""
        found = self._known.made(operation.things)
        if found is None:
            raise unknown()
        return found

    def _key(self, operation: Operation) -> str:
        """What ids are called in the collection of a call that was just read, or whose answer is on its way."""
        found = self._known.made(operation.things)
        return found.key if found else "id"

    def _words(self, operation: Operation) -> Words:
        """Which fields' words a search of the operation looks at; of one that is about no collection, none."""
        return self._made(operation).words if operation.things else lambda search: []

    def lists(self, operation: Operation) -> bool:
        return operation.name in sites.READS and operation.kind != "count"

    def answered(self, operation: Operation, tree: Json) -> Records | None:
        return showing.answered(operation.name, tree, self._made(operation)) if self.lists(operation) else None

    def telling(self, call: Call, operation: Operation, fields: Sequence[str]) -> tuple[Call, Callable[[Json], Json]]:
        return showing.telling(operation.name, call, fields, self._made(operation))

    def scored(self, operation: Operation, tree: Json, places: int | None) -> Json:
        return showing.scored(operation.name, tree, places)

    def exact(self, operation: Operation, tree: Json, rounded: bool) -> str | None:
        return searching.exact(operation.name, as_tree(tree), rounded)

    def vectors(self, operation: Operation, tree: Json) -> list[Json]:
        return searching.vectors(operation.name, as_tree(tree))

    def searches(self, operation: Operation, tree: Json) -> int:
        return searching.searches(operation.name, as_tree(tree))

    async def reach(self, call: Call, operation: Operation, ask: Ask, most: int) -> int | None:
        limit = operation.limit if options.of(call, options.WHOLE) else None  # that names no number, and has no other
        default = results.DEFAULT if limit is None else limit
        return searching.reach(operation.name, body(call), self._made(operation).key, default)

    def carried(self, operation: Operation, tree: dict[str, Json]) -> Records | None:
        return brought.carried(operation.name, tree, self._made(operation)) if operation.name in sites.WRITES else None

    def recalled(self, call: Call, operation: Operation, ids: Sequence[str]) -> tuple[Call, Operation] | None:
        asked = brought.recalling(str(operation.database), self._made(operation), ids)
        read = replace(operation, name="entities_query", kind="read_ids", danger=1, records=None, also=())
        return None if asked is None else (asked, read)

    def stored(self, operation: Operation, tree: dict[str, Json]) -> Read | None:
        """What a write stores: see `Dialect`."""
        return written.stored(operation, tree)

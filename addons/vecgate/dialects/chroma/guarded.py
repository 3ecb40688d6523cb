"""What does Chroma tell guards on answers and writes? Its records, scores, searches and pages, by `parts.py`."""

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from vecgate.dialects.base.guarded import Guarded, Laid
from vecgate.dialects.base.shapes import Ask
from vecgate.dialects.chroma import parts
from vecgate.dialects.chroma.meaning import body_of
from vecgate.dialects.chroma.results import READS
from vecgate.dialects.chroma.stored import WRITES
from vecgate.domain.call import Call, Json
from vecgate.domain.operation import Operation
from vecgate.domain.records import Records
from vecgate.parsing import strict_json


class ChromaGuards(Guarded):
    """A part of `Chroma`."""

    tells: ClassVar[bool] = True
    carries: ClassVar[frozenset[str]] = WRITES

    def answered(self, operation: Operation, tree: Json) -> Records | None:
        return parts.answered(operation.name, tree)

    def carried(self, operation: Operation, tree: dict[str, Json]) -> Records | None:
        return parts.carried(operation.name, tree)

    def lists(self, operation: Operation) -> bool:
        return operation.name in READS

    def telling(self, call: Call, operation: Operation, fields: Sequence[str]) -> Laid:
        tree = parts.with_metadata(operation.name, body_of(call))
        if tree is None:
            return call, lambda answer: answer
        return replace(call, body=strict_json.dump(tree), tree=tree), parts.without_metadata

    def scored(self, operation: Operation, tree: Json, places: int | None) -> Json:
        return parts.scored(operation.name, tree, places)

    def exact(self, operation: Operation, tree: Json, rounded: bool) -> str | None:
        return parts.exact(operation.name, tree) if isinstance(tree, dict) else None

    def vectors(self, operation: Operation, tree: Json) -> list[Json]:
        return parts.vectors(operation.name, tree) if isinstance(tree, dict) else []

    def searches(self, operation: Operation, tree: Json) -> int:
        return parts.searches(operation.name, tree) if isinstance(tree, dict) else 1

    async def reach(self, call: Call, operation: Operation, ask: Ask, most: int) -> int | None:
        return parts.reach(operation.name, body_of(call))

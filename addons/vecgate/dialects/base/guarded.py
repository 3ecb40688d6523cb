"""What must a dialect tell for guards on answers and writes? Records, scores, searches: by itself it tells none.

A guard that is told nothing where there is something refuses the call, so leaving these out is safe.
"""

from collections.abc import Callable
from typing import ClassVar

from vecgate.domain.call import Call, Json
from vecgate.domain.inlets import Path
from vecgate.domain.operation import Operation
from vecgate.domain.records import Records


class Guarded:
    """A part of `Dialect`. `tells`: what a search or a list asks for is told, and its scores can be taken out."""

    tells: ClassVar[bool] = False

    def answered(self, operation: Operation, tree: Json) -> Records | None:
        """The records of an answer; None where it holds none. Raises ValueError for an answer that is none of these."""
        return None

    def carried(self, operation: Operation, tree: dict[str, Json]) -> Records | None:
        """The records of a write's body; None where it writes none."""
        return None

    def telling(self, call: Call, operation: Operation) -> tuple[Call, Callable[[Json], Json]]:
        """A read that also asks for the metadata of its records, and what gives its answer without that again."""
        return call, lambda tree: tree

    def scored(self, operation: Operation, tree: Json, places: int | None) -> Json:
        """The answer with its distances and scores rounded to so many places; None: without them."""
        return tree

    def vectors(self, operation: Operation, tree: Json) -> list[list[float]]:
        """The dense vectors that a search is made with."""
        return []

    def searches(self, operation: Operation, tree: Json) -> int:
        """How many searches one call makes."""
        return 1

    def shown_at(self, path: Path) -> tuple[tuple[str, ...], ...]:
        """By which keys, from the top, answers show a field that `fields` names so; places in lists are left out."""
        return (tuple([step for step in path if isinstance(step, str)]),)

    def reach(self, operation: Operation, tree: Json) -> int | None:
        """How far into a collection a list goes, with what it leaves out; None: to its end."""
        return 0

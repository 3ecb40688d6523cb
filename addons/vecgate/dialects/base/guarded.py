"""What must a dialect tell for guards on answers and writes? Records, scores, searches: by itself it tells none.

A guard that is told nothing where there is something refuses the call, so leaving these out is safe.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar, Final

from vecgate.dialects.base.routing import Route
from vecgate.dialects.base.shapes import Ask
from vecgate.domain.call import Call, Json
from vecgate.domain.inlets import Beside, Path
from vecgate.domain.kinds import SHOWING, WRITING
from vecgate.domain.operation import Operation
from vecgate.domain.records import Metadata, Records

#: A call in the place of another, and what makes of its answer the one that was asked for.
type Laid = tuple[Call, Callable[[Json], Json]]


#: The guards of a rule that need to be told something of a call's records, as they are called in one.
GUARDS: Final = (
    "scores", "depth", "budget.searches", "budget.similar", "budget.records", "canaries", "quarantine", "stamp"
)  # fmt: skip


class Guarded:
    """A part of `Dialect`. `tells`: what a search or a list asks for is told, and its scores can be taken out."""

    tells: ClassVar[bool] = False
    #: Whether the records of every answer have their ids; if not, `telling` asks for them.
    shows_ids: ClassVar[bool] = True
    #: Whether a collection is told from others by its name: by what the server knows it by only where that is asked for.
    by_name: ClassVar[bool] = False
    #: Operations that write records which are told apart (`carried`): whatever else writes is refused under such guards.
    carries: ClassVar[frozenset[str]] = frozenset()
    #: Operations of other kinds that change records and leave them there, so that a stamp belongs there.
    stamped: ClassVar[frozenset[str]] = frozenset()

    def unguarded(self, route: Route) -> tuple[str, ...]:
        """The guards of a rule under which a call of this route is refused (`guards.untold`), as nobody could see to them."""
        found, operation = list[str](), Operation("", route.name, route.kind, route.danger)
        if route.kind in SHOWING and not self.tells:
            found += ("scores", "depth", "budget.searches", "budget.similar")
        if route.kind in SHOWING and not self.lists(operation):
            found += ("budget.records", "canaries", "quarantine")
        if route.kind in WRITING and route.name not in self.carries:
            found += ("quarantine", "stamp")
        return tuple(found)

    def lists(self, operation: Operation) -> bool:
        """Whether the records in its answers can be told apart (`answered`)."""
        return False

    def answered(self, operation: Operation, tree: Json) -> Records | None:
        """The records of an answer; None where it holds none. Raises ValueError for an answer that is none of these."""
        return None

    def carried(self, operation: Operation, tree: dict[str, Json]) -> Records | None:
        """The records of a write's body; None where it writes none."""
        return None

    def recalled(self, call: Call, operation: Operation, ids: Sequence[str]) -> tuple[Call, Operation] | None:
        """The call that reads what the gateway wrote into these records, which a write names, and what that means.

        None: the write leaves what is stored as it is.
        """
        return None

    def starting(self, call: Call, operation: Operation, fields: Sequence[str]) -> Iterable[tuple[Call, Operation]]:
        """The calls that read these fields of the records which a search starts from (`examples`), and what each means."""
        return ()

    async def lost(self, call: Call, operation: Operation, ask: Ask, fields: Sequence[str]) -> int:
        """How many records would lose one of these fields of theirs, and do not show in the body as `whole`."""
        return 0

    def laid(self, call: Call, made: Metadata) -> Laid | None:
        """The write that writes these fields, too; None: with them in the metadata of each record it carries."""
        return None

    def telling(self, call: Call, operation: Operation, fields: Sequence[str]) -> Laid:
        """A read that also asks for these fields of its records, and what gives its answer without them again."""
        return call, lambda tree: tree

    async def learnt(self, operation: Operation, ask: Ask, fields: Sequence[str]) -> None:
        """Learn what `telling` must know of these fields. Raises Unavailable."""

    def unwithheld(self, call: Call, operation: Operation) -> Call | None:
        """A read that lists no records, over all but those that were kept back when they were written. None: it cannot."""
        return None

    def settled(self, operation: Operation, status: int, tree: Json) -> int:
        """The status of an answer that guards have looked at; where they left nothing of it, that of what is not there."""
        return status

    def scored(self, operation: Operation, tree: Json, places: int | None) -> Json:
        """The answer with its distances and scores rounded to so many places; None: without them."""
        return tree

    def exact(self, operation: Operation, tree: Json, rounded: bool) -> str | None:
        """What in a search would tell exact scores though its answer gives none, or rounded ones; None: nothing."""
        return None

    def vectors(self, operation: Operation, tree: Json) -> list[Json]:
        """What a search is made with: dense vectors as lists of numbers, and what cannot be compared with these."""
        return []

    def searches(self, operation: Operation, tree: Json) -> int:
        """How many searches one call makes."""
        return 1

    def shown_at(self, path: Path) -> tuple[tuple[str, ...], ...]:
        """By which keys, from the top, answers show a field that `fields` names so; places in lists are left out."""
        return (tuple([step for step in path if isinstance(step, str)]),)

    def grouped(self, operation: Operation, tree: Json) -> int:
        """How many values of fields an answer shows by its groups, and not by its records."""
        return 0

    def beside(self, call: Call, operation: Operation) -> Iterable[Beside]:
        """Where the answer shows values of fields outside of records: facets, groups, what is ordered by."""
        return ()

    async def reach(self, call: Call, operation: Operation, ask: Ask, most: int) -> int | None:
        """How far into a collection a list goes, with what it leaves out; None: to its end. Not counted beyond `most`."""
        return 0

"""How is a call kept to rows? What is sent in its place, whose records it names, what of its answer is the caller's.

A dialect says all of that of one call; the steps look the named records up, send, and read the answer by it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Never

from vecgate.domain.call import Call, Json
from vecgate.domain.decision import Decision
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused

#: Of an answer: what is the caller's, and how many records were not.
type Answered = Callable[[Json], tuple[Json, int]]


@dataclass(frozen=True, slots=True)
class Owned:
    """Records that a call names by their ids, where the server has no condition for it: they are looked up before.

    `thing`: what the server knows their collection by; `there` and `own` give the calls that ask which of so many ids
    there are, and which are the caller's; `found` reads their answer (raises ValueError for none).
    `fresh`: ids that nobody has yet may be named, as they are made by the call. `mine` reads what `own` is answered,
    where no call asks for the caller's alone. `others` asks which are somebody else's too, where one id may be several
    records': such an id is not the caller's. `chosen`: a call names no ids but chooses records, the caller's alone, and
    does to all of their ids what it does; it asks for these ids, of which it gives no more than `most`.
    """

    thing: str
    ids: tuple[str, ...] = field(repr=False)
    there: Callable[[Sequence[str]], Call]
    own: Callable[[Sequence[str]], Call]
    found: Callable[[Json], list[str]]
    at_once: int
    fresh: bool
    mine: Callable[[Json], list[str]] | None = None
    others: Callable[[Sequence[str]], Call] | None = None
    chosen: Call | None = None
    most: int = 0


def as_it_is(tree: Json) -> tuple[Json, int]:
    """An answer that shows nothing of other rows."""
    return tree, 0


@dataclass(frozen=True, slots=True)
class Scoped:
    """A call that is kept to rows. `owned`: what must be looked up before it goes out, kind by kind."""

    call: Call
    answered: Answered = as_it_is
    owned: tuple[Owned, ...] = ()


@dataclass(slots=True)
class Held:
    """Locks on records that are written. `known`: it is known what became of the write, or it never went out."""

    until: float
    now: Callable[[], float]
    known: bool = True

    def going(self) -> None:
        """The write is about to go out. Raises CallRefused (`rows.busy`) where the locks might end before it does."""
        if self.now() > self.until:
            raise CallRefused(refuse("rows.busy"))
        self.known = False


def unscopable(what: str, decision: Decision, why: str) -> Never:
    """Raise CallRefused (`rows.unscopable`); the words never carry values of the call."""
    raise CallRefused(refuse("rows.unscopable", what=what, rule=decision.rule, why=why))


def wrong_field(at: str, decision: Decision) -> Never:
    """Raise CallRefused (`rows.field`) for a write that gives a field of rows another value."""
    raise CallRefused(refuse("rows.field", where=at, rule=decision.rule))

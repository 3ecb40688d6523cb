"""How does a call go on with what an earlier one opened at the server: a scroll, a point in time? By itself none does.

Servers give out ids for that which are good for anybody, and may hold what is to be found. Clients get a handle of the
gateway's own in their place (handling/continuing), which is opened before the call is classified: so a call that goes
on is one on collections again, and is decided on as the first one was.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar, NamedTuple

from vecgate.domain.call import Call, Cursor, Json
from vecgate.domain.operation import Operation


class Keeps(NamedTuple):
    """That a call opens a cursor, or goes on with one.

    `seconds`: how long it is to be kept until the next call; None: it does not say. `records`: how many it takes of
    those that come one after another. `of`: what each such call says alike, so that none may go out that says
    something else; None: each says for itself what it looks for.
    """

    kind: str
    seconds: float | None
    records: int = 0
    of: Call | None = None


class Continuing:
    """A part of `Dialect`."""

    #: The names of rows that open, go on with or close a cursor, and answer with no record, but as the search they are.
    going: ClassVar[frozenset[str]] = frozenset()

    def handles(self, call: Call) -> tuple[str, ...]:
        """The handles that a call names, as it came."""
        return ()

    def continued(self, call: Call, cursors: Sequence[Cursor], at: int) -> Call:
        """The call that it is, with what its handles stand for (`Call.cursors`). `at`: records that were taken before.

        Raises CallRefused (`body.unreadable`) where these are not what goes there.
        """
        return call

    def keeps(self, call: Call) -> Keeps | None:
        """What a call opens or goes on with; None: it does neither, and may close some."""
        return None

    def cursor(self, operation: Operation, tree: Json) -> str:
        """The server's own id of a cursor that an answer gives; empty: it gives none."""
        return ""

    def renamed(self, operation: Operation, tree: Json, handles: Mapping[str, str]) -> Json:
        """The answer with handles in the place of the server's ids, and without those that have none."""
        return tree

    def page_ends(self, call: Call, given: Json, shown: Json) -> Json:
        """The answer as it is `shown`, with what a next page begins at: numbers of no field, as they were `given`, and ids."""
        return shown

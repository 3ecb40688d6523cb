"""Who writes down that time alone has ended a grant, a question, or the time for a review? One worker of all.

The end itself waits for nobody. What is due stands in the ledger. A worker takes some of it, writes it down, and says
so; what it was given and did not see to, another one is given. So a worker that dies loses nothing: at the worst the
same is written once more.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

from vecgate.access import aftermath
from vecgate.access.ledger import Ledger, Move
from vecgate.access.request import UNASKED, Request
from vecgate.background import Tasks
from vecgate.domain.call import Json
from vecgate.refusals.errors import VecgateError

#: How often a worker looks, in seconds; so many are given to it at once, and for so long they are its own.
EVERY: Final = 1.0
MOST: Final = 100
CLAIM: Final = 15.0

#: The codes of its events.
EXPIRED: Final = "access.expired"
UNREVIEWED: Final = "access.unreviewed"

type Tell = Callable[[Request], Awaitable[None]]


class Due:
    """One worker's share. `tell` writes it down."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._tasks = Tasks()
        self._expired: list[Tell] = []
        self._late: list[Tell] = []

    def open(self) -> None:
        self._tasks.start(self._watch(), "access: due")

    async def close(self) -> None:
        await self._tasks.close()

    def on_expired(self, tell: Tell) -> None:
        """Have `tell(request)` called, on one worker, when time alone has ended it."""
        self._expired.append(tell)

    def on_late(self, tell: Tell) -> None:
        """Have `tell(request)` called, on one worker, when nobody has reviewed broken glass in time."""
        self._late.append(tell)

    async def _watch(self) -> None:
        while True:
            with suppress(VecgateError):  # what is away now is asked again
                await self.look()
            await asyncio.sleep(EVERY)

    async def look(self) -> None:
        """Write down what this worker is given. Raises VecgateError; what was not seen to is given out again."""
        for entry in await self._ledger.due(MOST, CLAIM):
            one = entry.request
            move: Move = aftermath.told
            if one.how in UNASKED and not one.told:
                tells = self._expired
            elif aftermath.is_late(one, entry.now):
                move, tells = aftermath.late, self._late
            else:  # it has been given more time in between
                continue
            for tell in tells:
                await tell(one)
            with suppress(LookupError):
                await self._ledger.move(one.id, move)


def outline(one: Request) -> dict[str, Json]:
    """What the record says of it where nobody was there."""
    return {
        "id": one.id,
        "state": one.state,
        "how": one.how,
        "rule": one.rule,
        "holder": one.user,
        "upstream": one.terms.upstream,
        "operations": [*one.terms.operations],
        "collections": [*one.terms.collections],
        "ends_at": one.ended,
    }

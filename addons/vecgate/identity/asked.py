"""What did somebody else answer to this question, a moment ago? Each is asked once for all who wait, and kept a while.

So many answers are kept, and so many questions are open at once, at most; more are refused, not kept waiting. Whoever
stops waiting does not end a question for others. A failure is not kept.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final

from vecgate.background import Tasks
from vecgate.refusals.errors import Part, Unavailable

ENTRIES: Final = 4096
#: So many questions at once.
AT_ONCE: Final = 32


class Asked[T]:
    """Answers by the digest of their question. `now` is in seconds since the epoch."""

    def __init__(self, what: str, now: Callable[[], float]) -> None:
        self._what, self._now = what, now
        self._tasks = Tasks()
        self._flights: dict[bytes, asyncio.Task[None]] = {}
        self._known: dict[bytes, tuple[T, float]] = {}

    async def close(self) -> None:
        await self._tasks.close()

    async def get(
        self, mark: bytes, ask: Callable[[], Coroutine[Any, Any, tuple[T, float]]], *, spare: int = 0
    ) -> T | None:
        """The answer, `ask`ed for where none is good now; with it comes until when it counts.

        None: it counted no more when it came. `spare`: of the questions at once, so many are left to others. Raises
        what `ask` raises, and Unavailable where too much is asked.
        """
        found = self._remembered(mark)
        if found is None:
            flight = self._flights.get(mark) or self._start(mark, ask, spare)
            await asyncio.wait({flight})
            flight.result()
            found = self._remembered(mark)
        return found

    def _remembered(self, mark: bytes) -> T | None:
        known = self._known.get(mark)
        return known[0] if known is not None and self._now() < known[1] else None

    def _start(
        self, mark: bytes, ask: Callable[[], Coroutine[Any, Any, tuple[T, float]]], spare: int
    ) -> asyncio.Task[None]:
        if len(self._flights) >= AT_ONCE - spare:
            raise Unavailable(Part.ISSUER_KEYS, f"{self._what}: too much is asked at once")
        flight = self._flights[mark] = self._tasks.start(self._ask(mark, ask), self._what)
        flight.add_done_callback(lambda _: self._flights.pop(mark, None))
        return flight

    async def _ask(self, mark: bytes, ask: Callable[[], Coroutine[Any, Any, tuple[T, float]]]) -> None:
        answer = await ask()
        while len(self._known) >= ENTRIES:
            del self._known[next(iter(self._known))]
        self._known[mark] = answer

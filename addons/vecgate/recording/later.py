"""What is still to be masked for the record? Requests and answers too large to be masked before they went on.

Their originals are sealed in the entry that was written first, so nothing waits for this: each is masked when no answer
wants a worker, and its masked form is written as an entry of its own. What finds no room here, or cannot be masked,
gets an entry that says so.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from vecgate.background import Tasks
from vecgate.domain.call import Json
from vecgate.refusals.errors import MaskFailed, Unavailable

REQUEST: Final = "request.masked"
ANSWER: Final = "answer.masked"
#: Stands in the place of such a body.
NOTE: Final = f"(sealed; its masked form follows as '{REQUEST}')"
ANSWER_NOTE: Final = f"(sealed; its masked form follows as '{ANSWER}')"
#: Attempts while the masking workers are away, and the pause between two, in seconds.
_TRIES: Final = 3
_PAUSE: Final = 5.0

type Write = Callable[[str, str, str, Json], Awaitable[None]]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One of them. `mask` gives the body of the entry with that code; `weight` is in bytes."""

    session: str
    exchange: str
    code: str
    mask: Callable[[], Awaitable[dict[str, Json]]]
    weight: int


class Later:
    """The queue, and the one task that works through it. `room` is in bytes; `write` writes an entry."""

    def __init__(self, write: Write, room: int) -> None:
        self._write_entry = write
        self._room = room
        self._waiting: deque[Waiting] = deque()
        self._tasks = Tasks()
        self._works = False
        self.weight = 0

    async def put(self, waiting: Waiting) -> None:
        """Have it masked later."""
        if self.weight + waiting.weight > self._room:
            await self._write(waiting, {"error": "not masked: too much waits for it already"})
            return
        self.weight += waiting.weight
        self._waiting.append(waiting)
        if not self._works:
            self._works = True
            self._tasks.start(self._work(), "mask for the record")

    async def close(self) -> None:
        """What still waits is not masked, and the record says so."""
        await self._tasks.close()
        while self._waiting:
            await self._write(self._waiting.popleft(), {"error": "not masked: the gateway was stopped"})
        self.weight, self._works = 0, False

    async def _work(self) -> None:
        try:
            while self._waiting:
                waiting = self._waiting[0]
                body = await self._masked(waiting)
                self._waiting.popleft()
                self.weight -= waiting.weight
                await self._write(waiting, body)
        finally:
            self._works = False

    async def _masked(self, waiting: Waiting) -> dict[str, Json]:
        for _ in range(_TRIES):
            try:
                return await waiting.mask()
            except MaskFailed:
                return {"error": "it could not be masked"}
            except Unavailable:
                await asyncio.sleep(_PAUSE)
        return {"error": "not masked: the masking workers did not answer"}

    async def _write(self, waiting: Waiting, body: Json) -> None:
        try:
            await self._write_entry(waiting.session, waiting.code, waiting.exchange, body)
        except Unavailable as e:  # its original was written before, which is what counts
            log.warning("exchange %s: its masked form could not be recorded (%s)", waiting.exchange, e)

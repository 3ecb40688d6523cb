"""Who waits for a held call, and who else hears that one is held or decided (a notice, a webhook)?

One reader of the board's stream of changes, a bell per waiter. Whoever else wants to hear hangs on to this stream.

A bell only means "look again"; what is true is in the held call itself. So whoever waits need not look by themselves:
they are told of each change, and after a gap, in which something may have been missed, all of them are rung. One round
over all who wait, now and then, finds out for whom it is no longer worth it (`over`): a clock for each would cost more
than all else, with a thousand of them.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from vecgate.background import Pace, Tasks
from vecgate.refusals.errors import Unavailable
from vecgate.state.store import Store

BLOCK_SECONDS: Final = 5.0
PAUSE_SECONDS: Final = 0.5
#: How often it is looked for whom waiting is over.
ROUND_SECONDS: Final = 0.2


class Bells:
    """The waiters of this process. `open` starts the reader inside the running loop."""

    def __init__(self, store: Store, stream: str) -> None:
        self._store = store
        self._stream = stream
        self._tasks = Tasks()
        self._waiting: defaultdict[str, dict[asyncio.Event, Callable[[], bool]]] = defaultdict(dict)

    def open(self) -> None:
        self._tasks.start(self._listen(), "approvals: wake")
        self._tasks.start(self._rounds(), "approvals: rounds")

    async def close(self) -> None:
        await self._tasks.close()

    @property
    def waiting(self) -> int:
        """How many wait."""
        return sum(map(len, self._waiting.values()))

    @contextmanager
    def bell(self, id: str, over: Callable[[], bool] = lambda: False) -> Iterator[asyncio.Event]:
        """An event that is set whenever the held call changes, or `over()`. Take it before reading the call's state."""
        event = asyncio.Event()
        self._waiting[id][event] = over
        try:
            yield event
        finally:
            del self._waiting[id][event]
            if not self._waiting[id]:
                del self._waiting[id]

    def ring(self, id: str) -> None:
        for event in self._waiting.get(id, ()):
            event.set()

    async def _listen(self) -> None:
        place: str | None = None
        while True:
            try:
                if place is None:
                    place = await self._store.stream_end(self._stream)
                    for id in [*self._waiting]:  # it began before this one listened
                        self.ring(id)
                place = await self._read(place)
            except Unavailable:
                # Another server may take over, with a clock and a stream of its own: then no place is worth anything.
                place = None
                await asyncio.sleep(PAUSE_SECONDS)

    async def _read(self, place: str) -> str:
        for entry, fields in await self._store.stream_read(self._stream, place, BLOCK_SECONDS):
            self.ring(fields.get("id", ""))
            place = entry
        return place

    async def _rounds(self) -> None:
        while True:
            await asyncio.sleep(ROUND_SECONDS)
            pace = Pace()
            for event, over in [pair for waiters in self._waiting.values() for pair in waiters.items()]:
                if over():
                    event.set()
                await pace.breathe()

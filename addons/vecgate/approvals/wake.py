"""Who waits for a held call, and who else hears that one is held or decided (a notice, a webhook)?

One reader of the board's stream of changes, a bell per waiter. Whoever else wants to hear hangs on to this stream.

A stream, not publish/subscribe: what is said while a reader reconnects is not lost. A bell only means
"look again"; what is true is in the held call itself.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from vecgate.background import Tasks
from vecgate.refusals.errors import Unavailable
from vecgate.state.store import Store

BLOCK_SECONDS: Final = 5.0
PAUSE_SECONDS: Final = 0.5


class Bells:
    """The waiters of this process. `open` starts the reader inside the running loop."""

    def __init__(self, store: Store, stream: str) -> None:
        self._store = store
        self._stream = stream
        self._tasks = Tasks()
        self._waiting: defaultdict[str, set[asyncio.Event]] = defaultdict(set)

    def open(self) -> None:
        self._tasks.start(self._listen(), "approvals: wake")

    async def close(self) -> None:
        await self._tasks.close()

    @property
    def waiting(self) -> int:
        """How many wait."""
        return sum(map(len, self._waiting.values()))

    @contextmanager
    def bell(self, id: str) -> Iterator[asyncio.Event]:
        """An event that is set whenever the held call changes. Take it before reading the call's state."""
        event = asyncio.Event()
        self._waiting[id].add(event)
        try:
            yield event
        finally:
            self._waiting[id].discard(event)
            if not self._waiting[id]:
                del self._waiting[id]

    def ring(self, id: str) -> None:
        for event in self._waiting.get(id, ()):
            event.set()

    async def _listen(self) -> None:
        place: str | None = None
        while True:
            try:
                place = await self._read(place or await self._store.stream_end(self._stream))
            except Unavailable:
                await asyncio.sleep(PAUSE_SECONDS)

    async def _read(self, place: str) -> str:
        for entry, fields in await self._store.stream_read(self._stream, place, BLOCK_SECONDS):
            self.ring(fields.get("id", ""))
            place = entry
        return place

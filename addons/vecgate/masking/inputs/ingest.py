"""What will answers ask for next? What is being written now: analysed ahead of its first read, when nobody waits.

Nothing depends on it. There is room for so many bytes of writes; what comes when it is full, or cannot be analysed,
is looked at when it is read, as if it had never been here.
"""

import asyncio
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from vecgate.background import Tasks
from vecgate.domain.call import Json
from vecgate.domain.profiles import MaskProfile
from vecgate.domain.surface import Surface
from vecgate.masking.apply.masker import Masker
from vecgate.masking.detect.texts import Text
from vecgate.masking.pool.pool import Learnt, Workers
from vecgate.refusals.errors import MaskFailed, Unavailable

#: Pause after the workers were away, in seconds.
_PAUSE: Final = 2.0


class Written(NamedTuple):
    """Records as a later answer gives them, with that answer's surface. `weight`: what waiting takes up, in bytes."""

    records: Iterator[Json]
    surface: Surface
    profiles: Sequence[MaskProfile]
    weight: int


class Ingest:
    """The queue, and the one task that works through it. `dropped`: writes that found no room or failed."""

    def __init__(self, masker: Masker, workers: Workers, room: int) -> None:
        """`room` is in bytes; 0: nothing is taken in."""
        self._masker = masker
        self._workers = workers
        self._room = room
        self._waiting: deque[Written] = deque()
        self._tasks = Tasks()
        self._works = False
        self.weight = 0
        self.dropped = 0
        self.learnt = 0

    async def close(self) -> None:
        """What still waits is dropped."""
        await self._tasks.close()
        self._waiting.clear()
        self.weight, self._works = 0, False

    def put(self, written: Written) -> bool:
        """Get to know it soon. At once, and without waiting; False when there is no room."""
        if self.weight + written.weight > self._room:
            self.dropped += self._room > 0
            return False
        self.weight += written.weight
        self._waiting.append(written)
        if not self._works:
            self._works = True
            self._tasks.start(self._work(), "analyse what was written")
        return True

    async def _work(self) -> None:
        try:
            while self._waiting:
                written = self._waiting.popleft()
                try:
                    await self._learn(written)
                finally:
                    self.weight -= written.weight
        finally:
            self._works = False

    async def _learn(self, written: Written) -> None:
        try:
            for tree in written.records:
                learnt = await self.now([tree], written.surface, written.profiles)
                self.learnt += learnt.analysed
        except MaskFailed:
            self.dropped += 1
        except Unavailable:
            self.dropped += 1
            await asyncio.sleep(_PAUSE)

    async def now(self, trees: Iterable[Json], surface: Surface, profiles: Sequence[MaskProfile]) -> Learnt:
        """Get to know these trees for all of these profiles, and wait for it. Raises MaskFailed or Unavailable."""
        wanted: dict[Text, None] = {}
        for tree in trees:
            for profile in profiles:
                wanted |= dict.fromkeys(await self._masker.texts(tree, surface, profile))
        return await self._workers.learn(list(wanted))

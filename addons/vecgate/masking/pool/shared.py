"""Has another worker, or an earlier run, analysed this text? Asked of a store all of them share, for a moment only.

The store is a help and never a need: what it does not answer at once, or answers with something that was not sealed
with our key, is not known, and is analysed. After a failure it is left alone for a while.
"""

import asyncio
from collections.abc import Mapping, Sequence
from itertools import batched, islice
from typing import Final, Protocol

from vecgate.background import Tasks
from vecgate.domain.finding import Finding
from vecgate.masking.pool.sealed import Seal
from vecgate.refusals.errors import Unavailable

#: How long an analysis waits for the store, and that much more for each question; and how long one that failed is
#: left alone. In seconds.
PATIENCE: Final = 0.1
MORE: Final = 0.02
PAUSE: Final = 5.0
#: Entries in one question, and entries that may wait to be written; more are not shared.
BATCH: Final = 128
WAITING: Final = 20_000


class Shelf(Protocol):
    """Where sealed findings lie. Either raises Unavailable, soon."""

    async def get(self, names: Sequence[bytes]) -> list[bytes | None]: ...

    async def put(self, entries: Sequence[tuple[bytes, bytes]]) -> None: ...


class Shared:
    """Findings on a shelf. `failures`: how often it did not answer."""

    def __init__(self, shelf: Shelf, key: bytes) -> None:
        self._shelf = shelf
        self._seal = Seal(key)
        self._tasks = Tasks()
        self._waiting: dict[bytes, tuple[Finding, ...]] = {}
        self._writing = False
        self._closed_until = 0.0
        self.failures = 0

    async def close(self) -> None:
        """What is not written yet stays unwritten."""
        self._waiting.clear()
        await self._tasks.close()

    @property
    def usable(self) -> bool:
        """Whether it is worth asking."""
        return asyncio.get_running_loop().time() >= self._closed_until

    async def find(self, wanted: Mapping[bytes, int]) -> dict[bytes, tuple[Finding, ...]]:
        """What is known of the texts with these digests, each with its length in characters. Raises nothing."""
        found: dict[bytes, tuple[Finding, ...]] = {}
        if not self.usable:
            return found
        try:
            async with asyncio.timeout(PATIENCE + MORE * len(wanted) / BATCH):
                for names in batched(wanted, BATCH):
                    sealed = await self._shelf.get(names)
                    found |= self._opened(names, sealed, wanted)
        except (Unavailable, TimeoutError):
            self._failed()
        return found

    def _opened(
        self, names: Sequence[bytes], sealed: Sequence[bytes | None], wanted: Mapping[bytes, int]
    ) -> dict[bytes, tuple[Finding, ...]]:
        known = {}
        for name, one in zip(names, sealed, strict=False):
            findings = None if one is None else self._seal.open(name, one, wanted[name])
            if findings is not None:
                known[name] = findings
        return known

    def keep(self, found: Mapping[bytes, tuple[Finding, ...]]) -> None:
        """Write them in the background, unless there is too much to write already."""
        if not self.usable:
            return
        room = WAITING - len(self._waiting)
        self._waiting.update(islice(found.items(), max(0, room)))
        if self._waiting and not self._writing:
            self._writing = True
            self._tasks.start(self._write(), "share findings")

    async def _write(self) -> None:
        try:
            while self._waiting:
                names = list(islice(self._waiting, BATCH))
                sealed = [(name, self._seal.shut(name, self._waiting.pop(name))) for name in names]
                async with asyncio.timeout(PATIENCE):
                    await self._shelf.put([(name, one) for name, one in sealed if one is not None])
        except (Unavailable, TimeoutError):
            self._failed()
        finally:
            self._writing = False

    def _failed(self) -> None:
        self.failures += 1
        self._waiting.clear()
        self._closed_until = asyncio.get_running_loop().time() + PAUSE

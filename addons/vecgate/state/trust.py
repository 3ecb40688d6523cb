"""May what a worker last read of the state be trusted still? For a while; then one waits until it is read again."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from vecgate.refusals.errors import Part, Unavailable

#: How long a call waits for what is late, in seconds: a worker that was busy for a moment reads on at once.
PATIENCE: Final = 2.0


class Trust:
    """In what is read again and again. Lives in one event loop. `now`: a steady clock, in seconds."""

    def __init__(self, unknown: str, good_for: float, now: Callable[[], float]) -> None:
        """`unknown`: what nobody knows while it is late. `good_for`: for how many seconds a reading counts."""
        self._unknown, self._good_for, self._now = unknown, good_for, now
        self._read_at = float("-inf")
        self._next = asyncio.Event()  # one for each reading

    def read(self, began: float) -> None:
        """It was read, as it stood when that began."""
        self._read_at = began
        self._next.set()
        self._next = asyncio.Event()

    @property
    def is_good(self) -> bool:
        """Whether it was read lately enough."""
        return self._now() - self._read_at < self._good_for

    async def sure(self) -> None:
        """Wait for what is late. Raises Unavailable('state') where it does not come."""
        if self.is_good:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while not self.is_good:
                    await self._next.wait()
        if not self.is_good:
            raise Unavailable(Part.STATE, self._unknown)

"""How many bytes of large bodies are in hand at once? A semaphore of bytes, first come, first served.

What is small never waits. A body that is larger than all that there may be has its turn alone.
"""

import asyncio
from collections import deque
from typing import Protocol
from weakref import WeakValueDictionary


class Sized(Protocol):
    """Reads an answer. `size`: how many bytes its body has, or will have, as far as that is known; else at most."""

    @property
    def size(self) -> int:
        """As told."""


class Turns:
    """So many bytes at a time. `free`: how many are left now; below zero where one turn took more than it was given."""

    def __init__(self, most: int) -> None:
        self.free = self._most = most
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()

    async def take(self, size: int) -> int:
        """Wait until so many bytes are free, and those before have had theirs: how many were taken."""
        size = min(size, self._most)
        if not self._waiting and size <= self.free:
            self.free -= size
            return size
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((size, turn))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # it was given at the same moment
                self.give(size)
            else:
                turn.cancel()
                self._next()
            raise
        return size

    def give(self, size: int) -> None:
        """So many are free again."""
        self.free += size
        self._next()

    def _next(self) -> None:
        while self._waiting:
            size, turn = self._waiting[0]
            if not turn.done():
                if size > self.free:
                    return
                self.free -= size
                turn.set_result(None)
            self._waiting.popleft()


class Turn:
    """That of one body, or of several one after another. What it has taken goes back once, at the latest with it.

    It waits at each of `of`, in that order.
    """

    def __init__(self, *of: Turns) -> None:
        self._of = of
        self._taken = [0] * len(of)

    async def reach(self, size: int, seconds: float) -> None:
        """Wait until it has so many bytes in all. Raises TimeoutError after so many seconds."""
        if size > self._taken[-1]:
            async with asyncio.timeout(seconds):
                await self.take(size - self._taken[-1])

    async def take(self, size: int) -> None:
        """Wait for so many bytes. Whoever has some gets more at once: it would wait for itself."""
        if self._taken[-1]:
            self.settle(self._taken[-1] + size)
            return
        try:
            for at, turns in enumerate(self._of):
                self._taken[at] = await turns.take(size)
        except asyncio.CancelledError:
            self.end()
            raise

    def settle(self, size: int) -> None:
        """So many bytes it is, whatever it was taken for: more is had at once, and what is too much goes back."""
        for at, turns in enumerate(self._of):
            if size != self._taken[at]:
                taken, self._taken[at] = self._taken[at], size
                turns.give(taken - size)

    def end(self) -> None:
        """All of it is given back."""
        self.settle(0)

    def __del__(self) -> None:
        self.end()


class Shares:
    """So many bytes at a time for all, of which nobody has more than half."""

    def __init__(self, most: int) -> None:
        self.all, self._half = Turns(most), most // 2
        self._each: WeakValueDictionary[str, Turns] = WeakValueDictionary()

    def turn(self, whose: str) -> Turn:
        """One of theirs."""
        own = self._each.get(whose)
        if own is None:
            own = self._each[whose] = Turns(self._half)
        return Turn(own, self.all)

"""Clocks that move when told, and waiting for what happens in the background."""

import asyncio
from collections.abc import Callable


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: float) -> None:
        self.at = at

    def __call__(self) -> float:
        return self.at


async def until(condition: Callable[[], bool]) -> None:
    """Wait until something has happened; the bound is only there to end a test that hangs."""
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 (it may happen in another thread)
            await asyncio.sleep(0.005)

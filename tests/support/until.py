"""Wait for what comes true by itself, and never longer than it must."""

import asyncio
import time
from collections.abc import Callable

PATIENCE = 30.0


def until[T](look: Callable[[], T], seconds: float = PATIENCE) -> T:
    """What `look` sees, once it is true."""
    end = time.monotonic() + seconds
    while not (seen := look()):
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.02)
    return seen


async def soon[T](look: Callable[[], T], seconds: float = PATIENCE) -> T:
    """The same, inside a running loop."""
    end = time.monotonic() + seconds
    while not (seen := look()):
        assert time.monotonic() < end, "it never came true"
        await asyncio.sleep(0.01)
    return seen

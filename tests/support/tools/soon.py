"""Wait, inside a running loop, for what comes true by itself, and never longer than it must."""

import asyncio
import time
from collections.abc import Callable

PATIENCE = 30.0


async def soon[T](look: Callable[[], T], seconds: float = PATIENCE) -> T:
    """What `look` sees, once it is true."""
    end = time.monotonic() + seconds
    while not (seen := look()):
        assert time.monotonic() < end, "it never came true"
        await asyncio.sleep(0.01)
    return seen

"""Has this held up the event loop for long enough? Then others have their turn."""

import asyncio
from typing import Final

#: How long the event loop may be held without a pause, in seconds.
BREATH: Final = 0.001


class Pace:
    """For a loop over many things, each of them small."""

    def __init__(self) -> None:
        self._now = asyncio.get_running_loop().time
        self._since = self._now()

    async def breathe(self) -> None:
        """Let others run, if it was long since they did."""
        if self._now() - self._since > BREATH:
            await asyncio.sleep(0)
            self._since = self._now()

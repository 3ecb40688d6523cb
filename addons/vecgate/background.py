"""Who keeps background work alive, and lets others have their turn? The loop itself holds tasks by weak references."""

import asyncio
import logging
import traceback
from collections.abc import Coroutine
from typing import Any, Final

from vecgate.refusals.errors import Unavailable, VaultDenied

log = logging.getLogger(__name__)

#: How long the event loop may be held without a pause, in seconds.
BREATH: Final = 0.001


class Tasks:
    """A set of background tasks that end together."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
        """Run it in the background. If it fails, the log says what and where."""
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if task.cancelled() or (error := task.exception()) is None:
            return
        if isinstance(error, VaultDenied):  # an answer, not a fault of ours
            log.warning("%s failed: %s: %s", task.get_name(), error, error.said or "no reason was given")
        elif isinstance(error, Unavailable):
            log.warning("%s failed: %s", task.get_name(), error)
        else:
            # Its message may quote data, so only what failed and where.
            place = "".join(traceback.format_tb(error.__traceback__)[-2:])
            log.error("%s failed: %s\n%s", task.get_name(), type(error).__name__, place)

    async def done(self) -> None:
        """Wait until all of them have ended by themselves."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def close(self) -> None:
        """Cancel all of them and wait for their end."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


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

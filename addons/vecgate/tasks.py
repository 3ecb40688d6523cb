"""Who keeps a background task alive? The event loop holds only weak references, so this does."""

import asyncio
import logging
import traceback
from collections.abc import Coroutine
from typing import Any

from vecgate.errors import Unavailable, VaultDenied

log = logging.getLogger(__name__)


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

    async def close(self) -> None:
        """Cancel all of them and wait for their end."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

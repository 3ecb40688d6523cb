"""Who keeps the workers running? One small process that holds no request, no key and no connection of its own.

It starts every process of the gateway, starts what ends anew (with growing pauses), passes signals on, and gives up
when nothing can be started. It imports no mitmproxy. What it does is one line of log each.
"""

import asyncio
import logging
import signal
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from vecgate.processes.child import CANNOT_START, Child, Job

log = logging.getLogger(__name__)

OK: Final = 0
FAILED: Final = 1
FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 30.0
#: A process that has lived this long was well: the next pause is a short one again.
WELL_SECONDS: Final = 60.0
#: One that was ready can be started, and callers wait for it: it is not away for longer than this, and its start.
SHORT_PAUSE: Final = 2.0
#: So many ends before any process was ready mean that none ever will be.
FRUITLESS: Final = 3
#: What a process gets on top of its time to drain, to close its journals.
CLOSING_SECONDS: Final = 5.0


def _how(code: int) -> str:
    return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"


class Supervisor:
    """Keeps these jobs running from `run` until it is told to stop. `drain` is in seconds."""

    def __init__(self, jobs: Sequence[Job], *, drain: float, first_pause: float = FIRST_PAUSE) -> None:
        self._jobs, self._drain, self._first_pause = jobs, drain, first_pause
        self._children: dict[str, Child] = {}
        self._stopping = asyncio.Event()
        self._gone = asyncio.Event()
        self._well: set[str] = set()  # the vital ones that are ready
        self._fruitless: int | None = 0  # None: one was ready, so they can be started
        self._outcome = OK

    async def run(self) -> int:
        """The exit code: 0 when it was told to stop and everything has ended, 1 when it gave up."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.stop)
        async with asyncio.TaskGroup() as group:
            for job in self._jobs:
                group.create_task(self._keep(job), name=job.name)
            group.create_task(self._end())
        log.info("all processes have ended")
        return self._outcome

    def stop(self) -> None:
        """End everything in order; the second time, at once."""
        if self._stopping.is_set():
            self._tell(signal.SIGKILL)
        self._stopping.set()

    def _tell(self, number: signal.Signals) -> None:
        for child in self._children.values():
            child.tell(number)

    async def _end(self) -> None:
        await self._stopping.wait()
        log.info("stopping: %d processes finish what is under way", len(self._children))
        self._tell(signal.SIGTERM)
        with suppress(TimeoutError):
            async with asyncio.timeout(self._drain + CLOSING_SECONDS):
                while self._children:
                    self._gone.clear()
                    await self._gone.wait()
        self._tell(signal.SIGKILL)

    async def _keep(self, job: Job) -> None:
        loop, pause, restarts = asyncio.get_running_loop(), self._first_pause, 0
        while not self._stopping.is_set():
            began = loop.time()
            code, was_ready = await self._once(job, restarts)
            if self._stopping.is_set():
                log.info("%s %s", job.name, _how(code))
                return
            if self._is_fruitless(job, code):
                return
            pause = self._first_pause if loop.time() - began > WELL_SECONDS else pause
            pause = min(pause, SHORT_PAUSE) if was_ready else pause
            log.warning("%s %s; starting it again in %.1f s", job.name, _how(code), pause)
            await self._pause(pause)
            pause, restarts = min(2 * pause, LONGEST_PAUSE), restarts + 1

    async def _once(self, job: Job, restarts: int) -> tuple[int, bool]:
        """With which code it ended, and whether it was ready before."""
        try:
            child = await Child.start(job, restarts)
        except OSError as e:
            log.error("%s cannot be started: %s", job.name, e.strerror)  # noqa: TRY400
            return FAILED, False
        log.info("%s started, pid %d", job.name, child.pid)
        self._children[job.name] = child
        if self._stopping.is_set():  # while it was being started
            child.tell(signal.SIGTERM)
        try:
            async with asyncio.TaskGroup() as group:
                heard = group.create_task(self._hear(job, child))
                code = await child.ended()
            return code, heard.result()
        finally:
            del self._children[job.name]
            self._well.discard(job.name)
            child.close()
            self._gone.set()

    async def _hear(self, job: Job, child: Child) -> bool:
        if not await child.ready():
            return False
        if job.vital:
            self._well.add(job.name)
            self._fruitless = None
        log.info("%s is ready, pid %d", job.name, child.pid)
        return True

    def _is_fruitless(self, job: Job, code: int) -> bool:
        """Whether to give up: it cannot start, or keeps ending and none was ever ready; and no other worker is well."""
        if not job.vital or self._well:
            return False
        if self._fruitless is not None:
            self._fruitless += 1
        if code != CANNOT_START and (self._fruitless is None or self._fruitless < FRUITLESS):
            return False
        log.error("%s %s, and no other is running: giving up", job.name, _how(code))
        self._outcome = FAILED
        self._stopping.set()
        return True

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return

"""Which worker looks at this, and what if it dies? A few lasting processes, a bounded queue, and a no in every doubt.

A worker that dies or is too slow is killed and started anew, with growing pauses; meanwhile `analyse` waits
for a while and then raises Unavailable("masker"). Service comes back by itself.
"""

import asyncio
from collections.abc import Sequence
from typing import Final

from vecgate.errors import MaskFailed, Unavailable
from vecgate.masking.cache import Cache
from vecgate.masking.process import MODULE, PART, Worker
from vecgate.masking.texts import Text
from vecgate.settings import Masking
from vecgate.tasks import Tasks
from vecgate.terms import Finding

#: Loading a model from a cold disk on a busy machine takes its time.
START_SECONDS: Final = 60.0
FIRST_PAUSE: Final = 0.1
LONGEST_PAUSE: Final = 30.0


class Workers:
    """The pool. Open it inside the running loop, close it there. `restarts`: how many workers ended and came anew."""

    def __init__(self, settings: Masking, command: Sequence[str] | None = None) -> None:
        """`command` stands in for the worker's module and arguments."""
        pinned = [settings.model_sha256] if settings.model_sha256 else []
        self._command = list(command or [MODULE, settings.model, *pinned])
        self._settings = settings
        self._cache = Cache(settings.cache_entries)
        self._tasks = Tasks()
        self._idle: asyncio.Queue[Worker] = asyncio.Queue()
        self._running: set[Worker] = set()
        self._tried = asyncio.Event()
        self._waiting = 0
        self._refused = "not open"
        self._version = ""
        self.restarts = 0

    async def open(self) -> None:
        """Start all workers and return when the first has started or was refused; see `ready`."""
        self._refused = ""
        for number in range(self._settings.workers):
            self._tasks.start(self._keep(), f"masking worker {number}")
        await self._tried.wait()

    @property
    def ready(self) -> bool:
        """Whether any worker is there."""
        return any(worker.alive for worker in self._running)

    def check(self) -> None:
        """Raises Unavailable("masker") while no worker is there."""
        if not self.ready:
            raise Unavailable(PART, self._refused)

    @property
    def pids(self) -> tuple[int, ...]:
        """The process ids of the workers that are there."""
        return tuple(worker.pid for worker in self._running if worker.alive)

    @property
    def waiting(self) -> int:
        """How many analyses wait for a worker."""
        return self._waiting

    @property
    def reason(self) -> str:
        """Why the last start failed; empty if it did not."""
        return self._refused

    async def close(self) -> None:
        """Stop every worker; whoever still waits gets Unavailable."""
        self._refused = "closed"
        await self._tasks.close()
        for worker in tuple(self._running):
            await worker.stop()
        self._running.clear()

    async def _keep(self) -> None:
        """Keep one worker running, for ever."""
        pause = FIRST_PAUSE
        loop = asyncio.get_running_loop()
        while True:
            try:
                worker = await Worker.start(self._command, START_SECONDS)
            except (Unavailable, OSError) as e:
                self._refused = str(e)
                self._tried.set()
            else:
                started = loop.time()
                await self._serve(worker)
                self.restarts += 1
                if loop.time() - started > LONGEST_PAUSE:
                    pause = FIRST_PAUSE
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _serve(self, worker: Worker) -> None:
        self._refused = ""
        self._version = worker.version
        self._running.add(worker)
        self._idle.put_nowait(worker)
        self._tried.set()
        try:
            await worker.ended()
        finally:
            await worker.stop()
            self._running.discard(worker)

    async def analyse(self, texts: Sequence[Text]) -> list[tuple[Finding, ...]]:
        """Candidates per text (overlaps included), in character offsets of its value.

        Each distinct text is analysed once, and not at all if it is remembered. Raises
        Unavailable("masker") or MaskFailed; then nothing is known about any of the texts.
        """
        found: dict[Text, tuple[Finding, ...]] = {}
        unknown: dict[Text, None] = {}
        for text in dict.fromkeys(texts):
            known = self.remembered(text)
            if known is None:
                unknown[text] = None
            else:
                found[text] = known
        if unknown:
            found |= await self._find(list(unknown))
        return [found[text] for text in texts]

    def remembered(self, text: Text) -> tuple[Finding, ...] | None:
        """Its candidates, if this process has them: at once, nobody is asked. Raises MaskFailed."""
        try:
            return self._cache.get(self._cache.digest(text, self._version))
        except UnicodeEncodeError:
            raise MaskFailed("a text is not valid Unicode") from None  # the cause quotes the text

    async def _find(self, texts: list[Text]) -> dict[Text, tuple[Finding, ...]]:
        worker = await self._next()
        # A caller that leaves must not leave a reply in the pipe: the question is asked to its end.
        asking = self._tasks.start(self._ask(worker, texts), "analysis")
        try:
            return await asyncio.shield(asking)
        except asyncio.CancelledError as e:
            if asking.cancelled():
                raise Unavailable(PART, "closed") from e
            raise

    async def _ask(self, worker: Worker, texts: list[Text]) -> dict[Text, tuple[Finding, ...]]:
        try:
            findings = await worker.ask(texts, self._settings.timeout)
        finally:
            if worker.alive:
                self._idle.put_nowait(worker)
        for text, one in zip(texts, findings, strict=True):
            self._cache.put(self._cache.digest(text, worker.version), one)
        return dict(zip(texts, findings, strict=True))

    async def _next(self) -> Worker:
        """An idle worker. Raises Unavailable when none comes, or too many wait already."""
        if self._refused and not self.ready:
            raise Unavailable(PART, self._refused)
        if self._idle.empty() and self._waiting >= self._settings.queue:
            raise Unavailable(PART, "too many analyses wait")
        self._waiting += 1
        try:
            async with asyncio.timeout(self._settings.timeout):
                while True:
                    worker = await self._idle.get()
                    if worker.alive:
                        return worker
        except TimeoutError as e:
            raise Unavailable(PART, "no worker was free in time") from e
        finally:
            self._waiting -= 1

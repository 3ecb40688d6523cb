"""Which worker looks at this, and what if it dies? A few lasting processes, a bounded queue, and a no in every doubt.

A worker that dies or is too slow is killed and started anew, with growing pauses; meanwhile `analyse` waits
for a while and then raises Unavailable("masker"). Service comes back by itself.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from itertools import batched
from typing import Final, NamedTuple

from vecgate.background import Pace, Tasks
from vecgate.domain.finding import Finding
from vecgate.masking.derived import derived
from vecgate.masking.detect.texts import Text
from vecgate.masking.pool.cache import Cache
from vecgate.masking.pool.line import CHARACTERS, TURN, Found, Job, Line, divided, patience
from vecgate.masking.pool.process import MODULE, PART, Interrupted, Worker
from vecgate.masking.pool.shared import Shared, Shelf
from vecgate.refusals.errors import MaskFailed, MaskRefused, Unavailable
from vecgate.settings.masking import Masking

#: Loading a model from a cold disk on a busy machine takes its time.
START_SECONDS: Final = 60.0
FIRST_PAUSE: Final = 0.1
LONGEST_PAUSE: Final = 30.0
#: Pause between two attempts to get the key of shared findings, in seconds.
KEY_PAUSE: Final = 5.0


class Learnt(NamedTuple):
    """How many texts were seen, each counted once, and how many of them had to be analysed."""

    seen: int = 0
    analysed: int = 0


class Workers:
    """The pool. Open it inside the running loop, close it there. `restarts`: how many workers ended and came anew."""

    def __init__(self, settings: Masking, command: Sequence[str] | None = None) -> None:
        """`command` stands in for the worker's module and arguments."""
        self._command = list(command or [MODULE, *settings.models])
        self._settings = settings
        self._cache = Cache(settings.cache_entries, settings.cache_bytes)
        self._shared: Shared | None = None
        self._tasks = Tasks()
        self._line = Line()
        self._running: set[Worker] = set()
        self._tried = asyncio.Event()
        self._refused = "not open"
        self._version = ""
        self.restarts = 0
        #: How many texts were `remembered` here, `shared` by others, and `analysed`; those of one analysis once.
        self.counts: Counter[str] = Counter()

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
        return self._line.waiting

    @property
    def reason(self) -> str:
        """Why the last start failed; empty if it did not."""
        return self._refused

    async def close(self) -> None:
        """Stop every worker; whoever still waits gets Unavailable."""
        self._refused = "closed"
        self._line.end(Unavailable(PART, "closed"))
        await self._tasks.close()
        for worker in tuple(self._running):
            await worker.stop()
        self._running.clear()
        if self._shared is not None:
            await self._shared.close()

    async def join(self, shelf: Shelf, key: Callable[[], Awaitable[bytes]]) -> None:
        """Know what others know, who have the same key, as soon as it is there. What was remembered is forgotten."""
        while True:
            try:
                own = derived(await key(), "findings")
            except Unavailable:
                await asyncio.sleep(KEY_PAUSE)
            else:
                break
        self._cache = Cache(self._settings.cache_entries, self._settings.cache_bytes, own)
        self._shared = Shared(shelf, own)

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
        self._tried.set()
        lanes = [self._tasks.start(self._work(worker, long=long), "masking work") for long in (False, True)]
        try:
            await worker.ended()
        finally:
            self._running.discard(worker)
            await worker.stop()
            for lane in lanes:
                lane.cancel()

    async def _work(self, worker: Worker, *, long: bool) -> None:
        """Hand one worker piece after piece of one lane, until it ends."""
        pace = Pace()
        while worker.alive:
            job, piece = await self._line.next(long=long)
            known = self._known_by_now(worker.version, piece)
            texts = [text for text in piece if text not in known]
            if not texts:
                job.done(known)
                await pace.breathe()
                continue
            seconds = patience(self._settings.timeout, sum(len(text.value) for text in texts))
            try:
                findings = await worker.ask(texts, seconds)
            except Interrupted as e:
                self._again(job, piece, e)
            except (Unavailable, MaskFailed) as e:
                job.fail(e)
            except BaseException:
                job.fail(Unavailable(PART, self._refused or "a worker died"))
                raise
            else:
                self._learn(worker.version, texts, findings)
                self.counts["analysed"] += len(texts)
                job.done(known | dict(zip(texts, findings, strict=True)))

    def _known_by_now(self, version: str, texts: Iterable[Text]) -> Found:
        """What others had analysed while these texts waited: of many who ask for the same at once, one has it done."""
        found: Found = {}
        for text in texts:
            if (known := self._cache.get(self._digest(text, version))) is not None:
                found[text] = known
        self.counts["remembered"] += len(found)
        return found

    def _again(self, job: Job, texts: list[Text], why: Unavailable) -> None:
        """Another question was the worker's end: this one goes to the next, once."""
        if job.retried:
            return job.fail(why)
        job.retried = True
        job.take_back(texts)
        self._line.add(job)

    def remembered(self, text: Text) -> tuple[Finding, ...] | None:
        """Its candidates, if this process has them: at once, nobody is asked. Raises MaskFailed."""
        try:
            found = self._cache.find(text, self._version)
        except UnicodeEncodeError:
            raise MaskFailed("a text is not valid Unicode") from None  # the cause quotes the text
        self.counts["remembered"] += found is not None
        return found

    async def analyse(self, texts: Sequence[Text], *, spare: bool = False) -> list[tuple[Finding, ...]]:
        """Candidates per text (overlaps included), in character offsets of its value.

        Each distinct text is analysed once, and not at all if it is remembered. `spare`: when no answer wants a
        worker, however long that takes. Raises Unavailable("masker"), MaskFailed, or MaskRefused (`mask.too_much`);
        then nothing is known about any of them.
        """
        found, _ = await self._all(texts, spare=spare)
        listed, pace = list[tuple[Finding, ...]](), Pace()
        for some in batched(texts, TURN):
            listed += [found[text] for text in some]
            await pace.breathe()
        return listed

    async def learn(self, texts: Sequence[Text]) -> Learnt:
        """Analyse them for later, when no answer wants a worker, however long that takes. Raises as `analyse`."""
        found, analysed = await self._all(texts, spare=True)
        return Learnt(len(found), analysed)

    async def _all(self, texts: Sequence[Text], *, spare: bool) -> tuple[Found, int]:
        """The findings of all texts, and how many of these had to be analysed."""
        found, unknown = await self._known(texts)
        self.counts["remembered"] += len(found)
        # Findings are of a version; before a worker has told it, nobody can know any.
        if unknown and self._shared is not None and self._version:
            others = await self._ask_shared(self._shared, unknown)
            self.counts["shared"] += len(others)
            found |= others
        if unknown:
            found |= await self._find(list(unknown.values()), spare=spare)
        return found, len(unknown)

    async def _known(self, texts: Iterable[Text]) -> tuple[Found, dict[bytes, Text]]:
        """What this process remembers, and the texts it does not, by digest."""
        found: Found = {}
        unknown: dict[bytes, Text] = {}
        pace = Pace()
        for text in texts:
            digest = self._digest(text)
            known = self._cache.get(digest)
            if known is None:
                unknown[digest] = text
            else:
                found[text] = known
            await pace.breathe()
        return found, unknown

    async def _ask_shared(self, shared: Shared, unknown: dict[bytes, Text]) -> Found:
        """What others know, taken out of `unknown`."""
        found: Found = {}
        pace = Pace()
        wanted = dict[bytes, int]()
        for some in batched(unknown.items(), TURN):
            wanted |= {digest: len(text.value) for digest, text in some}
            await pace.breathe()
        known = await shared.find(wanted)
        for digest, findings in known.items():
            self._cache.put(digest, findings)
            found[unknown.pop(digest)] = findings
            await pace.breathe()
        return found

    def _digest(self, text: Text, version: str | None = None) -> bytes:
        try:
            return self._cache.digest(text, version or self._version)
        except UnicodeEncodeError:
            raise MaskFailed("a text is not valid Unicode") from None  # the cause quotes the text

    def _learn(self, version: str, texts: Sequence[Text], findings: Sequence[tuple[Finding, ...]]) -> None:
        fresh = {self._digest(text, version): one for text, one in zip(texts, findings, strict=True)}
        for digest, one in fresh.items():
            self._cache.put(digest, one)
        if self._shared is not None:
            self._shared.keep(fresh)

    async def _find(self, texts: list[Text], *, spare: bool) -> Found:
        if self._refused and not self.ready:
            raise Unavailable(PART, self._refused)
        job = await divided(texts, len(self.pids), spare=spare)
        if job.characters > self._settings.answer_text and not spare:
            raise MaskRefused("mask.too_much")
        if self._line.weight >= self._settings.queue * CHARACTERS and not spare:
            raise Unavailable(PART, "too many analyses wait")
        self._line.add(job)
        try:
            async with asyncio.timeout(None if spare else patience(self._settings.timeout, job.characters)):
                return await job.found  # cancelled with whoever waits; what a worker has begun, it ends
        except TimeoutError as e:
            raise Unavailable(PART, "an analysis took too long" if job.begun else "no worker was free in time") from e

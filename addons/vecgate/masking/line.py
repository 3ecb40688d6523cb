"""Whose turn is it? Answers in turns, piece by piece; what can wait only when no answer does.

A large answer is taken apart, so that several workers share it, no frame on a pipe is large, and a small answer
that comes later does not wait for the whole of it.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Final

from vecgate.errors import MaskFailed, Unavailable
from vecgate.masking.texts import Text
from vecgate.terms import Finding

type Found = dict[Text, tuple[Finding, ...]]

#: Texts, and characters, in one question to a worker. More at once is not faster: the model's batches are full.
TEXTS: Final = 64
CHARACTERS: Final = 32_000
#: The same for what can wait: so much may an answer find before it, some 10 ms.
SPARE_TEXTS: Final = 8
SPARE_CHARACTERS: Final = 4_000
#: What can wait waits so long after an answer, in seconds: another may follow.
QUIET: Final = 0.05
#: An answer is not taken apart below this, in characters: each question costs the model some 2 ms.
LEAST: Final = 2_000


def pieces(texts: Sequence[Text], characters: int, count: int) -> Iterator[list[Text]]:
    """The texts in order, in pieces of at most so many texts, and so many characters unless one text has more."""
    piece: list[Text] = []
    weight = 0
    for text in texts:
        if piece and (weight + len(text.value) > characters or len(piece) >= count):
            yield piece
            piece, weight = [], 0
        piece.append(text)
        weight += len(text.value)
    if piece:
        yield piece


class Job:
    """One analysis. `found` is done when all of its pieces are, or fails when one does."""

    def __init__(self, texts: Sequence[Text], workers: int, *, spare: bool) -> None:
        self.spare = spare
        self.characters = sum(len(text.value) for text in texts)
        if spare:
            parts = pieces(texts, SPARE_CHARACTERS, SPARE_TEXTS)
        else:
            share = -(-self.characters // max(1, workers))
            parts = pieces(texts, min(CHARACTERS, max(LEAST, share)), TEXTS)
        self._left = deque(parts)
        self._open = len(self._left)
        self._all: Found = {}
        self.begun = False
        self.found: asyncio.Future[Found] = asyncio.get_running_loop().create_future()
        self.found.add_done_callback(_seen)

    @property
    def waits(self) -> bool:
        """Whether there is more to hand out."""
        return bool(self._left) and not self.found.done()

    def hand_out(self) -> list[Text]:
        self.begun = True
        return self._left.popleft()

    def done(self, found: Found) -> None:
        """A piece came back."""
        self._all |= found
        self._open -= 1
        if self._open == 0 and not self.found.done():
            self.found.set_result(self._all)

    def fail(self, error: Unavailable | MaskFailed) -> None:
        """A piece did not; the rest is not even tried."""
        self._left.clear()
        if not self.found.done():
            self.found.set_exception(error)


def _seen(found: asyncio.Future[Found]) -> None:
    # Who waited for it may be gone; then nobody else looks, and asyncio would complain in the log.
    if not found.cancelled():
        found.exception()


def _first(jobs: deque[Job]) -> tuple[Job, list[Text]] | None:
    """A piece of the first job that has one; if there is more of it, that comes after the others."""
    while jobs:
        job = jobs.popleft()
        if not job.waits:
            continue
        piece = job.hand_out()
        if job.waits:
            jobs.append(job)
        return job, piece
    return None


class Line:
    """Jobs that wait for a worker. `take` is fair: each job in turn gives one piece."""

    def __init__(self) -> None:
        self._answers: deque[Job] = deque()
        self._spare: deque[Job] = deque()
        self._more = asyncio.Event()
        self._busy_until = 0.0

    @property
    def waiting(self) -> int:
        """Answers of which nothing has been begun yet."""
        return sum(not job.begun for job in self._answers if job.waits)

    def add(self, job: Job) -> None:
        (self._spare if job.spare else self._answers).append(job)
        self._more.set()

    def take(self) -> tuple[Job, list[Text]] | None:
        """The next piece; None when there is none now."""
        found = _first(self._answers)
        if found is not None:
            self._busy_until = asyncio.get_running_loop().time() + QUIET
        return found or (None if self._quiet_in > 0 else _first(self._spare))

    @property
    def _quiet_in(self) -> float:
        return self._busy_until - asyncio.get_running_loop().time()

    async def next(self) -> tuple[Job, list[Text]]:
        """The next piece, as soon as there is one. Cancelling it loses nothing."""
        while True:
            found = self.take()
            if found is not None:
                return found
            self._more.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(max(0.0, self._quiet_in) if self._spare else None):
                    await self._more.wait()

    def end(self, error: Unavailable) -> None:
        """Nobody will come any more."""
        for job in (*self._answers, *self._spare):
            job.fail(error)
        self._answers.clear()
        self._spare.clear()

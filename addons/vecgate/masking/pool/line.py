"""Whose turn is it? Answers in turns, piece by piece; what can wait only when no answer does.

A large answer is taken apart, so that several workers share it, no frame on a pipe is large, and a small answer
that comes later does not wait for the whole of it. A text that is larger than a piece goes in a lane of its own: a
worker that reads one looks up now and then, and takes a small piece in between.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import batched
from typing import Final

from vecgate.background import Pace
from vecgate.domain.finding import Finding
from vecgate.masking.detect.texts import Text
from vecgate.refusals.errors import MaskFailed, Unavailable

type Found = dict[Text, tuple[Finding, ...]]

#: Texts, and characters, in one question to a worker. More at once is not faster: the model's batches are full.
TEXTS: Final = 64
CHARACTERS: Final = 32_000
#: The same for what can wait: so much may an answer find before it, some 10 ms.
SPARE_TEXTS: Final = 8
SPARE_CHARACTERS: Final = 4_000
#: What can wait waits so long after an answer, in seconds: another may follow.
QUIET: Final = 0.05
#: So many characters that were never seen before are worth a second more of waiting: a slow machine, with others at it.
PER_SECOND: Final = 10_000
#: An answer is not taken apart below this, in characters: each question costs the model some 2 ms.
LEAST: Final = 2_000
#: As so many characters counts a shorter text, where it is seen whose turn it is.
SHORT: Final = 64
#: Texts that are counted before others have their turn.
TURN: Final = 1024


def patience(least: float, characters: int) -> float:
    """How long to wait for so much text, in seconds: what is allowed in has the time it takes."""
    return least + characters / PER_SECOND


def _is_long(piece: Sequence[Text]) -> bool:
    return len(piece) == 1 and len(piece[0].value) > CHARACTERS


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
    """One analysis of so many characters. `found` is done when all of its pieces are, or fails when one does."""

    def __init__(self, characters: int, *, spare: bool) -> None:
        self.spare, self.characters = spare, characters
        self._left: dict[bool, deque[list[Text]]] = {True: deque(), False: deque()}
        self._open = self._turn = 0
        self._all: Found = {}
        self.begun = self.retried = False
        self.found: asyncio.Future[Found] = asyncio.get_running_loop().create_future()
        self.found.add_done_callback(_seen)

    @property
    def waits(self) -> bool:
        """Whether there is more to hand out."""
        return self.has(long=False) or self.has(long=True)

    def has(self, *, long: bool) -> bool:
        """Whether there is more for this lane."""
        return bool(self._left[long]) and not self.found.done()

    def add(self, piece: list[Text]) -> None:
        """A piece more, before any is handed out."""
        self._left[_is_long(piece)].append(piece)
        self._open += 1

    def hand_out(self, *, long: bool = False) -> list[Text]:
        self.begun = True
        piece = self._left[long].popleft()
        self._turn += sum([max(len(text.value), SHORT) for text in piece])
        return piece

    def has_turn(self) -> bool:
        """Whether its turn goes on after the piece that was just handed out; if not, its next one begins anew."""
        if self._turn + LEAST <= CHARACTERS:
            return True
        self._turn = 0
        return False

    def take_back(self, piece: list[Text]) -> None:
        """A piece that was handed out, and must be once more."""
        self._left[_is_long(piece)].appendleft(piece)

    def done(self, found: Found) -> None:
        """A piece came back."""
        self._all |= found
        self._open -= 1
        if self._open == 0 and not self.found.done():
            self.found.set_result(self._all)

    def fail(self, error: Unavailable | MaskFailed) -> None:
        """A piece did not; the rest is not even tried."""
        for lane in self._left.values():
            lane.clear()
        if not self.found.done():
            self.found.set_exception(error)


async def divided(texts: Sequence[Text], workers: int, *, spare: bool) -> Job:
    """An analysis of these texts, taken apart; others have their turn meanwhile."""
    pace, characters = Pace(), 0
    for some in batched(texts, TURN):
        characters += sum([len(text.value) for text in some])
        await pace.breathe()
    job = Job(characters, spare=spare)
    if spare:
        parts = pieces(texts, SPARE_CHARACTERS, SPARE_TEXTS)
    else:
        share = -(-characters // max(1, workers))
        parts = pieces(texts, min(CHARACTERS, max(LEAST, share)), TEXTS)
    for piece in parts:
        job.add(piece)
        await pace.breathe()
    return job


def _seen(found: asyncio.Future[Found]) -> None:
    # Who waited for it may be gone; then nobody else looks, and asyncio would complain in the log.
    if not found.cancelled():
        found.exception()


def _first(jobs: deque[Job], *, long: bool = False) -> tuple[Job, list[Text]] | None:
    """A piece of the first job that has one; if there is more of it than a turn holds, that comes after the others.

    A turn is as much as a piece may be, however many pieces that was: taken apart into smaller turns, many answers at
    once would all be begun, and none would be done in time.
    """
    while jobs:
        job = jobs.popleft()
        if not job.has(long=long):
            continue
        piece = job.hand_out(long=long)
        if job.has(long=long):
            (jobs.appendleft if job.has_turn() else jobs.append)(job)
        return job, piece
    return None


class Line:
    """Jobs that wait for a worker. `take` is fair: each job in turn gives as much as one piece may be."""

    def __init__(self) -> None:
        self._answers: deque[Job] = deque()
        self._spare: deque[Job] = deque()
        self._long: tuple[deque[Job], deque[Job]] = deque(), deque()  # of answers, and of what can wait
        self._more = asyncio.Event()
        self._busy_until = 0.0

    @property
    def waiting(self) -> int:
        """Answers of which nothing has been begun yet."""
        return len(self._unbegun())

    @property
    def weight(self) -> int:
        """What comes before anybody new has a turn, in characters: of each answer that `waiting` counts a piece."""
        return sum(min(max(job.characters, LEAST), CHARACTERS) for job in self._unbegun())

    def _unbegun(self) -> list[Job]:
        return [job for job in {*self._answers, *self._long[0]} if job.waits and not job.begun]

    def add(self, job: Job) -> None:
        if job.has(long=False):
            (self._spare if job.spare else self._answers).append(job)
        if job.has(long=True):
            self._long[job.spare].append(job)
        self._more.set()

    def take(self, *, long: bool = False) -> tuple[Job, list[Text]] | None:
        """The next piece of that lane; None when there is none now."""
        if long:
            return _first(self._long[0], long=True) or _first(self._long[1], long=True)
        found = _first(self._answers)
        if found is not None:
            self._busy_until = asyncio.get_running_loop().time() + QUIET
        return found or (None if self._quiet_in > 0 else _first(self._spare))

    @property
    def _quiet_in(self) -> float:
        return self._busy_until - asyncio.get_running_loop().time()

    async def next(self, *, long: bool = False) -> tuple[Job, list[Text]]:
        """The next piece of that lane, as soon as there is one. Cancelling it loses nothing."""
        while True:
            found = self.take(long=long)
            if found is not None:
                return found
            self._more.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(max(0.0, self._quiet_in) if self._spare and not long else None):
                    await self._more.wait()

    def end(self, error: Unavailable) -> None:
        """Nobody will come any more."""
        for jobs in (self._answers, self._spare, *self._long):
            for job in jobs:
                job.fail(error)
            jobs.clear()

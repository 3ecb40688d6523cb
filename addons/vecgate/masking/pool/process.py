"""How is one worker started, asked and stopped? One process, over its own pipes.

It takes one question at a time, and a second one while it reads a long text: replies say to which they belong.
"""

import asyncio
import contextlib
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence
from itertools import batched
from pathlib import Path
from sys import intern
from typing import Any, Final, Self

import vecgate
from vecgate.background import Pace, Tasks
from vecgate.domain.finding import Finding
from vecgate.masking.detect import frames
from vecgate.masking.detect.texts import Text
from vecgate.refusals.errors import MaskFailed, Part, Unavailable

PART: Final = Part.MASKER
MODULE: Final = "vecgate.masking.detect.worker"
_SOME: Final = 256
_HANDED_ON: Final = ("PATH", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT", "PYTHONPYCACHEPREFIX")


_GIVEN_BACK: Final = str(4 * 1024 * 1024)


def environment() -> dict[str, str]:
    """What a worker may know: where the code is, and that one thread is enough. No secret of the gateway's."""
    home = str(Path(vecgate.__file__).parent.parent)
    paths = [home, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {name: os.environ[name] for name in _HANDED_ON if name in os.environ} | {
        "PYTHONPATH": os.pathsep.join(paths),
        "OPENBLAS_NUM_THREADS": "1",  # more threads burn twice the CPU for the same answer
        "OMP_NUM_THREADS": "1",
        "MALLOC_TRIM_THRESHOLD_": _GIVEN_BACK,  # glibc gives memory back that a renewed model has left
        "MALLOC_MMAP_THRESHOLD_": _GIVEN_BACK,
    }


async def _findings(rows: Any, count: int) -> list[tuple[Finding, ...]]:
    """Findings per text. Raises Unavailable when the reply does not fit the question."""
    if not isinstance(rows, list) or len(rows) != count:
        raise Unavailable(PART, "a worker answered something else")
    pace, found = Pace(), []
    try:
        for row in rows:
            one = []
            for some in batched(row, _SOME):
                one += [
                    Finding(int(start), int(end), intern(entity), intern(source)) for start, end, entity, source in some
                ]
                await pace.breathe()
            found.append(tuple(one))
    except (ValueError, TypeError) as e:
        raise Unavailable(PART, "a worker answered something else") from e
    return found


def _version(said: dict[str, Any]) -> str:
    """The model's version in a worker's first words. Raises Unavailable with its reason for not starting."""
    ready = said.get("ready")
    if not isinstance(ready, str):
        raise Unavailable(PART, str(said.get("refused", "the worker did not start")))
    return ready


class Interrupted(Unavailable):
    """The worker was stopped because of another question: this one can be asked again."""


class Worker:
    """A running worker. It may be asked while it reads a long text, and otherwise once it has replied."""

    def __init__(self, process: Process, version: str) -> None:
        self._process = process
        self.version = version
        self._count = 0
        self._open: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._given_up: set[int] = set()
        self._tasks = Tasks()
        self._listens = self._stopped = False

    @classmethod
    async def start(cls, command: Sequence[str], seconds: float) -> Self:
        """Start it and wait until its model is loaded. Raises Unavailable with the reason; leaves nothing running."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", *command,
            stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=environment(), start_new_session=True,
        )  # fmt: skip
        worker = cls(process, "")
        try:
            async with asyncio.timeout(seconds):
                said = await worker._hear()
            worker.version = _version(said)
        except BaseException as e:
            await worker.stop()
            if isinstance(e, TimeoutError):
                raise Unavailable(PART, "the worker did not start in time") from e
            raise
        return worker

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.returncode is None and not self._stopped

    async def ask(self, texts: Sequence[Text], seconds: float) -> list[tuple[Finding, ...]]:
        """Candidates per text. Raises Unavailable or MaskFailed.

        After Unavailable the worker is stopped, unless it still has another's text in hand, asked before: how long
        that may take is for that question to say.
        """
        self._count += 1
        number = self._count
        try:
            question = frames.pack({"id": number, "texts": [[*text] for text in texts]})
        except frames.FrameError as e:
            raise MaskFailed("the answer's texts cannot be sent to a worker") from e
        try:
            async with asyncio.timeout(seconds):
                reply = await self._exchange(number, question)
            if "failed" not in reply:
                return await _findings(reply.get("findings"), len(texts))
        except Interrupted:
            raise
        except BaseException as e:
            if isinstance(e, TimeoutError) and any(earlier < number for earlier in self._open):
                self._given_up.add(number)
                raise Unavailable(PART, "an analysis took too long") from e
            # After anything unexpected a late reply could be taken for the next one's.
            await self.stop(Interrupted(PART, "a worker was stopped"))
            if isinstance(e, TimeoutError):
                raise Unavailable(PART, "an analysis took too long") from e
            raise
        raise MaskFailed(f"analysis failed: {reply['failed']}")

    async def _exchange(self, number: int, question: bytes) -> dict[str, Any]:
        stdin = self._process.stdin
        if not self._listens:
            self._listens = True
            self._tasks.start(self._listen(), "masking worker: listen")
        heard: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._open[number] = heard
        try:
            if stdin is None:
                raise Unavailable(PART, "a worker has no pipe")
            stdin.write(question)
            await stdin.drain()
        except OSError as e:
            raise Unavailable(PART, "a worker died") from e
        else:
            return await heard
        finally:
            self._open.pop(number, None)

    async def _listen(self) -> None:
        """Give each reply to whoever asked, until the worker is gone."""
        while True:
            try:
                reply = await self._hear()
            except Unavailable as e:
                return self._fail(e)
            number = reply.get("id", next(iter(self._open), None))
            heard = self._open.pop(number, None) if isinstance(number, int) else None
            if heard is None and number in self._given_up:
                self._given_up.discard(number)
                continue
            if heard is None:
                return self._fail(Unavailable(PART, "a worker answered something else"))
            if not heard.done():
                heard.set_result(reply)

    def _fail(self, error: Unavailable) -> None:
        for heard in self._open.values():
            if not heard.done():
                heard.set_exception(error)

    async def _hear(self) -> dict[str, Any]:
        stdout = self._process.stdout
        try:
            if stdout is None:
                raise Unavailable(PART, "a worker has no pipe")
            size = frames.length(await stdout.readexactly(frames.HEAD))
            said = frames.unpack(await stdout.readexactly(size))
        except (asyncio.IncompleteReadError, OSError, frames.FrameError) as e:
            raise Unavailable(PART, "a worker died") from e
        if not isinstance(said, dict):
            raise Unavailable(PART, "a worker answered something else")
        return said

    async def ended(self) -> None:
        """Return when the process is gone."""
        await self._process.wait()

    async def stop(self, why: Unavailable | None = None) -> None:
        """Kill it and wait for its end. `why` is what questions are told that are still open."""
        self._stopped = True
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        self._fail(why or Unavailable(PART, "a worker died"))
        await self._tasks.close()
        await self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()

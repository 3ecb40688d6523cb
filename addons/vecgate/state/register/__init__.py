"""What does this gateway itself remember of access, locks and what was had, whatever the shared state says of them?

Where the state is not believed (`approvals.signed: require`) access counts where it was granted, for no longer than was
noted then; what has ended stays so, also for a worker that is started later, or that the state tells nothing. One file
beside the gateway's keys: its first line is a secret that makes it this gateway, each other one adds something. Without
the file nothing that was granted counts. What ends, or locks, is on the disk before anybody is told that it is done.
"""

import asyncio
import logging
import os
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Final, Self

import orjson

from vecgate.refusals.errors import Part, Unavailable
from vecgate.settings.file import Settings
from vecgate.state.budgets import Used
from vecgate.state.register import anew
from vecgate.state.register.anew import Anew

log = logging.getLogger(__name__)

FILE: Final = "access-register.jsonl"
#: A file that has grown to so many bytes, and twice what was needed last, is written anew without what is forgotten.
LARGE: Final = 4_000_000
#: Of access to more records than this, the state counts them.
COUNTED: Final = 100_000
#: So many records stand in a line at most: what is read, or written, at once.
_TOGETHER: Final = 1000
_HEAD: Final = "vecgate: what this gateway remembers"
_ENDED: Final = 0.0


class Register:
    """That of one gateway, for one of its workers. Times are seconds since the epoch. `now`: this machine's time."""

    def __init__(self, path: Path | None = None, now: Callable[[], float] = time.time) -> None:
        """`path` None: the state is believed, and nothing is remembered."""
        self._path, self._now = path, now
        self.key = b""
        #: Why nothing that was granted counts; empty: what was granted here does.
        self.why = ""
        self._seen, self._place, self._needed = (0, 0), 0, 0
        self._mark, self._tidying = "", False  # of the file that was read (anew.py)
        self._until: dict[str, tuple[float, float]] = {}  # and until when it is remembered
        self._news = set[str]()
        self._had: dict[str, set[str]] = {}
        self._took: dict[str, int] = {}
        #: What is locked, by its key in the list (barred.py): what is known of it.
        self.locks: dict[str, str] = {}
        if path is not None:
            self._begin(path)

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """What the settings say."""
        folder, signed = settings.listen.certificate_folder, settings.approvals.signed
        return cls(folder / FILE if signed == "require" else None)

    @property
    def counts(self) -> bool:
        """Whether what is here is believed, and not the state."""
        return self._path is not None

    def look(self) -> None:
        """Read what is new, by whichever worker."""
        if self._path is None:
            return
        try:
            there = os.stat(self._path)
            if (there.st_ino, there.st_size) != self._seen:
                with self._path.open("rb") as file:
                    self._read(file.fileno())
        except OSError as e:
            self._lost(e)

    def news(self) -> set[str]:
        """Of which access something has been noted since this was asked last."""
        self.look()
        found, self._news = self._news, set()
        return found

    # access

    def doubt(self, id: str, over: float) -> str:
        """Why access that is said to last until then gives nothing here; empty: it was granted here, and lasts."""
        if self._path is None or self.why:
            return self.why
        until = self._until.get(id)
        if until is None:
            return "it was not granted at this gateway, as far as that remembers"
        if until[0] == _ENDED:
            return "it has ended before"
        return "it is said to last for longer than was granted" if over > until[0] + 0.001 else ""

    def is_ended(self, id: str) -> bool:
        """Whether it came to a no, or has ended before its time."""
        self.look()
        return self._until.get(id, (1.0, 0.0))[0] == _ENDED

    async def note(self, id: str, until: float, forgotten: float) -> None:
        """Access lasts no longer than this, whatever is noted later. Raises Unavailable('state')."""
        await self._kept(["until", id, until, forgotten])

    async def end(self, id: str, forgotten: float) -> None:
        """It has ended: for this worker also where that cannot be kept. Raises Unavailable('state')."""
        self._until[id] = _ENDED, forgotten
        await self._kept(["until", id, _ENDED, forgotten])

    # what was had under it

    def keeps(self, most: int) -> bool:
        """Whether records of access to so many are told apart here."""
        return self.counts and most <= COUNTED

    def meet(self, id: str, members: Iterable[str], most: int) -> Used:
        """These records more, those apart that were had before; too many add none. Raises Unavailable('state')."""
        with self._alone() as file:
            known = self._had.get(id, set())
            new = [one for one in dict.fromkeys(members) if one not in known]
            passes = len(known) + len(new) <= most
            if new and passes:
                self._add(file, ["had", id, new])
            return Used(passes, len(self._had.get(id, known)), 1)

    def take(self, id: str, number: int, most: int) -> Used:
        """So many opened tokens more; too many add none. Raises Unavailable('state')."""
        with self._alone() as file:
            passes = self._took.get(id, 0) + number <= most
            if number and passes:
                self._add(file, ["took", id, number])
            return Used(passes, self._took.get(id, 0), 1)

    # locks

    async def lock(self, key: str, known: str) -> None:
        """It is locked until it is unlocked here. Raises Unavailable('state')."""
        await self._kept(["lock", key, known])

    async def unlock(self, key: str) -> bool:
        """It is not any more; whether it was. Raises Unavailable('state')."""
        self.look()
        if key not in self.locks:
            return False
        await self._kept(["unlock", key])
        return True

    # the file

    def _begin(self, path: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with self._locked(os.O_CREAT) as file:
                if not os.fstat(file).st_size:
                    self._write(file, [[_HEAD, secrets.token_hex(32)]])
                    os.fsync(file)
                self._read(file)
        except OSError as e:
            self._lost(e)

    def _lost(self, error: OSError) -> None:
        if not self.why:
            log.error("%s: %s; nothing that was granted counts", self._path, error.strerror or type(error).__name__)
        self.why, self._seen = f"what this gateway remembers of it cannot be read or written ({FILE})", (0, 0)

    async def _kept(self, line: list[Any]) -> None:
        if self._path is None:
            return
        await asyncio.to_thread(self._keep, line)
        self.look()

    def _keep(self, line: list[Any]) -> None:
        try:
            with self._locked() as file:
                self._write(file, [line])
                mine = os.dup(file)
            try:
                os.fsync(mine)  # nobody else waits for the disk
            finally:
                os.close(mine)
        except OSError as e:
            raise Unavailable(Part.STATE, f"what must be remembered of it cannot be written ({FILE})") from e

    @contextmanager
    def _alone(self) -> Iterator[int]:
        """With all read that was written by anybody. Raises Unavailable('state')."""
        try:
            with self._locked() as file:
                self._read(file)
                yield file
        except OSError as e:
            raise Unavailable(Part.STATE, f"what was had cannot be counted ({FILE})") from e

    def _add(self, file: int, line: list[Any]) -> None:
        self._write(file, [line])
        self._read(file)

    def _locked(self, more: int = 0) -> AbstractContextManager[int]:
        assert self._path is not None
        return anew.locked(self._path, more)

    def _write(self, file: int, lines: Iterable[list[Any]]) -> None:
        size = os.fstat(file).st_size
        broken = size and os.pread(file, 1, size - 1) != b"\n"  # somebody was stopped in the middle of a line
        text = (b"\n" if broken else b"") + b"".join(orjson.dumps(one) + b"\n" for one in lines)
        anew.put(file, text)

    def _read(self, file: int) -> None:
        """All lines that are whole, from where this worker was."""
        there = os.fstat(file)
        if there.st_ino != self._seen[0] or there.st_size < self._place:  # written anew, or another one
            self._goes_on(Anew.read(file), there.st_size)
        text = os.pread(file, there.st_size - self._place, self._place)
        whole = text[: text.rfind(b"\n") + 1]
        for line in whole.splitlines():
            self._line(line)
        self._place += len(whole)
        self._seen = there.st_ino, there.st_size
        self.why = "" if self.key else f"what this gateway remembers is not there ({FILE})"

    def _goes_on(self, found: Anew | None, size: int) -> None:
        """Where to read in a file that has come into the place of the one that was read."""
        behind = found.behind(self._mark, self._place) if found is not None and self._seen[0] else None
        self._mark = found.mark if found is not None else ""
        if behind is not None and behind <= size:
            self._place, now = behind, self._now()
            self._until = {id: one for id, one in self._until.items() if one[1] > now}
            self._had = {id: members for id, members in self._had.items() if id in self._until}
            self._took = {id: number for id, number in self._took.items() if id in self._until}
            return
        self._place, self.key, self.locks = 0, b"", {}
        self._until = {id: one for id, one in self._until.items() if one[0] == _ENDED and one[1] > self._now()}
        self._had, self._took = {}, {}

    def _line(self, line: bytes) -> None:
        try:
            match orjson.loads(line):
                case [str(head), str(key)] if head == _HEAD and not self.key:
                    self.key = bytes.fromhex(key)
                case ["until", str(id), float() | int() as until, float() | int() as forgotten]:
                    before = self._until.get(id, (until, forgotten))
                    self._until[id] = min(until, before[0]), max(forgotten, before[1])
                    self._news.add(id)
                case ["had", str(id), list(members)]:
                    self._had.setdefault(id, set()).update(members)
                case ["took", str(id), int(number)]:
                    self._took[id] = self._took.get(id, 0) + number
                case ["lock", str(key), str(known)]:
                    self.locks[key] = known
                case ["unlock", str(key)]:
                    self.locks.pop(key, None)
        except ValueError:  # of somebody who was stopped; nobody was told that it was done
            log.warning("%s: a line that is not whole is left out", self._path)

    async def tidy(self) -> None:
        """Write a large file anew, without what is forgotten, beside the loop."""
        if self._path is None or self._tidying or self._place < max(LARGE, 2 * self._needed):
            return
        self.look()
        self._tidying = True
        try:
            old, head = (self._mark, self._place), [_HEAD, self.key.hex()]
            given = self._path, old, secrets.token_hex(8), head, self._remembered()
            needed = await asyncio.to_thread(anew.write, *given)
            self._needed = needed or self._needed
        except OSError as e:
            log.warning("%s cannot be written anew: %s", self._path, e.strerror)
        finally:
            self._tidying = False
        self.look()

    def _remembered(self) -> Iterator[list[Any]]:
        """What is remembered now, whatever is noted while it is written."""
        now = self._now()
        kept = {id: one for id, one in self._until.items() if one[1] > now}
        had = [(id, tuple(members)) for id, members in self._had.items() if id in kept]
        took = [(id, number) for id, number in self._took.items() if id in kept]
        return _lines(kept, had, took, [*self.locks.items()])


def _lines(kept: Any, had: Any, took: Any, locks: Any) -> Iterator[list[Any]]:
    yield from (["until", id, *one] for id, one in kept.items())
    for id, members in had:
        yield from (["had", id, members[at : at + _TOGETHER]] for at in range(0, len(members), _TOGETHER))
    yield from (["took", *one] for one in took)
    yield from (["lock", *one] for one in locks)

"""Is it on disk? One append-only journal per session; whatever cannot be written whole counts as not written.

A file that is full is left as it is: the next entries go to a next part (see parts.py), in one chain.

A write that fails is taken back, so the journal goes on by itself once there is space again. A file that
was changed under us, or cannot be repaired, is given up: the session goes on in a new one.
"""

import os
import stat
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

import orjson

from vecgate.domain.call import Json
from vecgate.recording import chain, heads, parts
from vecgate.recording.seal import DataKey
from vecgate.refusals.errors import Part, Unavailable

CONTINUED: Final = "session.continued"
#: Where nobody says otherwise.
PART_BYTES: Final = 256 * 1024 * 1024


def free_bytes(folder: Path) -> int:
    """Disk space there that this process may use. Raises OSError."""
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize


def moment(at: float) -> str:
    """A time as journals write it: ISO 8601 in UTC, to the millisecond."""
    second, micros = divmod(round(at * 1_000_000), 1_000_000)
    return f"{_second(second)}.{micros // 1000:03}Z"


@lru_cache(maxsize=16)
def _second(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat().removesuffix("+00:00")


def moment_of(text: str) -> str:
    """The same of a time as people write it; one without a zone is in UTC. Raises ValueError."""
    when = datetime.fromisoformat(text)
    try:
        return moment((when.replace(tzinfo=UTC) if when.tzinfo is None else when).timestamp())
    except OverflowError as e:
        raise ValueError(text) from e


def encode(body: Json) -> bytes:
    """A body as JSON. Raises Unavailable('journal') for what cannot be written down; the text has no value in it."""
    try:
        return orjson.dumps(body)
    except TypeError as e:
        raise Unavailable(Part.JOURNAL, "the entry is not JSON") from e


def make_folder(folder: Path) -> None:
    """Make it, for this user only. Raises Unavailable('journal'), also for one that others own or can write to."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        state = folder.lstat()
        if not stat.S_ISDIR(state.st_mode):
            raise Unavailable(Part.JOURNAL, "its folder is a link to elsewhere")
        if state.st_uid != os.geteuid():
            raise Unavailable(Part.JOURNAL, "its folder is another user's")
        if state.st_mode & 0o022:
            raise Unavailable(Part.JOURNAL, "others may write to its folder")
    except OSError as e:
        raise Unavailable(Part.JOURNAL, _why(e)) from e


def _why(error: OSError) -> str:
    return error.strerror or type(error).__name__


class Journal:
    """The files of one session, the last open for appending. Its methods block; any thread may call them.

    `key` seals originals and authenticates entries; None (callers nobody knows) leaves originals out. A part of more
    than `part_bytes` is full. `opened`: what the first entry says of the session; each part says it again.
    """

    def __init__(
        self,
        folder: Path,
        session: str,
        key: DataKey | None,
        *,
        min_free: int,
        sync: bool,
        part_bytes: int = PART_BYTES,
        free: Callable[[Path], int] = free_bytes,
    ) -> None:
        """Makes the file. Raises FileExistsError for a session there already is, Unavailable(Part.JOURNAL)."""
        self.session = session
        self.broken = False
        self.opened: dict[str, Json] = {}
        self._folder, self._key, self._min_free, self._sync, self._free = folder, key, min_free, sync, free
        self._part_bytes = part_bytes
        self._lock = threading.Lock()
        self._next, self._prev, self._part, self._size = 0, chain.genesis(session), 1, 0
        self._fd = self._made(1)

    def _made(self, part: int) -> int:
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
        try:
            return os.open(parts.path_of(self._folder, self.session, part), flags, 0o600)
        except FileExistsError:
            raise
        except OSError as e:
            raise Unavailable(Part.JOURNAL, _why(e)) from e

    @property
    def entries(self) -> int:
        """How many entries it holds."""
        return self._next

    def append(
        self, at: float, code: str, exchange: str, body: bytes, original: bytes | None = None, *, reserve: bool = False
    ) -> None:
        """Write one entry and note its head, or nothing. `body` is JSON. Raises Unavailable('journal').

        `reserve` lets an entry use the space that is kept free: an answer to what is already under way.
        """
        with self._lock:
            if self._size >= self._part_bytes and not self.broken:
                self._turn(at, reserve)
            self._append(at, code, exchange, body, original, reserve)

    def _append(self, at: float, code: str, exchange: str, body: bytes, original: bytes | None, reserve: bool) -> None:
        sealed = None
        if original is not None and self._key is not None:
            sealed = self._key.seal(original, self.session, self._next)
        when = moment(at)
        core = chain.core(self._next, self._prev, when, code, exchange, body, sealed)
        line, digest = chain.finish(core, self._key.mac(core) if self._key else None)
        self._put(line, heads.Head(self.session, self._next, digest, when), reserve)
        self._next, self._prev, self._size = self._next + 1, digest, self._size + len(line)

    def _turn(self, at: float, reserve: bool) -> None:
        """Go on in a next part, or stay where it is. Raises Unavailable('journal')."""
        full = self._fd, self._part, self._size
        try:
            self._fd = self._made(self._part + 1)
        except FileExistsError as e:  # whoever made it, it is not ours
            self.broken = True
            raise Unavailable(Part.JOURNAL, "changed by someone else") from e
        self._part, self._size = self._part + 1, 0
        try:
            about = self.opened | {"session": self.session, "part": self._part}
            self._append(at, CONTINUED, "", encode(about), None, reserve)
        except Unavailable:
            os.close(self._fd)
            parts.path_of(self._folder, self.session, self._part).unlink(missing_ok=True)
            self._fd, self._part, self._size = full
            raise
        os.close(full[0])

    def _put(self, line: bytes, head: heads.Head, reserve: bool) -> None:
        try:
            self._check(0 if reserve else self._min_free, len(line))
            heads.write_whole(self._fd, line)
            if self._sync:
                os.fdatasync(self._fd)
            heads.note(self._folder, head, self._sync)
        except OSError as e:
            self._take_back()
            raise Unavailable(Part.JOURNAL, _why(e)) from e

    def _check(self, min_free: int, size: int) -> None:
        if self.broken:
            raise Unavailable(Part.JOURNAL, "given up")
        state = os.fstat(self._fd)
        if state.st_size != self._size or state.st_nlink == 0:
            self.broken = True
            raise Unavailable(Part.JOURNAL, "changed by someone else")
        if self._free(self._folder) - size < min_free:
            raise Unavailable(Part.JOURNAL, "too little free space")

    def _take_back(self) -> None:
        try:
            os.ftruncate(self._fd, self._size)
        except OSError:
            self.broken = True

    def close(self) -> None:
        """Close the file. Nothing can be appended any more."""
        with self._lock:
            self.broken = True
            if self._fd >= 0:
                os.close(self._fd)
                self._fd = -1

    def discard(self) -> None:
        """Close it, and remove the file if nothing was ever written to it."""
        self.close()
        if self._next == 0:
            parts.path_of(self._folder, self.session, 1).unlink(missing_ok=True)

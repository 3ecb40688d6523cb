"""Is it on disk? One append-only file per session; whatever cannot be written whole counts as not written.

A write that fails is taken back, so the journal goes on by itself once there is space again. A file that
was changed under us, or cannot be repaired, is given up: the session goes on in a new one.
"""

import os
import stat
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import orjson

from vecgate.errors import Unavailable
from vecgate.recording import chain, heads
from vecgate.recording.seal import DataKey
from vecgate.terms import Json

SUFFIX: Final = ".jsonl"


def free_bytes(folder: Path) -> int:
    """Disk space there that this process may use. Raises OSError."""
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize


def encode(body: Json) -> bytes:
    """A body as JSON. Raises Unavailable('journal') for what cannot be written down; the text has no value in it."""
    try:
        return orjson.dumps(body)
    except TypeError as e:
        raise Unavailable("journal", "the entry is not JSON") from e


def make_folder(folder: Path) -> None:
    """Make it, for this user only. Raises Unavailable('journal'), also for one that others own or can write to."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        state = folder.lstat()
        if not stat.S_ISDIR(state.st_mode):
            raise Unavailable("journal", "its folder is a link to elsewhere")
        if state.st_uid != os.geteuid():
            raise Unavailable("journal", "its folder is another user's")
        if state.st_mode & 0o022:
            raise Unavailable("journal", "others may write to its folder")
    except OSError as e:
        raise Unavailable("journal", _why(e)) from e


def _why(error: OSError) -> str:
    return error.strerror or type(error).__name__


class Journal:
    """The file of one session, open for appending. Its methods block; any thread may call them.

    `key` seals originals and authenticates entries; None (callers nobody knows) leaves originals out.
    """

    def __init__(
        self,
        folder: Path,
        session: str,
        key: DataKey | None,
        *,
        min_free: int,
        sync: bool,
        free: Callable[[Path], int] = free_bytes,
    ) -> None:
        """Makes the file. Raises FileExistsError for a session there already is, Unavailable('journal')."""
        self.session = session
        self.broken = False
        self._folder, self._key, self._min_free, self._sync, self._free = folder, key, min_free, sync, free
        self._lock = threading.Lock()
        self._next, self._prev, self._size = 0, chain.genesis(session), 0
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
        try:
            self._fd = os.open(folder / (session + SUFFIX), flags, 0o600)
        except FileExistsError:
            raise
        except OSError as e:
            raise Unavailable("journal", _why(e)) from e

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
            sealed = None
            if original is not None and self._key is not None:
                sealed = self._key.seal(original, self.session, self._next)
            when = datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
            core = chain.core(self._next, self._prev, when, code, exchange, body, sealed)
            line, digest = chain.finish(core, self._key.mac(core) if self._key else None)
            self._put(line, heads.Head(self.session, self._next, digest, when), reserve)
            self._next, self._prev, self._size = self._next + 1, digest, self._size + len(line)

    def _put(self, line: bytes, head: heads.Head, reserve: bool) -> None:
        try:
            self._check(0 if reserve else self._min_free, len(line))
            heads.write_whole(self._fd, line)
            if self._sync:
                os.fdatasync(self._fd)
            heads.note(self._folder, head, self._sync)
        except OSError as e:
            self._take_back()
            raise Unavailable("journal", _why(e)) from e

    def _check(self, min_free: int, size: int) -> None:
        if self.broken:
            raise Unavailable("journal", "given up")
        state = os.fstat(self._fd)
        if state.st_size != self._size or state.st_nlink == 0:
            self.broken = True
            raise Unavailable("journal", "changed by someone else")
        if self._free(self._folder) - size < min_free:
            raise Unavailable("journal", "too little free space")

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
            (self._folder / (self.session + SUFFIX)).unlink(missing_ok=True)

"""How long was each journal when it was last written? One append-only file beside them, a line per entry.

It makes a shortened or vanished journal visible. Several processes write it at once: every line is one `write` to a
file opened for appending, and begins with a line break, so that nothing is glued to a line that another could not
finish.
"""

import errno
import os
import re
import stat
import time
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

import orjson

NAME: Final = "heads.jsonl"
_APPEND: Final = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
_LOOKS: Final = 3
_PAUSE: Final = 0.01
_BEGIN: Final = b'{"session":"'
_WHOSE: Final = re.compile(rb'\{"session":"([^"]{1,80})"')


@dataclass(frozen=True, slots=True)
class Head:
    """The number (from 0) and hash of a journal's last entry, and when it was written (ISO 8601)."""

    session: str
    n: int
    hash: str
    at: str = ""
    archived: bool = False


def plain_file(path: Path) -> BinaryIO:
    """A file, open for reading. Raises OSError, also for what is no plain file: a pipe would be waited for for ever."""
    fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise OSError(errno.EINVAL, "no plain file")
    return os.fdopen(fd, "rb")


def write_whole(fd: int, line: bytes) -> None:
    """One write of all of it. Raises OSError, also when the disk took only a part."""
    if os.write(fd, line) != len(line):
        raise OSError(errno.ENOSPC, "short write")


def note(folder: Path, head: Head, sync: bool) -> None:
    """Append one head. Raises OSError, also for a pipe, which nobody reads: it would be waited for for ever.

    A line that could not be finished is closed off by the next.
    """
    fd = os.open(f"{folder}{os.sep}{NAME}", _APPEND, 0o600)
    try:
        write_whole(fd, b"\n" + orjson.dumps(head) + b"\n")
        if sync:
            os.fdatasync(fd)
    finally:
        os.close(fd)


def load(folder: Path) -> tuple[dict[str, Head], list[str]]:
    """The furthest head of every session, and what is wrong with the file. Raises OSError except for no file.

    A journal never becomes shorter, so a head behind one that was noted before takes nothing back.
    """
    heads: dict[str, Head] = {}
    problems: list[str] = []
    torn: list[tuple[int, bytes]] = []
    noted: dict[str, int] = {}
    try:
        lines = plain_file(folder / NAME)
    except FileNotFoundError:
        return heads, problems
    with lines:
        for number, line in enumerate(iter(lambda: _whole_line(lines), b""), 1):
            head = _read(line)
            if head is not None:
                before = heads.get(head.session)
                heads[head.session] = head if before is None or head.n >= before.n else before
                noted[head.session] = number
            elif line.strip():
                torn.append((number, line.strip()))
    last = max(noted.values(), default=0)
    for number, line in torn:
        if not _is_made_good(number, line, noted, last):
            problems.append(f"{NAME} line {number}: unreadable (unfinished, or changed)")
    return heads, problems


def _is_made_good(number: int, line: bytes, noted: dict[str, int], last: int) -> bool:
    """Whether a line is only one that a full disk cut off, and its session was noted again: then nothing is missing."""
    whose = _WHOSE.match(line)
    if whose is None:
        return _BEGIN.startswith(line) and last > number
    return not line.endswith(b"}") and noted.get(whose[1].decode("utf-8", "replace"), 0) > number


def _whole_line(lines: BinaryIO) -> bytes:
    """The next line. One without an end may be under way: what is missing is waited for a little."""
    line = lines.readline()
    for _ in range(_LOOKS):
        if not line or line.endswith(b"\n"):
            break
        time.sleep(_PAUSE)
        line += lines.readline()
    return line


def _read(line: bytes) -> Head | None:
    try:
        tree = orjson.loads(line)
        archived = tree.get("archived") is True
        return Head(str(tree["session"]), int(tree["n"]), str(tree["hash"]), str(tree["at"]), archived)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        return None

"""How long was each journal when it was last written? One append-only file beside them, a line per entry.

It makes a shortened or vanished journal visible. Several processes may write it: every line is one
`write` to a file opened for appending.
"""

import errno
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson

NAME: Final = "heads.jsonl"


@dataclass(frozen=True, slots=True)
class Head:
    """The number (from 0) and hash of a journal's last entry, and when it was written (ISO 8601)."""

    session: str
    n: int
    hash: str
    at: str = ""


def write_whole(fd: int, line: bytes) -> None:
    """One write of all of it. Raises OSError, also when the disk took only a part."""
    if os.write(fd, line) != len(line):
        raise OSError(errno.ENOSPC, "short write")


def note(folder: Path, head: Head, sync: bool) -> None:
    """Append one head. Raises OSError; a line that could not be finished is closed off by the next."""
    line = orjson.dumps(head) + b"\n"
    fd = os.open(folder / NAME, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        size = os.fstat(fd).st_size
        if size and os.pread(fd, 1, size - 1) != b"\n":
            line = b"\n" + line
        write_whole(fd, line)
        if sync:
            os.fdatasync(fd)
    finally:
        os.close(fd)


def load(folder: Path) -> tuple[dict[str, Head], list[str]]:
    """The last head of every session, and what is wrong with the file. Raises OSError except for no file."""
    heads: dict[str, Head] = {}
    problems: list[str] = []
    try:
        lines = (folder / NAME).open("rb")
    except FileNotFoundError:
        return heads, problems
    with lines:
        for number, line in enumerate(lines, 1):
            head = _read(line)
            if head is not None:
                heads[head.session] = head
            elif line.strip():
                problems.append(f"{NAME} line {number}: unreadable (unfinished, or changed)")
    return heads, problems


def _read(line: bytes) -> Head | None:
    try:
        tree = orjson.loads(line)
        return Head(str(tree["session"]), int(tree["n"]), str(tree["hash"]), str(tree["at"]))
    except (ValueError, KeyError, TypeError):
        return None

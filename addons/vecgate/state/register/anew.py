"""How is a file of lines written anew, without what is forgotten, while others go on adding to it?

Beside it, and then in its place: what stood in it up to some place is said again in new lines, what came behind that is
copied as it is. Whoever had read the old one that far goes on in the new one behind those lines, and reads none again.
Nobody waits for more than the last bytes.
"""

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

import orjson

_HEAD: Final = "anew"
#: The two first lines of a file are shorter.
_FIRST: Final = 4096


@dataclass(frozen=True, slots=True)
class Anew:
    """What the second line of a file says that was written anew: it is `mark`, in the place of `of` (empty: the first).

    The `said` bytes behind this line, at `begins`, say what the first `place` bytes of that one said.
    """

    mark: str
    of: str
    place: int
    said: int
    begins: int = 0

    @classmethod
    def read(cls, file: int) -> Self | None:
        """What a file says of itself; None: it is the first one."""
        first, _, rest = os.pread(file, _FIRST, 0).partition(b"\n")
        second = rest.partition(b"\n")[0]
        try:
            match orjson.loads(second):
                case [str(head), str(mark), str(of), int(place), int(said)] if head == _HEAD:
                    return cls(mark, of, place, said, len(first) + len(second) + 2)
        except ValueError:
            pass
        return None

    @property
    def line(self) -> bytes:
        return orjson.dumps([_HEAD, self.mark, self.of, self.place, self.said]) + b"\n"

    def behind(self, mark: str, place: int) -> int | None:
        """Where somebody goes on who had read the file `mark` up to there; None: they read all of this one."""
        return self.begins + self.said + place - self.place if mark == self.of and place >= self.place else None


@contextmanager
def locked(path: Path, more: int = 0) -> Iterator[int]:
    """The file, while nobody else writes to it; somebody may have written it anew meanwhile. Raises OSError."""
    while True:
        file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CLOEXEC | more, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            if os.fstat(file).st_ino == os.stat(path).st_ino:
                yield file
                return
        finally:
            os.close(file)


def write(path: Path, old: tuple[str, int], mark: str, head: list[Any], lines: Iterable[list[Any]]) -> int:
    """Write it, of what the file `old` said up to a place; how many bytes are remembered, 0 where another was first.

    Raises OSError.
    """
    aside = path.with_suffix(f".{os.getpid()}")
    text = b"".join(orjson.dumps(line) + b"\n" for line in lines)
    new = os.open(aside, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        put(new, orjson.dumps(head) + b"\n" + Anew(mark, *old, len(text)).line + text)
        with path.open("rb") as file:
            is_old = _mark(file.fileno()) == old[0]
            place = _copied(new, file.fileno(), old[1]) if is_old else 0
            os.fsync(new)
        with locked(path) as there:
            if not is_old or _mark(there) != old[0]:
                return 0
            if _copied(new, there, place) > place:
                os.fsync(new)
            aside.replace(path)
            _keep_name(path.parent)
    finally:
        os.close(new)
        aside.unlink(missing_ok=True)
    return len(text)


def _mark(file: int) -> str:
    found = Anew.read(file)
    return found.mark if found else ""


def _copied(new: int, old: int, place: int) -> int:
    """Copy what is there from a place on; up to where that was."""
    text = os.pread(old, max(0, os.fstat(old).st_size - place), place)
    put(new, text)
    return place + len(text)


def put(file: int, text: bytes) -> None:
    """Write all of it."""
    while text:
        text = text[os.write(file, text) :]


def _keep_name(folder: Path) -> None:
    """That the new file has the name, too, outlasts the machine's end: what is written from here on is in it."""
    file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(file)
    finally:
        os.close(file)

"""Which files are one session's journal? The first, and numbered parts (`ID.2.jsonl`) once that is full.

The chain runs through all of them: numbers and hashes go on, and the first entry of a part says whose session it is. So
the older parts of a session that goes on can be kept elsewhere: a head is noted for each (`ID.1`), and what is left
is held against that.
"""

import re
from pathlib import Path
from typing import Final

SUFFIX: Final = ".jsonl"
ID: Final = re.compile(r"\d{8}T\d{6}-[a-z0-9-]{1,32}-[0-9a-f]{4}")
_STEM: Final = re.compile(rf"({ID.pattern})(?:\.([2-9]|[1-9]\d{{1,5}}))?")

#: The parts of a session that are there, by their numbers (from 1), in order.
type Parts = dict[int, Path]


def path_of(folder: Path, session: str, part: int) -> Path:
    """Where a part is written."""
    return folder / f"{session}.{part}{SUFFIX}" if part > 1 else folder / f"{session}{SUFFIX}"


def noted(session: str, part: int) -> str:
    """The name under which the end of a part is noted by itself, when it is kept elsewhere."""
    return f"{session}.{part}"


def session_of(name: str) -> str | None:
    """Whose journal, or part of one, has that name (without the suffix); None: nobody's."""
    found = _STEM.fullmatch(name) or re.fullmatch(rf"({ID.pattern})\.1", name)
    return found[1] if found else None


def is_plain(path: Path) -> bool:
    """Whether it is a file, and no link to one."""
    return path.is_file() and not path.is_symlink()


def all_in(folder: Path) -> dict[str, Parts]:
    """Every session in a folder, oldest first. What is no plain file is none."""
    found: dict[str, Parts] = {}
    for path in named(folder):
        stem = _STEM.fullmatch(path.stem)
        if stem is not None and is_plain(path):
            found.setdefault(stem[1], {})[int(stem[2] or 1)] = path
    return {session: dict(sorted(found[session].items())) for session in sorted(found)}


def named(folder: Path) -> list[Path]:
    """Whatever has the name of a journal."""
    return sorted(path for path in folder.glob("*" + SUFFIX) if _STEM.fullmatch(path.stem))


def of(folder: Path, session: str) -> Parts:
    """The parts of one session; none, where there is no such session."""
    return all_in(folder).get(session, {})

"""Can sessions be recorded? Their folder, who gets at it, and the disk. What cannot be recorded is refused."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from vecgate.doctor import files
from vecgate.doctor.finding import Finding, ok, problem, warning
from vecgate.recording.journal import free_bytes
from vecgate.settings.recording import Recording

ABOUT: Final = "recordings"
#: Warn when less than this many times the least free space is left.
_TIGHT: Final = 8
_MEBIBYTE: Final = 1024 * 1024


def check(settings: Recording, free: Callable[[Path], int] = free_bytes) -> Iterator[Finding]:
    """Writes one temporary file, which is gone afterwards."""
    folder = settings.folder
    if not folder.exists():
        found = next(parent for parent in folder.parents if parent.exists())
        yield ok(ABOUT, f"{folder} is made when the first session is recorded.")
    else:
        found = folder
        yield _private(folder)
    yield _writable(found)
    yield _space(settings, found, free)


def _private(folder: Path) -> Finding:
    if folder.stat().st_mode & 0o022:  # as the recorder sees it
        return problem(ABOUT, f"Others can write to {folder}: every request is refused.", f"Run: chmod 700 {folder}")
    return files.secret(ABOUT, folder, "The folder")


def _writable(folder: Path) -> Finding:
    try:
        with tempfile.TemporaryFile(dir=folder):
            return ok(ABOUT, f"{folder} can be written to.")
    except OSError as e:
        todo = f"Give {folder} to the gateway's user: until then every request is refused."
        return problem(ABOUT, f"{folder} cannot be written to: {e.strerror}.", todo)


def _space(settings: Recording, folder: Path, free: Callable[[Path], int]) -> Finding:
    left, least = free(folder), settings.min_free
    said = f"{left // _MEBIBYTE} MiB are free; below {least // _MEBIBYTE} MiB every request is refused."
    todo = "Free disk space, or move old sessions away."
    if left < least:
        return problem(ABOUT, said, todo)
    return warning(ABOUT, said, todo) if left < _TIGHT * least else ok(ABOUT, said)

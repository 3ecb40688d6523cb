"""Whose CA is it when several workers start at once in an empty folder? One makes it, the others wait and use it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from vecgate.refusals.errors import SettingsError

_LOCK: Final = ".vecgate-ca.lock"
_MADE: Final = ("mitmproxy-ca.pem", "mitmproxy-dhparam.pem")


@contextmanager
def alone_with(folder: Path) -> Iterator[None]:
    """Hold the folder while mitmproxy may make its CA there. With a CA in it there is nothing to wait for.

    Raises SettingsError for a folder that cannot be made or written to.
    """
    if all((folder / name).exists() for name in _MADE):
        yield
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as e:
        raise SettingsError([f"listen.certificate_folder {folder}: {e.strerror or type(e).__name__}"]) from e
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)

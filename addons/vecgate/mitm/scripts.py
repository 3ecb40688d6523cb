"""How does `mitmweb -s gateway.py` get its path back? Its script is loaded again until the gate has one.

mitmproxy loads a script again when its file becomes newer, and forgets it for good when the file is deleted. So
without this a gate would stay closed whose file was away for a second, came back as an older copy, or was fine
while the settings it reads were not. This stays for the life of the process and acts only while the gate is closed.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from mitmproxy import ctx

from vecgate.background import Tasks

log = logging.getLogger(__name__)

LOOK_SECONDS: Final = 0.5
FIRST_PAUSE: Final = 2.0
LONGEST_PAUSE: Final = 30.0

type Look = tuple[int, int, int] | None


def look(path: Path) -> Look:
    """Inode, time of change in nanoseconds and size; None when there is no such file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_ino, found.st_mtime_ns, found.st_size)


def compiles(path: Path) -> bool:
    """Whether it is Python at all: what is not would only fill the log."""
    try:
        compile(path.read_bytes(), path.name, "exec")
    except (OSError, SyntaxError, ValueError):
        return False
    return True


def script_of(addon: object) -> str | None:
    """The name under which mitmproxy loaded the script that brought this addon; None when no script did."""
    loader: Any = ctx.master.addons.get("scriptloader")
    for script in loader.addons if loader is not None else ():
        if any(one is addon for one in getattr(script.ns, "addons", ())):
            return str(script.path)
    return None


class Keeper:
    """Has one script loaded again, with growing pauses, as long as `closed` says that no path is in place."""

    def __init__(self, closed: Callable[[], bool]) -> None:
        self._closed = closed
        self._tasks = Tasks()
        self._name: str | None = None
        self._seen: Look = None
        self._tried: Look = None
        self._pause = FIRST_PAUSE
        self._due = 0.0

    def keep(self, name: str) -> None:
        """Watch this script from now on, inside the running loop. The one named last counts."""
        if self._name is None:
            self._tasks.start(self._watch(), "keep the script loaded")
        self._name = name

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            self.poll(time.monotonic())

    def poll(self, now: float) -> None:
        """One look. `now` is in seconds on a clock that never goes back."""
        if self._name is None or not self._closed():
            self._tried, self._due = None, now + FIRST_PAUSE  # mitmproxy's own watcher goes first
            return
        path = Path(self._name.strip("'\" ")).expanduser()  # as mitmproxy reads it
        before, self._seen = self._seen, look(path)
        if self._seen is None or self._seen != before or (now < self._due and self._seen == self._tried):
            return  # away, still being written, or tried a moment ago
        if compiles(path):
            self._pause = min(2 * self._pause, LONGEST_PAUSE) if self._seen == self._tried else FIRST_PAUSE
            self._tried, self._due = self._seen, now + self._pause
            log.warning("no path is in place: %s is loaded again", path.name)
            _load(self._name)


def _load(name: str) -> None:
    loaded = list(ctx.options.scripts)
    if name in loaded:
        ctx.options.update(scripts=[one for one in loaded if one != name])
        ctx.options.update(scripts=loaded)
    else:
        ctx.options.update(scripts=[*loaded, name])

"""Who is on call? A file that names people exactly, as long as it is fresh, ours and can be read: or else nobody.

    {"at": "2026-11-28T15:00:00Z", "people": ["dora"]}

Whatever pages people writes it anew now and then. Nobody is a stage's fallback to answer for, never a yes.
"""

import os
import stat
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from vecgate.parsing import strict_json
from vecgate.settings.approvals import OnCallFile

LONGEST: Final = 64 * 1024
MOST: Final = 100
#: So far ahead of our clock it may have been written, in seconds.
_AHEAD: Final = 60.0


class OnCall:
    """Read anew each time that somebody asks."""

    def __init__(self, files: Mapping[str, OnCallFile], now: Callable[[], float]) -> None:
        self._files, self._now = files, now

    def people(self, name: str) -> tuple[str, ...]:
        """Who is on call by that name; nobody where that cannot be told."""
        found = self._files.get(name)
        try:
            return self._fresh(_read(found.file), found.good_for) if found is not None else ()
        except (OSError, ValueError, TypeError, KeyError, strict_json.NotStrict):
            return ()

    def _fresh(self, tree: Any, good_for: float) -> tuple[str, ...]:
        at = datetime.fromisoformat(tree["at"])
        people = tree["people"]
        if at.tzinfo is None or tree.keys() != {"at", "people"} or not isinstance(people, list) or len(people) > MOST:
            raise ValueError("not who is on call")
        if not all(isinstance(one, str) and one.strip() == one and one and one.isprintable() for one in people):
            raise ValueError("not names")
        fresh = -_AHEAD <= self._now() - at.timestamp() <= good_for
        return tuple(dict.fromkeys(people)) if fresh else ()


def _read(path: Path) -> Any:
    """What a file of ours says, which nobody else can write. Raises OSError, ValueError."""
    file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        about = os.fstat(file)
        is_ours = about.st_uid in (0, os.geteuid()) and not about.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
        if not stat.S_ISREG(about.st_mode) or not is_ours:
            raise ValueError("not a file that only we write")
        text = os.read(file, LONGEST + 1)
    finally:
        os.close(file)
    if len(text) > LONGEST:
        raise ValueError("too long")
    return strict_json.parse(text)

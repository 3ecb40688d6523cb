"""Which port does a server of a test take? One that no other process of the suite is given, below those of connections.

A port that was only looked at is anybody's until its server listens: of two processes that look at once, one fails.
"""

import fcntl
import itertools
import os
import tempfile
from pathlib import Path
from typing import Final

from demo.ports import is_free

# Below those of stacks (demo/ports.py), which lie below those of outgoing connections.
_RANGE: Final = range(10000, 20000, 10)
_NEXT: Final = Path(tempfile.gettempdir()) / f"vecgate-test-ports.{os.getuid()}"


def free_port() -> int:
    """A loopback port nobody listens on, and with it the nine above; no process is given one of them soon again."""
    with _NEXT.open("a+", encoding="ascii") as kept:
        fcntl.flock(kept, fcntl.LOCK_EX)
        kept.seek(0)
        for number in itertools.count(int(kept.read() or 0)):
            port = _RANGE[number % len(_RANGE)]
            if all(is_free(port + above) for above in range(_RANGE.step)):
                break
        kept.truncate(0)
        kept.write(str(number + 1))
    return port

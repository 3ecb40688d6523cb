"""Which of the gateway's workers is this process, and what does it have in common with the others?"""

import secrets
from dataclasses import dataclass, field
from pathlib import Path

_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class WorkerNumber:
    """Worker `index` of `count`, counted from 0. `restarts`: how often it was started anew.

    `hash_key` keys the marks of masked values where `masking.key` names no better one: one for all workers, or the same
    name would have two hashes.
    `feed` is the socket of the viewer, if there is one.
    """

    index: int = 0
    count: int = 1
    restarts: int = 0
    feed: Path | None = None
    hash_key: bytes = field(default_factory=lambda: secrets.token_bytes(_KEY_BYTES), repr=False)


_here: list[WorkerNumber] = []


def take(place: WorkerNumber) -> None:
    """Say which place this process has. Comes before the path is loaded."""
    _here[:] = [place]


def here() -> WorkerNumber:
    """The place of this process; a process that nobody told stands alone."""
    if not _here:
        _here.append(WorkerNumber())
    return _here[0]

"""What does a dialect's table of guarded calls hold? `tests/dialects/NAME/guarded.py`: one call for each route that reads or writes.

Its answer, or what it writes, has two records: `dept` is `hr` in the first of them and `it` in the second, both are made
by vectors that are not zero, and found with scores that are not.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Told:
    """A call, and the answer to it. `alone`: it is about the first record only."""

    method: str
    path: str
    body: Any = None
    answer: Any = None
    alone: bool = False
    headers: tuple[tuple[str, str], ...] = ()

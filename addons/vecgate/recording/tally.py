"""How much of what is refused gets into the journal? So many entries a minute for each person; the rest is counted.

Whoever may do nothing at all can still ask, as often as the line takes it: that must not fill the disk.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from vecgate.domain.call import Json

MINUTE: Final = 60.0


@dataclass(slots=True)
class Tally:
    """One caller's refusals. `most`: entries in a minute; times are in seconds."""

    most: int
    began: float = 0.0
    written: int = 0
    session: str = ""
    counts: Counter[str] = field(default_factory=Counter)

    def is_over(self, now: float) -> bool:
        """Whether the minute is over."""
        return not 0 <= now - self.began < MINUTE

    @property
    def is_full(self) -> bool:
        """Whether more are only counted, until the minute is over."""
        return bool(self.counts) or self.written >= self.most

    def takes(self, now: float, session: str) -> bool:
        """Whether one more may be written. Once a minute is over and told of, the next one begins."""
        if self.is_over(now) and not self.counts:
            self.began, self.written = now, 0
        self.session = session
        if self.is_full:
            return False
        self.written += 1
        return True

    def told(self) -> Json:
        """What was counted and not written, and begin anew."""
        counts, self.counts = dict(self.counts), Counter()
        return {"refused": {code: count for code, count in sorted(counts.items())}}

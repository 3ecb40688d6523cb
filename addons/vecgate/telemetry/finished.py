"""What is told of an exchange that has ended? No more than this leaves the event loop, let alone the host."""

from collections.abc import Sequence
from typing import NamedTuple

from vecgate.telemetry.labels import Labels


class Finished(NamedTuple):
    """One exchange. `steps` are (name, start, end); these, `began` and `ended` are seconds on one clock.

    `started` is `began` in seconds since the epoch; `parent` is the client's `traceparent`; `status` that of
    its refusal, or 0.
    """

    exchange: str
    labels: Labels
    status: int
    parent: str | None
    started: float
    began: float
    ended: float
    steps: Sequence[tuple[str, float, float]]

    def at(self, moment: float) -> int:
        """A moment of that clock in nanoseconds since the epoch."""
        return int((self.started + moment - self.began) * 1e9)

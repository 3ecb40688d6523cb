"""Under which circumstances is a call decided on? The time; passed in, as evaluation has no clock.

What is not known opens nothing and lifts nothing: a rule that allows something at a time does not, and one that denies
it does.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known. `at`: seconds since the epoch."""

    at: float | None = None


UNKNOWN: Final = Circumstances()

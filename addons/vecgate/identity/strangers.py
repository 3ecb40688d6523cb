"""May the issuer be asked about one more unknown token from this address? Not when too many from there were wrong.

A bucket for each address: a wrong token empties it by one, time fills it again. A full one is forgotten. Each worker
counts its own. Tokens that were good once are not asked about here.
"""

from collections.abc import Callable
from typing import Final

from vecgate.settings.addresses import whose

#: So many wrong tokens in a row, and then one in so many seconds.
BURST: Final = 20.0
SECONDS_EACH: Final = 3.0
ADDRESSES: Final = 4096


class Strangers:
    """Who came with wrong tokens. `now` is in seconds since the epoch."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._full_at: dict[str, float] = {}  # by address: when its bucket is full again

    def may_ask(self, address: str) -> bool:
        """Whether there is anything left for this address."""
        return self._lacks(whose(address)) <= BURST - 1

    def was_wrong(self, address: str) -> None:
        """One more token from there was wrong."""
        place = whose(address)
        full_at = self._now() + (self._lacks(place) + 1) * SECONDS_EACH
        self._full_at.pop(place, None)
        if len(self._full_at) >= ADDRESSES:
            del self._full_at[next(iter(self._full_at))]
        self._full_at[place] = full_at

    def _lacks(self, place: str) -> float:
        return max(0.0, self._full_at.get(place, 0.0) - self._now()) / SECONDS_EACH

"""When was a collection last read, and by whom? As far as this gateway saw, to the hour: for whoever is to destroy it.

The path only notes it in memory; what is new goes to Valkey some seconds later, all at once. It is a hint and no
record: what a worker noted last before it was killed is lost, and a server that is away is not waited for.
"""

import asyncio
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from vecgate.background import Tasks
from vecgate.refusals.errors import Unavailable
from vecgate.state.store import Script, Store

EVERY_SECONDS: Final = 5.0
#: So many collections are noted between two writes; more are not.
_MOST: Final = 10_000
_HOUR: Final = 3600
_KEPT: Final = 400 * 24 * _HOUR

_USED: Final = Script.of(
    """
    if ARGV[1] == 'read' then return redis.call('HMGET', KEYS[1], unpack(ARGV, 2)) end
    for n = 3, #ARGV, 2 do
      local known, new = redis.call('HGET', KEYS[1], ARGV[n]), ARGV[n + 1]
      if not known or tonumber(known:match('^%d+')) <= tonumber(new:match('^%d+')) then
        redis.call('HSET', KEYS[1], ARGV[n], new)
      end
    end
    redis.call('EXPIRE', KEYS[1], ARGV[2])
    return 0
    """
)

#: Upstream, tenant, database, collection.
type FullName = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Use:
    """A collection was read in the hour that began at `at` (seconds since the epoch), by this user last."""

    collection: str
    at: int
    by: str


class Used:
    """What was read lately. `open` starts the writer inside the running loop."""

    def __init__(self, store: Store, now: Callable[[], float] = time.time) -> None:
        self._store, self._now = store, now
        self._key = store.key("used")
        self._new: dict[FullName, tuple[float, str]] = {}
        self._tasks = Tasks()

    def open(self) -> None:
        self._tasks.start(self._write(), "state: used")

    async def close(self) -> None:
        await self._tasks.close()
        with suppress(Unavailable):
            await self.flush()

    def note(self, place: FullName, user: str) -> None:
        """It was read just now."""
        if place in self._new or len(self._new) < _MOST:
            self._new[place] = self._now(), user

    async def of(self, places: Iterable[FullName]) -> tuple[Use, ...]:
        """The last use of each that was ever seen to be used. Raises Unavailable."""
        await self.flush()
        asked = list(places)
        if not asked:
            return ()
        found = await self._store.run(_USED, [self._key], ["read", *map(_name, asked)])
        said = [(place[3], *str(text).split(" ", 1)) for place, text in zip(asked, found, strict=True) if text]
        return tuple(Use(collection, int(hour) * _HOUR, by) for collection, hour, by in said)

    async def flush(self) -> None:
        """Write what is new. Raises Unavailable; then it is new still."""
        new = self._new
        if not new:
            return
        words = [word for place, (at, by) in new.items() for word in (_name(place), f"{int(at) // _HOUR} {by}")]
        self._new = {}
        try:
            for first in range(0, len(words), 1000):
                await self._store.run(_USED, [self._key], ["note", _KEPT, *words[first : first + 1000]])
        except Unavailable:
            self._new = {**new, **self._new}
            raise

    async def _write(self) -> None:
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            with suppress(Unavailable):
                await self.flush()


def _name(place: FullName) -> str:
    """One text of the four, which no other four have."""
    return "".join(f"{len(one)}:{one}" for one in place)

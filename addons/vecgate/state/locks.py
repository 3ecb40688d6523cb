"""Who writes these records now? A lock on each id, for all gateways of one Valkey, by one script call for a batch.

A lock is let go when the outcome of the write is known. Of one that is not, the write may still come true: its locks
end by themselves, once the database's time-out has passed.
"""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from hashlib import blake2b
from typing import Final

from vecgate.domain.scoped import Held
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused, Unavailable
from vecgate.state.store import Script, Store

#: For how long another writer's locks are waited for, and how often they are looked at, in seconds.
PATIENCE: Final = 3.0
PAUSE: Final = 0.05
#: What a write may take besides the database's own time: spending a yes, looking at names again.
BESIDES: Final = 20.0

_LOCKS: Final = Script.load("vecgate.state", "locks.lua")


class Locks:
    """The locks of one gateway's writes."""

    def __init__(self, store: Store, now: Callable[[], float] = time.monotonic) -> None:
        self._store, self._now = store, now

    @asynccontextmanager
    async def of(self, places: Sequence[tuple[str, str]], ids: Sequence[str], seconds: float) -> AsyncIterator[Held]:
        """Hold the locks on these ids in each of some places. `seconds`: the longest time the database is waited for.

        Raises CallRefused (`rows.busy`), Unavailable(Part.STATE).
        """
        keys, me = [self._key(*place, id) for place in places for id in ids], secrets.token_hex(8)
        began = self._now()
        await self._take(keys, me, 3 * seconds + BESIDES)
        held = Held(began + seconds + BESIDES, self._now)
        try:
            yield held
        finally:
            if held.known:
                with suppress(Unavailable):  # then they end by themselves
                    await self._store.run(_LOCKS, keys, ["free", me, 0])

    async def _take(self, keys: list[str], me: str, seconds: float) -> None:
        until = self._now() + PATIENCE
        while not await self._store.run(_LOCKS, keys, ["take", me, int(seconds * 1000)]):
            if self._now() > until:
                raise CallRefused(refuse("rows.busy"))
            await asyncio.sleep(PAUSE)

    def _key(self, *parts: str) -> str:
        # Hashed: an id may be somebody's address.
        mark = blake2b(b"".join(len(raw).to_bytes(8, "big") + raw for raw in map(str.encode, parts)), digest_size=20)
        return self._store.key("{rows}", mark.hexdigest())

"""Is this principal too fast under this rule? The rate limit, one bucket for all workers (GCRA).

Whoever is fast under a generous rate is not asked about each time: a worker takes a few permits at once, which count
in the bucket from then on, and uses them up or forgets them. It never holds more than a fiftieth of what the rate lets
pass at once, and never for longer than a tenth of a second, so workers together let pass at most that much each beyond
the rate in any time. What comes while permits are being asked for waits for them. Under a rate of less than 100 at once
every request is counted by itself.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from vecgate.domain.decision import Rate
from vecgate.refusals.errors import Unavailable
from vecgate.state.store import Script, Store

HELD_SECONDS: Final = 0.1
HELD_SHARE: Final = 50
HELD_BUCKETS: Final = 4096
#: So often others' asking is waited for; then one asks alone.
_WAITS: Final = 2

_GCRA: Final = Script.load("vecgate.state", "gcra.lua")

type _Who = tuple[str, str, Rate]


@dataclass(slots=True)
class _Held:
    """Permits that were taken together at `since` (seconds): how many, and how many are left.

    `came`: how many requests since then. `asking`: for more; it tells, at its end, why none could be had, to so many
    who are `waiting`.
    """

    taken: int = 0
    left: int = 0
    since: float = 0.0
    came: int = 0
    waiting: int = 0
    asking: asyncio.Future[Unavailable | None] | None = None

    def next(self, now: float, most: int) -> int:
        """How many to take now: for those who wait, or as long as they may be held, at the pace the last ones came."""
        pace = self.came / max(now - self.since, 0.001)
        return min(max(1 + self.waiting, min(int(pace * HELD_SECONDS), 2 * self.taken)), most)


class Rates:
    """The buckets: one per principal, rule and rate. `monotonic` ages the permits that are held."""

    def __init__(self, store: Store, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._store, self._now = store, monotonic
        self._held: dict[_Who, _Held] = {}

    async def take(self, principal_key: str, rule: str, rate: Rate) -> float:
        """Count one request. 0.0: it may pass; otherwise seconds until the next one may. Raises Unavailable.

        Up to `rate.requests` may come at once; they are given back evenly over `rate.seconds`.
        """
        who = (principal_key, rule, rate)
        held = self._held.get(who) or self._new(who)
        held.came += 1
        most = rate.requests // HELD_SHARE
        for _ in range(_WAITS):
            if self._has(held):
                return 0.0
            if held.asking is None:
                return await (self._more(who, held, most) if most > 1 else self._alone(who))
            await _told(held, held.asking)
        return 0.0 if self._has(held) else await self._alone(who)

    def _has(self, held: _Held) -> bool:
        """Whether one was left, which is taken."""
        if not held.left or self._now() - held.since >= HELD_SECONDS:
            return False
        held.left -= 1
        return True

    async def _alone(self, who: _Who) -> float:
        return (await self._ask(who, 1))[1]

    async def _more(self, who: _Who, held: _Held, most: int) -> float:
        held.asking = asking = asyncio.get_running_loop().create_future()
        why: Unavailable | None = None
        try:
            return await self._fill(who, held, most)
        except Unavailable as e:
            why = e
            raise
        finally:
            held.asking = None
            asking.set_result(why)

    async def _fill(self, who: _Who, held: _Held, most: int) -> float:
        now = self._now()
        wanted, held.left, held.came = held.next(now, most), 0, 0
        held.taken, wait = await self._ask(who, wanted)
        held.left, held.since = max(held.taken - 1, 0), now
        return wait

    async def _ask(self, who: _Who, wanted: int) -> tuple[int, float]:
        rate = who[2]
        step = rate.seconds * 1_000_000 / rate.requests
        granted, wait = await self._store.run(_GCRA, [self._bucket(*who)], [step, rate.requests, wanted])
        return int(granted), int(wait) / 1_000_000

    def _new(self, who: _Who) -> _Held:
        rate = who[2]
        if rate.requests < 1 or rate.seconds <= 0:
            raise ValueError("a rate allows at least one request in a positive time")
        if len(self._held) >= HELD_BUCKETS:  # forgotten permits are only lost to their owner
            self._held.clear()
        held = self._held[who] = _Held()
        return held

    def _bucket(self, principal_key: str, rule: str, rate: Rate) -> str:
        # Hashed: a subject may be an e-mail address. The rate is part of it, so a changed rule starts afresh.
        parts = (principal_key, rule, f"{rate.requests}/{rate.seconds}")
        mark = sha256(b"".join(len(raw).to_bytes(8, "big") + raw for raw in map(str.encode, parts)))
        return self._store.key("rate", mark.hexdigest())


async def _told(held: _Held, asking: asyncio.Future[Unavailable | None]) -> None:
    """Once it was asked; only waited for: whoever asks may leave, and so may any who wait. Raises Unavailable."""
    held.waiting += 1
    try:
        await asyncio.wait({asking})
    finally:
        held.waiting -= 1
    if (why := asking.result()) is not None:
        raise why

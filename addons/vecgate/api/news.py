"""Has anything changed for this person? Answered once it has, or after a while: so nobody has to ask again and again.

    GET /.vecgate/v1/news/MARK     {"mark": MARK, "waiting": 3}     with the mark of the last answer; with 0 at once

A mark stands for how all that one may see stands; `waiting` says how much of it waits for one's own answer.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from hashlib import blake2b
from typing import Final
from weakref import WeakKeyDictionary

import orjson

from vecgate.access.ledger import Entry
from vecgate.api.own import LONGEST, Answered, Asked, Own, Parts
from vecgate.approvals.board import Board
from vecgate.approvals.standing import Standing
from vecgate.domain.call import Json
from vecgate.domain.exchange import Exchange
from vecgate.domain.operation import Operation
from vecgate.domain.principal import Principal

#: How long nobody is answered to whom nothing is new, in seconds.
WAIT: Final = 25.0
#: How often a worker looks whether anything has changed; and reads all, for what time alone has ended.
LOOK: Final = 1.0
ANEW: Final = 10.0
#: So many of one person wait at a time, at each worker; more are answered at once.
WAITS: Final = 8
_WAITING: Final = Counter[str]()


class Looks:
    """All that is asked and held, read anew only where there was a change: once for all who wait at this worker."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now, self._turn = now, asyncio.Lock()
        self._looked = self._read = float("-inf")
        self._places = "", ""
        self._found: tuple[Sequence[Standing], Sequence[Entry]] = ((), ())

    async def found(self, parts: Parts) -> tuple[Sequence[Standing], Sequence[Entry]]:
        """Raises Unavailable('state')."""
        async with self._turn:
            if self._now() - self._looked >= LOOK:
                began = self._now()
                places = await parts.board.place(), await parts.access.ledger.place()
                if places != self._places or began - self._read >= ANEW:
                    self._found = await parts.board.list(), await parts.access.ledger.list()
                    self._places, self._read = places, began
                self._looked = began
            return self._found


#: Each worker has one board.
_LOOKS: Final[WeakKeyDictionary[Board, Looks]] = WeakKeyDictionary()


def told(calls: Sequence[Standing], access: Sequence[Entry], principal: Principal) -> dict[str, Json]:
    """What is told to one person of all that there is."""
    held = [one for one in calls if one.visible_to(principal)]
    asked = [one for one in access if one.request.visible_to(principal)]
    stands: list[Json] = [[one.id, one.state, len(one.votes), one.held.why] for one in held]
    stands += [[one.request.id, one.request.state, one.request.how, one.rev] for one in asked]
    waiting = sum(one.state == "pending" and one.may_decide(principal) for one in held)
    waiting += sum(one.request.state == "pending" and not one.request.may_decide(principal) for one in asked)
    return {"mark": blake2b(orjson.dumps(stands), digest_size=16).hexdigest(), "waiting": waiting}


class News(Own):
    """One question; the mark stands where others name what they are about."""

    def __init__(self, parts: Parts, asked: Asked) -> None:
        self._parts, self._asked = parts, asked
        self.call = asked.call(LONGEST)
        self.operation = Operation(dialect="vecgate", name="requests", kind="requests", danger=0)

    async def answer(self, exchange: Exchange) -> Answered:
        who, looks = self._asked.principal, _LOOKS.setdefault(self._parts.board, Looks())
        until = time.monotonic() + (WAIT if _WAITING[who.key] < WAITS else 0.0)
        _WAITING[who.key] += 1
        try:
            while True:
                found = told(*await looks.found(self._parts), who)
                over = time.monotonic() >= until or self._parts.draining() or exchange.left()
                if over or found["mark"] != self._asked.id:
                    return Answered(found)
                await asyncio.sleep(LOOK / 2)
        finally:
            _WAITING[who.key] -= 1
            if not _WAITING[who.key]:
                del _WAITING[who.key]

"""Whoever watches is told once the time of a call's rule has passed, and not before; a rule that goes on is asked anew."""

import asyncio
import time

from support.fakes.gates import ALLOW, exchange
from vecgate.handling import timing


async def test_nothing_is_watched_where_no_time_ends_it() -> None:
    found = exchange(decision=ALLOW)
    with timing.watched(found, lambda: None):
        assert not timing.is_over(found)
    assert timing.over(found) is None


async def test_it_is_told_when_it_is_over_and_not_before() -> None:
    found, told = exchange(decision=ALLOW), asyncio.Event()
    ends = [time.time() + 0.05, time.time() + 0.1]  # at the first turn it stands, at the second it does not

    def stands(at: float) -> float:
        return next((end for end in ends if end > at), ends[-1])

    found.stands = stands
    with timing.watched(found, told.set):
        assert not told.is_set()
        await asyncio.wait_for(told.wait(), 30)
    assert time.time() >= ends[-1]
    refusal = timing.over(found)
    assert refusal is not None
    assert (refusal.code, refusal.facts["rule"]) == ("policy.over", ALLOW.rule)


async def test_after_the_block_nobody_is_told() -> None:
    found, told = exchange(decision=ALLOW), asyncio.Event()
    ends = time.time() + 0.05
    found.stands = lambda _at: ends
    with timing.watched(found, told.set):
        pass
    await asyncio.sleep(0.1)
    assert not told.is_set()

"""One question for all who ask it, so many at once, and nothing kept of a failure."""

import asyncio

import pytest

from support.fakes.clock import Clock
from vecgate.identity import asked
from vecgate.identity.asked import Asked
from vecgate.refusals.errors import Unavailable


class Somebody:
    def __init__(self, clock: Clock) -> None:
        self.clock, self.times, self.fails = clock, 0, False
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self) -> tuple[str, float]:
        self.times += 1
        await self.gate.wait()
        if self.fails:
            raise ZeroDivisionError
        return f"answer {self.times}", self.clock() + 10


async def test_an_answer_is_asked_for_once_and_kept_a_while() -> None:
    clock = Clock(0.0)
    asking, somebody = Asked[str]("x", clock), Somebody(clock)
    assert set(await asyncio.gather(*(asking.get(b"a", somebody) for _ in range(9)))) == {"answer 1"}
    clock.at += 9
    assert await asking.get(b"a", somebody) == "answer 1"
    clock.at += 1
    assert await asking.get(b"a", somebody) == "answer 2"


async def test_who_leaves_does_not_end_it_for_others() -> None:
    clock = Clock(0.0)
    asking, somebody = Asked[str]("x", clock), Somebody(clock)
    somebody.gate.clear()
    first, second = (asyncio.ensure_future(asking.get(b"a", somebody)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    somebody.gate.set()
    assert await second == "answer 1"
    assert somebody.times == 1


async def test_a_failure_is_told_to_all_and_not_kept() -> None:
    clock = Clock(0.0)
    asking, somebody = Asked[str]("x", clock), Somebody(clock)
    somebody.fails = True
    for one in await asyncio.gather(*(asking.get(b"a", somebody) for _ in range(3)), return_exceptions=True):
        assert isinstance(one, ZeroDivisionError)
    somebody.fails = False
    assert await asking.get(b"a", somebody) == "answer 2"


async def test_an_answer_that_came_too_late_is_none() -> None:
    clock = Clock(0.0)
    asking, somebody = Asked[str]("x", clock), Somebody(clock)

    async def late() -> tuple[str, float]:
        return "late", clock() - 1

    assert await asking.get(b"a", late) is None
    assert await asking.get(b"a", somebody) == "answer 1"


async def test_too_many_at_once_are_refused_and_few_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(0.0)
    asking, somebody = Asked[str]("x", clock), Somebody(clock)
    somebody.gate.clear()
    waiting = [asyncio.ensure_future(asking.get(bytes([n]), somebody)) for n in range(asked.AT_ONCE)]
    await asyncio.sleep(0)
    with pytest.raises(Unavailable, match="too much"):
        await asking.get(b"one more", somebody)
    somebody.gate.set()
    await asyncio.gather(*waiting)
    monkeypatch.setattr(asked, "ENTRIES", 4)
    await asking.get(b"one more", somebody)
    assert len(asking._known) == 4
    await asking.close()

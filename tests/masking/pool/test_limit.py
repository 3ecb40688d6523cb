"""Masking is given up when it takes too long for its size, and not before."""

import asyncio

import pytest

from vecgate.masking.pool.limit import Limit
from vecgate.refusals.errors import Unavailable

TOO_LONG = "took too long"


async def test_what_takes_longer_than_its_size_is_worth_is_given_up() -> None:
    async def work() -> None:
        async with Limit(0) as limit:
            limit.more(values=1, characters=1)
            await asyncio.sleep(60)

    with pytest.raises(Unavailable, match=TOO_LONG):
        await work()


async def test_a_time_out_within_is_one_of_masking() -> None:
    with pytest.raises(Unavailable, match=TOO_LONG):
        async with Limit(None):
            raise TimeoutError


@pytest.mark.parametrize("more", [{"values": 10**9}, {"characters": 10**9}])
async def test_what_is_larger_has_more_time(more: dict[str, int]) -> None:
    async with Limit(0) as limit:
        limit.more(**more)
        for _ in range(5):
            await asyncio.sleep(0)


async def test_without_a_limit_it_takes_as_long_as_it_takes() -> None:
    async with Limit(None) as limit:
        limit.more(values=1)
        await asyncio.sleep(0)


async def test_one_clock_is_set_for_one_masking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is a timer of the loop: most answers are masked before any of them could end."""
    loop, at = asyncio.get_running_loop(), list[float]()
    call_at = loop.call_at
    monkeypatch.setattr(loop, "call_at", lambda when, *more, **how: at.append(when) or call_at(when, *more, **how))  # type: ignore[func-returns-value]
    async with Limit(5.0) as limit:
        limit.more(characters=4000)
    assert len(at) == 1

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

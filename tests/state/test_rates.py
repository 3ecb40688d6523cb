"""Rates: so many at once, given back evenly, one bucket per principal, rule and rate."""

import asyncio

import pytest

from vecgate.state.rates import Rates
from vecgate.state.store import Store
from vecgate.terms import Rate

HOURLY = Rate(requests=3, seconds=3600)


@pytest.fixture
def rates(store: Store) -> Rates:
    return Rates(store)


@pytest.mark.parametrize("rate", [Rate(0, 1), Rate(-1, 1), Rate(1, 0), Rate(1, -5)])
async def test_a_rate_that_allows_nothing_is_a_mistake(rates: Rates, rate: Rate):
    with pytest.raises(ValueError, match="at least one"):
        await rates.take("i#a", "rule", rate)


async def test_the_whole_rate_may_come_at_once_and_no_more(rates: Rates):
    assert [await rates.take("i#a", "rule", HOURLY) for _ in range(3)] == [0.0, 0.0, 0.0]
    assert 0 < await rates.take("i#a", "rule", HOURLY) <= 1200


async def test_a_refused_request_is_not_counted(rates: Rates):
    for _ in range(3):
        await rates.take("i#a", "rule", HOURLY)
    waits = [await rates.take("i#a", "rule", HOURLY) for _ in range(5)]
    assert waits == sorted(waits, reverse=True), "the wait only gets shorter"


async def test_after_the_wait_one_more_may_pass(rates: Rates):
    quick = Rate(requests=1, seconds=0.2)
    assert await rates.take("i#a", "rule", quick) == 0.0
    wait = await rates.take("i#a", "rule", quick)
    await asyncio.sleep(wait + 0.01)
    assert await rates.take("i#a", "rule", quick) == 0.0


async def test_of_many_at_once_exactly_as_many_pass_as_the_rate_says(rates: Rates):
    rate = Rate(requests=10, seconds=3600)
    waits = await asyncio.gather(*[rates.take("i#a", "rule", rate) for _ in range(60)])
    assert waits.count(0.0) == 10


@pytest.mark.parametrize(
    ("who", "rule", "rate"),
    [
        # another person
        ("i#b", "rule", HOURLY),
        # another rule
        ("i#a", "other", HOURLY),
        # the rule was changed
        ("i#a", "rule", Rate(3, 60)),
        # parts are not glued together
        ("i#ar", "ule", HOURLY),
    ],
)
async def test_each_has_its_own_bucket(rates: Rates, who: str, rule: str, rate: Rate):
    for _ in range(4):
        await rates.take("i#a", "rule", HOURLY)
    assert await rates.take(who, rule, rate) == 0.0


async def test_no_key_shows_who_it_is_about(rates: Rates, store: Store):
    await rates.take("https://issuer#eve@example.org", "rule", HOURLY)
    key = rates._bucket("https://issuer#eve@example.org", "rule", HOURLY)
    assert "eve" not in key


@pytest.mark.parametrize("arrival", [0, 4e15])
async def test_a_bucket_of_another_time_is_neither_endless_nor_shut(rates: Rates, store: Store, arrival: float):
    """The server's clock may have been set: then the bucket is full or empty, and no more than that."""
    await store._client.set(rates._bucket("i#a", "rule", HOURLY), f"{arrival:.0f}")
    waits = [await rates.take("i#a", "rule", HOURLY) for _ in range(5)]
    assert waits.count(0.0) == (3 if arrival == 0 else 0)
    assert 0 < max(waits) <= 1200

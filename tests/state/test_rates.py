"""Rates: so many at once, given back evenly, one bucket per principal, rule and rate."""

import asyncio

import pytest

from vecgate.domain.decision import Rate
from vecgate.refusals.errors import Part, Unavailable
from vecgate.state.rates import Rates
from vecgate.state.store import Store

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
    while not (wait := await rates.take("i#a", "rule", quick)):
        pass  # on a busy machine its time may be over meanwhile
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


class Counted:
    """A store that counts the questions it is asked."""

    def __init__(self, store: Store) -> None:
        self._store, self.asked = store, 0
        self.key = store.key

    async def run(self, *args: object) -> object:
        self.asked += 1
        return await self._store.run(*args)


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


GENEROUS = Rate(requests=1000, seconds=3600)


async def passed(rates: Rates, count: int, rate: Rate, clock: Clock | None = None, pause: float = 0.0) -> int:
    """How many of so many requests pass, one after another, so many seconds apart."""
    waits = []
    for _ in range(count):
        waits.append(await rates.take("i#a", "rule", rate))
        if clock is not None:
            clock.now += pause
    return waits.count(0.0)


async def test_whoever_is_fast_under_a_generous_rate_is_not_asked_about_each_time(store: Store):
    counted, clock = Counted(store), Clock()
    assert await passed(Rates(counted, clock), 500, GENEROUS, clock, pause=0.01) == 500
    assert counted.asked < 100


async def test_permits_taken_together_are_no_more_than_the_rate_says(store: Store):
    """Two workers, and requests that come at once: together exactly as many as fit into the bucket."""
    workers = [Rates(store), Rates(store)]
    waits = await asyncio.gather(*[workers[i % 2].take("i#a", "rule", GENEROUS) for i in range(600)])
    held = sum(held.left for worker in workers for held in worker._held.values())
    assert waits.count(0.0) == 600, "all of these fit"
    assert held <= 2 * GENEROUS.requests // 50
    rest = sum([await passed(worker, 600, GENEROUS) for worker in workers])
    assert 1000 - held <= 600 + rest <= 1000 + 2, "the bucket fills by one each 3.6 seconds"


async def test_permits_that_are_not_used_are_forgotten(store: Store):
    """A second after they were taken the bucket is asked again: a rate that was used up meanwhile counts."""
    counted, clock = Counted(store), Clock()
    rates = Rates(counted, clock)
    await passed(rates, 100, GENEROUS)
    clock.now += 1.0
    asked = counted.asked
    assert await rates.take("i#a", "rule", GENEROUS) == 0.0
    assert counted.asked == asked + 1


async def test_under_a_small_rate_each_request_is_asked_about(store: Store):
    counted = Counted(store)
    assert await passed(Rates(counted), 30, Rate(requests=99, seconds=3600)) == 30
    assert counted.asked == 30


async def test_what_is_held_while_the_server_is_away_is_soon_used_up(store: Store):
    clock = Clock()
    rates = Rates(store, clock)
    await passed(rates, 100, GENEROUS)
    await store.close()
    clock.now += 1.0
    with pytest.raises(Unavailable):
        await rates.take("i#a", "rule", GENEROUS)


async def test_who_is_remembered_is_bounded(store: Store, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("vecgate.state.rates.HELD_BUCKETS", 3)
    rates = Rates(store)
    for n in range(10):
        await rates.take(f"i#{n}", "rule", GENEROUS)
    assert len(rates._held) <= 3


class Slow(Counted):
    """A server that answers when it is let, and not at all when it is away."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.let, self.away = asyncio.Event(), False

    async def run(self, *args: object) -> object:
        answer = await super().run(*args)
        await self.let.wait()
        if self.away:
            raise Unavailable(Part.STATE, "away")
        return answer


async def _warm(slow: Slow) -> Rates:
    """Eight permits were taken and used in no time: twice as many will be taken next."""
    clock = Clock()
    rates = Rates(slow, clock)
    slow.let.set()
    while not any(held.taken == 8 for held in rates._held.values()):
        await rates.take("i#a", "rule", GENEROUS)
        clock.now += 0.002
    (held,) = rates._held.values()
    held.left = 0
    clock.now += 0.01
    slow.let.clear()
    slow.asked = 0
    return rates


async def test_what_comes_while_permits_are_asked_for_waits_for_them(store: Store):
    """Eight connections of one person are one question, and not eight."""
    slow = Slow(store)
    rates = await _warm(slow)
    takes = [asyncio.ensure_future(rates.take("i#a", "rule", GENEROUS)) for _ in range(8)]
    await asyncio.sleep(0.01)
    slow.let.set()
    assert await asyncio.gather(*takes) == [0.0] * 8
    assert slow.asked == 1


async def test_those_who_find_none_left_ask_once_more_and_together(store: Store):
    slow = Slow(store)
    rates = await _warm(slow)
    takes = [asyncio.ensure_future(rates.take("i#a", "rule", GENEROUS)) for _ in range(20)]
    await asyncio.sleep(0.01)
    slow.let.set()
    assert await asyncio.gather(*takes) == [0.0] * 20
    assert slow.asked == 2


async def test_who_asks_may_leave_and_whoever_waits_asks_then(store: Store):
    slow = Slow(store)
    rates = await _warm(slow)
    asks, waits, leaves = [asyncio.ensure_future(rates.take("i#a", "rule", GENEROUS)) for _ in range(3)]
    await asyncio.sleep(0.01)
    leaves.cancel()
    asks.cancel()
    slow.let.set()
    assert await waits == 0.0
    assert all(held.asking is None for held in rates._held.values())


async def test_a_server_that_is_away_is_away_for_all_who_wait(store: Store):
    """Or each would ask anew, and wait once more."""
    slow = Slow(store)
    rates = await _warm(slow)
    slow.away = True
    takes = [asyncio.ensure_future(rates.take("i#a", "rule", GENEROUS)) for _ in range(5)]
    await asyncio.sleep(0.01)
    slow.let.set()
    assert [type(one) for one in await asyncio.gather(*takes, return_exceptions=True)] == [Unavailable] * 5
    assert slow.asked == 1

"""Budgets: counted once for all workers, a no adds nothing, different things exactly up to 10,000."""

import asyncio

import pytest

from vecgate.domain.decision import Rate
from vecgate.guards.sketch import Sketch
from vecgate.refusals.errors import Unavailable
from vecgate.state.budgets import KEPT, Budgets, member
from vecgate.state.store import Store

FIVE = Rate(5, 3600)


@pytest.fixture
def budgets(store: Store) -> Budgets:
    return Budgets(store)


async def test_a_number_is_spent_until_it_is_used_up(budgets: Budgets) -> None:
    assert [(await budgets.take("i#a", "searches", FIVE, n)).passes for n in (2, 2, 2, 1, 1)] == [
        True,
        True,
        False,
        True,
        False,
    ]
    used = await budgets.take("i#a", "searches", FIVE, 0)
    assert (used.passes, used.used) == (True, 5)
    assert 3590 <= used.rest <= 3600


async def test_each_person_and_each_thing_has_its_own(budgets: Budgets) -> None:
    await budgets.take("i#a", "searches", FIVE, 5)
    for person, what, rate in (("i#b", "searches", FIVE), ("i#a", "opened", FIVE), ("i#a", "searches", Rate(5, 60))):
        assert (await budgets.take(person, what, rate, 5)).passes
    assert (await budgets.take("i#a", "searches", Rate(9, 3600), 4)).passes, "another rule, the same counter"
    assert not (await budgets.take("i#a", "searches", Rate(9, 3600), 1)).passes


async def test_the_same_things_are_counted_once_and_a_no_adds_none(budgets: Budgets) -> None:
    for members, passes, used in (
        ("abc", True, 3),
        ("cba", True, 3),
        ("abcdef", False, 3),
        ("aade", True, 5),
        ("f", False, 5),
        ("abcde", True, 5),
    ):
        found = await budgets.meet("i#a", "records", FIVE, members)
        assert (found.passes, found.used) == (passes, used), members
    assert (await budgets.meet("i#a", "records", FIVE, ())).used == 5


async def test_of_many_at_once_exactly_as_many_pass(budgets: Budgets) -> None:
    found = await asyncio.gather(*[budgets.meet("i#a", "records", FIVE, [str(n)]) for n in range(40)])
    assert sum(one.passes for one in found) == 5


async def test_it_starts_afresh_when_its_time_is_over(budgets: Budgets) -> None:
    short, number = Rate(1, 1), 0
    while (await budgets.meet("i#a", "records", short, [str(number)])).passes:
        number += 1  # on a busy machine its time may be over meanwhile
    await asyncio.sleep(1.1)
    assert (await budgets.meet("i#a", "records", short, [str(number)])).passes


async def test_above_ten_thousand_it_counts_within_two_per_cent(budgets: Budgets) -> None:
    rate = Rate(20_000, 3600)
    for at in range(0, 15_000, 1000):
        found = await budgets.meet("i#a", "records", rate, [member("db", "c", str(n)) for n in range(at, at + 1000)])
        assert found.passes
        if at < 10_000:
            assert found.used == at + 1000
    assert abs(found.used - 15_000) < 15_000 * 0.03
    again = await budgets.meet("i#a", "records", rate, [member("db", "c", str(n)) for n in range(1000)])
    assert again.used == found.used
    more = await budgets.meet("i#a", "records", rate, [member("db", "c", f"x{n}") for n in range(7000)])
    assert (more.passes, more.used) == (False, found.used)
    assert 3500 <= more.rest <= 3600


def at(*bits: int, exact: bytes = b"") -> Sketch:
    value = sum(1 << bit for bit in bits)
    return Sketch(value.to_bytes(32, "big"), exact or bytes(bits or (255,)))


async def test_steps_around_an_earlier_search_are_counted_and_repeats_are_not(budgets: Budgets) -> None:
    rate = Rate(2, 3600)
    far = at(*range(0, 256, 2))
    for sketch, passes, used in (
        (at(), True, 0),
        (far, True, 0),
        (at(), True, 0),  # the same once more
        (at(1), True, 1),
        (at(exact=b"other"), True, 2),  # on the same sides, and yet another one
        (at(1, 3), False, 2),
        (far, True, 2),
    ):
        found = await budgets.walk("i#a", rate, sketch, 3)
        assert (found.passes, found.used) == (passes, used)


async def test_so_many_searches_are_remembered(budgets: Budgets, store: Store) -> None:
    for number in range(KEPT + 20):
        bits = [bit for bit in range(256) if (number * 2654435761 >> bit % 32) & 1 or bit % 13 == number % 13]
        await budgets.walk("i#a", FIVE, at(*bits, exact=number.to_bytes(4, "big")), 0)
    [name] = [key async for key in store._client.scan_iter(match=store.key("*:sketches"))]  # type: ignore[union-attr]
    assert await store._client.llen(name) == KEPT  # type: ignore[union-attr]


def test_a_record_is_counted_by_where_it_is_and_its_id() -> None:
    assert len({member("db", "c", "1"), member("db", "c", "2"), member("db", "d", "1"), member("db", "c1", "")}) == 4
    assert "mail" not in member("db", "c", "mail@example.com")


async def test_without_the_state_nothing_passes(budgets: Budgets, store: Store) -> None:
    await store.close()
    for attempt in (
        budgets.take("i#a", "x", FIVE, 1),
        budgets.meet("i#a", "x", FIVE, "a"),
        budgets.walk("i#a", FIVE, at(), 1),
    ):
        with pytest.raises(Unavailable):
            await attempt

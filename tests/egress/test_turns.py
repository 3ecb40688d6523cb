"""So many bytes of large bodies at once, first come, first served; and what was taken comes back, whatever happens."""

import asyncio
import gc

import pytest

from vecgate.egress.turns import Shares, Turn, Turns


async def waiting(turn: Turn, size: int) -> asyncio.Task[None]:
    task = asyncio.get_running_loop().create_task(turn.take(size))
    await asyncio.sleep(0)
    return task


async def test_what_fits_has_its_turn_at_once_and_the_rest_in_the_order_in_which_it_came() -> None:
    turns = Turns(10)
    first, second, third, small = (Turn(turns) for _ in range(4))
    await first.take(6)
    waits = [await waiting(second, 8), await waiting(third, 2), await waiting(small, 1)]
    assert [one.done() for one in waits] == [False, False, False], "nobody overtakes: who wants much would starve"
    first.end()
    await asyncio.sleep(0)
    assert [one.done() for one in waits] == [True, True, False]
    third.end()
    await asyncio.gather(*waits)
    for one in (second, small):
        one.end()
    assert turns.free == 10


async def test_who_is_larger_than_all_that_there_may_be_has_it_alone() -> None:
    turns = Turns(10)
    large, other = Turn(turns), Turn(turns)
    await large.take(1000)
    wait = await waiting(other, 1)
    assert not wait.done()
    large.end()
    await wait
    other.end()
    assert turns.free == 10


async def test_who_has_a_turn_does_not_wait_for_itself() -> None:
    turns = Turns(10)
    one, other = Turn(turns), Turn(turns)
    await one.take(9)
    wait = await waiting(other, 5)
    await one.take(9)
    assert turns.free == -8
    one.end()
    await wait
    other.end()
    assert turns.free == 10


async def test_who_gives_up_waits_for_nobody_and_holds_nobody_up() -> None:
    turns = Turns(10)
    first, second, third = (Turn(turns) for _ in range(3))
    await first.take(8)
    gives_up, after = await waiting(second, 9), await waiting(third, 2)
    gives_up.cancel()
    await after
    with pytest.raises(asyncio.CancelledError):
        await gives_up
    for one in (first, second, third):
        one.end()
    assert turns.free == 10


async def test_who_gives_up_at_the_moment_of_its_turn_takes_nothing_along() -> None:
    turns = Turns(10)
    first, second = Turn(turns), Turn(turns)
    await first.take(10)
    gives_up = await waiting(second, 10)
    first.end()  # it is its turn now, and it does not know yet
    gives_up.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gives_up
    assert turns.free == 10


async def test_what_was_taken_comes_back_once_and_also_with_a_turn_that_is_forgotten() -> None:
    turns = Turns(10)
    one = Turn(turns)
    await one.take(10)
    one.end()
    one.end()
    assert turns.free == 10
    forgotten = Turn(turns)
    await forgotten.take(4)
    del forgotten
    gc.collect()
    assert turns.free == 10


async def test_what_was_a_guess_becomes_what_it_is_and_nobody_waits_for_that() -> None:
    turns = Turns(10)
    one, other = Turn(turns), Turn(turns)
    await one.reach(6, 1)
    await one.reach(4, 1)
    assert turns.free == 4
    wait = await waiting(other, 8)
    one.settle(11)
    assert (turns.free, wait.done()) == (-1, False)
    one.settle(2)
    await wait
    assert turns.free == 0
    one.settle(2)
    one.end()
    other.end()
    assert turns.free == 10


async def test_who_waits_too_long_is_told_and_holds_nobody_up() -> None:
    turns = Turns(10)
    one, other, third = Turn(turns), Turn(turns), Turn(turns)
    await one.reach(6, 1)
    with pytest.raises(TimeoutError):
        await other.reach(6, 0.01)
    await third.reach(4, 1)
    for each in (one, other, third):
        each.end()
    assert turns.free == 10


async def test_nobody_has_more_than_half_of_it() -> None:
    shares = Shares(10)
    slow, more, other = shares.turn("alice"), shares.turn("alice"), shares.turn("bob")
    await slow.take(4)
    wait = await waiting(more, 2)
    await other.take(5)
    assert (wait.done(), shares.all.free) == (False, 1)
    slow.end()
    await wait
    for one in (more, other):
        one.end()
    assert shares.all.free == 10
    del slow, more, other, one, wait
    gc.collect()
    assert not shares._each, "of whoever has nothing large under way nothing is kept"


async def test_who_gives_up_between_two_waits_holds_nothing() -> None:
    shares = Shares(10)
    large, mine = shares.turn("bob"), shares.turn("alice")
    await large.take(100)
    wait = await waiting(mine, 3)
    wait.cancel()
    with pytest.raises(asyncio.CancelledError):
        await wait
    await shares._each["alice"].take(5)
    large.end()
    assert shares.all.free == 10

"""Answers first, each in turn; what can wait waits; nothing is lost when somebody leaves."""

import asyncio

import pytest

from vecgate.background import Pace
from vecgate.masking.detect.texts import Text
from vecgate.masking.pool import line
from vecgate.masking.pool.line import Line, divided, pieces
from vecgate.refusals.errors import MaskFailed, Part, Unavailable


def texts(count: int, length: int = 10, mark: str = "x") -> list[Text]:
    return [Text(f"{mark}{i:05}".ljust(length)) for i in range(count)]


# taking apart


def test_nothing_has_no_pieces() -> None:
    assert list(pieces([], 10, 10)) == []


@pytest.mark.parametrize(("characters", "count"), [(1, 1), (25, 100), (10**9, 3), (10**9, 10**9)])
def test_pieces_are_small_and_together_are_the_whole(characters: int, count: int) -> None:
    whole = texts(17)
    parts = list(pieces(whole, characters, count))
    assert [text for part in parts for text in part] == whole
    assert all(len(part) == 1 or (len(part) <= count and 10 * len(part) <= characters) for part in parts)


def test_a_text_that_is_larger_than_a_piece_is_one() -> None:
    small, large = Text("a"), Text("b" * 100)
    assert list(pieces([small, large, small], 10, 10)) == [[small], [large], [small]]


@pytest.mark.parametrize(("count", "workers", "parts"), [(1, 4, 1), (10, 1, 1), (10, 2, 2), (10, 4, 3), (64, 1, 1), (65, 1, 2)])  # fmt: skip
async def test_a_large_answer_is_shared_among_the_workers_and_a_small_one_is_not(
    count: int, workers: int, parts: int
) -> None:
    job, made = await divided(texts(count, 500), workers, spare=False), 0
    while job.waits:
        job.hand_out()
        made += 1
    assert made == parts


async def test_what_can_wait_comes_in_small_pieces() -> None:
    job = await divided(texts(100, 1000), 1, spare=True)
    while job.waits:
        piece = job.hand_out()
        assert len(piece) <= line.SPARE_TEXTS
        assert sum(len(text.value) for text in piece) <= line.SPARE_CHARACTERS


# whose turn


async def test_an_empty_line_has_nothing_to_give() -> None:
    assert Line().take() is None
    assert Line().waiting == 0


async def test_answers_come_before_what_can_wait_and_take_turns() -> None:
    queue = Line()
    spare = await divided(texts(1, mark="s"), 1, spare=True)
    large, small = [await divided(texts(n, 500, mark), 1, spare=False) for n, mark in ((130, "l"), (1, "k"))]
    for job in (spare, large, small):
        queue.add(job)
    assert queue.waiting == 2
    order = []
    while (found := queue.take()) is not None:
        order.append(found[0])
    assert order == [large, small, large, large]
    assert (await queue.next())[0] is spare  # after a moment in which no answer came
    assert queue.waiting == 0


@pytest.mark.parametrize(("count", "length"), [(60, 130), (300, 10)])
async def test_what_is_no_larger_than_a_turn_is_whole_before_the_next_one_begins(count: int, length: int) -> None:
    """Of many at once each would be begun, and none done in time."""
    queue, order = Line(), []
    jobs = [await divided(texts(count, length), 2, spare=False) for _ in range(3)]
    for job in jobs:
        queue.add(job)
    while (found := queue.take()) is not None:
        order.append(jobs.index(found[0]))
    assert order == sorted(order)
    assert len(order) > len(jobs)


async def test_very_many_short_texts_take_turns_with_others() -> None:
    queue = Line()
    short, small = await divided(texts(2000, 6), 1, spare=False), await divided(texts(1), 1, spare=False)
    for job in (short, small):
        queue.add(job)
    order = []
    while (found := queue.take()) is not None:
        order.append(found[0])
    assert order.index(small) < len(order) / 2


async def test_what_waits_weighs_what_comes_before_the_next_one() -> None:
    queue = Line()
    for count, length in ((1, 10), (10, 500), (100, 1000)):
        queue.add(await divided(texts(count, length), 1, spare=False))
    assert queue.weight == line.LEAST + 5000 + line.CHARACTERS
    queue.take()
    assert queue.weight == 5000 + line.CHARACTERS


async def test_an_answer_that_comes_in_that_moment_is_first_again() -> None:
    queue = Line()
    spare, first, second = [await divided(texts(1), 1, spare=spare) for spare in (True, False, False)]
    queue.add(spare)
    queue.add(first)
    assert (await queue.next())[0] is first
    waiting = asyncio.ensure_future(queue.next())
    await asyncio.sleep(0)
    queue.add(second)
    assert (await waiting)[0] is second
    assert (await queue.next())[0] is spare


async def test_who_waits_for_work_gets_it_and_may_stop_waiting() -> None:
    queue = Line()
    first, second = (asyncio.ensure_future(queue.next()) for _ in range(2))
    await asyncio.sleep(0)
    job = await divided(texts(1), 1, spare=False)
    queue.add(job)
    first.cancel()
    assert (await second)[0] is job
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_a_text_larger_than_a_piece_has_a_lane_of_its_own() -> None:
    queue, long = Line(), Text("x" * (line.CHARACTERS + 1))
    mixed, small = await divided([long, *texts(1)], 1, spare=False), await divided(texts(1, mark="k"), 1, spare=False)
    for job in (mixed, small):
        queue.add(job)
    assert [queue.take(), queue.take(), queue.take()] == [(mixed, texts(1)), (small, texts(1, mark="k")), None]
    assert queue.take(long=True) == (mixed, [long])
    mixed.take_back([long])
    queue.add(mixed)
    assert await queue.next(long=True) == (mixed, [long])
    assert queue.take(long=True) is None


@pytest.mark.parametrize(("characters", "seconds"), [(0, 5), (10_000, 6), (2_000_000, 205)])
def test_what_is_allowed_in_has_the_time_it_takes(characters: int, seconds: float) -> None:
    assert line.patience(5, characters) == seconds


# how it ends


async def test_a_job_is_done_when_its_last_piece_is() -> None:
    whole = texts(130)
    job = await divided(whole, 1, spare=False)
    while job.waits:
        assert not job.found.done()
        job.done(dict.fromkeys(job.hand_out(), ()))
    assert list(await job.found) == whole


async def test_one_bad_piece_spoils_the_job_and_the_rest_is_not_tried() -> None:
    queue, job = Line(), await divided(texts(130), 1, spare=False)
    queue.add(job)
    assert queue.take() is not None
    job.fail(MaskFailed("bad"))
    assert queue.take() is None
    job.done({})
    with pytest.raises(MaskFailed, match="bad"):
        await job.found


async def test_a_caller_that_left_is_not_worked_for() -> None:
    queue, job = Line(), await divided(texts(1), 1, spare=False)
    queue.add(job)
    job.found.cancel()
    assert queue.take() is None
    job.fail(Unavailable(Part.MASKER))


async def test_when_the_line_ends_everybody_hears_it() -> None:
    queue = Line()
    jobs = [await divided(texts(1), 1, spare=spare) for spare in (True, False)]
    for job in jobs:
        queue.add(job)
    queue.end(Unavailable(Part.MASKER, "closed"))
    for job in jobs:
        with pytest.raises(Unavailable, match="closed"):
            await job.found
    assert queue.take() is None


async def test_taking_a_large_answer_apart_lets_others_have_their_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 100,000 texts each step of it was one stretch in which nobody else ran."""
    breaths = list[int]()

    class Counted(Pace):
        async def breathe(self) -> None:
            breaths.append(1)

    monkeypatch.setattr(line, "Pace", Counted)
    job = await divided(texts(3 * line.TURN), 1, spare=False)
    assert len(breaths) == 3 + 3 * line.TURN // line.TEXTS
    assert job.waits

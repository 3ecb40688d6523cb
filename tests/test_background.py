"""Background tasks are kept alive and end together; a long loop lets others run, a short one does not even pause."""

import asyncio

import pytest

from vecgate import background
from vecgate.background import Pace, Tasks


async def test_closing_nothing_is_fine() -> None:
    await Tasks().close()


async def test_a_failed_task_is_forgotten_quietly() -> None:
    async def fail() -> None:
        raise ValueError

    tasks = Tasks()
    task = tasks.start(fail(), "fail")
    await asyncio.wait({task})
    assert isinstance(task.exception(), ValueError)
    await tasks.close()


async def test_close_cancels_what_still_runs() -> None:
    tasks = Tasks()
    task = tasks.start(asyncio.sleep(3600), "sleep")
    await tasks.close()
    assert task.cancelled()


async def turns(work: int, monkeypatch: pytest.MonkeyPatch, breath: float) -> int:
    monkeypatch.setattr(background, "BREATH", breath)
    others = 0

    async def other() -> None:
        nonlocal others
        while True:
            others += 1
            await asyncio.sleep(0)

    task = asyncio.ensure_future(other())
    one = Pace()
    for _ in range(work):
        await one.breathe()
    task.cancel()
    return others


async def test_a_short_loop_is_not_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    assert await turns(5, monkeypatch, breath=3600) == 0


async def test_a_long_one_gives_way(monkeypatch: pytest.MonkeyPatch) -> None:
    assert await turns(5, monkeypatch, breath=-1) == 5

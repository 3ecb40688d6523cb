"""Background tasks are kept alive and end together."""

import asyncio

from vecgate.tasks import Tasks


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

"""A long loop lets others run, a short one does not even pause."""

import asyncio

import pytest

from vecgate.masking import pace
from vecgate.masking.pace import Pace


async def turns(work: int, monkeypatch: pytest.MonkeyPatch, breath: float) -> int:
    monkeypatch.setattr(pace, "BREATH", breath)
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

"""How is the gateway's own password looked after, for as long as it runs? What one turn does: test_secret.py."""

import asyncio
import logging

import pytest

from credentials.minted.conftest import FakeMinter
from support.tools.soon import soon
from vecgate.credentials.minted.rotation import Rotation


async def test_a_turn_that_fails_is_told_and_the_next_one_comes(caplog: pytest.LogCaptureFixture) -> None:
    database, turns = FakeMinter(), list[float]()
    turning = Rotation(None, None, None)  # type: ignore[arg-type]

    async def turn(every: float) -> bool:
        turns.append(every)
        database._answers()
        return True

    turning.turn = turn  # type: ignore[method-assign]
    database.away = True
    caplog.set_level(logging.INFO)
    work = asyncio.ensure_future(turning.turns(0.04))
    await soon(lambda: len(turns) >= 2)
    database.away = False
    await soon(lambda: "was changed" in caplog.text)
    work.cancel()
    assert "cannot be changed now" in caplog.text
    assert set(turns) == {0.04}

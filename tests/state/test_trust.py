"""What was read lately is trusted; what is late is waited for, and refused where it does not come."""

import asyncio

import pytest

from vecgate.refusals.errors import Unavailable
from vecgate.state import trust
from vecgate.state.trust import Trust


async def test_a_reading_counts_for_a_while_and_from_when_it_began() -> None:
    now = 100.0
    one = Trust("nobody knows", 0.8, lambda: now)
    assert not one.is_good, "it was never read"
    one.read(99.5)
    assert one.is_good
    await one.sure()
    now = 100.4
    assert not one.is_good


async def test_what_is_late_is_waited_for_and_refused_where_it_does_not_come(monkeypatch: pytest.MonkeyPatch) -> None:
    one = Trust("nobody knows", 0.8, lambda: 100.0)
    waiting = asyncio.ensure_future(one.sure())
    await asyncio.sleep(0)
    one.read(90.0)  # late as it comes
    await asyncio.sleep(0)
    assert not waiting.done()
    one.read(100.0)
    await waiting
    monkeypatch.setattr(trust, "PATIENCE", 0.01)
    with pytest.raises(Unavailable, match="nobody knows"):
        await Trust("nobody knows", 0.8, lambda: 100.0).sure()

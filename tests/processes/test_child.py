"""One process of the gateway: told over its line, heard once, ended by a signal or by the end of the line."""

import asyncio
import signal
from pathlib import Path

import pytest

from vecgate.processes.child import Child, Job

MODULE = """
import sys, time
from vecgate.processes.leash import Leash
leash = Leash.take()
assert leash.told == {"feed": None, "restarts": 4}, leash.told
if sys.argv[1] == "ready":
    leash.ready()
    leash._line.settimeout(60)
    sys.exit(9 if leash._line.recv(1) == b"" else 1)
"""


@pytest.fixture(autouse=True)
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a_child.py").write_text(MODULE)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))


async def start(how: str) -> Child:
    return await Child.start(Job("a", ("a_child", how), {"feed": None}), restarts=4)


async def test_it_is_told_and_says_when_it_is_ready() -> None:
    child = await start("ready")
    async with asyncio.timeout(60):
        assert await child.ready()
        child.tell(signal.SIGTERM)
        assert await child.ended() == -signal.SIGTERM
    child.tell(signal.SIGTERM)  # it is gone already
    child.close()


async def test_one_that_ends_first_was_never_ready() -> None:
    child = await start("not")
    async with asyncio.timeout(60):
        assert not await child.ready()
        assert await child.ended() == 0
    child.close()


async def test_the_end_of_the_line_is_seen_by_it() -> None:
    child = await start("ready")
    async with asyncio.timeout(60):
        assert await child.ready()
        child.close()
        assert await child.ended() == 9


def test_what_a_job_tells_is_not_in_its_repr() -> None:
    assert "secret" not in repr(Job("a", ("b",), {"hash_key": "secret"}))

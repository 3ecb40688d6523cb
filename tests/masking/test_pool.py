"""Real workers: killed, too slow, wrong, too busy; in each case a no, and service comes back by itself."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from vecgate.errors import MaskFailed, Unavailable
from vecgate.masking.pool import Workers
from vecgate.masking.texts import Text
from vecgate.settings import Masking

#: Answers with one finding over each text. A text is an order, too: die, sleep, fail.
STAND_IN = """
import os, sys, time
from vecgate.masking import frames, worker
out, ears = sys.stdout.buffer, sys.stdin.buffer
worker._say(out, {"ready": "v1"})
while (asked := worker._hear(ears)) is not None:
    texts = [value for value, *_ in asked["texts"]]
    if "die" in texts: os._exit(1)
    if "sleep" in texts: time.sleep(60)
    if "short" in texts: time.sleep(0.5)
    if "fail" in texts: worker._say(out, {"failed": "ValueError"}); continue
    worker._say(out, {"findings": [[[0, len(t), "ID", str(os.getpid())]] for t in texts]})
"""


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    (tmp_path / "stand_in.py").write_text(STAND_IN)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return ["stand_in"]


@asynccontextmanager
async def pool(command: list[str] | None = None, **settings: Any) -> AsyncIterator[Workers]:
    workers = Workers(Masking(**{"timeout": 20, **settings}), command)
    await workers.open()
    try:
        yield workers
    finally:
        await workers.close()


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not true():  # noqa: ASYNC110  # nobody sets an event when a process ends
            await asyncio.sleep(0.05)


async def test_before_open_and_after_close_there_is_no_service(command: list[str]) -> None:
    workers = Workers(Masking(), command)
    with pytest.raises(Unavailable, match="not open"):
        await workers.analyse([Text("x")])
    await workers.open()
    await workers.close()
    with pytest.raises(Unavailable, match="closed"):
        await workers.analyse([Text("x")])
    assert workers.pids == ()


async def test_nothing_to_analyse_needs_nobody() -> None:
    assert await Workers(Masking()).analyse([]) == []


async def test_a_worker_killed_while_it_works_is_a_no_and_service_returns(command: list[str]) -> None:
    async with pool(command) as workers:
        (pid,) = workers.pids
        asked = asyncio.ensure_future(workers.analyse([Text("sleep")]))
        await asyncio.sleep(0.2)
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(Unavailable) as e:
            await asked
        assert e.value.part == "masker"
        await until(lambda: workers.ready)
        assert (await workers.analyse([Text("abc")]))[0][0].end == 3
        assert workers.pids != (pid,)


async def test_a_worker_killed_while_idle_is_replaced(command: list[str]) -> None:
    async with pool(command) as workers:
        (pid,) = workers.pids
        os.kill(pid, signal.SIGKILL)
        await until(lambda: workers.ready and workers.pids != (pid,))
        assert (await workers.analyse([Text("abc")]))[0][0].end == 3


async def test_workers_that_end_are_counted_and_so_is_who_waits(command: list[str]) -> None:
    async with pool(command) as workers:
        workers.check()
        assert (workers.restarts, workers.waiting) == (0, 0)
        os.kill(workers.pids[0], signal.SIGSTOP)
        asked = [asyncio.ensure_future(workers.analyse([Text(word)])) for word in ("a", "b", "c")]
        await until(lambda: workers.waiting == 2)
        os.kill(workers.pids[0], signal.SIGKILL)
        await until(lambda: workers.restarts == 1)
        await asyncio.gather(*asked, return_exceptions=True)
        assert workers.waiting == 0
    with pytest.raises(Unavailable, match="masker"):
        workers.check()


async def test_a_worker_that_is_too_slow_is_killed_and_replaced(command: list[str]) -> None:
    async with pool(command, timeout=1) as workers:
        (pid,) = workers.pids
        with pytest.raises(Unavailable, match="too long"):
            await workers.analyse([Text("sleep")])
        await until(lambda: workers.ready and workers.pids != (pid,))
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
        assert await workers.analyse([Text("abc")])


async def test_a_failed_analysis_fails_the_answer_and_is_not_remembered(command: list[str]) -> None:
    async with pool(command) as workers:
        pids = workers.pids
        for _ in range(2):
            with pytest.raises(MaskFailed):
                await workers.analyse([Text("fail")])
        assert workers.pids == pids


async def test_one_bad_text_leaves_nothing_known_of_the_others(command: list[str]) -> None:
    async with pool(command) as workers:
        with pytest.raises(MaskFailed):
            await workers.analyse([Text("abc"), Text("fail")])


async def test_too_many_waiting_are_refused_at_once(command: list[str]) -> None:
    async with pool(command, queue=1) as workers:
        working = asyncio.ensure_future(workers.analyse([Text("short")]))
        await asyncio.sleep(0.05)
        waiting = asyncio.ensure_future(workers.analyse([Text("b")]))
        await asyncio.sleep(0.05)
        with pytest.raises(Unavailable, match="too many"):
            await workers.analyse([Text("c")])
        await working
        await waiting


async def test_a_caller_that_leaves_does_not_mix_up_the_next_ones_answer(command: list[str]) -> None:
    async with pool(command) as workers:
        leaving = asyncio.ensure_future(workers.analyse([Text("short")]))
        await asyncio.sleep(0.1)
        leaving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await leaving
        (pid,) = workers.pids
        assert (await workers.analyse([Text("abcdefg")]))[0][0].end == 7
        assert workers.pids == (pid,)


async def test_closing_while_somebody_waits_is_a_no(command: list[str]) -> None:
    async with pool(command) as workers:
        asked = asyncio.ensure_future(workers.analyse([Text("sleep")]))
        await asyncio.sleep(0.1)
        await workers.close()
        with pytest.raises(Unavailable):
            await asked


async def test_each_distinct_text_is_analysed_once_and_then_remembered(command: list[str]) -> None:
    async with pool(command) as workers:
        one, two, again = await workers.analyse([Text("abc"), Text("de"), Text("abc")])
        assert (one, two[0].end) == (again, 2)
        os.kill(workers.pids[0], signal.SIGSTOP)  # who remembers needs no worker
        assert await workers.analyse([Text("de")]) == [two]
        assert workers.remembered(Text("de")) == two
        assert workers.remembered(Text("never seen")) is None


async def test_workers_share_the_work(command: list[str]) -> None:
    async with pool(command, workers=2) as workers:
        await until(lambda: len(workers.pids) == 2)
        answers = await asyncio.gather(*(workers.analyse([Text("short"), Text(str(i))]) for i in range(2)))
        assert len({answer[0][0].source for answer in answers}) == 2


async def test_a_wrong_digest_is_a_no_to_everything() -> None:
    async with pool(model_sha256="0" * 64) as workers:
        assert not workers.ready
        assert "pinned digest" in workers.reason
        with pytest.raises(Unavailable, match="pinned digest"):
            await workers.analyse([Text("x")])


async def test_a_model_that_is_not_installed_is_a_no_to_everything() -> None:
    async with pool(model="en_core_web_md") as workers:
        with pytest.raises(Unavailable, match="no package"):
            await workers.analyse([Text("x")])


async def test_service_comes_back_when_the_cause_is_gone(command: list[str], tmp_path: Path) -> None:
    script = tmp_path / "stand_in.py"
    script.write_text("raise SystemExit(1)")
    async with pool(command) as workers:
        with pytest.raises(Unavailable):
            await workers.analyse([Text("x")])
        script.write_text(STAND_IN)
        await until(lambda: workers.ready)
        assert await workers.analyse([Text("x")])


async def test_no_worker_outlives_the_pool(command: list[str]) -> None:
    async with pool(command, workers=2) as workers:
        await until(lambda: len(workers.pids) == 2)
        pids = workers.pids
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)

"""Real workers: killed, too slow, wrong, too busy; in each case a no, and service comes back by itself."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from vecgate.masking.detect.texts import Text
from vecgate.masking.pool import line as line_module
from vecgate.masking.pool import pool as pool_module
from vecgate.masking.pool.pool import Workers
from vecgate.masking.pool.process import Interrupted
from vecgate.refusals.errors import MaskFailed, MaskRefused, Part, Unavailable
from vecgate.settings.masking import Masking

#: Answers with one finding over each text. A text is an order, too: die, fail, sleep (for ever), wait (for a file), short.
STAND_IN = """
import os, sys, time
from vecgate.masking.detect import frames
out, ears = sys.stdout.buffer, sys.stdin.buffer
def say(tree): out.write(frames.pack(tree)); out.flush()
say({"ready": "v1"})
while head := ears.read(frames.HEAD):
    asked = frames.unpack(ears.read(frames.length(head)))
    texts = [value for value, *_ in asked["texts"]]
    if "die" in texts: os._exit(1)
    if "sleep" in texts or "wait" in texts: open(HERE + "/begun", "w").close()
    if "sleep" in texts: time.sleep(60)
    while "wait" in texts and not os.path.exists(HERE + "/go on"): time.sleep(0.01)
    if "short" in texts: time.sleep(0.5)
    if "fail" in texts: say({"id": asked["id"], "failed": "ValueError"}); continue
    say({"id": asked["id"], "findings": [[[0, len(t), "ID", str(os.getpid())]] for t in texts]})
"""


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    (tmp_path / "stand_in.py").write_text(f"HERE = {str(tmp_path)!r}\n{STAND_IN}")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return ["stand_in"]


@pytest.fixture
def at_work(command: list[str], tmp_path: Path) -> Callable[[], bool]:
    """Whether a worker has begun with a text that sleeps or waits."""
    return (tmp_path / "begun").exists


@pytest.fixture
def go_on(command: list[str], tmp_path: Path) -> Callable[[], None]:
    """Lets every worker that waits go on."""
    return (tmp_path / "go on").touch


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


async def test_a_worker_killed_while_it_works_is_a_no_and_service_returns(
    command: list[str], at_work: Callable[[], bool]
) -> None:
    async with pool(command) as workers:
        (pid,) = workers.pids
        asked = asyncio.ensure_future(workers.analyse([Text("sleep")]))
        await until(at_work)
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(Unavailable) as e:
            await asked
        assert e.value.part == Part.MASKER
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


async def test_a_worker_that_is_stopped_for_another_text_is_no_no(command: list[str], monkeypatch: Any) -> None:
    """It had a long text and a short one when the long one took too long: the next worker is asked for the short one."""
    monkeypatch.setattr(line_module, "CHARACTERS", 4)
    async with pool(command, timeout=120) as workers:
        (worker,) = workers._running
        long = asyncio.ensure_future(workers.analyse([Text("sleep")]))
        await until(lambda: len(worker._open) == 1)
        short = asyncio.ensure_future(workers.analyse([Text("abc")]))
        await until(lambda: len(worker._open) == 2)
        long.cancel()  # or the next worker, which is a stand-in, would sleep over it, too
        await worker.stop(Interrupted("masker"))
        assert (await short)[0][0].end == 3
        assert worker not in workers._running


async def test_who_waited_in_vain_for_a_worker_with_a_long_text_is_not_the_end_of_it(
    command: list[str], at_work: Callable[[], bool], go_on: Callable[[], None]
) -> None:
    async with pool(command) as workers:
        (worker,) = workers._running
        long = asyncio.ensure_future(worker.ask([Text("wait")], 60))
        await until(at_work)
        with pytest.raises(Unavailable, match="too long"):
            await worker.ask([Text("abc")], 0.01)
        go_on()
        assert (await long)[0][0].end == 4
        assert (await worker.ask([Text("abcde")], 60))[0][0].end == 5  # and not the late answer
        assert worker.alive


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


async def test_too_many_waiting_are_refused_at_once(
    command: list[str], at_work: Callable[[], bool], go_on: Callable[[], None]
) -> None:
    async with pool(command, queue=1) as workers:
        working = asyncio.ensure_future(workers.analyse([Text("wait")]))
        await until(at_work)
        waiting = asyncio.ensure_future(workers.analyse([Text("b" * line_module.CHARACTERS)]))
        await until(lambda: workers.waiting == 1)
        with pytest.raises(Unavailable, match="too many"):
            await workers.analyse([Text("c")])
        go_on()
        await working
        await waiting


async def test_many_small_ones_may_wait_in_the_place_of_a_large_one(
    command: list[str], at_work: Callable[[], bool], go_on: Callable[[], None]
) -> None:
    async with pool(command, queue=1) as workers:
        working = asyncio.ensure_future(workers.analyse([Text("wait")]))
        await until(at_work)
        most = line_module.CHARACTERS // line_module.LEAST
        waiting = [asyncio.ensure_future(workers.analyse([Text(f"{i:04}")])) for i in range(most)]
        await until(lambda: workers.waiting == most)
        with pytest.raises(Unavailable, match="too many"):
            await workers.analyse([Text("c")])
        go_on()
        await working
        assert all([found[0][0].end == 4 for found in await asyncio.gather(*waiting)])


async def test_what_many_wait_for_at_once_is_analysed_once(
    command: list[str], at_work: Callable[[], bool], go_on: Callable[[], None]
) -> None:
    async with pool(command) as workers:
        working = asyncio.ensure_future(workers.analyse([Text("wait")]))
        await until(at_work)
        waiting = [asyncio.ensure_future(workers.analyse([Text("abc"), Text(f"{i % 2:02}")])) for i in range(10)]
        await until(lambda: workers.waiting == len(waiting))
        waiting.pop(0).cancel()  # who leaves takes nothing from the others
        go_on()
        await working
        found = await asyncio.gather(*waiting)
        assert [[text[0].end for text in texts] for texts in found] == [[3, 2]] * 9
        assert workers.counts["analysed"] == 4


async def test_a_caller_that_leaves_does_not_mix_up_the_next_ones_answer(
    command: list[str], at_work: Callable[[], bool], go_on: Callable[[], None]
) -> None:
    async with pool(command) as workers:
        leaving = asyncio.ensure_future(workers.analyse([Text("wait")]))
        await until(at_work)
        leaving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await leaving
        go_on()
        (pid,) = workers.pids
        assert (await workers.analyse([Text("abcdefg")]))[0][0].end == 7
        assert workers.pids == (pid,)


async def test_closing_while_somebody_waits_is_a_no(command: list[str], at_work: Callable[[], bool]) -> None:
    async with pool(command) as workers:
        asked = asyncio.ensure_future(workers.analyse([Text("sleep")]))
        await until(at_work)
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


async def test_one_large_answer_is_shared_by_all_workers(command: list[str]) -> None:
    async with pool(command, workers=2) as workers:
        await until(lambda: len(workers.pids) == 2)
        texts = [Text("short"), *(Text(f"{i:05}".ljust(1000)) for i in range(20))]
        answer = await workers.analyse(texts)
        assert {one[0].source for one in answer} == {str(pid) for pid in workers.pids}
        assert [one[0].end for one in answer] == [len(text.value) for text in texts]


async def test_of_a_large_answer_nothing_is_given_when_its_last_part_fails(command: list[str]) -> None:
    async with pool(command) as workers:
        with pytest.raises(MaskFailed):
            await workers.analyse([*(Text(str(i)) for i in range(500)), Text("fail")])
        assert await workers.analyse([Text("0"), Text("abc")])


async def test_more_new_text_than_allowed_is_refused_and_known_text_does_not_count(command: list[str]) -> None:
    async with pool(command, answer_text=10) as workers:
        with pytest.raises(MaskRefused, match=r"mask\.too_much"):
            await workers.analyse([Text("x" * 11)])
        with pytest.raises(MaskRefused, match=r"mask\.too_much"):
            await workers.analyse([Text("abcdef"), Text("ghijkl")])
        await workers.analyse([Text("abcdef")])
        assert len(await workers.analyse([Text("abcdef"), Text("ghijkl")])) == 2
        await workers.learn([Text("y" * 1000)])  # nobody waits for it, so it may be large
        assert len(await workers.analyse([Text("y" * 1000)])) == 1


# ahead of time


async def test_what_was_learnt_is_known(command: list[str]) -> None:
    async with pool(command) as workers:
        assert await workers.learn([]) == (0, 0)
        assert await workers.learn([Text("abc"), Text("abc"), Text("de")]) == (2, 2)
        assert await workers.learn([Text("abc"), Text("new")]) == (2, 1)
        assert workers.remembered(Text("abc"))
        assert workers.counts == {"remembered": 2, "analysed": 3}


async def test_an_answer_goes_before_whatever_can_wait(
    command: list[str], at_work: Callable[[], bool], go_on: Callable[[], None]
) -> None:
    async with pool(command) as workers:
        done: list[str] = []
        ahead = asyncio.ensure_future(workers.learn([Text("wait"), *(Text(f"{i:04}".ljust(4000)) for i in range(100))]))
        ahead.add_done_callback(lambda _: done.append("ahead"))
        await until(at_work)
        asked = asyncio.ensure_future(workers.analyse([Text("abc")]))
        await until(lambda: workers.waiting == 1)
        go_on()
        await asked
        assert done == []
        assert await ahead == (101, 101)


async def test_what_can_wait_takes_no_place_in_the_queue(command: list[str]) -> None:
    async with pool(command, queue=1) as workers:
        ahead = [asyncio.ensure_future(workers.learn([Text("short"), Text(str(i))])) for i in range(5)]
        await asyncio.sleep(0.05)
        assert workers.waiting == 0
        assert await workers.analyse([Text("abc")])
        await asyncio.gather(*ahead)


# together with others


class Shelf:
    """Where two pools put their findings."""

    def __init__(self) -> None:
        self.kept: dict[bytes, bytes] = {}

    async def get(self, names: Sequence[bytes]) -> list[bytes | None]:
        return [self.kept.get(name) for name in names]

    async def put(self, entries: Sequence[tuple[bytes, bytes]]) -> None:
        self.kept.update(entries)


async def key() -> bytes:
    return bytes(32)


async def test_what_one_pool_has_analysed_another_need_not(command: list[str]) -> None:
    shelf = Shelf()
    async with pool(command) as one:
        await one.join(shelf, key)
        found = await one.analyse([Text("abc"), Text("de")])
        await until(lambda: len(shelf.kept) == 2)
    async with pool(command) as other:
        await other.join(shelf, key)
        assert (await other.analyse([Text("abc"), Text("de"), Text("new")]))[:2] == found
        assert other.counts == {"remembered": 0, "shared": 2, "analysed": 1}
        assert other.remembered(Text("abc")) == found[0]


async def test_with_another_key_or_version_nothing_is_shared(command: list[str], tmp_path: Path) -> None:
    shelf = Shelf()

    async def another() -> bytes:
        return bytes([1]) * 32

    async with pool(command) as one:
        await one.join(shelf, key)
        await one.analyse([Text("abc")])
        await until(lambda: len(shelf.kept) == 1)
    async with pool(command) as other:
        await other.join(shelf, another)
        await other.analyse([Text("abc")])
        assert other.counts["shared"] == 0
    script = tmp_path / "stand_in.py"
    script.write_text(STAND_IN.replace("v1", "v2"))
    async with pool(command) as newer:
        await newer.join(shelf, key)
        await newer.analyse([Text("abc")])
        assert newer.counts["shared"] == 0


async def test_a_forged_entry_is_analysed_as_if_it_were_not_there(command: list[str]) -> None:
    """Whoever can write to the store cannot say: nothing personal here."""
    shelf = Shelf()
    async with pool(command) as one:
        await one.join(shelf, key)
        await one.analyse([Text("abc"), Text("de")])
        await until(lambda: len(shelf.kept) == 2)
    first, second = shelf.kept
    shelf.kept = {first: shelf.kept[second], second: b"[[]]".ljust(32)}
    async with pool(command) as other:
        await other.join(shelf, key)
        assert [found[0].end for found in await other.analyse([Text("abc"), Text("de")])] == [3, 2]
        assert other.counts["shared"] == 0


async def test_without_the_key_it_works_alone_until_it_comes(
    command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool_module, "KEY_PAUSE", 0.01)
    answers: list[Any] = [Unavailable(Part.MASKING_KEY), Unavailable(Part.MASKING_KEY), bytes(32)]

    async def late() -> bytes:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return bytes(answer)

    shelf = Shelf()
    async with pool(command) as workers:
        await workers.analyse([Text("abc")])
        await workers.join(shelf, late)
        await workers.analyse([Text("abc")])
        await until(lambda: len(shelf.kept) == 1)
        assert workers.counts["analysed"] == 2


# what stops the start


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

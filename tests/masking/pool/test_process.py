"""One worker from the gateway's side: every way in which it can let us down becomes an error of ours."""

import asyncio
import os
from pathlib import Path

import pytest

from vecgate.masking.detect.texts import Text
from vecgate.masking.pool.process import MODULE, Worker, environment
from vecgate.refusals.errors import MaskFailed, Part, Unavailable

_HEAD = "import sys, time\nfrom vecgate.masking.detect import frames\nout = sys.stdout.buffer\n"
_SAY = "out.write(frames.pack({})); out.flush()\n"
_READY = _SAY.format("{'ready': 'v1'}")


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """Make a worker out of a few lines of Python; returns its command."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    def make(body: str) -> list[str]:
        (tmp_path / "stand_in.py").write_text(_HEAD + body)
        return ["stand_in"]

    return make


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        # dies, says no, says nonsense, says nothing in time
        ("", "died"),
        (_SAY.format("{'refused': 'wrong model'}"), "wrong model"),
        (_SAY.format("[1]"), "something else"),
        (_SAY.format("{}"), "did not start"),
        ("out.write(b'hello there'); out.flush()\n", "died"),
        ("time.sleep(60)\n", "in time"),
    ],
)
async def test_a_worker_that_does_not_start(script, body: str, reason: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Unavailable, match=reason) as e:
        await Worker.start(script(body), 3.0)
    assert e.value.part == Part.MASKER


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        # dies before or after the question, wrong number of texts, nonsense, silence
        ("sys.exit()\n", "died"),
        ("sys.stdin.buffer.read(4); sys.exit()\n", "died"),
        (_SAY.format("{'findings': []}") + "time.sleep(60)\n", "something else"),
        (_SAY.format("{}") + "time.sleep(60)\n", "something else"),
        (_SAY.format("{'findings': [[[0, 1]]]}") + "time.sleep(60)\n", "something else"),
        (_SAY.format("{'findings': [[['a', 1, 'ID', '']]]}") + "time.sleep(60)\n", "something else"),
        (_SAY.format("{'findings': [[[0, 1, 2, 3]]]}") + "time.sleep(60)\n", "something else"),
        (_SAY.format("{'findings': [7]}") + "time.sleep(60)\n", "something else"),
        ("time.sleep(60)\n", "too long"),
    ],
)
async def test_a_worker_that_does_not_answer_is_stopped(script, body: str, reason: str) -> None:  # type: ignore[no-untyped-def]
    worker = await Worker.start(script(_READY + body), 20.0)
    with pytest.raises(Unavailable, match=reason):
        await worker.ask([Text("Anu Kotkas")], 1.0)
    assert not worker.alive


async def test_a_failed_analysis_is_no_reason_to_stop(script) -> None:  # type: ignore[no-untyped-def]
    worker = await Worker.start(script(_READY + _SAY.format("{'failed': 'ValueError'}") + "time.sleep(60)\n"), 20.0)
    with pytest.raises(MaskFailed, match="ValueError"):
        await worker.ask([Text("x")], 10.0)
    assert worker.alive
    await worker.stop()


async def test_a_text_json_cannot_hold_is_our_fault_not_the_workers(script) -> None:  # type: ignore[no-untyped-def]
    worker = await Worker.start(script(_READY + "time.sleep(60)\n"), 20.0)
    with pytest.raises(MaskFailed):
        await worker.ask([Text("\ud800")], 10.0)
    assert worker.alive
    await worker.stop()


async def test_a_cancelled_start_leaves_nothing_running(script, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    mark = tmp_path / "pid"
    command = script(f"import os, pathlib; pathlib.Path({str(mark)!r}).write_text(str(os.getpid()))\ntime.sleep(60)\n")
    starting = asyncio.ensure_future(Worker.start(command, 60.0))
    while not (mark.exists() and mark.read_text()):  # noqa: ASYNC110
        await asyncio.sleep(0.02)
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    with pytest.raises(ProcessLookupError):
        os.kill(int(mark.read_text()), 0)


def test_a_worker_is_told_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAULT_TOKEN", "hvs.secret")
    known = environment()
    assert "VAULT_TOKEN" not in known
    assert known["OPENBLAS_NUM_THREADS"] == "1"


async def test_stop_twice_is_fine(script) -> None:  # type: ignore[no-untyped-def]
    worker = await Worker.start(script(_READY + "time.sleep(60)\n"), 20.0)
    await worker.stop()
    await worker.stop()
    await worker.ended()
    assert MODULE == "vecgate.masking.detect.worker"

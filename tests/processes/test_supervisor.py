"""Who ends is started anew; who cannot start is given up; a signal ends all in order, the second at once."""

import asyncio
import logging
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from vecgate.processes import supervisor
from vecgate.processes.child import Child, Job
from vecgate.processes.supervisor import Supervisor

WORKER = """
import pathlib, signal, sys, time
from vecgate.processes.leash import Leash
leash = Leash.take()
notes = pathlib.Path(sys.argv[1])
with notes.open("a") as f:
    f.write(f"{leash.told['name']} {leash.told['restarts']}\\n")
how = sys.argv[2]
if how.isdigit() or (how == "later" and leash.told["restarts"]):
    sys.exit(int(how) if how.isdigit() else 3)
if how == "later":
    leash.ready()
    sys.exit(3)
signal.signal(signal.SIGTERM, signal.SIG_IGN if how == "stubborn" else lambda *_: sys.exit(0))
leash.ready()
if how == "once" and leash.told["restarts"] == 0:
    sys.exit(3)
if how == "always":
    sys.exit(3)
time.sleep(60)
"""


@pytest.fixture
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What each process says when it starts."""
    (tmp_path / "a_worker.py").write_text(WORKER)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return tmp_path / "notes"


def job(notes: Path, name: str, how: str = "well", *, vital: bool = True) -> Job:
    return Job(name, ("a_worker", str(notes), how), {"name": name}, vital)


class Running:
    """A supervisor that runs, and its lines."""

    def __init__(self, caplog: pytest.LogCaptureFixture, *jobs: Job, drain: float = 20) -> None:
        caplog.set_level(logging.INFO, "vecgate")
        self._caplog = caplog
        self.supervisor = Supervisor(jobs, drain=drain, first_pause=0.05)
        self.task = asyncio.ensure_future(self.supervisor.run())

    @property
    def lines(self) -> list[str]:
        return self._caplog.messages

    async def until(self, part: str, times: int = 1) -> None:
        async with asyncio.timeout(60):
            while sum(part in line for line in self.lines) < times and not self.task.done():  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        assert sum(part in line for line in self.lines) >= times, self.lines

    async def end(self) -> int:
        async with asyncio.timeout(60):
            return await self.task


def exists(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def read(notes: Path) -> list[str]:
    return sorted(notes.read_text().splitlines())


@pytest.fixture(autouse=True)
async def no_process_is_left(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    started: list[Child] = []
    start = Child.start

    async def watched(job: Job, restarts: int) -> Child:
        started.append(await start(job, restarts))
        return started[-1]

    monkeypatch.setattr(Child, "start", watched)
    yield
    left = [child.pid for child in started if exists(child.pid)]
    for child in started:
        child.tell(signal.SIGKILL)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.remove_signal_handler(number)
    assert left == []


async def test_it_starts_all_and_ends_them_in_order(caplog: pytest.LogCaptureFixture, notes: Path) -> None:
    running = Running(caplog, job(notes, "one"), job(notes, "two"))
    await running.until("is ready", 2)
    running.supervisor.stop()
    assert await running.end() == 0
    assert read(notes) == ["one 0", "two 0"]
    assert running.lines[-1] == "all processes have ended"
    assert sum("ended with code 0" in line for line in running.lines) == 2


async def test_one_that_ends_is_started_anew_and_told_so(caplog: pytest.LogCaptureFixture, notes: Path) -> None:
    running = Running(caplog, job(notes, "one", "once"))
    await running.until("is ready", 2)
    running.supervisor.stop()
    assert await running.end() == 0
    assert read(notes) == ["one 0", "one 1"]
    assert any("one ended with code 3; starting it again" in line for line in running.lines)


@pytest.mark.parametrize(("how", "starts"), [("78", 1), ("1", 3), ("0", 3)])
async def test_what_never_gets_ready_is_given_up(
    caplog: pytest.LogCaptureFixture, notes: Path, how: str, starts: int
) -> None:
    """Code 78: it cannot start as things are, so that trying again would not help."""
    running = Running(caplog, job(notes, "one", how), job(notes, "viewer", vital=False))
    assert await running.end() == 1
    assert sum("one" in line for line in read(notes)) == starts
    assert any(line.endswith("giving up") for line in running.lines)


async def test_once_one_was_ready_it_goes_on_trying(caplog: pytest.LogCaptureFixture, notes: Path) -> None:
    running = Running(caplog, job(notes, "one", "later"))
    await running.until("one ended with code 3; starting it again", 5)
    running.supervisor.stop()
    assert await running.end() == 0


async def test_one_that_was_ready_is_away_for_a_short_pause_at_most(
    caplog: pytest.LogCaptureFixture, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "SHORT_PAUSE", 0.1)
    running = Running(caplog, job(notes, "one", "always"))
    await running.until("starting it again", 4)
    running.supervisor.stop()
    assert await running.end() == 0
    pauses = [line.rpartition(" in ")[2] for line in running.lines if "starting it again" in line]
    assert pauses[:4] == ["0.1 s"] * 4


async def test_while_another_is_well_it_goes_on_trying(caplog: pytest.LogCaptureFixture, notes: Path) -> None:
    running = Running(caplog, job(notes, "well"))
    await running.until("well is ready")
    running.supervisor._jobs = [job(notes, "ill", "78")]
    trying = asyncio.ensure_future(running.supervisor._keep(running.supervisor._jobs[0]))
    await running.until("ill ended with code 78; starting it again", 3)
    running.supervisor.stop()
    assert await running.end() == 0
    await trying


async def test_what_is_not_vital_may_end_as_often_as_it_likes(caplog: pytest.LogCaptureFixture, notes: Path) -> None:
    running = Running(caplog, job(notes, "viewer", "1", vital=False), job(notes, "one"))
    await running.until("viewer ended with code 1; starting it again", 3)
    await running.until("one is ready")
    running.supervisor.stop()
    assert await running.end() == 0


async def test_who_does_not_end_in_time_is_ended(
    caplog: pytest.LogCaptureFixture, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "CLOSING_SECONDS", 0.1)
    running = Running(caplog, job(notes, "one", "stubborn"), drain=0.1)
    await running.until("is ready")
    running.supervisor.stop()
    assert await running.end() == 0
    assert "one was ended by SIGKILL" in running.lines


async def test_the_second_signal_ends_at_once(caplog: pytest.LogCaptureFixture, notes: Path) -> None:
    running = Running(caplog, job(notes, "one", "stubborn"), drain=3600)
    await running.until("is ready")
    running.supervisor.stop()
    await running.until("stopping")
    running.supervisor.stop()
    assert await running.end() == 0


@pytest.mark.parametrize("module", ["vecgate.processes.supervisor", "vecgate.processes.jobs", "vecgate.cli.run"])
def test_it_imports_no_mitmproxy(module: str) -> None:
    code = f"import sys; sys.path[:0] = {sys.path!r}; import {module}; sys.exit('mitmproxy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0

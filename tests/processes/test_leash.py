"""The line between a supervisor and its processes: told once, ready once, and its end is theirs."""

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from vecgate.processes.leash import READY, Leash
from vecgate.refusals.errors import Unavailable


@pytest.fixture
def line() -> Iterator[tuple[socket.socket, socket.socket]]:
    """The supervisor's end, and the other as this process's standard input."""
    ours, theirs = socket.socketpair()
    before = os.dup(0)
    os.dup2(theirs.fileno(), 0)
    theirs.close()
    try:
        yield ours, theirs
    finally:
        os.dup2(before, 0)
        os.close(before)
        ours.close()


async def test_it_is_told_once_and_answers_once(line: tuple[socket.socket, socket.socket]) -> None:
    ours, _ = line
    ours.sendall(json.dumps({"workers": 2}).encode() + b"\n")
    leash = Leash.take()
    assert leash.told == {"workers": 2}
    leash.ready()
    assert ours.recv(64) == READY
    assert os.read(0, 1) == b"", "processes started from here inherit nothing of it"
    ending = asyncio.ensure_future(leash.ended())
    await asyncio.sleep(0)
    assert not ending.done()
    ours.close()
    async with asyncio.timeout(20):
        await ending
    leash.ready()  # nobody hears it, and nothing happens
    leash.close()


@pytest.mark.parametrize("said", [b"", b"{}", b"not json\n", b"\xff\n"])
def test_a_line_that_makes_no_sense_is_refused(line: tuple[socket.socket, socket.socket], said: bytes) -> None:
    ours, _ = line
    ours.sendall(said)
    ours.shutdown(socket.SHUT_WR)
    with pytest.raises(Unavailable, match="vecgate run"):
        Leash.take()


@pytest.mark.sample(1)
@pytest.mark.parametrize("module", ["vecgate.processes.worker", "vecgate.viewer.live"])
def test_started_by_hand_a_process_says_what_to_start_instead(module: str) -> None:
    words = ["--mode", "reverse", "--worker", "0"] if module.endswith("worker") else []
    environment = {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p), "PATH": os.defpath}
    done = subprocess.run(
        [sys.executable, "-m", module, *words],
        env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 78
    assert "this is started by 'vecgate run'" in done.stderr
    assert "Traceback" not in done.stderr

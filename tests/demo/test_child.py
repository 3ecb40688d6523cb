"""A server ends when its starter is killed, by the kernel or by a watcher."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from demo.child import CHILD

_BY_KERNEL = f"""
import os, subprocess, sys, time
server = subprocess.Popen([sys.executable, {str(CHILD)!r}, str(os.getpid()), sys.executable, "-c", "import time; time.sleep(600)"])
print(server.pid, flush=True)
time.sleep(600)
"""
_BY_WATCHING = f"""
import os, subprocess, sys, time
sys.path.insert(0, {str(CHILD.parents[1])!r})
from demo import child
starter = os.getpid()
if os.fork() == 0:
    child.watch(starter, [sys.executable, "-c", "import os, time; print(os.getpid(), flush=True); time.sleep(600)"], 0.02)
    os._exit(0)
time.sleep(600)
"""


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("program", [_BY_KERNEL, _BY_WATCHING], ids=["kernel", "watcher"])
def test_when_the_starter_is_killed_the_server_ends(program: str) -> None:
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as starter:
        assert starter.stdout is not None
        server = int(starter.stdout.readline())
        assert is_alive(server)
        starter.kill()
    end = time.monotonic() + 20
    while is_alive(server) and time.monotonic() < end:
        time.sleep(0.02)
    assert not is_alive(server)


def test_the_servers_exit_code_is_passed_on() -> None:
    command = [sys.executable, str(CHILD), str(os.getpid()), sys.executable, "-c", "raise SystemExit(7)"]
    assert subprocess.run(command, check=False).returncode == 7


def test_a_starter_that_is_already_gone_starts_nothing() -> None:
    command = [sys.executable, str(CHILD), "1", sys.executable, "-c", "print('ran')"]
    ended = subprocess.run(command, check=False, capture_output=True)
    assert ended.stdout == b""
    assert ended.returncode == -signal.SIGKILL

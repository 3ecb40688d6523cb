"""How does a server end when its starter is killed? This runs in between, and then becomes the server.

On Linux the kernel does it (prctl PR_SET_PDEATHSIG outlives exec); elsewhere this process stays and watches.
Called as: python child.py STARTER_PID COMMAND... Needs nothing but the standard library.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Final

CHILD: Final = Path(__file__).resolve()
PR_SET_PDEATHSIG: Final = 1


def die_with(starter: int) -> None:
    """Ask the kernel to kill this process when its starter ends. Raises OSError where it cannot."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl failed")
    if os.getppid() != starter:  # it ended before we asked
        os.kill(os.getpid(), signal.SIGKILL)


def watch(starter: int, command: list[str], pause: float = 0.3) -> int:
    """Run the command; kill it when the starter is no longer our parent. Returns its exit code."""
    with subprocess.Popen(command) as server:

        def pass_on(number: int, _frame: FrameType | None) -> None:
            server.send_signal(number)

        signal.signal(signal.SIGTERM, pass_on)
        while server.poll() is None:
            if os.getppid() != starter:
                server.kill()
            time.sleep(pause)
        return server.returncode


def main() -> None:
    """Become the server (Linux), or stay beside it."""
    starter, command = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        die_with(starter)
        os.execv(command[0], command)  # noqa: S606
    sys.exit(watch(starter, command))


if __name__ == "__main__":
    main()

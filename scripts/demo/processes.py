"""Which servers run? Starts, stops and kills children that never outlive this process."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from demo.child import CHILD

READY_SECONDS: Final = 60.0
STOP_SECONDS: Final = 8.0
_TAIL: Final = 1500

# The kernel's death signal comes when the *thread* that forked ends, so one thread that never ends does all of it.
_STARTER: Final = ThreadPoolExecutor(max_workers=1, thread_name_prefix="starter")


class StartFailed(RuntimeError):
    """A server did not come up; the text ends with the end of its log."""


@dataclass(slots=True)
class Server:
    """One child: how it is started, how one sees that it is ready. `log` gets all it prints."""

    name: str
    command: Callable[[], list[str]]
    ready: Callable[[], bool]
    log: Path
    environment: Callable[[], Mapping[str, str]] = dict
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def pid(self) -> int | None:
        """Its process id, or None when it does not run."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def spawn(self) -> None:
        """Start it, if it does not run, without waiting for it."""
        if self.pid is None:
            self._process = _STARTER.submit(self._spawn).result()

    def _spawn(self) -> subprocess.Popen[bytes]:
        with os.fdopen(os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "wb") as log:
            return subprocess.Popen(
                [sys.executable, "-I", "-S", str(CHILD), str(os.getpid()), *self.command()],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self._around(),
                start_new_session=True,  # Ctrl-C is ours to handle, in order
            )

    def _around(self) -> dict[str, str]:
        """The environment it gets: little of ours, and where compiled code is kept."""
        ours = {name: os.environ[name] for name in ("PYTHONPYCACHEPREFIX",) if name in os.environ}
        return {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(self.log.parent), **ours, **self.environment()}

    def wait(self) -> None:
        """Until it is ready. Raises StartFailed when it ends instead, or takes more than a minute."""
        end = time.monotonic() + READY_SECONDS
        while not self.ready():
            if self.pid is None or time.monotonic() > end:
                raise StartFailed(f"{self.name} did not start; {self.log} ends with:\n{self._tail()}")
            time.sleep(0.03)

    def start(self) -> None:
        """Start it and wait until it is ready. Raises StartFailed."""
        self.spawn()
        self.wait()

    def stop(self) -> None:
        """Ask it to end; insist after some seconds."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
        self._process = None

    def kill(self) -> None:
        """End it at once (SIGKILL)."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def pause(self) -> None:
        """Let it hang (SIGSTOP): it still accepts connections and answers nothing."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on (SIGCONT)."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)

    def _tail(self) -> str:
        return self.log.read_text("utf-8", "replace")[-_TAIL:]

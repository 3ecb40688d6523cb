"""Why does a test's gateway start at once? It is forked off a process that has imported everything and done nothing yet.

Half of what a start takes is importing mitmproxy, and all tests together start a hundred gateways. What is forked is
`vecgate run` from its first line on, in a session of its own, with the arguments, the environment and the log that it would
have had. What is more than one process (several workers, a viewer) or in another world (a network namespace, an environment
of its own) starts as people start it, and so do those of tests/path/running/test_start_and_stop.

    python -P -m support.servers.warm SOCKET     an order and its log come in over a connection, the pid and in the end the
                                                 exit code go out
"""

import atexit
import contextlib
import functools
import importlib
import json
import os
import pkgutil
import runpy
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NoReturn

from demo.child import die_with
from demo.gateway import Gateway
from demo.processes import Server

HOME: Final = Path(__file__).resolve().parents[3]
#: What `vecgate run` imports, but for `gateway`: that makes the path when it is imported.
IMPORTED: Final = ("vecgate.cli.run", "vecgate.processes.master", "vecgate.gate", "vecgate.steps", "vecgate.dialects")
_LONGEST: Final = 1 << 16


class Forked:
    """As much of a subprocess.Popen as `Server` needs; the line says how it ended."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self.pid = int(line.recv(_LONGEST))
        self.returncode: int | None = None

    def poll(self) -> int | None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self.wait(0)
        return None

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None:
            if not select.select([self._line], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired("vecgate run", timeout or 0)
            self.returncode = int(self._line.recv(_LONGEST) or -signal.SIGKILL)  # its end goes with the starter's
            self._line.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


@dataclass(slots=True)
class Warm(Server):
    """A server `python -m MODULE ...` that is forked off the starter behind this socket."""

    starter: Path = Path()

    def _spawn(self) -> Any:
        order = {"words": self.command()[2:], "env": self._around()}
        line = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        line.connect(str(self.starter))
        with os.fdopen(os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "wb") as log:
            socket.send_fds(line, [json.dumps(order).encode()], [log.fileno()])
        return Forked(line)


def quicken(gateway: Gateway) -> None:
    """Let this gateway be forked, when it starts."""
    cold = gateway.server
    gateway.server = Warm(cold.name, cold.command, cold.ready, cold.log, cold.environment, starter=_starter())


@functools.cache
def _starter() -> Path:
    """The socket of this process's starter, which is there from the first call to the end."""
    folder = Path(tempfile.mkdtemp(prefix="vg-"))  # a socket's path is short
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = folder / "socket"

    def listens() -> bool:
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as line:
            return line.connect_ex(str(path)) == 0

    command = [sys.executable, "-P", "-m", "support.servers.warm", str(path)]
    paths = os.pathsep.join(str(HOME / name) for name in ("addons", "tests", "scripts"))
    made = Server("starter", lambda: command, listens, folder / "log", lambda: {"PYTHONPATH": paths})
    made.spawn()
    made.wait()
    atexit.register(made.stop)
    return path


@dataclass(slots=True)
class Starter:
    """That process. It has one thread, so that a fork has all of it."""

    listener: socket.socket
    alarm: tuple[int, int] = field(default_factory=os.pipe)
    lines: dict[int, socket.socket] = field(default_factory=dict)

    def serve(self) -> dict[str, Any]:
        """Fork what is ordered and tell how it ended; returns in the child only, with its order."""
        os.set_blocking(self.alarm[1], False)
        signal.set_wakeup_fd(self.alarm[1], warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        while True:
            ready, _, _ = select.select([self.listener, self.alarm[0]], [], [])
            if self.alarm[0] in ready:
                os.read(self.alarm[0], _LONGEST)
                self._tell()
            if self.listener in ready and (order := self._fork()):
                return order

    def _fork(self) -> dict[str, Any] | None:
        line, _ = self.listener.accept()
        order, logs, _, _ = socket.recv_fds(line, _LONGEST, 1)
        if not order:  # somebody asked whether we listen
            line.close()
            return None
        if pid := os.fork():
            os.close(logs[0])
            self.lines[pid] = line
            line.sendall(str(pid).encode())
            return None
        for inherited in (line, self.listener, *self.lines.values()):
            inherited.close()
        return {**json.loads(order), "log": logs[0]}

    def _tell(self) -> None:
        while self.lines:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            with self.lines.pop(pid) as line, contextlib.suppress(OSError):
                line.sendall(str(os.waitstatus_to_exitcode(status)).encode())


def become(words: list[str], env: dict[str, str], log: int) -> NoReturn:
    """Be `python -m WORDS...`, from its first line to its end."""
    os.setsid()
    for number in (1, 2):
        os.dup2(log, number)
    os.close(log)
    os.environ.clear()
    os.environ.update(env)
    sys.path[:] = [path for path in sys.path if path not in (str(HOME / "tests"), str(HOME / "scripts"))]
    sys.argv = words  # the first becomes the module's file
    runpy.run_module(words[0], run_name="__main__", alter_sys=True)
    sys.exit()


def main(path: str) -> None:
    starter = os.getpid()
    for name in IMPORTED:
        found = importlib.import_module(name)
        for below in pkgutil.iter_modules(getattr(found, "__path__", ()), f"{name}."):
            importlib.import_module(below.name)
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        listener.bind(path)
        listener.listen()
        made = Starter(listener)
        order = made.serve()
    die_with(starter)
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for end in made.alarm:
        os.close(end)
    become(**order)


if __name__ == "__main__":
    main(sys.argv[1])

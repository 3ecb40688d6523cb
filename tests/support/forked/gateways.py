"""Why does a test's gateway start at once? It is forked off a process that has imported everything and done nothing yet.

Half of what a start takes is importing mitmproxy, and all tests together start a hundred gateways. What is forked is
`vecgate run` from its first line on, in a session of its own, with the arguments, the environment and the log that it would
have had. Its supervisor, if it has one, forks its workers, too. What reads texts comes off a second process that has its model
loaded (readers.py); for it stands one that has its pipes and ends with it (stand.py), but cannot be stopped for a while, and is
not as large: where that is what is tested, readers start as ever. What has a viewer or is in another world (a network namespace,
an environment of its own) starts as people start it, and so do those whose processes are what is tested: `cold`.

    python -P -m support.forked.gateways SOCKET READERS     an order and its files come in over a connection, the pid and
                                                            in the end the exit code go out; READERS: the second one's socket
"""

import asyncio
import atexit
import contextlib
import functools
import gc
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
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final, NoReturn

from demo.child import die_with
from demo.gateway import Gateway
from demo.processes import Server
from vecgate.masking.detect.model import OWN
from vecgate.masking.pool.process import MODULE as READER
from vecgate.processes.jobs import WORKER

HOME: Final = Path(__file__).resolve().parents[3]
STAND: Final = str(HOME / "tests" / "support" / "forked" / "stand.py")
#: As a gateway starts what reads for it.
ALONE: Final = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
#: What `vecgate run`, and other commands, import, but for `gateway`: that makes the path when it is imported.
IMPORTED: Final = ("vecgate.cli", "vecgate.processes.master", "vecgate.gate", "vecgate.steps", "vecgate.dialects")
_LONGEST: Final = 1 << 16
#: What was said, with which files, and the line to who said it.
type Order = tuple[dict[str, Any], list[int], socket.socket]


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
    readers: bool = True

    def _spawn(self) -> Any:
        order = {"words": self.command()[2:], "env": self._around(), "readers": self.readers}
        with (
            Path(os.devnull).open("rb") as nothing,
            os.fdopen(os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "wb") as log,
        ):
            return _ordered(self.starter, order, (nothing, log, log))


def forked(words: list[str], environment: Mapping[str, str], files: Sequence[IO[bytes]]) -> Forked:
    """`python -m WORDS...` with these as input, output and errors."""
    return _ordered(_starter(), {"words": words, "env": {**environment}, "readers": True}, files)


def _ordered(starter: Path, order: dict[str, Any], files: Sequence[IO[bytes]]) -> Forked:
    line = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    line.connect(str(starter))
    socket.send_fds(line, [json.dumps(order).encode()], [file.fileno() for file in files])
    return Forked(line)


def quicken(gateway: Gateway, *, readers: bool) -> None:
    """Let this gateway be forked, when it starts, and what reads for it."""
    cold = gateway.server
    gateway.server = Warm(
        cold.name, cold.command, cold.ready, cold.log, cold.environment, starter=_starter(), readers=readers
    )


@functools.cache
def _starter() -> Path:
    """The socket of this process's starter, which is there from the first call to the end."""
    folder = Path(tempfile.mkdtemp(prefix="vg-"))  # a socket's path is short
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path, readers = folder / "socket", folder / "readers"
    paths = os.pathsep.join(str(HOME / name) for name in ("addons", "tests", "scripts"))
    made = [
        Server(
            where.name,
            functools.partial(lambda words: [sys.executable, "-P", "-m", *words], words),
            functools.partial(_listens, where),
            folder / f"{where.name}.log",
            lambda: {"PYTHONPATH": paths} | ALONE,
        )
        for where, words in (
            (readers, ["support.forked.readers", str(readers)]),
            (path, ["support.forked.gateways", str(path), str(readers)]),
        )
    ]
    for one in made:
        one.spawn()
        atexit.register(one.stop)
    for one in made:
        one.wait()
    return path


def _listens(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as line:
        return line.connect_ex(str(path)) == 0


@dataclass(slots=True)
class Starter:
    """That process. It has one thread, so that a fork has all of it."""

    listener: socket.socket
    alarm: tuple[int, int] = field(default_factory=os.pipe)
    lines: dict[int, socket.socket] = field(default_factory=dict)

    def serve(self) -> Order:
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

    def _fork(self) -> Order | None:
        line, _ = self.listener.accept()
        order, files, _, _ = socket.recv_fds(line, _LONGEST, 3)
        if not order:  # somebody asked whether we listen
            line.close()
            return None
        if pid := os.fork():
            for file in files:
                os.close(file)
            self.lines[pid] = line
            line.sendall(str(pid).encode())
            return None
        for inherited in (self.listener, *self.lines.values()):
            inherited.close()
        return json.loads(order), files, line

    def _tell(self) -> None:
        while self.lines:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            with self.lines.pop(pid) as line, contextlib.suppress(OSError):
                line.sendall(str(os.waitstatus_to_exitcode(status)).encode())


def serve(path: str) -> Order:
    """Listen there and fork; returns in the child only, with its order, when it is as a process that just began."""
    starter = os.getpid()
    gc.collect()
    gc.freeze()  # what each fork would look through, it would have a copy of
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
    return order


def become(words: list[str], env: Mapping[str, str], files: Sequence[int]) -> NoReturn:
    """Be `python -m WORDS...` with these as input, output and errors, from its first line to its end."""
    os.setsid()
    for number, file in enumerate(files):
        os.dup2(file, number)
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    os.environ.clear()
    os.environ.update(env)
    sys.path[:] = [path for path in sys.path if path not in (str(HOME / "tests"), str(HOME / "scripts"))]
    sys.argv = [*words]  # the first becomes the module's file
    runpy.run_module(words[0], run_name="__main__", alter_sys=True)
    sys.exit()


class Child:
    """As much of a subprocess.Popen as asyncio needs of a worker, which is a fork of the supervisor."""

    stdin = stdout = stderr = None

    def __init__(self, words: list[str], env: Mapping[str, str], files: Sequence[int]) -> None:
        self.args, self.returncode = words, None
        sys.stdout.flush()
        self.pid = os.fork()
        if not self.pid:
            asyncio.events._set_running_loop(None)
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                signal.signal(number, signal.SIG_DFL)
            become(words, env, files)


def _those_below_are_forked(readers: str) -> None:
    """Workers, and what reads for them, are started as ever, but for what they begin with."""
    opened = subprocess.Popen

    def start(command: Sequence[str], **how: Any) -> Any:
        words = [*filter(None, command[3:])]
        if words[:1] == [WORKER]:
            return Child(words, how["env"], (how["stdin"], 1, 2))
        if readers and words == [READER, OWN]:
            command = [sys.executable, "-I", "-S", STAND, readers, *words]
        return opened(command, **how)

    subprocess.Popen = start  # type: ignore[misc, assignment]


def main(path: str, readers: str) -> None:
    for name in IMPORTED:
        found = importlib.import_module(name)
        for below in pkgutil.walk_packages(getattr(found, "__path__", ()), f"{name}."):
            if not below.name.endswith(".__main__"):
                importlib.import_module(below.name)
    order, files, _ = serve(path)
    _those_below_are_forked(readers if order["readers"] else "")
    become(order["words"], order["env"], files)


if __name__ == "__main__":
    main(*sys.argv[1:])

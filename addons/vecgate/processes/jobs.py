"""Which processes make up a gateway? N workers, and with `--web` a viewer; and may they have their ports?"""

import asyncio
import io
import logging
import math
import os
import secrets
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from vecgate.processes import greeting
from vecgate.processes.child import Job
from vecgate.processes.supervisor import Supervisor
from vecgate.refusals.errors import SettingsError
from vecgate.settings.file import Settings
from vecgate.telemetry.logs import JsonLines

log = logging.getLogger(__name__)

WORKER: Final = "vecgate.processes.worker"
VIEWER: Final = "vecgate.viewer.live"
QUOTA: Final = Path("/sys/fs/cgroup/cpu.max")
_SOCKET: Final = "viewer.sock"


def cores() -> int:
    """How many cores this process may use: those it may run on, or what its container gets of them if that is less."""
    found = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(found, _share(QUOTA) or found))


def _share(quota: Path) -> int:
    """So many cores' time in a cgroup v2, `QUOTA PERIOD` in microseconds; 0: as much as there is, or not known."""
    try:
        time, period = quota.read_text("ascii").split()
        return math.ceil(int(time) / int(period))
    except (OSError, ValueError, ZeroDivisionError):  # `max`, another kind of system
        return 0


def ports(mode: str, settings: Settings, workers: int) -> list[int]:
    """Every port the gateway's clients come in by."""
    first = settings.listen.port
    if mode == "reverse":
        return [first + i for i in range(len(settings.upstreams))]
    return [first + i for i in range(workers)] if mode == "transparent" else [first]


def need_ports(mode: str, settings: Settings, workers: int) -> None:
    """Raises SettingsError for a port that somebody has: workers that share one would share it with them too."""
    host = settings.listen.host
    taken = []
    for port in ports(mode, settings, workers):
        try:
            family, kind, protocol, _, address = socket.getaddrinfo(
                host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
            )[0]
            with socket.socket(family, kind, protocol) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(address)
        except OSError as e:
            taken.append(f"listen: cannot listen on {host or '*'}:{port}: {e.strerror}")
    if taken:
        raise SettingsError(taken)


def jobs(mode: str, workers: int, feed: Path | None) -> list[Job]:
    """What the supervisor keeps running. `feed`: the viewer's socket."""
    told = {"workers": workers, "hash_key": secrets.token_hex(32), "feed": str(feed) if feed else None}
    found = [Job(f"worker {i}", (WORKER, "--mode", mode, "--worker", str(i)), told) for i in range(workers)]
    viewer = [Job("viewer", (VIEWER,), {"feed": str(feed)}, vital=False)] if feed else []
    return [*viewer, *found]


@contextmanager
def _socket(*, wanted: bool) -> Iterator[Path | None]:
    if not wanted:
        yield None
        return
    # In a folder that only this user can enter; a path below the settings could be longer than the kernel allows.
    with tempfile.TemporaryDirectory(prefix="vecgate-", ignore_cleanup_errors=True) as folder:
        yield Path(folder) / _SOCKET


def _log_to_stdout(settings: Settings) -> None:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)
    handler = logging.StreamHandler(sys.stdout)
    plain = logging.Formatter("[%(asctime)s.%(msecs)03d] %(message)s", "%H:%M:%S")
    handler.setFormatter(JsonLines() if settings.telemetry.json_logs else plain)
    logger = logging.getLogger("vecgate")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)


def greet(mode: str, settings: Settings, workers: int) -> None:
    """Says what clients need, once."""
    for line in greeting.lines(mode, settings, workers):
        log.info("%s", line)
    for line in greeting.warnings(mode, settings):
        log.warning("%s", line)


def run(mode: str, settings: Settings, *, workers: int, web: bool) -> int:
    """Run the gateway as several processes, until it is told to stop; the exit code. Raises SettingsError."""
    settings = greeting.placed(mode, settings)
    need_ports(mode, settings, workers)
    _log_to_stdout(settings)
    greet(mode, settings, workers)
    if mode == "transparent" and workers > 1:
        log.info("connections reach every worker if scripts/transparent is told so, too: --workers %d", workers)
    with _socket(wanted=web) as feed:
        supervisor = Supervisor(jobs(mode, workers, feed), drain=settings.listen.drain)
        return asyncio.run(_run(supervisor))


async def _run(supervisor: Supervisor) -> int:
    return await supervisor.run()

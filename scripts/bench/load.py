"""How long does a request take, and who spends how much CPU on it? A small load generator, and /proc.

The generator is one asyncio loop in this process. It shares the machine with what it measures, so its own CPU time is
measured too and told beside the others.
"""

import asyncio
import math
import os
import ssl
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import aiohttp

from demo import seed

_TICKS: Final = os.sysconf("SC_CLK_TCK")


class BenchFailed(RuntimeError):
    """A request was not answered as expected, so there is nothing to compare."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a search is sent. `between` and `behind`: process ids of what stands there; their children count too.

    `numbers`: of how many its vector is, where that is not the demo's own.
    """

    name: str
    url: str
    context: ssl.SSLContext = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    between: tuple[int, ...]
    behind: tuple[int, ...]
    numbers: int = seed.DIMENSIONS


@dataclass(slots=True)
class Measured:
    """What was seen of one target so far: seconds per request; wall time and CPU times in seconds."""

    latencies: list[float] = field(default_factory=list)
    wall: float = 0.0
    between: float = 0.0
    behind: float = 0.0
    client: float = 0.0

    def percentile(self, share: float) -> float:
        """Nearest rank, in milliseconds."""
        ordered = sorted(self.latencies)
        return ordered[max(math.ceil(share * len(ordered)), 1) - 1] * 1000

    def per_request(self, seconds: float) -> float:
        """A time, per request, in milliseconds."""
        return seconds / len(self.latencies) * 1000

    @property
    def rate(self) -> float:
        """Requests per second."""
        return len(self.latencies) / self.wall


def _stat(pid: int) -> tuple[int, int] | None:
    """Parent and CPU ticks of a process (proc(5): fields 4, 14, 15); None when it is gone."""
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return int(after_name[1]), int(after_name[11]) + int(after_name[12])


def _processes() -> Iterator[tuple[int, int, int]]:
    for entry in os.listdir("/proc"):
        if entry.isdecimal() and (found := _stat(int(entry))) is not None:
            yield int(entry), *found


def cpu_seconds(roots: Sequence[int]) -> float:
    """User and system time that these processes and their living descendants have used so far."""
    known = {pid: (parent, ticks) for pid, parent, ticks in _processes()}
    wanted, added = set(roots), True
    while added:
        below = {pid for pid, (parent, _) in known.items() if parent in wanted} - wanted
        added = bool(below)
        wanted |= below
    return sum(known[pid][1] for pid in wanted if pid in known) / _TICKS


async def _ask(session: aiohttp.ClientSession, target: Target, body: bytes) -> tuple[float, bytes]:
    """Seconds it took, and the answer."""
    began = time.perf_counter()
    async with session.post(target.url, data=body, ssl=target.context, headers=target.headers) as reply:
        raw = await reply.read()
    took = time.perf_counter() - began
    if reply.status != 200:
        raise BenchFailed(f"{target.name} answers {reply.status}: {raw[:300].decode('utf-8', 'replace')}")
    return took, raw


async def _worker(session: aiohttp.ClientSession, target: Target, bodies: Iterator[bytes], into: list[float]) -> None:
    for body in bodies:  # shared by all workers: each takes the next one
        into.append((await _ask(session, target, body))[0])


async def drive(target: Target, bodies: Sequence[bytes], connections: int, into: Measured) -> None:
    """Send these bodies over so many kept-alive connections, opened before the clock starts. Raises BenchFailed."""
    connector = aiohttp.TCPConnector(limit=connections)
    async with aiohttp.ClientSession(connector=connector, trust_env=False) as session:
        await asyncio.gather(*(_ask(session, target, bodies[0]) for _ in range(connections)))
        before = cpu_seconds(target.between), cpu_seconds(target.behind), time.process_time()
        began = time.perf_counter()
        rest = iter(bodies)
        async with asyncio.TaskGroup() as group:
            for _ in range(connections):
                group.create_task(_worker(session, target, rest, into.latencies))
        into.wall += time.perf_counter() - began
        into.client += time.process_time() - before[2]
        into.between += cpu_seconds(target.between) - before[0]
        into.behind += cpu_seconds(target.behind) - before[1]


async def fetch(target: Target, body: bytes) -> bytes:
    """One answer, to look at. Raises BenchFailed."""
    async with aiohttp.ClientSession(trust_env=False) as session:
        return (await _ask(session, target, body))[1]

"""How long does a request take, and who spends how much CPU on it? A small load generator, and /proc.

The generator is one asyncio loop in this process. It shares the machine with what it measures, so its own CPU time is
measured too and told beside the others.
"""

import asyncio
import math
import os
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, Self
from urllib.parse import urlsplit

import aiohttp

from bench.streams import Lost, Streams
from demo import seed

_TICKS: Final = os.sysconf("SC_CLK_TCK")


class BenchFailed(RuntimeError):
    """A request was not answered as expected, so there is nothing to compare."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a search is sent. `between` and `behind`: process ids of what stands there; their children count too.

    `numbers`: of how many its vector is, where that is not the demo's own. `how`: over HTTP/1.1 with a connection for
    each at a time, or over one connection of HTTP/2 with a stream for each, as REST or as gRPC; `context` offers it.
    """

    name: str
    url: str
    context: ssl.SSLContext = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    between: tuple[int, ...]
    behind: tuple[int, ...]
    numbers: int = seed.DIMENSIONS
    how: Literal["h1", "h2", "grpc"] = "h1"


@dataclass(slots=True)
class Measured:
    """What was seen of one target so far: seconds per request; wall time and CPU times in seconds."""

    latencies: list[float] = field(default_factory=list)
    wall: float = 0.0
    between: float = 0.0
    behind: float = 0.0
    client: float = 0.0

    @classmethod
    def of(cls, rounds: Sequence["Measured"]) -> Self:
        """Several rounds as one."""
        total = cls()
        for one in rounds:
            total.latencies += one.latencies
            for name in ("wall", "between", "behind", "client"):
                setattr(total, name, getattr(total, name) + getattr(one, name))
        return total

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


type _Ask = Callable[[bytes], Awaitable[tuple[int, bytes]]]


async def _ask(ask: _Ask, target: Target, body: bytes) -> tuple[float, bytes]:
    """Seconds it took, and the answer."""
    began = time.perf_counter()
    try:
        status, raw = await ask(body)
    except Lost as e:
        raise BenchFailed(f"{target.name}: {e}") from e
    took = time.perf_counter() - began
    if status != 200:
        raise BenchFailed(f"{target.name} answers {status}: {raw[:300].decode('utf-8', 'replace')}")
    return took, raw


@asynccontextmanager
async def lines(target: Target, connections: int) -> AsyncIterator[_Ask]:
    """How to ask it, so many at a time: gives status and body. What is asked raises Lost, or what aiohttp raises."""
    if target.how != "h1":
        async with _streams(target) as ask:
            yield ask
        return
    connector = aiohttp.TCPConnector(limit=connections)
    async with aiohttp.ClientSession(connector=connector, trust_env=False) as session:

        async def ask(body: bytes) -> tuple[int, bytes]:
            async with session.post(target.url, data=body, ssl=target.context, headers=target.headers) as reply:
                return reply.status, await reply.read()

        yield ask


@asynccontextmanager
async def _streams(target: Target) -> AsyncIterator[_Ask]:
    at = urlsplit(target.url)
    head = [(":method", "POST"), (":scheme", "https"), (":authority", at.netloc), (":path", at.path)]
    head += [(name.lower(), value) for name, value in target.headers.items()]
    async with await Streams.to(at.hostname or "", at.port or 443, target.context) as line:

        async def ask(body: bytes) -> tuple[int, bytes]:
            fields, raw = await line.ask(head, body)
            failed = target.how == "grpc" and fields.get("grpc-status") != "0"
            return (0, str(fields).encode()) if failed else (int(fields[":status"]), raw)

        yield ask


async def _worker(ask: _Ask, target: Target, bodies: Iterator[bytes], into: list[float]) -> None:
    for body in bodies:  # shared by all workers: each takes the next one
        into.append((await _ask(ask, target, body))[0])


async def drive(target: Target, bodies: Sequence[bytes], connections: int, into: Measured) -> None:
    """Send these bodies, so many at a time, over what is opened before the clock starts. Raises BenchFailed."""
    async with lines(target, connections) as ask:
        await asyncio.gather(*(_ask(ask, target, bodies[0]) for _ in range(connections)))
        before = cpu_seconds(target.between), cpu_seconds(target.behind), time.process_time()
        began = time.perf_counter()
        rest = iter(bodies)
        async with asyncio.TaskGroup() as group:
            for _ in range(connections):
                group.create_task(_worker(ask, target, rest, into.latencies))
        into.wall += time.perf_counter() - began
        into.client += time.process_time() - before[2]
        into.between += cpu_seconds(target.between) - before[0]
        into.behind += cpu_seconds(target.behind) - before[1]


async def fetch(target: Target, body: bytes) -> bytes:
    """One answer, to look at. Raises BenchFailed."""
    async with lines(target, 1) as ask:
        return (await _ask(ask, target, body))[1]

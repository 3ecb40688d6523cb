"""How long until a yes, a revocation and a decision take effect, with much going on? Beside the same with little.

Run as: .venv/bin/python scripts/bench/approvals.py [--held N] [--yes N] [--rounds N] [--connections N] [--workers N]
        [--rules N] [--grants N] [--json FILE]

A yes: from sending it until its call is answered, one at a time, with so many calls held. A revocation: from sending it
until a refusal has come on each connection, of calls that the database is working on and of those sent one after
another. A decision: in this process, with so many rules, among whom there are so many live grants.
"""

import argparse
import asyncio
import contextlib
import json
import math
import os
import platform
import random
import signal
import ssl
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "addons"))

import aiohttp
import yaml

from bench import granted
from bench.load import BenchFailed
from bench.overhead import free_port, positive
from bench.policy import WHEN
from bench.searches import SEARCHES
from demo.gateway import Gateway
from demo.processes import StartFailed
from demo.stack import Stack

RULES: Final = """
version: 1
mask_profiles: {standard: {default: replace}}
rules:
  - {name: hello, who: anyone, where: anywhere, operations: [health], effect: allow, mask: standard}
  - name: asks
    who: {groups: [data-owners]}
    where: {collections: ["tickets*"]}
    operations: [search]
    effect: request
    mask: standard
    approvers: {groups: [data-owners]}
    grant: {longest: 8h}
  - name: holds
    who: {groups: [analysts]}
    where: {collections: ["tickets*"]}
    operations: [delete_ids]
    effect: hold
    mask: standard
    approvers: {groups: [data-owners]}
    wait: 300s
"""
ACCESS: Final = "/.vecgate/v1/access"
HELD: Final = "/.vecgate/v1/requests"
PATIENCE: Final = 120.0
#: The longest that a call which was answered 503 is held back: a thousand that come again at once are never all taken.
MOST_PAUSE: Final = 30.0
#: So often a round is begun anew: the database's front is stopped in it, where names are asked for every ten seconds.
ROUND_TRIES: Final = 5
#: And so many more for each call that is to be held first.
PER_HELD: Final = 0.4


class NotUnderWay(Exception):
    """A call is not at the database: its worker had to ask there first which collection it is for."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much of each."""

    held: int = 1000
    yes: int = 100
    rounds: int = 20
    connections: int = 16
    workers: int = 4


@dataclass(slots=True)
class Site:
    """A gateway over the stack, and how to ask it as somebody."""

    stack: Stack
    gateway: Gateway
    session: aiohttp.ClientSession
    trust: ssl.SSLContext
    base: str
    search: bytes
    tokens: dict[str, str] = field(default_factory=dict, repr=False)

    async def ask(
        self, user: str, method: str, path: str, body: bytes | dict[str, Any] | None = None
    ) -> tuple[int, Any]:
        raw = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        if user not in self.tokens:
            self.tokens[user] = self.stack.token(user)
        headers = {"X-Chroma-Token": self.tokens[user], "Content-Type": "application/json"}
        async with self.session.request(
            method, self.gateway.url + path, data=raw, ssl=self.trust, headers=headers
        ) as reply:
            return reply.status, await reply.json(content_type=None)

    async def must(self, user: str, method: str, path: str, body: Any = None) -> Any:
        """The same; anything but success ends the run. Raises BenchFailed."""
        status, said = await self.ask(user, method, path, body)
        if status != 200:
            raise BenchFailed(f"{method} {path} as {user} answers {status}: {str(said)[:300]}")
        return said

    async def until(self, so: Any, what: Callable[[], str], more: float = 0.0) -> None:
        """Wait until it is so, `more` seconds than else. Raises BenchFailed with what never came."""
        end = time.monotonic() + PATIENCE + more
        while not await so():
            if time.monotonic() > end:
                raise BenchFailed(f"it never came true: {what()}")
            await asyncio.sleep(0.1)  # whoever looks must not be what it waits for


@contextlib.asynccontextmanager
async def site(
    stack: Stack, folder: Path, plan: Plan, *, rules: str = RULES, over: Mapping[str, dict[str, Any]] | None = None
) -> AsyncIterator[Site]:
    """A gateway of so many workers, and connections enough. `over`: laid over sections of its settings."""
    (folder / "policies").mkdir(parents=True)
    (folder / "policies" / "bench.yaml").write_text(rules, "utf-8")
    told: dict[str, Any] = yaml.safe_load(stack.settings_path.read_text("utf-8"))
    told["policies"] = str(folder / "policies")
    told["recording"]["folder"] = str(folder / "recordings")
    told["state"]["prefix"] = "bench-approvals"
    told["listen"] |= {"port": free_port(), "certificate_folder": str(folder / "ca")}
    told["limits"] = told.get("limits", {}) | {"clients_per_address": 4096}
    told["hold"] = told.get("hold", {}) | {"open_per_user": plan.held + 1, "wait": 900, "pending": 3600}
    for section, words in (over or {}).items():
        told[section] = told.get(section, {}) | words
    (folder / "settings.yaml").write_text(yaml.safe_dump(told), "utf-8")
    gateway = Gateway(folder / "settings.yaml", folder / "gateway.log", workers=plan.workers)
    gateway.start()
    try:
        gateway.server.ready = lambda: gateway.log.read_text("utf-8", "replace").count(" is ready") >= plan.workers
        gateway.server.wait()
        trust = ssl.create_default_context(cafile=str(gateway.ca))
        search = SEARCHES["chroma"]
        base = search.path(stack).rpartition("/")[0]
        connector, timeout = aiohttp.TCPConnector(limit=0), aiohttp.ClientTimeout(1800)
        async with aiohttp.ClientSession(connector=connector, timeout=timeout, trust_env=False) as session:
            yield Site(stack, gateway, session, trust, base, next(search.bodies()))
    finally:
        gateway.stop()


# a yes


class _Callers:
    """So many who wait for a yes; when each had its answer."""

    def __init__(self, at: Site) -> None:
        self._at, self._calls = at, set[asyncio.Future[None]]()
        self.answered: asyncio.Queue[float] = asyncio.Queue()
        self.again = 0

    async def add(self, number: int) -> None:
        for _ in range(number):
            self._calls.add(asyncio.ensure_future(self._call(len(self._calls))))
            if len(self._calls) % 50 == 49:  # else the listening queue runs over
                await asyncio.sleep(0.2)

    async def _call(self, number: int, pause: float = 1.0) -> None:
        status, said = await self._at.ask("alice", "POST", f"{self._at.base}/delete", {"ids": [f"nobody-{number}"]})
        if status == 503:  # as a client would: on a machine with much else to do, not all come through at once
            self.again += 1
            await asyncio.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311 - lest all come again at once
            return await self._call(number, min(pause * 2, MOST_PAUSE))
        if status != 200:
            raise BenchFailed(f"a held call is answered {status}: {str(said)[:300]}")
        await self.answered.put(time.perf_counter())

    def see(self) -> None:
        """That none has failed. Raises BenchFailed."""
        for one in self._calls:
            if one.done():
                one.result()

    async def leave(self) -> None:
        for one in self._calls:
            one.cancel()
        await asyncio.gather(*self._calls, return_exceptions=True)


async def yes(at: Site, held: int, count: int) -> list[float]:
    """Seconds from sending a yes until its call is answered, with so many held; what is released is held anew."""
    callers, took, waiting = _Callers(at), list[float](), list[str]()

    async def pending() -> bool:
        callers.see()
        status, said = await at.ask("bob", "GET", HELD)
        if status == 503:
            return False
        listed = said["requests"]
        waiting[:] = [one["id"] for one in listed if one["state"] == "pending"]
        return len(waiting) >= held

    try:
        await callers.add(held)
        while len(took) < count:
            # On a machine with much else to do it takes a while until all are there: it is no part of what is measured.
            await at.until(pending, lambda: f"{held} are held; {len(waiting)} are", held * PER_HELD)
            for id in waiting[: count - len(took)][: max(held // 10, 1)]:
                began = time.perf_counter()
                await at.must("bob", "POST", f"{HELD}/{id}/approve")
                took.append(await asyncio.wait_for(callers.answered.get(), PATIENCE) - began)
                await callers.add(1)
        if callers.again:
            print(f"{callers.again} calls were answered 503, and sent again", file=sys.stderr)
        return took
    finally:
        await callers.leave()


# a revocation


async def revocations(at: Site, plan: Plan) -> dict[str, list[float]]:
    """Seconds from sending it until each connection has a refusal: of calls under way, and one after another."""
    took: dict[str, list[float]] = {"under way": [], "one after another": []}
    for _ in range(plan.rounds):
        for kind, into in took.items():
            work = _under_way if kind == "under way" else _one_after_another
            into += await _round(at, plan, work)
    return took


async def _round(at: Site, plan: Plan, work: Callable[[Site, str, int], Awaitable[list[float]]]) -> list[float]:
    """One revocation. Where a worker did not know a collection's name by then, it is begun anew: it knows it now."""
    for _ in range(ROUND_TRIES):
        with contextlib.suppress(NotUnderWay):
            return await work(at, await _granted(at, plan), plan.connections)
    raise BenchFailed(f"in {ROUND_TRIES} rounds not all calls were under way")


async def _granted(at: Site, plan: Plan) -> str:
    wish = {"upstream": "tickets-db", "collections": ["tickets"], "operations": ["search"], "for": "2h", "reason": "r"}
    id = str((await at.must("carol", "POST", ACCESS, wish))["id"])
    await at.must("bob", "POST", f"{ACCESS}/{id}/approve")

    async def everywhere() -> bool:
        replies = await asyncio.gather(*(_search(at) for _ in range(plan.connections * 2)))
        return all(status == 200 for status, _ in replies)

    await at.until(everywhere, lambda: "every worker knows")
    return id


async def _search(at: Site) -> tuple[int, Any]:
    return await at.ask("carol", "POST", f"{at.base}/query", at.search)


async def _revoked(at: Site, id: str) -> float:
    began = time.perf_counter()
    await at.must("bob", "POST", f"{ACCESS}/{id}/revoke", {"reason": "enough"})
    return began


async def _refused(at: Site) -> float:
    """When a refusal came, of one call or of the first of many."""
    while True:
        status, said = await _search(at)
        if status == 403:
            return time.perf_counter()
        if (status == 502 and "Nothing was sent." in said.get("message", "")) or said.get(
            "code"
        ) == "upstream.unreachable":
            raise NotUnderWay
        if status != 200:
            raise BenchFailed(f"a search is answered {status}: {str(said)[:300]}")


async def _under_way(at: Site, id: str, connections: int) -> list[float]:
    at.stack.pause("front")
    try:
        waiting = [asyncio.ensure_future(_refused(at)) for _ in range(connections)]
        await asyncio.sleep(1.0)
        began = await _revoked(at, id)
        ends = await asyncio.wait_for(asyncio.gather(*waiting), PATIENCE)
    finally:
        at.stack.resume("front")
        await asyncio.gather(*waiting, return_exceptions=True)
    return [end - began for end in ends]


async def _one_after_another(at: Site, id: str, connections: int) -> list[float]:
    waiting = [asyncio.ensure_future(_refused(at)) for _ in range(connections)]
    await asyncio.sleep(0.5)
    began = await _revoked(at, id)
    return [end - began for end in await asyncio.wait_for(asyncio.gather(*waiting), PATIENCE)]


# all of it


def percentile(seconds: Sequence[float], share: float) -> float:
    """Nearest rank, in milliseconds."""
    return round(sorted(seconds)[max(math.ceil(share * len(seconds)), 1) - 1] * 1000, 1)


def row(what: str, seconds: Sequence[float], first: Sequence[float]) -> dict[str, Any]:
    p50, p99 = percentile(seconds, 0.5), percentile(seconds, 0.99)
    ratio = round(p50 / percentile(first, 0.5), 2)
    return {"what": what, "count": len(seconds), "p50_ms": p50, "p99_ms": p99, "p50_to_first": ratio}


async def measure(stack: Stack, folder: Path, plan: Plan) -> list[dict[str, Any]]:
    """The rows about a running gateway. Raises BenchFailed, StartFailed."""
    async with site(stack, folder, plan) as at:
        ended = await revocations(at, plan)
        alone = await yes(at, 1, min(plan.yes, 20))
        many = await yes(at, plan.held, plan.yes)
    first = ended["one after another"]
    return [
        row("yes to answer, 1 held", alone, alone),
        row(f"yes to answer, {plan.held} held", many, alone),
        *(row(f"revoked to refused, {kind}", seconds, first) for kind, seconds in sorted(ended.items())),
    ]


def table(report: dict[str, Any]) -> str:
    """The report for people."""
    lines = [("", "number", "p50 ms", "p99 ms", "x first")]
    lines += [tuple(str(value) for value in one.values()) for one in report["gateway"]]
    lines += [("", "", "p50 us", "p99 us", "x first")]
    lines += [tuple(str(value) for value in one.values()) for one in report["decisions"]]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join("  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)


def main(words: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser("approvals.py", description=(__doc__ or "").partition("\n")[0])
    for name, default, help in (
        ("held", 1000, "calls that are held at once"),
        ("yes", 100, "of them approved, one at a time"),
        ("rounds", 20, "revocations of each kind"),
        ("connections", 16, "connections that each one cuts"),
        ("workers", 4, "workers of the gateway"),
        ("rules", 10_000, "rules that a decision is among"),
        ("grants", 1000, "grants that are live then"),
    ):
        parser.add_argument(f"--{name}", type=positive, default=default, help=f"{help} ({default})")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the report there too")
    told = parser.parse_args(words)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # an end by a time-out cleans up too
    plan = Plan(told.held, told.yes, told.rounds, told.connections, told.workers)
    decisions = [*granted.measure(told.rules, told.grants), *granted.measure(told.rules, told.grants, when=WHEN)]
    try:
        with tempfile.TemporaryDirectory(prefix="vg-bench-") as name, Stack(Path(name) / "state") as stack:
            rows = asyncio.run(measure(stack, Path(name) / "gateway", plan))
    except (BenchFailed, StartFailed) as e:
        print(f"failed: {e}", file=sys.stderr)
        return 1
    machine = {"cores": os.cpu_count(), "system": platform.system(), "python": platform.python_version()}
    report = {"machine": machine, "gateway": rows, "decisions": decisions}
    print(table(report))
    if told.json:
        told.json.write_text(json.dumps(report, indent=2) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Does a yes stay a yes, and an end an end, while everything dies? Workers and the Valkey primary are killed at random.

Run as: .venv/bin/python scripts/bench/chaos.py [--calls N] [--grants N] [--workers N] [--seconds N] [--seed N]

So many deletes are held, and so much access is asked for. Approvals, denials and revocations rain in, while every few
seconds a worker is killed, or the primary of the state, whose replica is then let lead. What the database was really
asked is counted between it and its front, and held against what was agreed to and what was recorded. Ends with 1 where
anything was executed without a yes, twice on one, or unrecorded, used after it was revoked, or held for ever.
"""

import argparse
import asyncio
import contextlib
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "addons"))

import aiohttp

from bench import approvals
from bench.approvals import ACCESS, HELD, Site
from bench.counted import CountedStack
from bench.load import BenchFailed
from bench.overhead import positive
from bench.sentinel import Pair
from demo.processes import StartFailed

RULES: Final = approvals.RULES.replace("operations: [search]", "operations: [count]").replace("tickets*", "*")
#: Between two blows, in seconds.
PAUSE: Final = (2.0, 5.0)
#: Afterwards all must be answered within, in seconds.
PATIENCE: Final = 120.0
#: A revocation is everywhere after, in seconds.
EVERYWHERE: Final = 1.0
_MOST_GRANTS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Plan:
    """How much of each."""

    calls: int = 200
    grants: int = 50
    workers: int = 4
    seconds: float = 120.0
    seed: int = 1
    blows: tuple[str, ...] = ()  # these, one after the other, and not whatever chance says for so many seconds


@dataclass(slots=True)
class Seen:
    """What happened. Calls are told apart by the id that they delete."""

    asked: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    agreed: set[str] = field(default_factory=set)  # ids of requests to which a yes was sent, whatever came back
    answered: Counter[str] = field(default_factory=Counter)
    said: Counter[str] = field(default_factory=Counter)
    blows: Counter[str] = field(default_factory=Counter)
    uses: int = 0
    late: list[str] = field(default_factory=list)
    ended: int = 0


class Chaos:
    """All who take part, until `over`."""

    def __init__(self, at: Site, pair: Pair, plan: Plan) -> None:
        self.at, self.pair, self.plan = at, pair, plan
        self.seen, self.chance = Seen(), random.Random(plan.seed)  # noqa: S311
        self.over = False

    async def ask(self, user: str, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """The answer; 0 where there was none."""
        try:
            return await self.at.ask(user, method, path, body)
        except (aiohttp.ClientError, OSError, ValueError, TimeoutError):
            return 0, None

    # held calls

    async def call(self, number: int) -> None:
        """Send it, at some time, until it is done, or somebody has said no to it."""
        await asyncio.sleep(self.chance.uniform(0, self.plan.seconds * 0.9))
        while True:
            status, said = await self.ask("alice", "POST", f"{self.at.base}/delete", {"ids": [f"chaos-{number}"]})
            code = str(said.get("message", "")).partition(":")[0] if isinstance(said, dict) else ""
            self.seen.said[code or str(status)] += 1
            if status == 200 or code in ("hold.denied",):
                self.seen.answered["done" if status == 200 else "denied"] += 1
                return
            await asyncio.sleep(0.3)

    async def decide(self) -> None:
        """Say yes to most of what waits, and no to some."""
        while True:
            status, said = await self.ask("bob", "GET", HELD)
            waiting = [one for one in said["requests"] if one["state"] == "pending"] if status == 200 else []
            for one in waiting[:40]:
                (name,) = one["body"]["ids"]
                self.seen.asked[name].add(one["id"])
                if self.chance.random() < 0.1:
                    await self.ask("bob", "POST", f"{HELD}/{one['id']}/deny", {"reason": "chaos"})
                    continue
                self.seen.agreed.add(one["id"])
                await self.ask("bob", "POST", f"{HELD}/{one['id']}/approve")
            await asyncio.sleep(self.chance.uniform(0.1, 2.0))  # what waits meanwhile, waits while somebody dies

    # access

    async def holder(self, collection: str, path: str) -> None:
        """Ask for access, be granted it, use it, lose it, and see that it is lost; and so on."""
        perhaps = list[str]()  # is granted: an answer that was lost may have been a yes, or no end of it
        while not self.over:
            id, agreed = await self._granted(collection)
            perhaps += [id] if id else []
            if not agreed:
                await asyncio.sleep(0.5)
                continue
            end = time.monotonic() + self.chance.uniform(0.5, 4.0)
            while time.monotonic() < end:
                status, _ = await self.ask("carol", "GET", path)
                self.seen.uses += status == 200
                await asyncio.sleep(0.2)
            perhaps = [one for one in perhaps if not await self._revoked(one)]
            if not perhaps:
                await self._see_that_it_is_lost(id, path)

    async def _granted(self, collection: str) -> tuple[str, bool]:
        """The id of what was asked for, empty where nobody knows it, and whether it is known to be granted."""
        wish = {
            "upstream": "tickets-db", "collections": [collection], "operations": ["count"], "for": "1h", "reason": "r",
        }  # fmt: skip
        status, said = await self.ask("carol", "POST", ACCESS, wish)
        if status != 200:
            return "", False
        id = str(said["id"])
        status, _ = await self.ask("bob", "POST", f"{ACCESS}/{id}/approve")
        return id, status == 200

    async def _revoked(self, id: str) -> bool:
        """Whether it was confirmed, or it was not granted any more; else nothing can be said of it."""
        status, _ = await self.ask("bob", "POST", f"{ACCESS}/{id}/revoke", {"reason": "chaos"})
        self.seen.ended += status == 200
        return status in (200, 409)

    async def _see_that_it_is_lost(self, id: str, path: str) -> None:
        await asyncio.sleep(EVERYWHERE)
        for _ in range(5):
            status, _ = await self.ask("carol", "GET", path)
            if status == 200:
                self.seen.late.append(id)
            await asyncio.sleep(0.1)

    # what dies

    async def blows(self) -> None:
        """Kill somebody every few seconds, or whom the plan names."""
        end = time.monotonic() + self.plan.seconds
        for what in self.plan.blows:
            await asyncio.sleep(self.plan.seconds / (len(self.plan.blows) + 1))
            await self._blow(what)
        while not self.plan.blows and time.monotonic() < end:
            await asyncio.sleep(self.chance.uniform(*PAUSE))
            await self._blow("primary" if self.chance.random() < 0.35 else "worker")

    async def _blow(self, what: str) -> None:
        if what == "primary":
            await asyncio.to_thread(self.pair.fail_over)
            await asyncio.sleep(self.chance.uniform(0, 2))
            await asyncio.to_thread(self.pair.heal)
        elif workers := self._workers():
            os.kill(self.chance.choice(workers), signal.SIGKILL)
        else:
            return
        self.seen.blows[what] += 1

    def _workers(self) -> list[int]:
        supervisor, found = self.at.gateway.server.pid, list[int]()
        for name in os.listdir("/proc"):
            with contextlib.suppress(OSError, ValueError):
                parent = (Path("/proc") / name / "stat").read_text().rpartition(")")[2].split()[1]
                words = (Path("/proc") / name / "cmdline").read_bytes().split(b"\0")
                if int(parent) == supervisor and b"--worker" in words:
                    found.append(int(name))
        return found

    async def run(self, paths: dict[str, str]) -> int:
        """How many calls are held for ever."""
        calls = [asyncio.ensure_future(self.call(number)) for number in range(self.plan.calls)]
        holders = [asyncio.ensure_future(self.holder(name, path)) for name, path in paths.items()]
        deciding = asyncio.ensure_future(self.decide())
        await self.blows()
        self.over = True
        _, held = await asyncio.wait(calls, timeout=PATIENCE)
        _, stuck = await asyncio.wait(holders, timeout=PATIENCE) if holders else ((), set())
        await _stop([deciding, *held, *stuck])
        return len(held) + len(stuck)


async def _stop(tasks: list[asyncio.Future[None]]) -> None:
    for one in tasks:
        one.cancel()
    for one in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(one, Exception):
            raise one


def recorded(folder: Path) -> Counter[str]:
    """How often a call was written down before it was sent, by the request that it was held as."""
    found = Counter[str]()
    for file in folder.rglob("*.jsonl"):
        for line in file.read_bytes().splitlines():
            if b'"request.sent"' in line:
                with contextlib.suppress(ValueError):  # the last line of a worker that died
                    approval = json.loads(line)["body"].get("approval")
                    found[approval["id"] if approval else ""] += 1
    return found


def verdict(seen: Seen, executed: Counter[str], written: Counter[str], held: int) -> dict[str, int]:
    """What must not be, each to be 0."""
    agreed = {name: len(ids & seen.agreed) for name, ids in seen.asked.items()}
    return {
        "executed without approval": sum(not agreed.get(name) for name in executed),
        "executed twice": sum(max(n - max(agreed.get(name, 0), 1), 0) for name, n in executed.items()),
        "unrecorded": sum(
            max(n - sum(written[id] for id in seen.asked.get(name, ())), 0) for name, n in executed.items()
        ),
        "used after revocation": len(seen.late),
        "held for ever": held,
    }


async def measure(stack: CountedStack, pair: Pair, folder: Path, plan: Plan) -> tuple[dict[str, int], Seen]:
    """Let it rain. Raises BenchFailed, StartFailed."""
    paths = await asyncio.to_thread(stack.collections, [f"chaos-{number}" for number in range(plan.grants)])
    over = {
        "state": {"url": pair.url, "replicas": 1, "timeout": 2.0},
        "hold": {"wait": 10},
        "access": {"open_per_user": _MOST_GRANTS},
    }
    size = approvals.Plan(held=plan.calls, workers=plan.workers)
    async with approvals.site(stack, folder, size, rules=RULES, over=over) as at:
        chaos = Chaos(at, pair, plan)
        held = await chaos.run(paths)
    return verdict(chaos.seen, stack.deleted, recorded(folder / "recordings"), held), chaos.seen


def run(plan: Plan) -> tuple[dict[str, int], Seen]:
    """All of it, on servers of its own. Raises BenchFailed, StartFailed."""
    with tempfile.TemporaryDirectory(prefix="vg-chaos-") as name:
        folder = Path(name)
        with CountedStack(folder / "state") as stack, Pair(folder / "pair") as pair:
            work: Coroutine[Any, Any, tuple[dict[str, int], Seen]] = measure(stack, pair, folder / "gateway", plan)
            return asyncio.run(work)


def main(words: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser("chaos.py", description=(__doc__ or "").partition("\n")[0])
    for name, default, help in (
        ("calls", 200, "deletes that are held"),
        ("grants", 50, "collections to which access is asked for, granted and revoked, over and over"),
        ("workers", 4, "workers of the gateway"),
        ("seconds", 120, "how long something dies every few seconds"),
        ("seed", 1, "of what is decided, and who dies when"),
    ):
        parser.add_argument(f"--{name}", type=positive, default=default, help=f"{help} ({default})")
    told = parser.parse_args(words)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # an end by a time-out cleans up too
    try:
        found, seen = run(Plan(told.calls, told.grants, told.workers, told.seconds, told.seed))
    except (BenchFailed, StartFailed, TimeoutError) as e:
        print(f"failed: {e}", file=sys.stderr)
        return 1
    print(f"killed: {seen.blows['worker']} workers, {seen.blows['primary']} primaries")
    print(f"calls: {seen.answered['done']} done, {seen.answered['denied']} denied, {len(seen.agreed)} yes")
    print(f"access: used {seen.uses} times, revoked {seen.ended} times")
    print(f"answers to calls: {dict(seen.said.most_common())}")
    for what, count in found.items():
        print(f"{what}: {count}")
    return int(any(found.values()))


if __name__ == "__main__":
    sys.exit(main())

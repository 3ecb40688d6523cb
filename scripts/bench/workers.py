"""What does a second worker bring? The same search through one and through two workers, under the same load.

Run as: .venv/bin/python scripts/bench/workers.py [--requests N] [--connections N] [--rounds N] [--json FILE]
"""

import argparse
import asyncio
import contextlib
import json
import os
import platform
import signal
import ssl
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "addons"))

import yaml

from bench.load import BenchFailed, Measured, Target, drive
from bench.overhead import Bench, Plan, free_port, known, positive
from bench.searches import PLAIN, QUERIES, SEARCHES
from demo.gateway import Gateway
from demo.processes import StartFailed
from demo.stack import Stack

COUNTS: Final = (1, 2)


@dataclass(frozen=True, slots=True)
class Running:
    """A gateway of so many workers."""

    workers: int
    target: Target
    pids: tuple[int, ...]


def _gateway(bench: Bench, workers: int) -> Running:
    folder = bench.folder / f"workers-{workers}"
    (folder / "policies").mkdir(mode=0o700, parents=True)
    (folder / "policies" / "bench.yaml").write_text(PLAIN, "utf-8")
    told: dict[str, Any] = yaml.safe_load(bench.stack.settings_path.read_text("utf-8"))
    told["policies"] = str(folder / "policies")
    told["recording"]["folder"] = str(folder / "recordings")
    told["state"]["prefix"] = f"bench-{workers}"
    told["listen"] |= {"port": free_port(), "certificate_folder": str(bench.folder / "ca")}
    (folder / "settings.yaml").write_text(yaml.safe_dump(told), "utf-8")
    gateway = Gateway(folder / "settings.yaml", folder / "gateway.log", workers=workers)
    bench.running.callback(gateway.stop)
    gateway.start()
    gateway.wait_for_all()
    headers = {"Content-Type": "application/json", "X-Chroma-Token": bench.stack.token("alice")}
    pids = known([gateway.server.pid])
    behind = known([server.pid for server in (bench.stack.front.server, bench.stack.chroma.server)])
    context = ssl.create_default_context(cafile=str(gateway.ca))
    name = f"{workers} worker" + ("s" if workers > 1 else "")
    return Running(workers, Target(name, gateway.url + bench.path, context, headers, pids, behind), pids)


def rss_bytes(roots: tuple[int, ...]) -> int:
    """Resident memory of these processes and their living descendants (proc(5): VmRSS)."""
    parents: dict[int, int] = {}
    sizes: dict[int, int] = {}
    for entry in filter(str.isdecimal, os.listdir("/proc")):
        with contextlib.suppress(OSError, KeyError):
            lines = (Path("/proc") / entry / "status").read_text("utf-8", "replace").splitlines()
            told = dict(line.split(":", 1) for line in lines if ":" in line)
            parents[int(entry)] = int(told["PPid"])
            sizes[int(entry)] = int(told["VmRSS"].split()[0]) * 1024
    wanted, grown = set(roots), True
    while grown:
        below = {pid for pid, parent in parents.items() if parent in wanted} - wanted
        grown = bool(below)
        wanted |= below
    return sum(sizes.get(pid, 0) for pid in wanted)


async def _measure(all_running: list[Running], plan: Plan) -> dict[int, Measured]:
    measured = {one.workers: Measured() for one in all_running}
    sources = {one.workers: SEARCHES["chroma"].bodies() for one in all_running}
    for one in all_running:  # every query once at every worker, so that what is remembered is the same
        source = SEARCHES["chroma"].bodies()
        batch = [next(source) for _ in range(QUERIES * 2 * one.workers)]
        await drive(one.target, batch, 4 * one.workers, Measured())
    share = -(-plan.requests // plan.rounds)
    for _ in range(plan.rounds):  # in turns, so that a busy moment of the machine meets both
        for one in all_running:
            batch = [next(sources[one.workers]) for _ in range(share)]
            await drive(one.target, batch, plan.connections, measured[one.workers])
    return measured


def _row(one: Running, seen: Measured, first: Measured, memory: int) -> dict[str, Any]:
    return {
        "workers": one.workers,
        "requests": len(seen.latencies),
        "requests_per_second": round(seen.rate, 1),
        "p50_ms": round(seen.percentile(0.50), 3),
        "p99_ms": round(seen.percentile(0.99), 3),
        "cpu_ms_per_request": {
            "gateway": round(seen.per_request(seen.between), 3),
            "database": round(seen.per_request(seen.behind), 3),
            "client": round(seen.per_request(seen.client), 3),
        },
        "rss_mb": round(memory / 1e6, 1),
        "requests_per_second_to_one": round(seen.rate / first.rate, 2),
    }


def run(stack: Stack, folder: Path, plan: Plan) -> dict[str, Any]:
    """Measure over a running stack: the report. Raises BenchFailed or StartFailed."""
    with contextlib.ExitStack() as running:
        bench = Bench(stack, folder, running)
        gateways = [_gateway(bench, count) for count in COUNTS]
        seen = asyncio.run(_measure(gateways, plan))
        rows = [_row(one, seen[one.workers], seen[1], rss_bytes(one.pids)) for one in gateways]
    machine = {"cores": os.cpu_count(), "system": platform.system(), "python": platform.python_version()}
    return {"machine": machine, "connections": plan.connections, "rounds": plan.rounds, "rows": rows}


def table(report: dict[str, Any]) -> str:
    """The report for people."""
    lines = [("workers", "req/s", "x one", "p50 ms", "p99 ms", "CPU ms/req", "database", "client", "memory MB")]
    for row in report["rows"]:
        cpu = row["cpu_ms_per_request"]
        numbers = (row["p50_ms"], row["p99_ms"], cpu["gateway"], cpu["database"], cpu["client"])
        first = (str(row["workers"]), f"{row['requests_per_second']:.1f}", f"{row['requests_per_second_to_one']:.2f}")
        lines.append((*first, *(f"{n:.1f}" for n in numbers), f"{row['rss_mb']:.0f}"))
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join("  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)


def main(words: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser("workers.py", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--requests", type=positive, default=1200, help="requests per row (1200)")
    parser.add_argument("--connections", type=positive, default=16, help="connections kept alive, each busy (16)")
    parser.add_argument("--rounds", type=positive, default=4, help="interleaved rounds they are split into (4)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the report there too")
    told = parser.parse_args(words)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # an end by a time-out cleans up too
    try:
        with tempfile.TemporaryDirectory(prefix="vg-bench-") as name, Stack(Path(name) / "state") as stack:
            report = run(stack, Path(name), Plan(told.requests, told.connections, told.rounds))
    except (BenchFailed, StartFailed) as e:
        print(f"failed: {e}", file=sys.stderr)
        return 1
    print(table(report))
    if told.json:
        told.json.write_text(json.dumps(report, indent=2) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

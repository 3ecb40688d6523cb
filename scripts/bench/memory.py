"""What does the gateway keep? Its resident memory over many requests, many held requests, and many connections.

Run as: .venv/bin/python scripts/bench/memory.py [--requests N] [--held N] [--connections N] [--json FILE]
"""

import argparse
import asyncio
import contextlib
import http.client
import json
import os
import platform
import resource
import ssl
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "addons"))

import yaml

from demo import seed
from demo.gateway import Gateway
from demo.stack import Stack

#: What speaks HTTP with clients (`listen.layers`).
LAYERS: Final = ("own", "stock")
BUSY: Final = 8
CHECKS: Final = 8
SETTLE_SECONDS: Final = 20.0
_POLICY: Final = """
version: 1
mask_profiles:
  standard: {default: replace}
rules:
  - {name: read, who: {groups: [analysts, data-owners]}, where: {collections: ["tickets*"]}, operations: [read], effect: allow, mask: standard}
  - name: hold
    who: {groups: [analysts]}
    where: {collections: ["tickets*"]}
    operations: [delete_filter]
    effect: hold
    mask: standard
    approvers: {groups: [data-owners]}
    wait: 300s
"""  # noqa: E501

# What would otherwise end the run: all of it comes from one client.
_LIMITS: Final = {
    **dict.fromkeys(("clients", "clients_per_address", "requests", "connection_requests"), 1_000_000),
    **dict.fromkeys(("head_seconds", "idle_seconds", "connection_seconds"), 3600),
}


@dataclass(frozen=True, slots=True)
class Line:
    """How to reach the gateway, and as whom."""

    port: int
    context: ssl.SSLContext
    token: str
    collection: str

    def request(self, verb: str, tree: object) -> bytes:
        """The bytes of one request."""
        body = json.dumps(tree).encode()
        head = (
            f"POST {seed.BASE}/{self.collection}/{verb} HTTP/1.1\r\nHost: localhost\r\n"
            f"Content-Type: application/json\r\nAuthorization: Bearer {self.token}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """One TLS connection."""
        return await asyncio.open_connection(
            "127.0.0.1", self.port, ssl=self.context, server_hostname="localhost", ssl_handshake_timeout=120
        )


def resident(pid: int) -> int:
    """Resident bytes of one process (proc(5), VmRSS)."""
    for line in Path(f"/proc/{pid}/status").read_text("utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise ValueError(f"no VmRSS of {pid}")


async def _answer(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(int(x.split(b":")[1]) for x in head.lower().split(b"\r\n") if x.startswith(b"content-length:"))
    await reader.readexactly(length)
    return int(head.split()[1])


async def _ask_many(line: Line, count: int, bodies: Sequence[bytes]) -> None:
    reader, writer = await line.connect()
    for number in range(count):
        writer.write(bodies[number % len(bodies)])
        status = await _answer(reader)
        if status != 200:
            raise RuntimeError(f"answered {status}")
    writer.close()


async def requests(line: Line, pid: int, count: int) -> list[dict[str, int]]:
    """Resident memory after each eighth of so many warm searches."""
    words = ("refund", "login", "delivery", "voucher", "password", "router", "camera", "speaker")
    searches = [line.request("query", {"query_embeddings": [seed.embed(w)], "n_results": 10}) for w in words]
    seen = [{"requests": 0, "resident": resident(pid)}]
    for step in range(1, CHECKS + 1):
        async with asyncio.TaskGroup() as group:
            for _ in range(BUSY):
                group.create_task(_ask_many(line, count // CHECKS // BUSY, searches))
        seen.append({"requests": step * count // CHECKS, "resident": resident(pid)})
        print(f"  {seen[-1]['requests']:>8} requests: {seen[-1]['resident'] / 1e6:.1f} MB", flush=True)
    return seen


async def open_many(line: Line, pid: int, count: int, ask: bytes | None) -> dict[str, int]:
    """Resident memory with so many connections open; with `ask`, each with that request waiting."""
    before = resident(pid)
    writers: list[asyncio.StreamWriter] = []
    turn = asyncio.Semaphore(32)

    async def one(number: int) -> None:
        async with turn:
            _, writer = await line.connect()
            if ask is not None:
                body = json.dumps({"where": {"n": {"$ne": str(number)}}}).encode()
                head = ask.partition(b"Content-Length")[0] + f"Content-Length: {len(body)}\r\n\r\n".encode()
                writer.write(head + body)
            writers.append(writer)

    await asyncio.gather(*(one(number) for number in range(count)))
    # Each is counted first, and the connections to the database for that are kept for a while.
    await asyncio.sleep(SETTLE_SECONDS + count / 150 if ask else 3)
    found = {"count": count, "before": before, "resident": resident(pid)}
    for writer in writers:
        writer.close()
    await asyncio.sleep(3)
    return found


def _settings(stack: Stack, folder: Path, layers: str, more: Mapping[str, Any]) -> Path:
    (folder / "policies").mkdir(parents=True)
    (folder / "policies" / "bench.yaml").write_text(_POLICY, "utf-8")
    told: dict[str, Any] = yaml.safe_load(stack.settings_path.read_text("utf-8"))
    told["policies"] = str(folder / "policies")
    told["recording"]["folder"] = str(folder / "recordings")
    told["listen"] |= {"certificate_folder": str(folder / "ca"), "layers": layers}
    told["hold"] = {"pending": 3600, "wait": 300, "open_per_user": 100_000}
    told["limits"] = {**_LIMITS, **more.get("limits", {})}
    for name, one in more.get("upstreams", {}).items():
        told["upstreams"][name] |= one
    path = folder / "settings.yaml"
    path.write_text(yaml.safe_dump(told), "utf-8")
    return path


def run(folder: Path, plan: argparse.Namespace) -> dict[str, Any]:
    """All three, over a stack of their own."""
    with Stack(folder / "state", settings={"masking": {"workers": 1}}) as stack:
        with line_of(stack, folder, "own") as (line, pid):
            report = asyncio.run(_all(line, pid, plan))
        report["stock layers"] = idle(stack, folder / "idle", plan.connections, ("stock",))["connections"]["stock"]
        return report


@contextlib.contextmanager
def line_of(
    stack: Stack, folder: Path, layers: str, more: Mapping[str, Any] = MappingProxyType({})
) -> Iterator[tuple[Line, int]]:
    """A gateway with these layers towards clients, and its process; `more`: settings laid over the bench's."""
    with contextlib.ExitStack() as running:
        gateway = Gateway(_settings(stack, folder, layers, more), folder / "gateway.log")
        running.callback(gateway.stop)
        gateway.start()
        front = http.client.HTTPSConnection("127.0.0.1", stack.ports["front"], context=stack.gateway_context())
        with contextlib.closing(front):
            front.request("GET", f"{seed.BASE}/{seed.COLLECTION}")
            collection = json.loads(front.getresponse().read())["id"]
        context = ssl.create_default_context(cafile=str(gateway.ca))
        line = Line(gateway.listen.port, context, stack.token("alice"), collection)
        pid = gateway.server.pid
        if pid is None:
            raise RuntimeError("the gateway is gone")
        yield line, pid


def idle(stack: Stack, folder: Path, count: int, kinds: Sequence[str] = LAYERS) -> dict[str, Any]:
    """So many connections on which nothing is said, one gateway after another: with our own layers and mitmproxy's."""
    _many_files()
    found = {}
    for layers in kinds:
        with line_of(stack, folder / layers, layers) as (line, pid):
            found[layers] = asyncio.run(open_many(line, pid, count, None))
    return {"kind": "idle", "load": round(os.getloadavg()[1], 1), "connections": found}


async def _all(line: Line, pid: int, plan: argparse.Namespace) -> dict[str, Any]:
    report: dict[str, Any] = {"machine": {"cores": os.cpu_count(), "python": platform.python_version()}}
    report["requests"] = await requests(line, pid, plan.requests)
    report["held"] = await open_many(line, pid, plan.held, line.request("delete", {}))
    report["connections"] = await open_many(line, pid, plan.connections, None)
    return report


def table(report: dict[str, Any]) -> str:
    """The report for people."""
    if report.get("kind") == "idle":
        return "\n".join(_over(f"connections, {layers} layers", row) for layers, row in report["connections"].items())
    seen = report["requests"]
    early, late = seen[max(1, len(seen) // 4)], seen[-1]
    growth = late["resident"] / early["resident"] - 1
    lines = [f"requests {early['requests']} -> {late['requests']}: {_mb(early)} -> {_mb(late)}, {growth:+.1%}"]
    lines += [_over(name, report[name]) for name in ("held", "connections")]
    return "\n".join([*lines, _over("connections, stock layers", report["stock layers"])])


def _over(name: str, row: dict[str, int]) -> str:
    over = (row["resident"] - row["before"]) / 1e6
    return f"{row['count']} {name}: {over:.1f} MB over idle, {over * 1000 / max(1, row['count']):.1f} kB each"


def _many_files() -> None:
    """As many open files as there may be; gateways inherit it."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _mb(row: dict[str, int]) -> str:
    return f"{row['resident'] / 1e6:.1f} MB"


def main(words: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser("memory.py", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--requests", type=int, default=200_000, help="warm searches (200000)")
    parser.add_argument("--held", type=int, default=1_000, help="requests held at once (1000)")
    parser.add_argument("--connections", type=int, default=10_000, help="connections open at once (10000)")
    parser.add_argument("--json", type=Path, help="write the report there too")
    plan = parser.parse_args(words)
    _many_files()
    with tempfile.TemporaryDirectory(prefix="vg-memory-") as name:
        report = run(Path(name), plan)
    print(table(report))
    if plan.json:
        plan.json.write_text(json.dumps(report, indent=2) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

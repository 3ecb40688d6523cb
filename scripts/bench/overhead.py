"""What does the gateway cost? The same 10-hit search, directly, through stock mitmdump, and through the gateway.

Run as: .venv/bin/python scripts/bench/overhead.py [--requests N] [--connections N] [--rounds N] [--guards | --writes]
[--idle N] [--database chroma|qdrant] [--json FILE]
"""

import argparse
import asyncio
import contextlib
import json
import os
import platform
import shutil
import signal
import socket
import ssl
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "addons"))

import yaml

from bench import searches, streams
from bench.load import BenchFailed, Measured, Target, drive, fetch
from bench.searches import HITS, QUERIES, SEARCHES, OverGrpc, Search
from demo import certs, seed
from demo.gateway import Gateway
from demo.processes import Server, StartFailed
from demo.stack import Stack
from vecgate import dialects

#: Of how many numbers vectors are in rows of their own, as two models make them.
LONG: Final = (384, 1536)
ROWS: Final = ("direct", "nginx", "mitmdump", "trimmed", "gateway cold", "gateway warm",
               *(f"gateway warm {numbers}" for numbers in LONG), "gateway workers", "gateway stock")  # fmt: skip
#: Where a database is spoken to over gRPC: the same gateway, over one connection of HTTP/2 with so many streams.
OVER_H2: Final = ("gateway h2", "gateway gRPC")
#: With `--guards` the search has a condition, and all gateways are warm.
GUARDED: Final = ("direct", "nginx", "mitmdump", "gateway warm", "gateway rows", "gateway guards")
NGINX: Final = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
_NGINX_CONF: Final = """
daemon off; worker_processes 1; pid {folder}/pid; error_log stderr; {user}
events {{ worker_connections 1024; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  upstream database {{ server 127.0.0.1:{front}; keepalive 64; }}
  server {{
    listen 127.0.0.1:{port} {tls}; keepalive_requests 1000000;
    ssl_certificate {folder}/server.pem; ssl_certificate_key {folder}/server.key;
    location / {{
      proxy_pass https://database; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_ssl_certificate {folder}/client.pem; proxy_ssl_certificate_key {folder}/client.pem;
      proxy_ssl_name localhost; proxy_ssl_server_name on; proxy_ssl_verify on;
      proxy_ssl_trusted_certificate {ca};
    }}
  }}
}}
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is asked: requests per row in all, over how many connections, in how many interleaved rounds.

    `client`: what clients speak with what stands between, https or http. `guards`: what do rows and guards cost?
    """

    requests: int
    connections: int
    rounds: int
    client: str = "https"
    database: str = "chroma"
    guards: bool = False


@dataclass(slots=True)
class Bench:
    """Everything that is compared, running over one stack. Files go below `folder`."""

    stack: Stack
    folder: Path
    running: contextlib.ExitStack
    client: str = "https"
    search: Search = SEARCHES["chroma"]
    path: str = field(init=False)
    _face: Server | None = None

    def __post_init__(self) -> None:
        self.path = self.search.path(self.stack)

    def between(self) -> list[Target]:
        """What writes go through: nothing, mitmdump, and a warm gateway."""
        return [self._direct(), self._mitmdump(), self.gateway("warm")]

    def targets(self, guards: bool = False) -> list[Target]:
        """All rows, in their order, started."""
        others = [self._direct(), self._mitmdump()]
        if NGINX is not None:
            others.insert(1, self._nginx(NGINX))
        if not guards:
            cold, warm = self.gateway("cold", cache=0), self.gateway("warm", grpc=self.speaks_grpc)
            more = [self.gateway("workers", workers=os.cpu_count() or 1), self.gateway("stock", layers="stock")]
            return [*others, self._trimmed(), cold, warm, *self._long(warm), *self._over_h2(warm), *more]
        gateways = {"warm": searches.PLAIN, "rows": searches.ROWS, "guards": searches.GUARDS}
        if not dialects.load(self.search.database).tells:
            del gateways["guards"]
        return [*others, *(self.gateway(name, policy=policy) for name, policy in gateways.items())]

    def _target(self, name: str, base: str, context: ssl.SSLContext, between: Server | None, token: str = "") -> Target:
        headers = {"Content-Type": "application/json"} | ({self.search.header: token} if token else {})
        front, database = getattr(self.stack, self.search.front), getattr(self.stack, self.search.database)
        behind = [front.server.pid, database.server.pid]
        pids = [between.pid] if between else []
        return Target(name, base + self.path, context, headers, known(pids), known(behind))

    def _long(self, warm: Target) -> Iterator[Target]:
        """The same gateway, searched with longer vectors."""
        for numbers in LONG if self.search.stretched is not None else ():
            url = warm.url.removesuffix(self.path) + self.search.stretched(self.stack, numbers)
            yield replace(warm, name=f"{warm.name} {numbers}", url=url, numbers=numbers)

    def _direct(self) -> Target:
        base = f"https://localhost:{self.stack.ports[self.search.front]}"
        return self._target("direct", base, self.stack.gateway_context(), None)

    def _nginx(self, binary: str) -> Target:
        folder, port = self._place("nginx"), free_port()
        certs.make_ca(folder, "bench")
        certs.make_server(folder, "server", ("localhost",))
        user = "user root;" if os.geteuid() == 0 else ""
        names = {
            "folder": folder,
            "port": port,
            "front": self.stack.ports[self.search.front],
            "ca": self.stack.servers_root,
        }
        tls = "ssl" if self.client == "https" else ""
        (folder / "nginx.conf").write_text(_NGINX_CONF.format(**names, user=user, tls=tls), "utf-8")
        command = [binary, "-p", str(folder), "-c", str(folder / "nginx.conf")]
        return self._between("nginx", port, command, folder / "ca.pem")

    def _mitmdump(self) -> Target:
        folder, port, front = self._place("mitmdump"), free_port(), self.stack.ports[self.search.front]
        options = {
            "client_certs": folder / "client.pem",
            "ssl_verify_upstream_trusted_ca": self.stack.servers_root,
            "confdir": folder,
            "flow_detail": 0,
        }
        mode = f"reverse:https://localhost:{front}@127.0.0.1:{port}"
        told = (word for name, value in options.items() for word in ("--set", f"{name}={value}"))
        command = [str(Path(sys.executable).parent / "mitmdump"), "--mode", mode, *told]
        return self._between("mitmdump", port, command, folder / "mitmproxy-ca-cert.pem")

    def _trimmed(self) -> Target:
        folder, port, front = self._place("trimmed"), free_port(), self.stack.ports[self.search.front]
        script = Path(__file__).with_name("trimmed.py")
        command = [sys.executable, str(script), str(port), str(front), str(folder), str(self.stack.servers_root)]
        return self._between("trimmed", port, command, folder / "mitmproxy-ca-cert.pem")

    def _place(self, name: str) -> Path:
        """A folder of its own, with a client certificate for the database in it."""
        folder = self.folder / name
        folder.mkdir(mode=0o700)
        issued = self.stack.bao.gateway_certificate("15m")
        certs.write_private(folder / "client.pem", f"{issued['private_key']}\n{issued['certificate']}\n".encode())
        return folder

    def _between(self, name: str, port: int, command: list[str], ca: Path) -> Target:
        server = Server(name, lambda: command, lambda: _listens(port), self.folder / name / "log")
        self._start(server)
        context = ssl.create_default_context(cafile=str(ca))
        return self._target(name, f"{self.client}://localhost:{port}", context, server)

    @property
    def speaks_grpc(self) -> bool:
        """Whether this database has a face of gRPC here; over HTTP/2 clients speak TLS only."""
        return self.search.grpc and self.client == "https"

    def _over_h2(self, warm: Target) -> Iterator[Target]:
        """The same gateway and the same searches, over HTTP/2: as they are, and as messages of gRPC."""
        if not self.speaks_grpc:
            return
        offering = streams.trusting(str(self.folder / "ca" / "mitmproxy-ca-cert.pem"))
        rest = replace(warm, name=OVER_H2[0], how="h2", context=offering)
        method = OverGrpc(self.search, self.path).method
        said = {
            "content-type": "application/grpc",
            "te": "trailers",
            self.search.header: warm.headers[self.search.header],
        }
        url = warm.url.removesuffix(self.path) + method
        behind = (*warm.behind, *known([self._face.pid if self._face else None]))
        yield rest
        yield replace(rest, name=OVER_H2[1], how="grpc", url=url, headers=said, behind=behind)

    def _with_grpc(self, told: dict[str, Any]) -> None:
        """Have the upstream spoken to over gRPC, too."""
        folder = self._folder("grpc")
        script = Path(__file__).with_name("grpc_face.py")
        database = getattr(self.stack, self.search.database)
        command = [sys.executable, str(script), str(folder), database.address, str(self.stack.pki_root)]
        self._face = Server("gRPC face", lambda: command, (folder / "url").exists, folder / "log")
        self._start(self._face)
        name = sorted(told["upstreams"])[self.search.port]
        upstream = told["upstreams"][name]
        both = folder / "both.pem"
        both.write_bytes(Path(upstream["ca"]).read_bytes() + (folder / "ca.pem").read_bytes())
        upstream |= {"grpc": True, "grpc_url": (folder / "url").read_text("utf-8"), "ca": str(both)}
        upstream["server_name"] = "localhost"  # both have it in their certificates

    def _folder(self, name: str) -> Path:
        folder = self.folder / name
        folder.mkdir(mode=0o700)
        return folder

    def gateway(
        self,
        name: str,
        *,
        cache: int = 50_000,
        policy: str = "",
        layers: str = "own",
        grpc: bool = False,
        workers: int = 1,
    ) -> Target:
        """One of its own, started, with all of its workers. `policy`: in the place of those that are shipped."""
        folder = self._folder(name)
        (folder / "policies").mkdir(mode=0o700)
        if policy:
            (folder / "policies" / "bench.yaml").write_text(policy, "utf-8")
        else:
            searches.ship(folder / "policies")
        told: dict[str, Any] = yaml.safe_load(self.stack.settings_path.read_text("utf-8"))
        told["policies"] = str(folder / "policies")
        told["recording"]["folder"] = str(folder / "recordings")
        told["state"]["prefix"] = f"bench-{name}"
        told["masking"] = told.get("masking", {}) | {"cache_entries": cache, "shared_cache": cache > 0}
        told["listen"] |= {"port": free_port(1 + self.search.port), "certificate_folder": str(self.folder / "ca")}
        told["listen"] |= {"plaintext": self.client == "http", "layers": layers}
        if grpc:
            self._with_grpc(told)
        (folder / "settings.yaml").write_text(yaml.safe_dump(told), "utf-8")
        gateway = Gateway(folder / "settings.yaml", folder / "gateway.log", workers=workers)
        self._start(gateway.server)
        gateway.wait_for_all()
        context = ssl.create_default_context(cafile=str(gateway.ca))
        token = self.stack.token("alice")
        url = f"{self.client}://localhost:{gateway.listen.port + self.search.port}"
        return self._target(f"gateway {name}", url, context, gateway.server, token)

    def _start(self, server: Server) -> None:
        self.running.callback(server.stop)
        server.start()


def known(pids: list[int | None]) -> tuple[int, ...]:
    """Those that run."""
    return tuple(pid for pid in pids if pid is not None)


def free_port(many: int = 1) -> int:
    """A port nobody listens on now, nor on so many from it."""
    while True:
        with contextlib.ExitStack() as probes:
            port = _bound(probes, 0)
            with contextlib.suppress(OSError):
                for more in range(1, many):
                    _bound(probes, port + more)
                return port


def _bound(probes: contextlib.ExitStack, port: int) -> int:
    probe = probes.enter_context(socket.socket())
    probe.bind(("127.0.0.1", port))
    taken: int = probe.getsockname()[1]
    return taken


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


async def _check(target: Target, search: Search, path: str, guards: bool) -> Iterator[bytes]:
    """Ten hits, and through the gateway no e-mail in them; every query was sent once then, so that warm is warm.

    What is sent to it from now on, in turn and for ever.
    """
    plain = search.bodies(guards, target.numbers)
    over = OverGrpc(search, path) if target.how == "grpc" else None
    source, body = over.bodies(plain) if over else plain, next(search.bodies(guards, target.numbers))
    first = await fetch(target, next(source))
    first = over.read(body, first) if over else first
    hits = search.hits(json.loads(first))
    if len(hits) != HITS or not all(hits):
        raise BenchFailed(f"{target.name} answers with {len(hits)} hits instead of {HITS}")
    shown = any(email.encode() in first for email in seed.EMAILS)
    if shown is target.name.startswith("gateway"):
        raise BenchFailed(f"{target.name} answers with e-mails {'readable' if shown else 'masked'}")
    if target.name.startswith("gateway") and target.name != "gateway cold":
        await drive(target, [next(source) for _ in range(QUERIES)], 1, Measured())
    return source


async def _measure(targets: list[Target], plan: Plan, path: str) -> dict[str, list[Measured]]:
    measured: dict[str, list[Measured]] = {target.name: [] for target in targets}
    search = SEARCHES[plan.database]
    sources = {target.name: await _check(target, search, path, plan.guards) for target in targets}
    share = -(-plan.requests // plan.rounds)
    for _ in range(plan.rounds):  # in turns, so that a busy moment of the machine meets all of them
        for target in targets:
            batch = [next(sources[target.name]) for _ in range(share)]
            await drive(target, batch, plan.connections, round := Measured())
            measured[target.name].append(round)
    return measured


def _cpu(measured: Measured) -> float:
    return measured.per_request(measured.between)


def _rate(measured: Measured) -> float:
    return measured.rate


def _p50(measured: Measured) -> float:
    return measured.percentile(0.50)


def _ratio(own: Sequence[Measured], other: Sequence[Measured], of: Callable[[Measured], float]) -> float:
    """The median of what each round came to beside the other of that round."""
    return statistics.median(_share(of(one), of(two)) for one, two in zip(own, other, strict=True))


def _row(name: str, seen: dict[str, list[Measured]]) -> dict[str, Any]:
    rounds, direct, stock, trimmed = seen[name], seen["direct"], seen["mitmdump"], seen.get("trimmed")
    own, cpus, rates = Measured.of(rounds), [*map(_cpu, rounds)], [*map(_rate, rounds)]
    over = statistics.median(_p50(one) - _p50(two) for one, two in zip(rounds, trimmed, strict=True)) if trimmed else 0
    return {
        "name": name,
        "requests": len(own.latencies),
        "p50_ms": round(own.percentile(0.50), 3),
        "p99_ms": round(own.percentile(0.99), 3),
        "p50_over_trimmed_ms": round(over, 3) if trimmed else None,
        "requests_per_second": round(statistics.median(rates), 1),
        "cpu_ms_per_request": {
            "between": round(statistics.median(cpus), 3),
            "database": round(own.per_request(own.behind), 3),
            "client": round(own.per_request(own.client), 3),
        },
        "spread": {
            "cpu_ms_per_request": [round(min(cpus), 3), round(max(cpus), 3)],
            "requests_per_second": [round(min(rates), 1), round(max(rates), 1)],
        },
        "ratios": {
            "p50_to_direct": round(_ratio(rounds, direct, _p50), 2),
            "requests_per_second_to_direct": round(_ratio(rounds, direct, _rate), 3),
            "requests_per_second_to_mitmdump": round(_ratio(rounds, stock, _rate), 3),
            "p50_to_mitmdump": round(_ratio(rounds, stock, _p50), 2),
            "cpu_between_to_mitmdump": round(_ratio(rounds, stock, _cpu), 2),
            "cpu_between_to_warm": round(_ratio(rounds, seen["gateway warm"], _cpu), 2),
            "requests_per_second_to_warm": round(_ratio(rounds, seen["gateway warm"], _rate), 2),
        },
    }


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0  # few requests can take less than one tick of the clock


def run(stack: Stack, folder: Path, plan: Plan) -> dict[str, Any]:
    """Measure over a running stack: the report. Raises BenchFailed or StartFailed."""
    with contextlib.ExitStack() as running:
        bench = Bench(stack, folder, running, plan.client, SEARCHES[plan.database])
        targets = bench.targets(plan.guards)
        seen = asyncio.run(_measure(targets, plan, bench.path))
    names = [target.name for target in targets]
    machine = {"cores": os.cpu_count(), "system": platform.system(), "python": platform.python_version()}
    setting = {
        "client": plan.client,
        "database": plan.database,
        "connections": plan.connections,
        "rounds": plan.rounds,
        "hits": HITS,
        "front": stack.front.kind,
        "load": round(os.getloadavg()[1], 1),
    }
    return {"machine": machine, **setting, "rows": [_row(name, seen) for name in names]}


def table(report: dict[str, Any]) -> str:
    """The report for people."""
    head = ("", "p50 ms", "p99 ms", "p50 - trimmed", "req/s", "CPU ms/req", "spread", "database", "client")
    lines = [(*head, "p50 x direct", "req/s x mitmdump", "CPU x mitmdump", "CPU x warm")]
    for row in report["rows"]:
        cpu, ratios, spread = row["cpu_ms_per_request"], row["ratios"], row["spread"]["cpu_ms_per_request"]
        over = row["p50_over_trimmed_ms"]
        cells = [f"{row['p50_ms']:.1f}", f"{row['p99_ms']:.1f}", "" if over is None else f"{over:+.1f}"]
        cells += [f"{row['requests_per_second']:.1f}", f"{cpu['between']:.2f}", f"{spread[0]:.2f}-{spread[1]:.2f}"]
        cells += [f"{cpu['database']:.1f}", f"{cpu['client']:.1f}", f"{ratios['p50_to_direct']:.1f}"]
        names = ("requests_per_second_to_mitmdump", "cpu_between_to_mitmdump", "cpu_between_to_warm")
        lines.append((row["name"], *cells, *(f"{ratios[name]:.2f}" for name in names)))
    return aligned(lines)


def aligned(lines: Sequence[Sequence[str]]) -> str:
    """Cells under one another, at the right."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join("  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)


def _stack(folder: Path, database: str) -> Stack:
    return Stack(folder / "state", qdrant=database == "qdrant")


def _below(folder: Path, count: int, client: str) -> Path:
    inner = folder / f"{client}-{count}"
    inner.mkdir(mode=0o700)
    return inner


def _reports(stack: Stack, folder: Path, told: argparse.Namespace) -> Iterator[dict[str, Any]]:
    from bench import memory, writes  # they build on this module

    for client in told.client:
        if told.idle:
            yield memory.idle(stack, _below(folder, told.idle, client), told.idle)
            continue
        for count in told.connections if not told.writes else (1,):
            plan = Plan(told.requests, count, told.rounds, client, told.database, told.guards)
            yield (writes.run if told.writes else run)(stack, _below(folder, count, client), plan)


def _shown(report: dict[str, Any]) -> str:
    from bench import memory, writes

    kind = report.get("kind")
    if kind is None:
        return f"{report['client'].upper()}, {report['connections']} at a time, load {report['load']}\n{table(report)}"
    return f"{kind}, load {report['load']}\n{(writes if kind == 'writes' else memory).table(report)}"


def positive(text: str) -> int:
    """A count, as argparse wants it told."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def main(words: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser("overhead.py", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--requests", type=positive, default=400, help="requests per row (400)")
    parser.add_argument(
        "--connections",
        type=positive,
        nargs="+",
        default=[1],
        help="connections kept alive, each busy; a table each (1)",
    )
    parser.add_argument(
        "--client",
        choices=("https", "http"),
        nargs="+",
        default=["https"],
        help="what clients speak (https)",
    )
    parser.add_argument("--rounds", type=positive, default=5, help="interleaved rounds they are split into (5)")
    parser.add_argument("--database", choices=tuple(SEARCHES), default="chroma", help="which one is behind (chroma)")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--guards", action="store_true", help="search with a condition: what do rows and guards cost?")
    what.add_argument("--writes", action="store_true", help="upsert instead, and see how long others wait (chroma)")
    what.add_argument("--idle", type=positive, metavar="N", help="open so many connections instead (chroma)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the report there too")
    told = parser.parse_args(words)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # an end by a time-out cleans up too
    try:
        with tempfile.TemporaryDirectory(prefix="vg-bench-") as name, _stack(Path(name), told.database) as stack:
            reports = [*_reports(stack, Path(name), told)]
    except (BenchFailed, StartFailed) as e:
        print(f"failed: {e}", file=sys.stderr)
        return 1
    for report in reports:
        print(f"{_shown(report)}\n")
    if told.json:
        told.json.write_text(json.dumps(reports, indent=2) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

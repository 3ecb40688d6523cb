"""What runs on the three hosts of a transparent gateway, and what one asks there."""

import contextlib
import json
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from demo.gateway import Gateway
from demo.processes import Server
from demo.stack import Stack
from support.servers import netns
from support.servers.netns import Host, Hosts
from support.tools import official

REPOSITORY: Final = Path(__file__).resolve().parents[3]
TRANSPARENT: Final = str(REPOSITORY / "scripts" / "transparent")
PROXY, PORT, UNREGISTERED, BARE, QUIC = 8443, 8000, 8001, 9000, 8000
UP: Final = ("up", "--interface", "gc", "--ports", f"{PORT},{UNREGISTERED}", "--proxy-port", str(PROXY))
TICKETS: Final = {4: "10.77.2.2", 6: "fd77:2::2"}
REPORTS: Final = {4: "10.77.2.3", 6: "fd77:2::3"}
GATEWAY: Final = {4: "10.77.1.1", 6: "fd77:1::1"}
FAMILIES: Final = pytest.mark.parametrize("family", [4, 6], ids=["IPv4", "IPv6"])
DROPPED_SECONDS: Final = 0.5


# --- servers


@contextlib.contextmanager
def relay(name: str, folder: Path, listen: str, target: str, where: Host | None = None, **tls: Path) -> Iterator[None]:
    """A running relay of the demo, on one of the hosts, or here."""
    words = {"listen": listen, "connect": target, **{k: str(v) for k, v in tls.items()}}
    command = [
        *(where.inside if where else ()),
        *(sys.executable, "-P", "-m", "demo.relay"),
        *(word for key, value in words.items() for word in (f"--{key}", value)),
    ]

    def answers() -> bool:
        try:
            if listen.startswith("/"):
                with socket.socket(socket.AF_UNIX) as tried:
                    tried.connect(listen)
            else:
                host, _, port = listen.rpartition(":")
                at = (host or "127.0.0.1", int(port))
                (where.connect(*at) if where else socket.create_connection(at)).close()
        except OSError:
            return False
        return True

    environment = {"PYTHONPATH": str(REPOSITORY / "scripts")}
    server = Server(name, lambda: command, answers, folder / f"{name}.log", lambda: environment)
    try:
        server.start()
        yield
    finally:
        server.stop()


@contextlib.contextmanager
def databases(hosts: Hosts, stack: Stack, folder: Path) -> Iterator[None]:
    """On the database's host: its TLS front, and a door without any lock that nobody should have left open."""
    front, target, where = stack.front.folder, stack.chroma.address, hosts.database
    tls = {"cert": front / "front.pem", "key": front / "front.key", "ca": stack.pki_root}
    with (
        relay("front", folder, f":{PORT}", target, where, **tls),
        relay("bare", folder, f":{BARE}", target, where),
    ):
        yield


@contextlib.contextmanager
def vault_line(hosts: Hosts, stack: Stack, folder: Path) -> Iterator[None]:
    """The gateway's host reaches OpenBao at its usual address, over a unix socket."""
    bao, between = f"127.0.0.1:{stack.bao.port}", str(folder / "bao.sock")
    with relay("bao-far", folder, between, bao), relay("bao-near", folder, bao, between, hosts.gateway):
        yield


def settings(stack: Stack) -> dict[str, Any]:
    """Two databases, so that names, addresses and destinations of registered ones can be mixed up."""
    credential = {"kind": "vault_pki", "role": "vecgate-client", "gateway_role": "vecgate-gateway"}

    def upstream(host: str, at: Mapping[int, str]) -> dict[str, Any]:
        return {
            "dialect": "chroma",
            "url": f"https://{at[4]}:{PORT}",
            "server_name": "tickets-db.internal",
            "ca": str(stack.servers_root),
            "hosts": [host],
            "destinations": [f"{at[4]}:{PORT}", f"[{at[6]}]:{PORT}"],
            "credential": credential,
        }

    upstreams = {"tickets-db": upstream("vdb.test", TICKETS), "reports-db": upstream("reports.test", REPORTS)}
    return {"upstreams": upstreams, "listen": {"port": PROXY}}


# --- questions


def transparent(hosts: Hosts, *words: str) -> subprocess.CompletedProcess[str]:
    """The script, on the gateway's host."""
    return hosts.gateway.run(TRANSPARENT, *words)


def dropped(hosts: Hosts, chain: str) -> int:
    """How many packets a chain has dropped so far."""
    listed = json.loads(hosts.gateway.run(netns.NFT, "-j", "list", "table", "inet", "vecgate").stdout)["nftables"]
    of_chain = (part["rule"] for part in listed if part.get("rule", {}).get("chain") == chain)
    return sum(e["counter"]["packets"] for rule in of_chain for e in rule["expr"] if "counter" in e)


def heartbeat(line: socket.socket, host: str) -> tuple[int, Any]:
    """Status and JSON of a request without a token. Raises OSError when there is no answer."""
    line.sendall(f"GET /api/v2/heartbeat HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    with line.makefile("rb") as reader:
        first = reader.readline()
        if not first:
            raise ConnectionError("closed without an answer")
        headers = dict(row.decode().lower().strip().split(": ", 1) for row in iter(reader.readline, b"\r\n"))
        return int(first.split()[1]), json.loads(reader.read(int(headers["content-length"])))


def code(hosts: Hosts, gateway: Gateway, address: str, port: int = PORT, *, sni: str | None, host: str) -> str:
    """The code of the refusal that a client without a token gets; its TLS ends at the gateway, or it raises."""
    trust = ssl.create_default_context(cafile=str(gateway.ca))
    trust.check_hostname = sni is not None
    with hosts.client.connect(address, port) as line, trust.wrap_socket(line, server_hostname=sni) as secured:
        return str(heartbeat(secured, host)[1].get("code", ""))


def search(hosts: Hosts, gateway: Gateway, token: str, address: str, folder: Path) -> Any:
    """A search with the official client on the client's host, which knows the database by its name only."""
    names = folder / "hosts"
    names.write_text(f"{address} vdb.test\n", "utf-8")
    mounted = ("sh", "-c", 'mount --bind "$0" /etc/hosts && exec "$@"', str(names))  # seen by this command only
    return official.search("vdb.test", PORT, token, gateway.ca, prefix=[*hosts.client.inside, *mounted])

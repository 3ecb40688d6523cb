"""Three hosts on one machine: a client, a gateway and a database, each in a network namespace of its own.

client 10.77.1.2, fd77:1::2  --  10.77.1.1, fd77:1::1 gateway 10.77.2.1, fd77:2::1  --  10.77.2.2 and .3, fd77:2::2 and ::3
database. The gateway's host routes between them; without rules the client reaches the database.
"""

import contextlib
import itertools
import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_NUMBERS: Final = itertools.count()
_PATH: Final = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"])
IP: Final = shutil.which("ip", path=_PATH) or ""
NFT: Final = shutil.which("nft", path=_PATH) or ""

_LINKS: Final = """
link add c0 netns {c} type veth peer name gc netns {g}
link add u0 netns {u} type veth peer name gu netns {g}
-n {c} addr add 10.77.1.2/24 dev c0
-n {c} addr add fd77:1::2/64 dev c0 nodad
-n {g} addr add 10.77.1.1/24 dev gc
-n {g} addr add fd77:1::1/64 dev gc nodad
-n {g} addr add 10.77.2.1/24 dev gu
-n {g} addr add fd77:2::1/64 dev gu nodad
-n {u} addr add 10.77.2.2/24 dev u0
-n {u} addr add 10.77.2.3/24 dev u0
-n {u} addr add fd77:2::2/64 dev u0 nodad
-n {u} addr add fd77:2::3/64 dev u0 nodad
-n {c} link set c0 up
-n {g} link set gc up
-n {g} link set gu up
-n {u} link set u0 up
-n {c} route add default via 10.77.1.1
-n {c} -6 route add default via fd77:1::1
-n {u} route add default via 10.77.2.1
-n {u} -6 route add default via fd77:2::1
"""


def _run(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True, timeout=30)


def missing() -> str:
    """Why this host cannot make them; the empty string if it can. Tried, as capabilities cannot be seen from the uid."""
    if os.geteuid() != 0:
        return "needs root"
    if not IP or not NFT:
        return "needs the commands ip and nft"
    name = f"vg-{os.getpid()}-try"
    try:
        _run(IP, "netns", "add", name)
    except (OSError, subprocess.SubprocessError):
        return "this host lets nobody make network namespaces"
    try:
        _run(
            IP,
            "netns",
            "exec",
            name,
            NFT,
            "add table inet try; add chain inet try x { type nat hook prerouting priority 0; }",
        )
    except (OSError, subprocess.SubprocessError):
        return "this host's kernel has no nftables NAT"
    finally:
        _run(IP, "netns", "del", name)
    return ""


@dataclass(frozen=True, slots=True)
class Host:
    """One namespace."""

    name: str

    @property
    def inside(self) -> tuple[str, ...]:
        """What a command starts with to run in it."""
        return (IP, "netns", "exec", self.name)

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A command in it, to its end, whatever that is."""
        return subprocess.run([*self.inside, *words], capture_output=True, text=True, timeout=60, check=False)

    def here[T](self, work: Callable[[], T]) -> T:
        """Do something in it that needs no process: a socket belongs to the namespace it was made in."""
        done: list[T] = []
        failed: list[BaseException] = []

        def enter() -> None:
            try:
                with open(f"/run/netns/{self.name}") as place:
                    os.setns(place.fileno(), os.CLONE_NEWNET)  # of this thread only, which ends here
                done.append(work())
            except BaseException as e:  # noqa: BLE001 - raised again below, in the caller's thread
                failed.append(e)

        thread = threading.Thread(target=enter)
        thread.start()
        thread.join()
        if failed:
            raise failed[0]
        return done[0]

    def connect(self, address: str, port: int, timeout: float = 10) -> socket.socket:
        """A TCP connection from it. Raises OSError; TimeoutError when nobody says anything."""
        return self.here(lambda: socket.create_connection((address, port), timeout))

    def datagrams(self, address: str, port: int) -> socket.socket:
        """A bound UDP socket in it."""

        def bind() -> socket.socket:
            made = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)
            made.settimeout(10)
            made.bind((address, port))
            return made

        return self.here(bind)


@dataclass(frozen=True, slots=True)
class Hosts:
    """The three of them."""

    client: Host
    gateway: Host
    database: Host


@contextlib.contextmanager
def hosts() -> Iterator[Hosts]:
    """The three hosts, linked; gone afterwards, with their links and rules. Raises SubprocessError."""
    number = next(_NUMBERS)  # several sets of hosts can stand at a time
    names = {role[0]: f"vg-{os.getpid()}-{number}-{role}" for role in ("client", "gateway", "upstream")}
    with contextlib.ExitStack() as undo:
        for name in names.values():
            _run(IP, "netns", "add", name)
            undo.callback(_run, IP, "netns", "del", name)
            _run(IP, "-n", name, "link", "set", "lo", "up")
        for line in _LINKS.format(**names).strip().splitlines():
            _run(IP, *line.split())
        made = Hosts(*(Host(name) for name in names.values()))
        made.gateway.here(_route)
        yield made


def _route() -> None:
    for setting in ("net/ipv4/ip_forward", "net/ipv6/conf/all/forwarding"):
        Path("/proc/sys", setting).write_text("1")

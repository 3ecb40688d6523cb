"""How is a server without any lock kept from other users of this host? In a network of its own.

Called as: python -m demo.jail SOCKET PORT COMMAND... Makes a network namespace, starts the command in it, and relays
SOCKET (0600, in a folder only its owner may enter) to PORT inside. The host's loopback never has that port.
`--check` instead of the socket only tells by its exit code whether this host lets us make one.
"""

import asyncio
import fcntl
import os
import signal
import socket
import struct
import subprocess
import sys
from pathlib import Path
from typing import Final

from demo import relay
from demo.child import CHILD, die_with

_SIOCGIFFLAGS: Final = 0x8913
_SIOCSIFFLAGS: Final = 0x8914
_IFF_UP: Final = 0x1
_IFREQ: Final = struct.Struct("16sH14x")


def enter_network() -> None:
    """Move this process into a fresh network namespace (Linux). Raises OSError where the host forbids it."""
    try:
        os.unshare(os.CLONE_NEWNET)
    except PermissionError:
        _enter_as_user()
    _raise_loopback()


def _enter_as_user() -> None:
    user, group = os.getuid(), os.getgid()
    os.unshare(os.CLONE_NEWUSER | os.CLONE_NEWNET)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1")


def _raise_loopback() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        name, flags = _IFREQ.unpack(fcntl.ioctl(handle, _SIOCGIFFLAGS, _IFREQ.pack(b"lo", 0)))
        fcntl.ioctl(handle, _SIOCSIFFLAGS, _IFREQ.pack(name, flags | _IFF_UP))


def is_possible() -> bool:
    """Whether this host lets this user make a network namespace; tried in a process of its own."""
    if sys.platform != "linux":
        return False
    tried = subprocess.run(
        [sys.executable, "-P", "-m", "demo.jail", "--check"],
        env={"PYTHONPATH": str(Path(__file__).parents[1])},
        capture_output=True,
        check=False,
    )
    return tried.returncode == 0


async def _relay_until_end(path: str, port: str, server: subprocess.Popen[bytes]) -> None:
    async with await relay.start(path, f"127.0.0.1:{port}"):
        await asyncio.to_thread(server.wait)


def main() -> None:
    """Check, or start the command inside and relay until it ends."""
    starter = os.getppid()
    enter_network()
    if sys.argv[1] == "--check":
        return
    die_with(starter)  # anew: a change of user namespace makes the kernel forget it
    path, port, command = sys.argv[1], sys.argv[2], sys.argv[3:]
    server = subprocess.Popen([sys.executable, "-I", "-S", str(CHILD), str(os.getpid()), *command])
    signal.signal(signal.SIGTERM, lambda *_: server.terminate())
    asyncio.run(_relay_until_end(path, port, server))
    sys.exit(server.returncode)


if __name__ == "__main__":
    main()

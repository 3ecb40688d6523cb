"""Which processes look for personal data on behalf of a gateway, and is one of them busy? Found under /proc."""

import contextlib
import fcntl
import struct
import termios
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from demo.gateway import Gateway

WORKER: Final = b"vecgate.masking.detect.worker"
PROXY: Final = b"vecgate.processes.worker"


def _processes() -> Iterator[tuple[int, int, bytes]]:
    """Process id, parent and command line of everything that runs."""
    for folder in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError, IndexError):
            parent = int((folder / "stat").read_text("utf-8").rpartition(")")[2].split()[1])
            yield int(folder.name), parent, (folder / "cmdline").read_bytes()


def below(gateway: Gateway, module: bytes) -> list[int]:
    """The process ids of a gateway's children, and of theirs, that run this module; in the order of their start."""
    known = list(_processes())
    family = {gateway.server.pid}
    for _ in range(3):  # supervisor, worker, masking worker
        family |= {pid for pid, parent, _ in known if parent in family}
    return sorted(pid for pid, _, command in known if pid in family and module in command)


def workers(gateway: Gateway) -> list[int]:
    """The process ids of a gateway's masking workers."""
    return below(gateway, WORKER)


def proxies(gateway: Gateway) -> list[int]:
    """The process ids of its proxy workers, when it has a supervisor."""
    return below(gateway, PROXY)


def asked(worker: int) -> bool:
    """Whether a question waits in the worker's pipe."""
    with (Path("/proc") / str(worker) / "fd" / "0").open("rb") as pipe:
        return bool(struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, b"\0" * 4))[0])

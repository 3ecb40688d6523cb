"""Which processes look for personal data on behalf of a gateway, and is one of them busy? Found under /proc."""

import contextlib
import fcntl
import struct
import termios
from pathlib import Path
from typing import Final

from demo.gateway import Gateway

WORKER: Final = b"vecgate.masking.worker"


def workers(gateway: Gateway) -> list[int]:
    """The process ids of a gateway's masking workers."""
    found = []
    for folder in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError, IndexError):
            parent = int((folder / "stat").read_text("utf-8").rpartition(")")[2].split()[1])
            if parent == gateway.server.pid and WORKER in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
    return found


def asked(worker: int) -> bool:
    """Whether a question waits in the worker's pipe."""
    with (Path("/proc") / str(worker) / "fd" / "0").open("rb") as pipe:
        return bool(struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, b"\0" * 4))[0])

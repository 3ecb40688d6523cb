"""Which ports does a stack take? Free ones at its first start, the same ones ever after."""

import json
import random
import socket
import time
from pathlib import Path
from typing import Final

_NAMES: Final = ("bao", "bao_cluster", "chroma", "front", "gateway", "web", "qdrant_front", "console", "idp")
# Below the range from which outgoing connections take theirs (Linux: 32768): a stopped server's port stays free.
# The odd one above the gateway's is its next database's.
_RANGE: Final = range(20000, 32000, 2)


def keep(folder: Path) -> dict[str, int]:
    """The folder's ports by name; what it has none for yet gets one."""
    path = folder / "ports.json"
    ports: dict[str, int] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    missing = [name for name in _NAMES if name not in ports]
    ports |= dict(zip(missing, free(len(missing)) if missing else (), strict=True))
    path.write_text(json.dumps(ports), "utf-8")
    for port in ports.values():
        wait_until_free(port, folder)
    return ports


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def free(count: int) -> list[int]:
    chosen: list[int] = []
    for port in random.SystemRandom().sample(_RANGE, len(_RANGE)):
        if is_free(port):
            chosen.append(port)
        if len(chosen) == count:
            return chosen
    raise RuntimeError("no free ports")


def wait_until_free(port: int, folder: Path) -> None:
    end = time.monotonic() + 5  # a predecessor that was killed may still be dying
    while not is_free(port):
        if time.monotonic() > end:
            raise RuntimeError(f"port {port} is taken by another program: end it, or remove {folder}")
        time.sleep(0.1)

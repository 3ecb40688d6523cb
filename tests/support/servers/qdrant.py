"""A Qdrant for tests: the edge shim (Qdrant's engine, its REST by `demo.qdrant_edge_shim`) on a free loopback port."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support.forked.ports import free_port

START_SECONDS = 60.0
SCRIPTS = Path(__file__).resolve().parents[3] / "scripts"


def answers(url: str) -> bool:
    """Does it say that it is ready?"""
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=1) as reply:
            return bool(reply.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _start(folder: Path, keys: dict[str, str]) -> tuple[subprocess.Popen[bytes], str]:
    port = free_port()
    command = [
        sys.executable,
        "-P",
        "-m",
        "demo.qdrant_edge_shim",
        "--folder",
        str(folder),
        "--listen",
        f"127.0.0.1:{port}",
    ]
    environment = {"PATH": os.environ.get("PATH", os.defpath), "PYTHONPATH": str(SCRIPTS), **keys}
    with (folder / "qdrant.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
    return process, f"http://127.0.0.1:{port}"


def _wait(process: subprocess.Popen[bytes], url: str) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if answers(url):
            return True
        time.sleep(0.02)
    return False


@contextmanager
def running_qdrant(folder: Path, *, api_key: str = "", read_only: str = "") -> Iterator[str]:
    """Its URL, once it answers. With `api_key` it asks for one, and takes JWTs; it is gone when the block ends."""
    folder.mkdir(parents=True, exist_ok=True)
    keys = {"QDRANT_API_KEY": api_key, "QDRANT_READ_ONLY_API_KEY": read_only}
    for _ in range(3):
        process, url = _start(folder, {name: key for name, key in keys.items() if key})
        try:
            if _wait(process, url):
                yield url
                return
        finally:
            process.terminate()
            process.wait(timeout=30)
    raise RuntimeError(f"the edge shim did not start: {(folder / 'qdrant.log').read_text('utf-8')[-1500:]}")

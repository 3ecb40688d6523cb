"""A real Chroma for tests: `chroma run` on a free loopback port, its data in a folder of the test."""

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


def answers(url: str) -> bool:
    """Does it answer its heartbeat?"""
    try:
        with urllib.request.urlopen(f"{url}/api/v2/heartbeat", timeout=1) as reply:
            return bool(reply.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _start(folder: Path) -> tuple[subprocess.Popen[bytes], str]:
    port = free_port()
    command = [
        str(Path(sys.executable).parent / "chroma"),
        "run",
        "--path",
        str(folder),
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL), f"http://127.0.0.1:{port}"


def _wait(process: subprocess.Popen[bytes], url: str) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if answers(url):
            return True
        time.sleep(0.05)
    return False


@contextmanager
def running_chroma(folder: Path) -> Iterator[str]:
    """Its URL, once it answers. A port that is taken meanwhile is tried anew; it is gone when the block ends."""
    for _ in range(3):
        process, url = _start(folder)
        try:
            if _wait(process, url):
                yield url
                return
        finally:
            process.terminate()
            process.wait(timeout=30)
    raise RuntimeError("chroma did not start")

"""A real OpenSearch 2.19.6 with k-NN for tests, from its published Maven artifacts: one node on free loopback ports.

Its artifacts (60 MB) are fetched once by Maven, into `~/.cache/vecgate/opensearch-VERSION`, and its one class is compiled
there. Where Java 17 or Maven is missing, or nothing can be fetched, `missing` says so, and tests skip with that reason.
"""

import fcntl
import os
import shutil
import subprocess
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final

from support.servers.chroma import free_port

VERSION: Final = "2.19.6"
HERE: Final = Path(__file__).parent
START_SECONDS: Final = 120.0
_FETCH_SECONDS: Final = 240
_SETTINGS: Final = ("indices.query.bool.max_clause_count=1024",)


def _home() -> Path:
    root = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return Path(root) / "vecgate" / f"opensearch-{VERSION}"


@cache
def missing() -> str:
    """Why it cannot run here; empty: it can."""
    for tool in ("java", "javac", "mvn"):
        if shutil.which(tool) is None:
            return f"OpenSearch runs on Java 17 and is fetched by Maven: there is no '{tool}' here"
    try:
        said = subprocess.run(["javac", "-version"], capture_output=True, text=True, check=True, timeout=60).stdout
        if int(said.split()[1].partition(".")[0]) < 17:
            return f"OpenSearch wants Java 17, and here is {said.strip()}"
        _made()
    except (subprocess.SubprocessError, OSError, ValueError, IndexError) as e:
        return f"OpenSearch's artifacts cannot be fetched or compiled here: {type(e).__name__}"
    return ""


def _made() -> Path:
    """The folder with its class and its jars, made by whoever comes first."""
    home = _home()
    home.mkdir(parents=True, exist_ok=True)
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "made").exists():
            _make(home)
            (home / "made").touch()
    return home


def _make(home: Path) -> None:
    for name in ("pom.xml", "OsNode.java"):
        shutil.copy(HERE / name, home / name)
    fetch = ["mvn", "-q", "-B", "dependency:copy-dependencies", f"-DoutputDirectory={home / 'lib'}"]
    subprocess.run(fetch, cwd=home, check=True, capture_output=True, timeout=_FETCH_SECONDS)
    for packed in (home / "lib").glob("*.zip"):
        with zipfile.ZipFile(packed) as inside:
            inside.extractall(home / "knn", [name for name in inside.namelist() if name.endswith(".jar")])
    subprocess.run(
        ["javac", "-nowarn", "-cp", f"{home / 'lib'}/*", "-d", str(home), "OsNode.java"],
        cwd=home,
        check=True,
        capture_output=True,
        timeout=300,
    )


def answers(url: str) -> bool:
    """Does it answer?"""
    try:
        with urllib.request.urlopen(url, timeout=2) as reply:
            return bool(reply.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@contextmanager
def running_opensearch(folder: Path, **settings: str) -> Iterator[str]:
    """Its URL, once it answers; it is gone when the block ends. `settings`: its own, with `__` for dots."""
    home = _made()
    for _ in range(3):
        folder.mkdir(parents=True, exist_ok=True)
        port, transport = free_port(), free_port()
        told = [f"{name.replace('__', '.')}={value}" for name, value in settings.items()]
        jars = f"{home}:{home / 'lib'}/*:{home / 'knn'}/*"
        command = ["java", "-Xms256m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", jars, "OsNode"]
        command += [str(folder / "node"), str(port), str(transport), *_SETTINGS, *told]
        with (folder / "opensearch.log").open("wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log)
        url = f"http://127.0.0.1:{port}"
        try:
            deadline = time.monotonic() + START_SECONDS
            while time.monotonic() < deadline and process.poll() is None:
                if answers(url):
                    yield url
                    return
                time.sleep(0.1)
        finally:
            process.terminate()
            process.wait(timeout=60)
    raise RuntimeError(f"OpenSearch did not start: {(folder / 'opensearch.log').read_text('utf-8')[-1500:]}")

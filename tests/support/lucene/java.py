"""A server made of published Maven artifacts, started on Java: its jars are fetched and compiled once, by whoever comes first."""

import atexit
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from support.forked.ports import free_port

START_SECONDS: Final = 120.0
_FETCH_SECONDS: Final = 600
#: Of Java itself: a small heap, and no time for what only pays off later.
FLAGS: Final = ("java", "-Xms256m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")


@dataclass(frozen=True)
class Made:
    """What a server is made of. `sources`: the folder with its pom.xml; `finish`: what else is to be done.

    `code`: the folder with its `NAME.java`, if that is another.
    """

    product: str
    version: str
    sources: Path
    main: str
    finish: Callable[[Path], None]
    code: Path | None = None

    @property
    def home(self) -> Path:
        root = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
        told = (self.sources / "pom.xml").read_bytes() + self.program.read_bytes()
        made = hashlib.sha256(told).hexdigest()[:8]  # what is made of others lies beside it
        return Path(root) / "vecgate" / f"{self.product.lower()}-{self.version}-{made}"

    @property
    def program(self) -> Path:
        return (self.code or self.sources) / f"{self.main}.java"


@cache
def missing(made: Made) -> str:
    """Why it cannot run here; empty: it can."""
    for tool in ("java", "javac", "jar", "mvn"):
        if shutil.which(tool) is None:
            return f"{made.product} runs on Java 17 and is fetched by Maven: there is no '{tool}' here"
    try:
        said = subprocess.run(["javac", "-version"], capture_output=True, text=True, check=True, timeout=60).stdout
        if int(said.split()[1].partition(".")[0]) < 17:
            return f"{made.product} wants Java 17, and here is {said.strip()}"
        make(made)
    except (subprocess.SubprocessError, OSError, ValueError, IndexError) as e:
        return f"{made.product}'s artifacts cannot be fetched or compiled here: {type(e).__name__}"
    return ""


def make(made: Made) -> Path:
    """The folder with its classes and its jars."""
    home = made.home
    home.mkdir(parents=True, exist_ok=True)
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "made").exists():
            shutil.copy(made.sources / "pom.xml", home / "pom.xml")
            shutil.copy(made.program, home / made.program.name)
            fetch = ["mvn", "-q", "-B", "dependency:copy-dependencies", f"-DoutputDirectory={home / 'lib'}"]
            subprocess.run(fetch, cwd=home, check=True, capture_output=True, timeout=_FETCH_SECONDS)
            compile = ["javac", "-nowarn", "-cp", f"{home / 'lib'}/*", "-d", str(home), f"{made.main}.java"]
            subprocess.run(compile, cwd=home, check=True, capture_output=True, timeout=300)
            made.finish(home)
            (home / "made").touch()
    return home


def answers(url: str) -> bool:
    """Does it answer?"""
    try:
        with urllib.request.urlopen(url, timeout=2) as reply:
            return bool(reply.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@contextmanager
def running(
    made: Made,
    folder: Path,
    command: Callable[[Path, int, int], Sequence[str]],
    scheme: str = "http",
    answers: Callable[[str], bool] = answers,
) -> Iterator[str]:
    """Its URL, once it answers; it is gone when the block ends. `command`: of its home and two ports."""
    home = make(made)
    for _ in range(3):
        folder.mkdir(parents=True, exist_ok=True)
        port = free_port()
        with (folder / "server.log").open("wb") as log:
            process = subprocess.Popen(command(home, port, free_port()), stdout=log, stderr=log)
        url = f"{scheme}://127.0.0.1:{port}"
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
    raise RuntimeError(f"{made.product} did not start: {(folder / 'server.log').read_text('utf-8')[-1500:]}")


#: What a node holds beside its own, and how a thing of that kind is dropped.
_HELD: Final = {
    "/_data_stream?expand_wildcards=all": "/_data_stream/{}",
    "/_all/_settings?expand_wildcards=all": "/{}",
    "/_index_template": "/_index_template/{}",
    "/_component_template": "/_component_template/{}",
    "/_template": "/_template/{}",
    "/_ingest/pipeline": "/_ingest/pipeline/{}",
    "/_search/pipeline": "/_search/pipeline/{}",
    "/_snapshot": "/_snapshot/{}",
}
_LISTS: Final = ("data_streams", "index_templates", "component_templates")
_kept: Final[dict[str, tuple[str, dict[str, set[str]]]]] = {}
_ends: Final = ExitStack()


@contextmanager
def kept(made: Made, start: Callable[[], AbstractContextManager[str]]) -> Iterator[str]:
    """The URL of one with no settings of its own, kept by this process of tests; what came to be is gone after the block."""
    if made.product not in _kept:
        if not _kept:
            atexit.register(_ends.close)
        url = _ends.enter_context(start())
        _kept[made.product] = url, {path: _names(url, path) for path in _HELD}
    url, own = _kept[made.product]
    try:
        yield url
    finally:
        for path, drop in _HELD.items():
            for name in _names(url, path) - own[path]:
                _say(url, drop.format(name), "DELETE")
        for name in _say(url, "/_cluster/settings?flat_settings=true")["persistent"]:
            _say(url, "/_cluster/settings", "PUT", {"persistent": {name: None}})
        _say(url, "/_search/scroll/_all", "DELETE")


def _names(url: str, path: str) -> set[str]:
    told = _say(url, path)
    listed = next((told[many] for many in _LISTS if many in told), None)
    return {*told} if listed is None else {one["name"] for one in listed}


def _say(url: str, path: str, method: str = "GET", tree: object = None) -> dict[str, Any]:
    """What it answers; nothing, where it knows no such thing."""
    data = None if tree is None else json.dumps(tree).encode()
    asked = urllib.request.Request(url + path, data, {"content-type": "application/json"}, method=method)
    try:
        with urllib.request.urlopen(asked, timeout=60) as reply:
            return dict(json.load(reply))
    except urllib.error.HTTPError:
        return {}

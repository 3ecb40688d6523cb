"""What tests have from npm, where there is Node: another login service (oidc-provider), and axe-core, which looks at pages.

What npm fetches is locked, and is fetched once for all who need it here.
"""

import fcntl
import http.client
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent
MODULES: Final = FOLDER / "node_modules"
_NODE: Final = 20
#: Several may come one after another where nothing can be fetched, and none of them waits for long.
_FETCH_SECONDS: Final = 40


class NoNode(RuntimeError):
    """There is none here, or nothing could be fetched; the text says why."""


def fetched() -> str:
    """Where Node is, once all is there. Raises NoNode."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise NoNode("there is no Node")
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    if not told.startswith("v") or int(told[1:].partition(".")[0]) < _NODE:
        raise NoNode(f"Node is older than {_NODE}")
    wanted, stamp = sha256((FOLDER / "package-lock.json").read_bytes()).hexdigest(), MODULES / ".vecgate-lock"
    with (FOLDER / ".lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.read_text("utf-8") != wanted:
            quick = ("--fetch-retries=1", "--fetch-retry-mintimeout=500", "--fetch-timeout=15000")
            words = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", *quick]
            try:
                done = subprocess.run(words, cwd=FOLDER, capture_output=True, timeout=_FETCH_SECONDS, check=False)
            except subprocess.TimeoutExpired as e:
                raise NoNode("npm did not come to an end") from e
            if done.returncode:
                raise NoNode("npm could not fetch what is locked")
            stamp.write_text(wanted, "utf-8")
    return node


def answers(port: int, path: str, status: int) -> bool:
    """Whether a server of this machine answers so."""
    line = http.client.HTTPConnection("localhost", port, timeout=2)
    try:
        line.request("GET", path)
        return line.getresponse().status == status
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()

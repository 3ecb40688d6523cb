"""The demo's web console, and its login service: oidc-provider where there is Node; where there is none, no login.

What npm fetches is locked, lies beside the service, and is fetched once for all who start one here.
"""

import fcntl
import http.client
import json
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from demo import bao_setup
from demo.gateway import REPOSITORY, Gateway
from demo.processes import Server

FOLDER: Final = Path(__file__).parent
MODULES: Final = FOLDER / "node_modules"
CLIENT: Final = "vecgate-console"
_NODE: Final = 20
#: Several may come one after another where nothing can be fetched, and none of them waits for long.
_FETCH_SECONDS: Final = 40


class NoLogin(RuntimeError):
    """There is none here; the text says why."""


def fetched() -> str:
    """Where Node is, once all that it needs is there. Raises NoLogin."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise NoLogin("there is no Node")
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    if not told.startswith("v") or int(told[1:].partition(".")[0]) < _NODE:
        raise NoLogin(f"Node is older than {_NODE}")
    wanted, stamp = sha256((FOLDER / "package-lock.json").read_bytes()).hexdigest(), MODULES / ".vecgate-lock"
    with (FOLDER / ".lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.read_text("utf-8") != wanted:
            quick = ("--fetch-retries=1", "--fetch-retry-mintimeout=500", "--fetch-timeout=15000")
            words = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", *quick]
            try:
                done = subprocess.run(words, cwd=FOLDER, capture_output=True, timeout=_FETCH_SECONDS, check=False)
            except subprocess.TimeoutExpired as e:
                raise NoLogin("npm did not come to an end") from e
            if done.returncode:
                raise NoLogin("npm could not fetch oidc-provider")
            stamp.write_text(wanted, "utf-8")
    return node


def _answers(port: int, path: str, status: int) -> bool:
    line = http.client.HTTPConnection("localhost", port, timeout=2)
    try:
        line.request("GET", path)
        return line.getresponse().status == status
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()


def login_service(port: int, back: str, log: Path, people: dict[str, str] | None = None) -> Server:
    """OpenID Connect for the demo's people, or those given (name and group), on this machine. Raises NoLogin."""
    node = fetched()
    told = {
        "issuer": f"http://localhost:{port}",
        "port": port,
        "client": CLIENT,
        "back": back,
        "people": people or dict(bao_setup.PEOPLE),
    }
    return Server(
        "the login service",
        lambda: [node, str(FOLDER / "server.mjs")],
        lambda: _answers(port, "/.well-known/openid-configuration", 200),
        log,
        lambda: {"VECGATE_DEMO_LOGIN": json.dumps(told)},
    )


class Console:
    """The console before a running gateway, with its login service. Raises NoLogin where there can be none."""

    def __init__(self, ports: dict[str, int], logs: Path) -> None:
        self._port = ports["console"]
        self.url = f"http://localhost:{self._port}"
        self.issuer = f"http://localhost:{ports['login']}"
        self._logs = logs
        self._server: Server | None = None
        self.login = login_service(ports["login"], f"{self.url}/login/back", logs / "login.log")

    @property
    def issuer_settings(self) -> dict[str, Any]:
        """What the gateway must be told of who logs in there."""
        return {
            "issuer": self.issuer,
            "audience": CLIENT,
            "algorithms": ["ES256"],
            "user_claim": "preferred_username",
            "groups_claim": "groups",
            "types": ["none"],
        }

    def start(self, gateway: Gateway) -> None:
        """Raises StartFailed."""
        words = (
            *("console", "--url", self.url, "--port", str(self._port), "--gateway", gateway.url),
            *("--ca", str(gateway.ca), "--issuer", self.issuer, "--client-id", CLIENT, "--token", "id_token"),
        )
        self._server = Server(
            "the console",
            lambda: [sys.executable, "-m", "vecgate.cli", *words],
            lambda: _answers(self._port, "/static/console.css", 200),
            self._logs / "console.log",
            lambda: {"PYTHONPATH": str(REPOSITORY / "addons")},
        )
        self.login.start()
        self._server.start()

    def stop(self) -> None:
        for server in (self._server, self.login):
            if server is not None:
                server.stop()

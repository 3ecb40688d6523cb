"""The demo's web console: people log in to it at the demo's login service, as they do in a terminal."""

import http.client
import sys
from pathlib import Path

from demo.gateway import REPOSITORY, Gateway
from demo.login import CONSOLE, Login
from demo.processes import Server


class Console:
    """The console before a running gateway."""

    def __init__(self, login: Login, logs: Path) -> None:
        self.url, self.login = login.console, login
        self._port = int(self.url.rpartition(":")[2])
        self._logs = logs
        self._server: Server | None = None

    def start(self, gateway: Gateway) -> None:
        """Raises StartFailed. The login service is up."""
        words = (
            *("console", "--url", self.url, "--port", str(self._port), "--gateway", gateway.url),
            *("--ca", str(gateway.ca), "--issuer", self.login.issuer, "--client-id", CONSOLE),
        )
        self._server = Server(
            "the console",
            lambda: [sys.executable, "-m", "vecgate.cli", *words],
            self._is_ready,
            self._logs / "console.log",
            lambda: {"PYTHONPATH": str(REPOSITORY / "addons")},
        )
        self._server.start()

    def stop(self) -> None:
        if self._server is not None:
            self._server.stop()

    def _is_ready(self) -> bool:
        line = http.client.HTTPConnection("localhost", self._port, timeout=2)
        try:
            line.request("GET", "/static/console.css")
            return line.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()

"""Which database stands behind the gateway? One Chroma, which has no lock of its own, out of everybody's reach.

Where the host lets us make a network namespace, Chroma lives in one and answers on a unix socket only. Elsewhere
(macOS, locked-down hosts) it has a random loopback port that other users of the host could reach: `isolation` says so.
"""

import http.client
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from demo.processes import Server

_INSIDE_PORT: Final = 8000
_RUN: Final = "import sys, chromadb_rust_bindings; chromadb_rust_bindings.cli(['chroma', *sys.argv[1:]])"


class UnixHTTPConnection(http.client.HTTPConnection):
    """HTTP over a unix socket."""

    def __init__(self, path: str, timeout: float = 5) -> None:
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


@dataclass(slots=True)
class Chroma:
    """A Chroma with its data under `folder`. `socket` is used in a namespace, `port` on the loopback."""

    folder: Path
    socket: Path
    port: int
    log: Path
    isolation: Literal["namespace", "loopback"]
    server: Server = field(init=False)

    def __post_init__(self) -> None:
        self.server = Server("chroma", self._command, self._is_ready, self.log, self._environment)

    @property
    def address(self) -> str:
        """Where the front connects to: an absolute path, or `host:port`."""
        return str(self.socket) if self.isolation == "namespace" else f"127.0.0.1:{self.port}"

    def connection(self) -> http.client.HTTPConnection:
        """A direct connection, around the front: for set-up and checks only."""
        if self.isolation == "namespace":
            return UnixHTTPConnection(str(self.socket))
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)

    def spawn(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.server.spawn()

    def _command(self) -> list[str]:
        inside = self.isolation == "namespace"
        port = str(_INSIDE_PORT if inside else self.port)
        run = ["run", "--path", str(self.folder), "--host", "127.0.0.1", "--port", port]
        chroma = [sys.executable, "-P", "-c", _RUN, *run]
        return [sys.executable, "-P", "-m", "demo.jail", str(self.socket), port, *chroma] if inside else chroma

    def _environment(self) -> Mapping[str, str]:
        return {"PYTHONPATH": str(Path(__file__).parents[1]), "ANONYMIZED_TELEMETRY": "False"}

    def _is_ready(self) -> bool:
        connection = self.connection()
        try:
            connection.request("GET", "/api/v2/heartbeat")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

"""Which second database can stand behind the gateway? "qdrant (edge shim)": Qdrant's engine, its REST by a shim.

It listens on a unix socket of this user's only; its TLS front is what others see of it.
"""

import http.client
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from demo.chroma import UnixHTTPConnection
from demo.processes import Server


@dataclass(slots=True)
class Qdrant:
    """A Qdrant with its data under `folder`."""

    folder: Path
    socket: Path
    log: Path
    server: Server = field(init=False)

    def __post_init__(self) -> None:
        self.server = Server("qdrant (edge shim)", self._command, self._is_ready, self.log, self._environment)

    @property
    def address(self) -> str:
        """Where the front connects to."""
        return str(self.socket)

    def connection(self) -> http.client.HTTPConnection:
        """A direct connection, around the front: for set-up and checks only."""
        return UnixHTTPConnection(str(self.socket))

    def spawn(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.server.spawn()

    def _command(self) -> list[str]:
        shim = [sys.executable, "-P", "-m", "demo.qdrant_edge_shim"]
        return [*shim, "--folder", str(self.folder), "--listen", str(self.socket), "--durable"]

    def _environment(self) -> Mapping[str, str]:
        return {"PYTHONPATH": str(Path(__file__).parents[1])}

    def _is_ready(self) -> bool:
        connection = self.connection()
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

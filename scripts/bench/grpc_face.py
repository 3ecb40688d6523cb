"""Which database answers over gRPC here? "qdrant (edge shim)", behind the face that tests have, in its own process.

Run by `overhead.py` as: grpc_face.py FOLDER SOCKET CLIENT_CA. Where it listens it writes into FOLDER/url.
"""

import http.client
import signal
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "addons"), str(ROOT / "tests")]

from demo.chroma import UnixHTTPConnection  # noqa: E402
from support.http2.server import grpc_server  # noqa: E402
from support.qdrant.grpc_shim import Face  # noqa: E402


class ByPath(Face):
    """It reaches the database by its socket."""

    def __init__(self, path: str) -> None:
        super().__init__("http://localhost")
        self._path = path

    def line(self) -> http.client.HTTPConnection:
        """A connection to it."""
        return UnixHTTPConnection(self._path)


def main(folder: Path, path: str, client_ca: Path) -> None:
    """Until SIGTERM."""
    with grpc_server(folder, client_ca=client_ca) as server:
        server.behave = ByPath(path)
        server.arrived = _Nowhere()
        (folder / "url.new").write_text(server.url, "utf-8")
        (folder / "url.new").rename(folder / "url")
        signal.sigwait({signal.SIGTERM})


class _Nowhere(list):  # type: ignore[type-arg]
    """What came is not kept: nobody looks at it, and a run has thousands."""

    def append(self, _: object) -> None:
        """Forget it."""


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))

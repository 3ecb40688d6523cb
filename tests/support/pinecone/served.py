"""pinecone_recorded over mTLS: a control plane, and a server of its own for each index, as at the vendor's."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from support.pinecone.recorded import Project
from support.servers.mtls_upstream import Arrived, MtlsUpstream, Says


class _Server(MtlsUpstream):
    """One of them. `index`: whose it is; empty: the control plane."""

    def __init__(
        self, folder: Path, client_ca: Path, project: Project, index: str, same: "MtlsUpstream | None"
    ) -> None:
        super().__init__(folder, client_ca)
        self.project, self.index = project, index
        if same is not None:  # one CA for all of them
            self.ca, self.context = same.ca, same.context

    def reply(self, arrived: Arrived) -> Says:
        status, tree = self.project.answer(
            self.index, arrived.method, arrived.target, dict(arrived.headers), arrived.body
        )
        return Says(status, b"" if tree is None else json.dumps(tree).encode())


class Served:
    """The project, its servers, and the part of an upstream's settings that leads there."""

    def __init__(self, folder: Path, client_ca: Path) -> None:
        self.folder, self.client_ca = folder, client_ca
        self.project = Project(self._host)
        self.servers: dict[str, _Server] = {}
        self._threads: list[threading.Thread] = []
        self.control = self._serve("")

    def _serve(self, index: str) -> _Server:
        same = self.servers.get("")
        server = _Server(self.folder / (index or "control"), self.client_ca, self.project, index, same)
        self.servers[index] = server
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), name=f"pinecone {index}")
        thread.start()
        self._threads.append(thread)
        return server

    def _host(self, name: str) -> str:
        server = self.servers.get(name) or self._serve(name)
        return f"https://localhost:{server.server_port}"

    @property
    def settings(self) -> dict[str, Any]:
        return {**self.control.settings, "dialect": "pinecone", "index_hosts": ["localhost"]}

    def close(self) -> None:
        for server in self.servers.values():
            server.shutdown()
        for thread in self._threads:
            thread.join()
        for server in self.servers.values():
            server.server_close()


@contextmanager
def pinecone_recorded(folder: Path, *, client_ca: Path) -> Iterator[Served]:
    """It, on free ports; gone when the block ends."""
    served = Served(folder, client_ca)
    try:
        yield served
    finally:
        served.close()

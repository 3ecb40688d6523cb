"""A database that is not one: demands a client certificate, notes who came with what, answers as it is told.

It runs in threads of its own. `names` are the collections it claims to have, so that calls on them can be told apart:

    with mtls_upstream(folder, client_ca=stack.pki_root) as fake:
        gateway = gateways.make(over={"upstreams": {UPSTREAM: fake.settings}})
"""

import json
import ssl
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

from demo import certs
from demo.gateway import DATA
from demo.relay import demanding_context

HEARTBEAT = b'{"nanosecond heartbeat":1}'


@dataclass(frozen=True, slots=True)
class Arrived:
    """One request as it came in. `peer` is the certificate's common name, `connection` numbers the TCP connections."""

    connection: int
    peer: str
    serial: str
    not_after: float
    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class Says:
    """What is answered. `raw` is written in the place of a whole HTTP answer; then the connection is closed."""

    status: int = 200
    body: bytes = HEARTBEAT
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})
    raw: bytes | None = None


class MtlsUpstream(ThreadingHTTPServer):
    """The server. `answer` is given to every call that is not a question for a collection's name."""

    daemon_threads = True

    def __init__(self, folder: Path, client_ca: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        folder.mkdir(parents=True, exist_ok=True)
        self.ca = certs.make_ca(folder, "upstream of a test")
        pem, key = certs.make_server(folder, "upstream", ("localhost", "127.0.0.1"))
        self.context = demanding_context(str(pem), str(key), str(client_ca))
        self.answer = Says()
        self.names: dict[str, str] = {}
        self.arrived: list[Arrived] = []
        self.connections = 0
        self._lock = threading.Lock()

    @property
    def settings(self) -> dict[str, Any]:
        """The part of an upstream's settings that leads here."""
        return {"url": f"https://127.0.0.1:{self.server_port}", "server_name": "localhost", "ca": str(self.ca)}

    @property
    def of_people(self) -> list[Arrived]:
        """What came on the certificate of a person; the gateway's own lookups left out."""
        return [one for one in self.arrived if one.peer != "vecgate-gateway"]

    def number(self) -> int:
        with self._lock:
            self.connections += 1
            return self.connections

    def reply(self, arrived: Arrived) -> Says:
        """What this call is answered."""
        for uuid, name in self.names.items():
            if arrived.target == f"{DATA}/collections/by-id/{uuid}":
                place = {"tenant": "default_tenant", "database": "default_database"}
                return Says(body=json.dumps({"id": uuid, "name": name, **place}).encode())
        return self.answer

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), OSError):  # a client that went away, or one without a certificate
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60

    def setup(self) -> None:
        server = cast(MtlsUpstream, self.server)
        self.request.settimeout(self.timeout)
        self.request = server.context.wrap_socket(self.request, server_side=True)
        self.number = server.number()
        super().setup()

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()
        self.request.close()

    def _answer(self) -> None:
        server = cast(MtlsUpstream, self.server)
        arrived = self._arrived()
        server.arrived.append(arrived)
        says = server.reply(arrived)
        if says.raw is not None:
            self.wfile.write(says.raw)
            self.close_connection = True
            return
        self.send_response_only(says.status)
        for name, value in {"Content-Length": str(len(says.body)), **says.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(says.body)

    def _arrived(self) -> Arrived:
        peer = self.request.getpeercert()
        subject = dict(pair for part in peer["subject"] for pair in part)
        return Arrived(
            connection=self.number,
            peer=subject["commonName"],
            serial=peer["serialNumber"],
            not_after=ssl.cert_time_to_seconds(peer["notAfter"]),
            method=self.command,
            target=self.path,
            headers=tuple((name.lower(), value) for name, value in self.headers.items()),
            body=self.rfile.read(int(self.headers.get("Content-Length", 0))),
        )

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = _answer

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def mtls_upstream(folder: Path, *, client_ca: Path) -> Iterator[MtlsUpstream]:
    """It, listening on a free port; gone when the block ends."""
    server = MtlsUpstream(folder, client_ca)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="upstream of a test")
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

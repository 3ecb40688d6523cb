"""A toy database on TLS that takes keys in a header, notes who came, and answers notes with a name in them."""

import hmac
import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import cast

from demo import certs

SECRET = b"toy-secret-that-only-both-ends-know"
NOTE = "Call Jane Doe, jane.doe@example.com, about the lamp."


class Toy(ThreadingHTTPServer):
    """`arrived`: (whose key, method, target, names of headers) of what came with a good key."""

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        folder.mkdir(parents=True)
        self.ca = certs.make_ca(folder, "toy of a test")
        pem, key = certs.make_server(folder, "toy", ("localhost", "127.0.0.1"))
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(pem, key)
        self.socket = self.context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self.arrived: list[tuple[str, str, str, frozenset[str]]] = []
        self.unknown = 0


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 20

    def do_GET(self) -> None:
        server = cast(Toy, self.server)
        user, _, signed = self.headers.get("x-toy-key", "").partition(":")
        if not hmac.compare_digest(signed, hmac.new(SECRET, user.encode(), sha256).hexdigest()):
            server.unknown += 1
            self._say(401, {"oops": "no key"})
            return
        server.arrived.append((user, self.command, self.path, frozenset(name.lower() for name in self.headers)))
        self._say(200, {"alive": True} if self.path == "/toy/alive" else {"notes": [NOTE]})

    def _say(self, status: int, tree: object) -> None:
        body = json.dumps(tree).encode()
        self.send_response_only(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def running_toy(folder: Path) -> Iterator[Toy]:
    """It, on a free port; gone when the block ends."""
    server = Toy(folder)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="toy of a test")
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

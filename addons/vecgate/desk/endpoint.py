"""How do long jobs outlive a token (local endpoint)? Their gateway is this machine, which passes on with a fresh one.

A program is told of an address on the loopback and of a key that is good there alone. What comes with that key goes to
the gateway with the token of now; what comes without it goes nowhere. The token itself is never in the program's
environment.
"""

import http.client
import secrets
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from vecgate.desk.local_key import HERE_ALONE, HTTP2, KEYS, STRANGER, has
from vecgate.desk.places import DeskFailed
from vecgate.domain.principal import Secret
from vecgate.parsing.tls import trusting
from vecgate.refusals.errors import VecgateError

#: Headers that are about one connection, and those that this side says anew.
_OURS: Final = frozenset({
    "connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "host", "expect",
    "content-length",
})  # fmt: skip
_PIECE: Final = 64 * 1024
_TIMEOUT: Final = 600.0
#: So many may be here at once that have not shown the key; of more, whoever came first has to go.
STRANGERS: Final = 128


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128  # a program's threads come all at once; whom there is no room for, waits a second
    trust: ssl.SSLContext
    gateway: tuple[str, int]
    trusted: ssl.SSLContext
    spoken: ssl.SSLContext
    key: str
    token: Callable[[], Secret]

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler, bind_and_activate=False)
        self._strangers: dict[Any, socket.socket] = {}  # by the address that they come from
        self._turn = threading.Lock()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Each in a thread of its own; others who are logged in at this machine cannot fill it."""
        with self._turn:
            self._strangers[client_address] = request
            gone = next(iter(self._strangers)) if len(self._strangers) > STRANGERS else None
            first = self._strangers.pop(gone, None)
        if first is not None:
            with suppress(OSError):
                socket.socket.shutdown(first, socket.SHUT_RDWR)
        super().process_request(request, client_address)

    def get_request(self) -> tuple[Any, Any]:
        """One that has come; what it says is read in its own thread."""
        plain, address = super().get_request()
        return self.trust.wrap_socket(plain, server_side=True, do_handshake_on_connect=False), address

    def finish_request(self, request: Any, client_address: Any) -> None:
        """The handshake is made where one connection is served: who does not go on with it keeps no other waiting."""
        request.settimeout(_TIMEOUT)
        try:
            request.do_handshake()
            if request.selected_alpn_protocol() == HTTP2:
                from vecgate.desk import calls  # most programs speak no gRPC

                keyed = lambda headers: self.shown(headers, client_address)  # noqa: E731
                calls.passed_on(request, self.gateway, self.spoken, keyed, self.token)
            else:
                super().finish_request(request, client_address)
        finally:
            self.known(client_address)

    def shown(self, headers: Iterable[tuple[str, str]], client_address: Any) -> bool:
        """Whether they hold the key; then whoever says them is no stranger."""
        is_theirs = has(self.key, headers)
        if is_theirs:
            self.known(client_address)
        return is_theirs

    def known(self, client_address: Any) -> None:
        """It has shown the key, or is gone."""
        with self._turn:
            self._strangers.pop(client_address, None)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever hangs up is gone; what went wrong was answered where it could be."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # an answer is written in pieces, and none waits for a word of its receipt

    def _pass(self) -> None:
        # Before a byte of its body is taken in: others who are logged in at this machine reach this port, too.
        if not self.server.shown(self.headers.items(), self.client_address):
            return self._no(401, STRANGER)
        body = self._body()
        if body is None:
            return self._no(411, "a request says how long it is, or comes in chunks")
        try:
            token = self.server.token()
        except VecgateError as e:
            return self._no(401, str(e))
        sent = [(n, v) for n, v in self.headers.items() if n.lower() not in _OURS | KEYS]
        line = http.client.HTTPSConnection(*self.server.gateway, timeout=_TIMEOUT, context=self.server.trusted)
        try:
            line.connect()
        except (OSError, ValueError) as e:
            return self._no(502, f"no gateway is there: {type(e).__name__}; nothing was sent")
        try:
            line.putrequest(self.command, self.path, skip_accept_encoding=True)
            for name, value in [*sent, ("Authorization", f"Bearer {token.reveal()}")]:
                line.putheader(name, value)
            self._send(line, body)
            answer = line.getresponse()
        except (OSError, http.client.HTTPException, ValueError) as e:
            return self._no(
                502, f"no answer from the gateway: {type(e).__name__}; what became of the call is not known"
            )
        with answer:
            self._back(answer)
        line.close()
        return None

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = _pass

    def _send(self, line: http.client.HTTPConnection, body: Iterable[bytes] | bytes) -> None:
        if isinstance(body, bytes):
            if body or self.command in ("POST", "PUT", "PATCH"):
                line.putheader("Content-Length", str(len(body)))
            line.endheaders(body or None)
        else:
            line.putheader("Transfer-Encoding", "chunked")
            line.endheaders(body, encode_chunked=True)

    def _body(self) -> Iterable[bytes] | bytes | None:
        """The body; None where its length is told in two ways, or in none that is known."""
        length, coded = self.headers.get_all("content-length", []), self.headers.get_all("transfer-encoding", [])
        if self.headers.get("expect", "").lower() == "100-continue":
            self.send_response_only(100)
            self.end_headers()
        if coded:
            return self._chunks() if [one.lower() for one in coded] == ["chunked"] and not length else None
        if not length:
            return b""
        if len(length) > 1 or not length[0].isascii() or not length[0].isdigit():
            return None
        found = self.rfile.read(int(length[0]))
        return found if len(found) == int(length[0]) else None

    def _chunks(self) -> Iterator[bytes]:
        while size := int(self.rfile.readline(_PIECE).split(b";")[0], 16):
            yield self.rfile.read(size)
            self.rfile.readline(3)
        while self.rfile.readline(_PIECE).strip():
            pass

    def _back(self, answer: http.client.HTTPResponse) -> None:
        """The answer as it comes, its length told as the gateway does."""
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.getheaders():
            if name.lower() not in _OURS - {"content-length"}:
                self.send_header(name, value)
        chunked = answer.length is None and self.command != "HEAD" and answer.status not in (204, 304)
        if chunked:
            self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        while piece := answer.read1(_PIECE):
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece) if chunked else piece)
        if chunked:
            self.wfile.write(b"0\r\n\r\n")
        elif answer.length:  # it ended early, and so does this
            self.close_connection = True

    def _no(self, status: int, words: str) -> None:
        """A no of this side, as text; the connection ends, as its body may not have been read."""
        raw = f"vecgate exec: {words}\n".encode()
        self.close_connection = True
        self.send_response_only(status)
        for name, value in (("Content-Type", "text/plain"), ("Content-Length", str(len(raw))), ("Connection", "close")):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the screen is the program's."""


class Local:
    """Where a program reaches the gateway: address, key, and the CA of its certificate."""

    def __init__(self, url: str, key: Secret, ca: Path) -> None:
        self.url, self.key, self.ca = url, key, ca


@contextmanager
def served(gateway: str, ca: str, token: Callable[[], Secret], certificate: tuple[Path, Path]) -> Iterator[Local]:
    """An address, while the block runs. `certificate`: its own (for localhost), and its key. Raises DeskFailed."""
    parts, mine = urlsplit(gateway), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    mine.load_cert_chain(*certificate)
    mine.set_alpn_protocols(["http/1.1", HTTP2])  # who knows both is spoken to over the first
    try:
        theirs, spoken = trusting(ca or None), trusting(ca or None)
    except OSError as e:
        raise DeskFailed(f"the gateway's CA {ca} cannot be read, or holds no certificates") from e
    server = _Server()
    spoken.set_alpn_protocols([HTTP2])
    server.trust, server.trusted, server.spoken = mine, theirs, spoken
    server.gateway, server.token = (parts.hostname or "", parts.port or 443), token
    server.key = f"{HERE_ALONE}{secrets.token_urlsafe(32)}.local"
    server.server_bind()
    server.server_activate()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.2}, daemon=True)
    thread.start()
    try:
        yield Local(f"https://localhost:{server.server_address[1]}", Secret(server.key), certificate[0])
    finally:
        server.shutdown()
        server.server_close()

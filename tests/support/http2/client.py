"""A client of HTTP/2 on a socket, which does what it is told: calls, resets, floods, bytes of its own making."""

import socket
import ssl
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import h2.config
import h2.connection
import h2.events
import h2.exceptions
from hyperframe import frame as frames

from vecgate.parsing import grpc_framing as framing
from vecgate.parsing.http2 import Http2Line

type Pairs = Sequence[tuple[str, str]]


@dataclass
class Answer:
    """What came on one stream."""

    headers: dict[str, str] = field(default_factory=dict)
    trailers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    ended: bool = False
    reset: int | None = None

    @property
    def status(self) -> int:
        return int(self.headers.get(":status", "0"))

    @property
    def grpc(self) -> tuple[int, str]:
        """How a call of gRPC ended, and why."""
        told = {**self.headers, **self.trailers}
        return int(told.get(framing.STATUS, "-1")), framing.percent_decoded(told.get(framing.TEXT, ""))

    @property
    def message(self) -> bytes:
        return framing.unframed(self.body).message


class Patient(h2.connection.H2Connection):
    """hyper-h2's own, with its tables for heads, that still hears its answers once the other side has said farewell."""

    _receive_goaway_frame = Http2Line._receive_goaway_frame


class Client:
    """One connection. `gone`: the error code of the other side's GOAWAY; `closed`: it has ended the connection."""

    def __init__(self, line: ssl.SSLSocket, name: str = "localhost", window: int | None = None) -> None:
        self.line, self.name = line, name
        line.settimeout(20)
        config = h2.config.H2Configuration(
            client_side=True,
            header_encoding="utf-8",
            validate_outbound_headers=False,
            normalize_outbound_headers=False,
        )
        self.h2 = Patient(config)
        self.h2.initiate_connection()
        if window is not None:
            self.h2.update_settings({4: window})
        self.answers: defaultdict[int, Answer] = defaultdict(Answer)
        self.gone: int | None = None
        self.closed = False
        self.pings = 0
        self.windows = True  # whether what is read opens them again
        self.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.line.close()

    def flush(self) -> None:
        data = self.h2.data_to_send()
        if data:
            self.raw(data)

    def raw(self, data: bytes) -> None:
        """Bytes, as they are; that nobody takes them any more is an answer, too."""
        try:
            self.line.sendall(data)
        except (ConnectionError, ssl.SSLError):
            self.closed = True

    def frame(self, made: frames.Frame) -> None:
        self.raw(made.serialize())

    def head(self, method: str, path: str, more: Pairs = ()) -> list[tuple[str, str]]:
        return [(":method", method), (":scheme", "https"), (":authority", self.name), (":path", path), *more]

    def send(self, head: Pairs, body: bytes | None = None, *, end: bool = True) -> int:
        """Begin a request; the number of its stream."""
        number = self.h2.get_next_available_stream_id()
        self.h2.send_headers(number, list(head), end_stream=end and body is None)
        if body is not None:
            self.data(number, body, end=end)
        self.flush()
        return number

    def data(self, number: int, body: bytes, *, end: bool = True) -> None:
        """Its body, as far as windows go."""
        while body:
            room = min(self.h2.local_flow_control_window(number), 16_384, len(body))
            if room <= 0:
                self.flush()
                self.hear()
                if self.closed or self.answers[number].reset is not None:
                    return
                continue
            self.h2.send_data(number, body[:room])
            body = body[room:]
        if end:
            self.h2.end_stream(number)
        self.flush()

    def ask(self, method: str, path: str, more: Pairs = (), body: bytes | None = None) -> Answer:
        """A whole request, and its answer."""
        return self.answer(self.send(self.head(method, path, more), body))

    def call(self, path: str, message: bytes = b"", more: Pairs = ()) -> Answer:
        """A unary call of gRPC, and how it ends."""
        return self.answer(self.begin(path, message, more))

    def begin(self, path: str, message: bytes = b"", more: Pairs = ()) -> int:
        kind = [("content-type", "application/grpc"), ("te", "trailers")]
        return self.send(self.head("POST", path, [*kind, *more]), framing.framed(message))

    def answer(self, number: int) -> Answer:
        """What comes on that stream, to its end or the connection's."""
        found = self.answers[number]
        while not (found.ended or found.reset is not None or self.closed):
            self.hear()
        return found

    def hear(self) -> None:
        """Read once."""
        try:
            data = self.line.recv(65536)
        except (ConnectionError, ssl.SSLError):
            data = b""
        if not data:
            self.closed = True
            return
        try:
            for event in self.h2.receive_data(data):
                self._one(event)
        except h2.exceptions.H2Error:
            self.closed = True
        if not self.closed:
            self.flush()

    def _one(self, event: Any) -> None:
        answer = self.answers[getattr(event, "stream_id", None) or 0]
        match event:
            case h2.events.ResponseReceived():
                answer.headers = dict(event.headers)
            case h2.events.TrailersReceived():
                answer.trailers = dict(event.headers)
            case h2.events.DataReceived():
                answer.body += event.data
                if self.windows:
                    self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            case h2.events.StreamEnded():
                answer.ended = True
            case _:
                self._other(event, answer)

    def _other(self, event: Any, answer: Answer) -> None:
        match event:
            case h2.events.StreamReset():
                answer.reset = event.error_code
            case h2.events.ConnectionTerminated():
                self.gone = event.error_code
            case h2.events.PingAckReceived():
                self.pings += 1

    def end(self) -> int | None:
        """Read until the other side ends the connection; what its GOAWAY said."""
        while not self.closed:
            self.hear()
        return self.gone


@contextmanager
def connected(
    port: int, ca: str, name: str = "localhost", shows: tuple[Path, Path] | None = None, **how: Any
) -> Iterator[Client]:
    """A connection to a gateway on this machine. `shows`: the client's certificate and its key."""
    context = ssl.create_default_context(cafile=ca)
    if shows is not None:
        context.load_cert_chain(*shows)
    context.set_alpn_protocols(["h2"])
    with (
        socket.create_connection(("127.0.0.1", port), 20) as plain,
        context.wrap_socket(plain, server_hostname=name) as line,
        Client(line, name, **how) as made,
    ):
        assert line.selected_alpn_protocol() == "h2"
        yield made

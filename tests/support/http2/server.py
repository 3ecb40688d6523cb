"""A database over gRPC that is not one: on TLS, on hyper-h2, it notes what came and answers as it is told.

It runs a loop of its own in a thread. `behave` gives a Said, or does to the line what it likes and gives None. With
`rest` it answers HTTP/1.1 at the same place, to whoever does not speak HTTP/2.
"""

import asyncio
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import h2.config
import h2.connection
import h2.events
import h2.exceptions

from demo import certs
from demo.relay import demanding_context
from support.forked.loops import ended
from vecgate.parsing import grpc_framing as framing


@dataclass(frozen=True, slots=True)
class Arrived:
    """One call. `peer`: the common name of its certificate, if it showed one; `connection` numbers the connections."""

    connection: int
    peer: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Said:
    """How a call ends. `headers` and `trailers` stand beside what gRPC says itself."""

    message: bytes | None = b""
    status: int = 0
    text: str = ""
    http: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    packed: bytes | None = None  # a body that is sent in the place of the message with its five bytes


class Line(asyncio.Protocol):
    """One connection."""

    def __init__(self, server: "GrpcServer") -> None:
        self.server = server
        self.number = 0
        self.h2 = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding="utf-8"))
        self.transport: Any = None
        self.peer = ""
        self._plain: bytearray | None = None
        self._heads: dict[int, list[tuple[str, str]]] = {}
        self._bodies: dict[int, bytearray] = {}
        self._rest: dict[int, tuple[bytes, list[tuple[str, str]]]] = {}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.server.connections += 1
        self.number, self.transport = self.server.connections, transport
        self.server.lines.append(self)
        shown = transport.get_extra_info("peercert") or {}
        self.peer = dict(pair for part in shown.get("subject", ()) for pair in part).get("commonName", "")
        if self.server.rest is not None and transport.get_extra_info("ssl_object").selected_alpn_protocol() != "h2":
            self._plain = bytearray()
            return
        self.h2.initiate_connection()
        self.flush()

    def flush(self) -> None:
        if data := self.h2.data_to_send():
            self.transport.write(data)

    def data_received(self, data: bytes) -> None:
        if self._plain is not None:
            self._plain += data
            self._plainly(self._plain)
            return
        try:
            for event in self.h2.receive_data(data):
                self._one(event)
        except h2.exceptions.H2Error:
            self.transport.close()
        self.flush()

    def _plainly(self, came: bytearray) -> None:
        head, _, rest = bytes(came).partition(b"\r\n\r\n")
        lines = [line.partition(":")[::2] for line in head.decode("latin-1").split("\r\n")[1:]]
        told = {name.lower(): value.strip() for name, value in lines}
        if b"\r\n\r\n" not in came or len(rest) < int(told.get("content-length", 0)):
            return
        came.clear()
        method, target, _ = head.decode("latin-1").partition("\r\n")[0].split(" ")
        assert self.server.rest is not None
        status, tree = self.server.rest(method, target, told, rest)
        body = json.dumps(tree).encode()
        said = f"HTTP/1.1 {status} x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        self.transport.write(said.encode() + body)

    def _one(self, event: Any) -> None:
        match event:
            case h2.events.RequestReceived():
                self._heads[event.stream_id] = list(event.headers)
                self._bodies[event.stream_id] = bytearray()
            case h2.events.DataReceived():
                self._bodies[event.stream_id] += event.data
                self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            case h2.events.StreamEnded():
                self._called(event.stream_id)
            case h2.events.WindowUpdated():
                for number in list(self._rest):
                    self._pump(number)

    def _called(self, number: int) -> None:
        head = tuple(self._heads.pop(number))
        arrived = Arrived(self.number, self.peer, dict(head)[":path"], head, bytes(self._bodies.pop(number)))
        self.server.arrived.append(arrived)
        said = self.server.behave(arrived, self, number)
        if said is not None:
            self.say(number, said)

    def say(self, number: int, said: Said) -> None:
        ended = list(framing.ended(said.status, said.text))
        head = [(":status", str(said.http)), ("content-type", "application/grpc"), *said.headers]
        body = said.packed if said.packed is not None else b"" if said.message is None else framing.framed(said.message)
        if not body:
            self.h2.send_headers(number, [*head, *ended], end_stream=True)
            return
        self.h2.send_headers(number, head)
        self._rest[number] = (body, ended)
        self._pump(number)

    def _pump(self, number: int) -> None:
        body, ended = self._rest[number]
        while body:
            room = min(self.h2.local_flow_control_window(number), 16_384, len(body))
            if room <= 0:
                self._rest[number] = (body, ended)
                return
            self.h2.send_data(number, body[:room])
            body = body[room:]
        del self._rest[number]
        self.h2.send_headers(number, ended, end_stream=True)


type Behave = Callable[[Arrived, Line, int], Said | None]


class GrpcServer:
    """The server. With a CA of clients, nobody is let in without a certificate of its."""

    def __init__(self, folder: Path, client_ca: Path | None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.ca = certs.make_ca(folder, "gRPC upstream of a test")
        pem, key = certs.make_server(folder, "upstream", ("localhost", "127.0.0.1"))
        if client_ca is not None:
            self.context = demanding_context(str(pem), str(key), str(client_ca))
        else:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(pem, key)
        self.context.set_alpn_protocols(["h2"])
        self.rest: Callable[[str, str, dict[str, str], bytes], tuple[int, Any]] | None = None
        self.behave: Behave = lambda _arrived, _line, _number: Said()
        self.arrived: list[Arrived] = []
        self.lines: list[Line] = []
        self.connections = 0
        self.port = 0
        self.loop = asyncio.new_event_loop()

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    def run(self, ready: threading.Event, listener: socket.socket) -> None:
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(
            self.loop.create_server(lambda: Line(self), sock=listener, ssl=self.context)
        )
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        self.loop.run_forever()
        server.close()
        for line in self.lines:
            line.transport.abort()
        self.loop.run_until_complete(ended())
        self.loop.close()


@contextmanager
def grpc_server(
    folder: Path, *, client_ca: Path | None = None, listener: socket.socket | None = None
) -> Iterator[GrpcServer]:
    """It, on a free port, or on that one; gone when the block ends."""
    server, ready = GrpcServer(folder, client_ca), threading.Event()
    near = listener or socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, args=(ready, near), name="gRPC upstream of a test")
    thread.start()
    ready.wait()
    try:
        yield server
    finally:
        server.loop.call_soon_threadsafe(server.loop.stop)
        thread.join()

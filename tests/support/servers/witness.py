"""A database that is not one, for attacks: it demands a client certificate, keeps every byte, and behaves as told.

What the gateway asks on its own certificate is always answered well. What comes on a person's is given to `behave`.
It runs in threads of its own, on a listening socket that may belong to another network namespace.
"""

import json
import re
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from demo import certs
from demo.gateway import DATA
from demo.relay import demanding_context

GATEWAY: Final = "vecgate-gateway"
TICKETS: Final = "7b0b9c3e-2a57-4c39-9c5e-0b6f2f4f8f10"
RECORDS: Final = 20
#: What no client may ever read: it stands in every record.
PERSONAL: Final = ("Anna Schmidt", "anna.schmidt@example.org", "4111 1111 1111 1111")
DOCUMENT: Final = "Anna Schmidt wrote from anna.schmidt@example.org and paid with 4111 1111 1111 1111."
FOUND: Final = json.dumps({"ids": ["t1"], "documents": [DOCUMENT], "include": ["documents"]}).encode()
_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)

type Wire = ssl.SSLSocket


@dataclass(frozen=True, slots=True)
class Arrived:
    """One request: the certificate's common name, and what was read."""

    peer: str
    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)


def answer(body: bytes = FOUND, status: str = "200 OK", *headers: str, kind: str = "application/json") -> bytes:
    """A whole answer."""
    lines = (f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *headers)
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def well(arrived: Arrived, wire: Wire) -> bool:
    """Answers as a database does that has one collection, `tickets`, and personal data in every record.

    It ends the connection, so that the next call comes on one of its own, whatever this one was answered.
    """
    last = arrived.target.partition("?")[0].rpartition("/")[2]
    place = {"tenant": "default_tenant", "database": "default_database"}
    said: dict[str, Any] = {
        "count": RECORDS,
        "heartbeat": {"nanosecond heartbeat": 1},
        "aliases": {"result": {"aliases": []}},
        TICKETS: {"id": TICKETS, "name": "tickets", **place},
        "delete": {},
        "upsert": {},
    }
    wire.sendall(answer(json.dumps(said[last]).encode() if last in said else FOUND, "200 OK", "Connection: close"))
    return False


def says(*pieces: bytes | float | threading.Event, close: bool = True) -> Callable[[Arrived, Wire], bool]:
    """Answers these bytes, whatever was asked. A number is a pause in seconds, an event is set when it is its turn."""

    def behave(_arrived: Arrived, wire: Wire) -> bool:
        for piece in pieces:
            if isinstance(piece, float):
                time.sleep(piece)
            elif isinstance(piece, threading.Event):
                piece.set()
            else:
                wire.sendall(piece)
        return not close

    return behave


def resets(_arrived: Arrived | None, wire: Wire) -> bool:
    """Ends the connection as a process does that is killed."""
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return False


class Witness:
    """The server. `behave` answers what came from a person and tells whether the connection goes on.

    `greet`, if there is one, has a person's connection before anything is read of it, and tells the same. `visits`
    counts those connections.
    """

    def __init__(self, folder: Path, client_ca: Path, listener: socket.socket, host: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.ca = certs.make_ca(folder, "upstream of the attacks")
        pem, key = certs.make_server(folder, "upstream", ("localhost", "127.0.0.1"))
        self._context = demanding_context(str(pem), str(key), str(client_ca))
        self._listener = listener
        self._listener.settimeout(0.1)
        self._host = host
        self._stopped = threading.Event()
        self.visits = 0
        self.behave: Callable[[Arrived, Wire], bool] = well
        self.greet: Callable[[Wire], bool] | None = None
        self.arrived: list[Arrived] = []
        self.raw: list[bytearray] = []
        self.thread = threading.Thread(target=self._accept, name="witness")

    @property
    def settings(self) -> dict[str, Any]:
        """The part of an upstream's settings that leads here."""
        port = self._listener.getsockname()[1]
        return {"url": f"https://{self._host}:{port}", "server_name": "localhost", "ca": str(self.ca)}

    @property
    def of_people(self) -> list[Arrived]:
        """What came on the certificate of a person."""
        return [one for one in self.arrived if one.peer != GATEWAY]

    @property
    def of_gateway(self) -> list[Arrived]:
        """The gateway's own lookups."""
        return [one for one in self.arrived if one.peer == GATEWAY]

    def forget(self) -> None:
        """Begin anew, well-behaved."""
        self.behave, self.greet, self.visits = well, None, 0
        self.arrived.clear()
        self.raw.clear()

    def stop(self) -> None:
        self._stopped.set()
        self.thread.join()
        self._listener.close()

    def _accept(self) -> None:
        while not self._stopped.is_set():
            with suppress(TimeoutError):
                near, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        near.settimeout(60)
        with suppress(OSError), self._context.wrap_socket(near, server_side=True) as wire:
            subject = dict(pair for part in (wire.getpeercert() or {})["subject"] for pair in part)  # type: ignore[union-attr, misc]
            self._converse(str(subject["commonName"]), wire)

    def _converse(self, peer: str, wire: Wire) -> None:
        heard, rest, goes_on = bytearray(), b"", True
        self.raw.append(heard)
        self.visits += peer != GATEWAY
        if peer != GATEWAY and self.greet is not None:
            goes_on = self.greet(wire)
        while goes_on:
            found, rest = _request(peer, wire, rest, heard)
            if found is None:
                return
            self.arrived.append(found)
            goes_on = well(found, wire) if peer == GATEWAY else self.behave(found, wire)


def _request(peer: str, wire: Wire, rest: bytes, heard: bytearray) -> tuple[Arrived | None, bytes]:
    """The next request, read as plainly as can be, and what follows it."""

    def more() -> bytes:
        chunk = wire.recv(65536)
        heard.extend(chunk)
        return chunk

    while b"\r\n\r\n" not in rest:
        chunk = more()
        if not chunk:
            return None, rest
        rest += chunk
    head, _, rest = rest.partition(b"\r\n\r\n")
    length = _LENGTH.search(head + b"\r\n")
    wanted = int(length[1]) if length else 0
    while len(rest) < wanted and (chunk := more()):
        rest += chunk
    lines = head.decode("latin-1").split("\r\n")
    method, target, _ = lines[0].split(" ")
    headers = tuple((name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines[1:]))
    return Arrived(peer, method, target, headers, rest[:wanted]), rest[wanted:]


@contextmanager
def witness(folder: Path, *, client_ca: Path, listen: Callable[[], socket.socket], host: str) -> Iterator[Witness]:
    """It, at work; gone when the block ends."""
    made = Witness(folder, client_ca, listen(), host)
    made.thread.start()
    try:
        yield made
    finally:
        made.stop()


COLLECTION: Final = f"{DATA}/collections/{TICKETS}"

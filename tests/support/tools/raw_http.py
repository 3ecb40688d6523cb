"""Bytes in, bytes out: a request as no client library would send it, over a TLS connection to the gateway."""

import socket
import ssl
from dataclasses import dataclass, field

from demo.gateway import Gateway, Reply


@dataclass(frozen=True, slots=True)
class Sent:
    """What came back until the other side closed: answers, one after the other."""

    raw: bytes = field(repr=False)

    @property
    def replies(self) -> list[Reply]:
        """Every whole answer, interim ones too. Raises ValueError for bytes that are none."""
        return list(_replies(self.raw))


def _replies(raw: bytes) -> "list[Reply]":
    found = []
    while raw:
        head, _, rest = raw.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        version, status = lines[0].split(" ")[:2]
        if version != "HTTP/1.1":
            raise ValueError("not an answer")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        length = int(headers.get("content-length", 0))
        found.append(Reply(int(status), headers, rest[:length]))
        raw = rest[length:]
    return found


def connect(gateway: Gateway, *, sni: str | None = "localhost", tls: bool = True) -> socket.socket:
    """A connection to the gateway. `sni` None: none is sent."""
    plain = socket.create_connection(("127.0.0.1", gateway.listen.port), timeout=20)
    if not tls:
        return plain
    context = ssl.create_default_context(cafile=str(gateway.ca))
    context.check_hostname = False  # the name is what is being tried
    return context.wrap_socket(plain, server_hostname=sni)


def exchange(
    gateway: Gateway, *pieces: bytes, sni: str | None = "localhost", tls: bool = True, leave: bool = False
) -> Sent:
    """Send the pieces, each as a segment of its own, and read until the gateway closes. Raises TimeoutError.

    `leave`: the sending half is closed after the last piece, as by a client that goes away in the middle.
    """
    with connect(gateway, sni=sni, tls=tls) as wire:
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for piece in pieces:
            wire.sendall(piece)
        if leave:
            socket.socket.shutdown(wire, socket.SHUT_WR)
        received = bytearray()
        try:
            while chunk := wire.recv(65536):
                received += chunk
        except (ConnectionError, ssl.SSLEOFError):
            pass
        return Sent(bytes(received))

"""A Qdrant that is not one, for attacks over gRPC: a witness for REST, and one for gRPC, which notes all that comes.

Over both it demands a client certificate. Whatever is asked, it has one point, with personal data in it.
"""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from support.http2.server import Arrived, GrpcServer, Said, grpc_server
from support.servers import witness as rest
from support.servers.witness import DOCUMENT, GATEWAY, Witness
from vecgate.dialects.qdrant.grpc.messages import MESSAGES

SCROLL: Final = "/qdrant.Points/Scroll"
_OF_THE_PROTOCOL: Final = frozenset({":method", ":scheme", ":authority", ":path", "te", "grpc-accept-encoding"})


def found() -> bytes:
    """A page of one point."""
    page = MESSAGES.new("qdrant.ScrollResponse")
    page.result.add().payload["note"].string_value = DOCUMENT
    page.result[0].id.num = 1
    return bytes(page.SerializeToString())


def well(_arrived: Arrived, _line: Any, _number: int) -> Said:
    """Answers as a server does."""
    return Said(found())


class Spoken:
    """Both of them, as a besieged database is looked at."""

    def __init__(self, rest: Witness, grpc: GrpcServer, host: str, ca: Path) -> None:
        self.rest, self.grpc, self._host, self._ca = rest, grpc, host, ca
        self.forget()

    @property
    def settings(self) -> dict[str, Any]:
        """The part of an upstream's settings that leads here."""
        there = {"dialect": "qdrant", "grpc_url": f"https://{self._host}:{self.grpc.port}"}
        return {**self.rest.settings, **there, "ca": str(self._ca)}

    @property
    def of_people(self) -> list[rest.Arrived]:
        """What came on the certificate of a person."""
        return [*self.rest.of_people, *(_plain(one) for one in self.grpc.arrived if one.peer != GATEWAY)]

    @property
    def raw(self) -> list[bytes]:
        """Whatever came, to look for what may not come."""
        said = [f"{name}: {value}\n".encode() for one in self.grpc.arrived for name, value in one.headers]
        return [*(bytes(one) for one in self.rest.raw), *said, *(one.body for one in self.grpc.arrived)]

    def forget(self) -> None:
        """Begin anew, well-behaved."""
        self.rest.forget()
        self.grpc.behave = well
        self.grpc.arrived.clear()


def _plain(one: Arrived) -> rest.Arrived:
    headers = tuple((name, value) for name, value in one.headers if name not in _OF_THE_PROTOCOL)
    return rest.Arrived(one.peer, "POST", one.path, headers, one.body)


@contextmanager
def spoken(folder: Path, *, client_ca: Path, listen: Callable[[], socket.socket], host: str) -> Iterator[Spoken]:
    """It, at work; gone when the block ends."""
    with (
        rest.witness(folder, client_ca=client_ca, listen=listen, host=host) as plain,
        grpc_server(folder / "grpc", client_ca=client_ca, listener=listen()) as grpc,
    ):
        both = folder / "both.pem"
        both.write_bytes(plain.ca.read_bytes() + grpc.ca.read_bytes())
        yield Spoken(plain, grpc, host, both)

"""The address that `vecgate exec` gives a program that speaks gRPC, before a gateway that answers as it is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from support.http2.client import connected
from support.http2.server import Arrived, GrpcServer, Line, Said, grpc_server
from vecgate.desk import certificate, endpoint
from vecgate.desk.endpoint import Local
from vecgate.desk.places import DeskFailed
from vecgate.domain.principal import Secret
from vecgate.parsing import grpc_framing as framing


class Tokens:
    """Another one each time, until the login ends."""

    def __init__(self) -> None:
        self.given, self.ended = 0, False

    def __call__(self) -> Secret:
        if self.ended:
            raise DeskFailed("your login has ended")
        self.given += 1
        return Secret(f"token-{self.given}")


@dataclass
class Keyed:
    """The gateway, the address before it, and the tokens of now."""

    gateway: GrpcServer
    local: Local
    tokens: Tokens = field(default_factory=Tokens)

    @property
    def word(self) -> str:
        return self.local.key.reveal()

    @property
    def key(self) -> tuple[str, str]:
        return ("authorization", f"Bearer {self.word}")

    def line(self, **how: Any) -> Any:
        return connected(int(self.local.url.rpartition(":")[2]), str(self.local.ca), **how)


@contextmanager
def keyed(folder: Path) -> Iterator[Keyed]:
    tokens = Tokens()
    with (
        grpc_server(folder / "gateway") as gateway,
        endpoint.served(gateway.url, str(gateway.ca), tokens, certificate.make(folder)) as local,
    ):
        yield Keyed(gateway, local, tokens)


def echoing(arrived: Arrived, _line: Line, _number: int) -> Said:
    """The message that came, and a head of the server's own."""
    return Said(framing.unframed(arrived.body).message, headers=(("x-own", "yes"),))

"""A stream of many calls whose messages are texts: each asks for one call, and what became of it is said."""

from types import SimpleNamespace
from typing import Any

import pytest

from support.fakes.gates import SETTINGS, FakeGate
from vecgate.dialects.base.grpc.protocol import Asked, Reply, Talk
from vecgate.dialects.weaviate.grpc.spoken import WeaviateGrpc
from vecgate.egress.turns import Shares
from vecgate.handling.transcoded.streamed import Streamed
from vecgate.mitm import carried
from vecgate.settings.limits import Limits

#: Whether the gateway is about to end.
ENDS = SimpleNamespace(is_true=False)


class Echo(Talk):
    """It says all that happens to it."""

    def heard(self, message: bytes) -> None:
        self.said.append(b"heard " + message if len(message) < 100 else b"heard much")
        self.asks.append(Asked("/toy.Toy/One", message, message))

    def told(self, asked: Asked, reply: Reply) -> None:
        about = asked.message if len(asked.message) < 100 else b"much"
        self.said.append(b"told %b: %d %b" % (about, reply.status, reply.message or reply.text.encode()))

    def over(self) -> None:
        self.ended = self.ended or Reply()

    def closes(self) -> None:
        self.said.append(b"closes")

    async def fails(self) -> None:
        raise RuntimeError("made to fail")


class _Grpc(WeaviateGrpc):
    def __init__(self, made: list[Echo]) -> None:
        self._made = made

    def talk(self, path: str) -> Talk:
        self._made.append(Echo())
        return self._made[-1]


def streamed(made: list[Echo], *headers: tuple[str, str], most: int = 300_000) -> Streamed:
    """One, whose talk is put to the others."""
    settings = SETTINGS.model_copy(update={"limits": Limits(request_body=most)})
    gate: Any = FakeGate(settings=settings, bodies=Shares(most))
    return Streamed(gate, _Grpc(made), "/toy.Toy/Many", headers)


def streams(patch: pytest.MonkeyPatch) -> list[Echo]:
    """From now on each request for `/many` is such a stream; those that there are."""
    made = list[Echo]()

    def found(flow: Any) -> Streamed | None:
        return streamed(made, *flow.request.headers.items()) if flow.request.path == "/many" else None

    patch.setattr(carried.TERMS, "streamed", found)
    patch.setattr(carried.TERMS, "ends", lambda: bool(ENDS.is_true))
    return made

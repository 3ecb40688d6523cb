"""Calls of REST as a client of gRPC makes them: as a message, over HTTP/2, and the answer as the twin's."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from demo.stack import Stack
from path.conftest import Factory
from support.forked.ports import free_port
from support.http2.client import connected
from support.leaks import Ask, Said
from support.qdrant.grpc_shim import grpc_face
from support.servers.rowed import Rowed, fronted, rowed
from vecgate import dialects
from vecgate.dialects.base.grpc.protocol import Grpc, Reply
from vecgate.domain.exchange import Raw
from vecgate.refusals.errors import CallRefused

_JSON = (("content-type", "application/json"),)


@dataclass
class OverGrpc:
    """A client of the gateway at `port`. `sent` counts the calls that a message can say; others are refused here."""

    port: int
    ca: Path
    dialect: Any = field(default_factory=lambda: dialects.load("qdrant"))
    sent: int = 0

    def say(self, ask: Ask, token: str) -> Said:
        grpc: Grpc = self.dialect.grpc
        raw = ask.body if isinstance(ask.body, bytes) else b"" if ask.body is None else json.dumps(ask.body).encode()
        try:
            call = self.dialect.read(Raw(ask.method, ask.path, _JSON if raw else (), raw))
            sent = grpc.message(call)
        except CallRefused as e:
            return Said(400, str(e.refusal))
        self.sent += 1
        with connected(self.port, str(self.ca)) as client:
            answer = client.call(sent.method, sent.message, [("api-key", token), *sent.metadata])
        status, text = answer.grpc
        heard = grpc.answer(call, Reply(answer.message if answer.body else None, status, text))
        return Said(heard.answer.status, json.loads(heard.answer.body))


@contextmanager
def spoken(stack: Stack, folders: pytest.TempPathFactory, policy: str) -> Iterator[tuple[Rowed, OverGrpc, str]]:
    """A gateway before a Qdrant that is spoken to over both; a client of gRPC; and the database as it is."""
    factory = Factory(stack, folders.mktemp("gateways"), free_port)
    folder = folders.mktemp("qdrant-grpc")
    with (
        fronted(stack, folder / "qdrant") as (url, told),
        grpc_face(folder / "grpc", url, client_ca=stack.pki_root) as face,
    ):
        both = folder / "both.pem"
        both.write_bytes(b"".join((Path(told["ca"]).read_bytes(), face.ca.read_bytes())))
        told |= {"grpc": True, "grpc_url": face.url, "ca": str(both)}
        with rowed(stack, factory, folder, policy, upstreams={"tickets-db": told}) as made:
            yield made, OverGrpc(made.gateway.listen.port, made.gateway.ca), url

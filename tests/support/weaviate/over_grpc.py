"""Weaviate as a stand-in, over REST and over gRPC, behind a real gateway: calls as messages, and streams of batches."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, Self

import yaml

from demo.stack import Stack
from path.conftest import Factory
from support.http2.client import Client, connected
from support.http2.server import Arrived, Behave, GrpcServer, Said, grpc_server
from support.servers.rowed import Rowed, fronted, rowed
from support.weaviate.messages import SERVICE, new, said
from support.weaviate.weaviate_grpc_recorded import WeaviateGrpcRecorded
from support.weaviate.weaviate_recorded import WeaviateRecorded, running_weaviate
from vecgate.parsing import grpc_framing as framing
from vecgate.recording import chain, parts

#: What it is asked before anything else, and what it says.
HEALTH: Final = "/grpc.health.v1.Health/Check"
SERVING: Final = b"\x08\x01"

type Pairs = Sequence[tuple[str, str]]


@dataclass
class Town:
    """Both of one server's ways in, and a gateway in front of them."""

    made: Rowed
    rest: WeaviateRecorded
    grpc: GrpcServer

    def key(self, group: str = "staff", user: str = "ana", **claims: Any) -> tuple[str, str]:
        return ("authorization", f"Bearer {self.made.token(user, group, **{'tenant': 't1', **claims})}")

    def client(self) -> Any:
        return connected(self.made.gateway.listen.port, str(self.made.gateway.ca))

    def call(self, message: tuple[str, bytes], group: str = "staff", more: Pairs = ()) -> Any:
        with self.client() as client:
            return client.call(f"{SERVICE}/{message[0]}", message[1], [self.key(group), *more])

    def recorded(self) -> list[Any]:
        """All that the gateway has written down so far."""
        told = yaml.safe_load(self.made.gateway.settings.read_text("utf-8"))["recording"]["folder"]
        lines = (line for path in parts.named(Path(told)) for line in path.read_bytes().splitlines(keepends=True))
        return [chain.parse(line) for line in lines]

    def pending(self, token: str) -> list[dict[str, Any]]:
        """The requests that wait for whoever has that token."""
        said = self.made.gateway.ask("GET", "/.vecgate/v1/requests", token=token).json
        return [one for one in said["requests"] if one["state"] == "pending"]

    def called(self, name: str = "") -> list[Arrived]:
        """What has reached the server over gRPC, of that method."""
        return [one for one in self.grpc.arrived if one.path.endswith(name)]


def behaving(rest: WeaviateRecorded) -> Behave:
    """How it answers over gRPC: from what the server for REST holds, and that it is well."""
    server = WeaviateGrpcRecorded(rest)

    def behave(arrived: Arrived, _line: Any, _number: int) -> Said:
        if arrived.path == HEALTH:
            return Said(SERVING)
        status, message, text = server.answer(arrived.path, framing.unframed(arrived.body).message)
        return Said(None if status else message, status, text)

    return behave


@contextmanager
def weaviate_bare(folder: Path) -> Iterator[dict[str, Any]]:
    """The stand-in with no gateway before it, as a client is told of one; the CA of its gRPC is `ca`."""
    rest = WeaviateRecorded()
    with running_weaviate(server=rest) as url, grpc_server(folder) as grpc:
        grpc.behave = behaving(rest)
        port = int(url.rpartition(":")[2])
        yield {"port": port, "secure": False, "grpc_port": grpc.port, "token": "a", "ca": str(grpc.ca)}


@contextmanager
def weaviate_town(stack: Stack, gateways: Factory, folder: Path, policy: str, **over: Any) -> Iterator[Town]:
    """It, running; gone when the block ends. `over` is laid over the gateway's settings."""
    rest = WeaviateRecorded()
    with (
        fronted(stack, folder / "rest", "weaviate", start=partial(running_weaviate, server=rest)) as (_, told),
        grpc_server(folder / "grpc", client_ca=stack.pki_root) as grpc,
    ):
        grpc.behave, both = behaving(rest), folder / "both.pem"
        with open(told["ca"], encoding="utf-8") as ca:
            both.write_text(ca.read() + grpc.ca.read_text("utf-8"), "utf-8")
        here = {**told, "ca": str(both), "grpc": True, "grpc_url": grpc.url, "hosts": ["localhost", "127.0.0.1"]}
        with rowed(stack, gateways, folder, policy, upstreams={"tickets-db": here}, **over) as made:
            yield Town(made, rest, grpc)


def person(id: str, name: str = "New", collection: str = "Person", **fields: Any) -> Any:
    """An object as a client sends it."""
    values = {
        key: new("StructValue", string_value=str(one)) for key, one in fields.pop("values", {"name": name}).items()
    }
    properties = new("BatchObject.Properties", non_ref_properties=new("Struct", fields=values))
    return new("BatchObject", uuid=id, collection=collection, properties=properties, **fields)


def link(id: str, to: str, name: str = "knows", collection: str = "Person", **fields: Any) -> Any:
    return new("BatchReference", name=name, from_collection=collection, from_uuid=id, to_uuid=to, **fields)


class BatchStreamed:
    """One `BatchStream` of a client: what it says, and what it hears, message by message."""

    def __init__(self, client: Client, more: Pairs) -> None:
        kind = [("content-type", "application/grpc"), ("te", "trailers")]
        self.client = client
        head = client.head("POST", f"{SERVICE}/BatchStream", [*kind, *more])
        self.number = client.send(head, end=False)
        self._at = 0

    @property
    def answer(self) -> Any:
        return self.client.answers[self.number]

    def say(self, message: Any, *, end: bool = False) -> Self:
        data = message if isinstance(message, bytes) else said(message)
        self.client.data(self.number, framing.framed(data), end=end)
        return self

    def start(self, level: int | None = 2) -> Self:
        fields = {} if level is None else {"consistency_level": level}
        return self.say(new("BatchStreamRequest", start=new("BatchStreamRequest.Start", **fields)))

    def put(self, *objects: Any, links: Sequence[Any] = ()) -> Self:
        data = new(
            "BatchStreamRequest.Data",
            **({"objects": new("BatchStreamRequest.Objects", values=objects)} if objects else {}),
            **({"references": new("BatchStreamRequest.References", values=links)} if links else {}),
        )
        return self.say(new("BatchStreamRequest", data=data))

    def stop(self) -> Self:
        return self.say(new("BatchStreamRequest", stop=new("BatchStreamRequest.Stop")), end=True)

    def next(self, *kinds: str) -> Any:
        """The next message, of one of these kinds; None: the stream has ended without."""
        while True:
            body = self.answer.body[self._at :]
            length = framing.HEAD + int.from_bytes(body[1 : framing.HEAD], "big")
            if len(body) >= max(length, framing.HEAD):
                self._at += length
                message = new("BatchStreamReply")
                message.ParseFromString(body[framing.HEAD : length])
                if not kinds or message.WhichOneof("message") in kinds:
                    return message
                continue
            if self.answer.ended or self.answer.reset is not None or self.client.closed:
                return None
            self.client.hear()

    def results(self) -> dict[str, str]:
        """Of the next message with results: what was written, with no text, and what was not, with why."""
        told = self.next("results")
        assert told is not None, self.answer
        done = {one.uuid or one.beacon: "" for one in told.results.successes}
        return {**done, **{one.uuid or one.beacon: one.error for one in told.results.errors}}

    def ended(self) -> tuple[int, str]:
        """How it ended."""
        self.client.answer(self.number)
        found: tuple[int, str] = self.answer.grpc
        return found

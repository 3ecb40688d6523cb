"""How is the toy database spoken to over gRPC? One service, whose methods are the routes of REST; messages of its own."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

import orjson
from google.protobuf import descriptor_pb2, descriptor_pool

from vecgate.dialects.base.dialect import Dialect
from vecgate.dialects.base.grpc.messages import Message, Messages, printed
from vecgate.dialects.base.grpc.protocol import BACK, OK, Grpc, Heard, Method, Pairs, Reply, Sent
from vecgate.domain.call import Answer, Call
from vecgate.domain.exchange import Raw

READ, DROP, WATCH = "/toy.Shelves/Read", "/toy.Shelves/Drop", "/toy.Shelves/Watch"
HELLO = "/toy.Shelves/Hello"


class ToyMessages(Messages):
    """toy.ReadRequest {string shelf = 1; int32 most = 2;}, toy.Notes {repeated string notes = 1;}."""

    @cached_property
    def pool(self) -> Any:
        file = descriptor_pb2.FileDescriptorProto(name="toy.proto", package="toy", syntax="proto3")
        asked = file.message_type.add(name="ReadRequest")
        asked.field.add(name="shelf", number=1, type=9, label=1)
        asked.field.add(name="most", number=2, type=5, label=1)
        file.message_type.add(name="Notes").field.add(name="notes", number=1, type=9, label=3)
        pool = descriptor_pool.DescriptorPool()
        pool.Add(file)
        return pool


class ToyGrpc(Grpc):
    """The toy's shelves."""

    messages: ClassVar[Messages] = ToyMessages(Path())
    methods: ClassVar[Mapping[str, Method]] = {
        READ: Method("toy.ReadRequest", "toy.Notes"),
        DROP: Method(refused="shelves stay"),
        WATCH: Method(refused="it is a stream"),
    }

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect

    def twin(self, path: str, message: Message, metadata: Pairs) -> Call:
        most = f"?most={message.most}" if message.most else ""
        return self._dialect.read(Raw("GET", f"/toy/shelves/{quote(message.shelf, safe='')}{most}", ()))

    def message(self, call: Call) -> Sent:
        asked = self.messages.new("toy.ReadRequest")
        asked.shelf = call.path.rpartition("/")[2]
        asked.most = int(dict(call.query).get("most", "0"))
        return Sent(READ, printed(asked))

    def answer(self, call: Call, reply: Reply) -> Heard:
        if reply.status != OK:
            return Heard(Answer(BACK.get(reply.status, 500), body=orjson.dumps({"oops": reply.text})))
        notes = self.messages.new("toy.Notes")
        notes.ParseFromString(reply.message or b"")
        return Heard(Answer(200, body=orjson.dumps({"notes": list(notes.notes)})))

    def given(self, call: Call, answer: Answer, kept: object = None) -> Reply:
        tree = orjson.loads(answer.body)
        if answer.status >= 300:
            return Reply(None, self.statuses.get(answer.status, 2), str(tree["oops"]))
        notes = self.messages.new("toy.Notes")
        notes.notes.extend(tree["notes"])
        return Reply(printed(notes))

    def opened(self, path: str, message: bytes = b"") -> Reply | None:
        return Reply(b"") if path == HELLO else super().opened(path, message)

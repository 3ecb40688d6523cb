"""A gateway before a Milvus that is spoken to over gRPC alone, and calls of REST as a client of gRPC makes them.

The server is the recorded one: each message is read into its call over REST, and the answer printed. That its messages are
those of a real server is held by the recordings, and by the clients that run with a real 2.3.5.
"""

import asyncio
import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest

from demo.stack import Stack
from path.conftest import Factory
from support.forked.ports import free_port
from support.http2.client import connected
from support.http2.server import Arrived, grpc_server
from support.http2.server import Said as Ended
from support.leaks import Ask, Said
from support.milvus.recorded.server import Recorded
from support.servers.rowed import Rowed, rowed
from vecgate.dialects.base.grpc.protocol import Reply
from vecgate.dialects.milvus.dialect import Milvus
from vecgate.dialects.milvus.grpc import found, options
from vecgate.dialects.milvus.grpc.columns import META, Column
from vecgate.dialects.milvus.grpc.protocol import _BY_TWIN, _Kept
from vecgate.dialects.milvus.grpc.table import SERVICE
from vecgate.dialects.milvus.grpc.words import NUMBERS
from vecgate.dialects.milvus.values import COUNT_ALL
from vecgate.domain.call import Answer, Call
from vecgate.parsing import grpc_framing as framing
from vecgate.refusals.errors import CallRefused

_V2: Final = "/v2/vectordb"
_RECORDS: Final = frozenset({"Query", "Search", "HybridSearch"})


class Face:
    """Answers calls of gRPC by the recorded server."""

    def __init__(self, recorded: Recorded) -> None:
        self.recorded, self.grpc = recorded, Milvus().grpc

    def __call__(self, arrived: Arrived, *_: Any) -> Ended:
        try:
            call = self.grpc.read(arrived.path, framing.unframed(arrived.body).message)
        except CallRefused as e:
            return Ended(None, 3, str(e.refusal))
        tree = {**call.tree} if isinstance(call.tree, dict) else {}
        if options.of(call, options.WHOLE):
            tree["limit"] = 0
        status, said = self.recorded.answer("POST", call.path, {}, json.dumps(tree).encode())
        if status != 200:
            return Ended(None, 12, "not here")
        reply = self.grpc.given(call, Answer(200, body=json.dumps(said).encode()), self._kept(call, tree))
        return Ended(reply.message, reply.status, reply.text)

    def _kept(self, call: Call, tree: dict[str, Any]) -> _Kept:
        row, name = _BY_TWIN[call.path], str(tree.get("collectionName", ""))
        message = self.grpc.messages.new(f"milvus.{row.gives}")
        collection = self.recorded.collections.get(name)
        if row.method == "DescribeCollection" and collection is not None:
            message.schema.name, message.schema.enable_dynamic_field = name, True
            message.collectionID = collection.number
            for i, (key, kind) in enumerate(collection.types.items()):
                one = message.schema.fields.add(name=key, data_type=NUMBERS[kind], fieldID=100 + i)
                one.is_primary_key, one.element_type = key == collection.key, 21 if kind == "Array" else 0
        if row.method not in _RECORDS or collection is None:
            return _Kept(row.twin, message)
        wanted = tuple(str(one) for one in tree.get("outputFields", ()))
        columns = [Column(key, kind, 100 + i) for i, (key, kind) in enumerate(collection.types.items())]
        columns = (
            [Column(COUNT_ALL, "Int64")]
            if wanted == (COUNT_ALL,)
            else [*columns, Column(META, "JSON", 200, dynamic=True)]
        )
        return _Kept(row.twin, message, found.Kept((*columns,), collection.key, "", name, wanted, 9))


@dataclass
class OverGrpc:
    """A client of the gateway at `port`. What a message cannot say is refused here, with 400."""

    port: int
    ca: Path
    recorded: Recorded
    dialect: Milvus = field(default_factory=Milvus)

    def message(self, ask: Ask) -> tuple[Call, str, Any]:
        """The call as it will be read of, its method, and its message. Raises CallRefused, KeyError, TypeError, ValueError."""
        if not isinstance(ask.body, dict):
            raise TypeError("a spelling of JSON")
        path, tree = ask.path, {**ask.body}
        if path == f"{_V2}/entities/get":  # as clients make it: ids are pasted into a text
            ids = tree.pop("id") if isinstance(tree["id"], list) else [tree.pop("id")]
            path, tree["filter"] = f"{_V2}/entities/query", f"id in [{', '.join(map(str, ids))}]"
        row, given = _BY_TWIN[path], tree.pop("exprParams", {})
        call = Call("POST", path, body=json.dumps(tree).encode(), tree=tree)
        asyncio.run(self.dialect.classify(self._known(tree), self._ask))
        sent = self.dialect.grpc.message(call)
        message = self.dialect.grpc.messages.read(f"milvus.{row.takes}", sent.message)
        for key, value in given.items():
            kind = {int: "int64_val", str: "string_val"}[type(value)]
            setattr(message.expr_template_values[key], kind, value)
        return call, sent.method, message

    def say(self, ask: Ask, token: str) -> Said:
        try:
            call, method, message = self.message(ask)
        except (CallRefused, KeyError, TypeError, ValueError) as e:
            return Said(400, repr(e))
        return self.told(call, self.send(method, message, token))

    def told(self, call: Call, reply: Reply) -> Said:
        """An answer as REST has it; an error as one."""
        tree = json.loads(self.dialect.grpc.answer(call, reply).answer.body)
        return Said(200 if tree["code"] == 0 else 403, tree)

    def send(self, method: str, message: Any, token: str, *metadata: tuple[str, str]) -> Reply:
        """A message, as it stands, or its bytes."""
        raw = message if isinstance(message, bytes) else message.SerializeToString()
        key = base64.b64encode(token.encode()).decode()
        with connected(self.port, str(self.ca)) as client:
            answer = client.call(method, raw, [("authorization", key), *metadata])
        status, text = answer.grpc
        return Reply(answer.message if answer.body else None, status, text)

    def _known(self, tree: dict[str, Any]) -> Call:
        asked = {"collectionName": tree.get("collectionName", ""), "filter": "id > 0"}
        return self.dialect.rebuilt(Call("POST", f"{_V2}/entities/query"), asked)

    async def _ask(self, call: Call) -> Answer:
        status, tree = self.recorded.answer("POST", call.path, {}, call.body)
        return Answer(status, body=json.dumps(tree).encode())


@contextmanager
def spoken(stack: Stack, folders: pytest.TempPathFactory, policy: str) -> Iterator[tuple[Rowed, OverGrpc, Recorded]]:
    """A gateway before a Milvus that is spoken to over gRPC; a client of gRPC; and the database as it is."""
    factory = Factory(stack, folders.mktemp("gateways"), free_port)
    folder, recorded = folders.mktemp("milvus-grpc"), Recorded()
    with grpc_server(folder / "grpc", client_ca=stack.pki_root) as server:
        server.behave = Face(recorded)
        told = {"dialect": "milvus", "url": server.url, "grpc": True, "server_name": "localhost", "ca": str(server.ca)}
        with rowed(stack, factory, folder, policy, upstreams={"tickets-db": told}) as made:
            yield made, OverGrpc(made.gateway.listen.port, made.gateway.ca, recorded), recorded


def asked(recorded: Recorded, method: str, path: str, body: Any = None) -> Any:
    """The database as it is. Raises RuntimeError for an error."""
    _, tree = recorded.answer(method, path, {}, json.dumps(body or {}).encode())
    if not isinstance(tree, dict) or tree.get("code") not in (0, 200):
        raise RuntimeError(f"the database answers {tree}")
    return tree


METHODS: Final = f"{SERVICE}/"

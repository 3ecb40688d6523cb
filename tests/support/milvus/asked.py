"""How does a Milvus answer the gateway's own questions, and what does a call mean to the dialect? For tests without a server."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any, Final

from support.milvus.people import TYPES
from vecgate.dialects.milvus.dialect import Milvus
from vecgate.domain.call import Answer, Call
from vecgate.domain.exchange import Raw
from vecgate.domain.operation import Operation

V2: Final = "/v2/vectordb"
V1: Final = "/v1/vector"
JSON: Final = (("content-type", "application/json"),)


class FakeMilvus:
    """Collections with the fields of the people, and aliases; keeps what was asked. `rows`: what each query finds."""

    def __init__(self, names: tuple[str, ...] = ("people",), aliases: Mapping[str, str] | None = None) -> None:
        self.names, self.aliases = names, aliases or {}
        self.types, self.key = dict(TYPES), "id"
        self.asked: list[Call] = []
        self.rows: list[Any] = []
        self.functions: list[Any] = []

    async def ask(self, call: Call) -> Answer:
        self.asked.append(call)
        tree = call.tree if isinstance(call.tree, dict) else dict(call.query)
        what = call.path.removeprefix(V2).removeprefix(V1)
        done = 200 if call.path.startswith(V1) else 0
        data = self._data(what, tree)
        said = {"code": 100, "message": "no"} if data is None else {"code": done, "data": data}
        return Answer(200, body=json.dumps(said).encode())

    def _data(self, what: str, tree: Mapping[str, Any]) -> Any:
        name = tree.get("collectionName")
        if what in ("/collections/list", "/collections"):
            return [*self.names]
        if what == "/aliases/describe" and tree["aliasName"] in self.aliases:
            return {
                "aliasName": tree["aliasName"],
                "collectionName": self.aliases[tree["aliasName"]],
                "dbName": "default",
            }
        if what == "/collections/describe" and name in self.names:
            fields = [{"name": one, "type": kind, "primaryKey": one == self.key} for one, kind in self.types.items()]
            number = 7 + self.names.index(name)
            return {"collectionName": name, "collectionID": number, "fields": fields, "functions": self.functions}
        if what in ("/entities/query", "/query") and name in self.names:
            return self.rows
        return None


def raw(path: str, tree: Any = None, headers: Any = JSON, method: str = "POST") -> Raw:
    return Raw(method, path, headers, b"" if tree is None else json.dumps(tree).encode())


def read(path: str, tree: Any, headers: Any = JSON) -> Call:
    return Milvus().read(raw(path, tree, headers))


def meaning(path: str, tree: Any, server: FakeMilvus | None = None) -> Operation:
    dialect = Milvus()
    return asyncio.run(dialect.classify(dialect.read(raw(path, tree)), (server or FakeMilvus()).ask))


def asking(server: Any) -> Any:
    """A stand-in, as the gateway asks it."""

    async def ask(call: Call) -> Answer:
        query = f"?{'&'.join(f'{key}={value}' for key, value in call.query)}" if call.query else ""
        status, said = server.answer(call.method, call.path + query, dict(call.headers), call.body)
        return Answer(status, body=said.encode() if isinstance(said, str) else json.dumps(said).encode())

    return ask

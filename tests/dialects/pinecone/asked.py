"""A call of a test, read and told, without any server: there is every index."""

import asyncio
import json
from typing import Any

from vecgate import dialects
from vecgate.domain.call import Answer, Call
from vecgate.domain.exchange import Raw
from vecgate.domain.operation import Operation
from vecgate.refusals.errors import CallRefused

HERE = "/idx/people"


def raw(method: str, path: str, tree: Any = None, version: str = "", **headers: str) -> Raw:
    said = [("content-type", "application/json")] if tree is not None else []
    if version:
        said.append(("x-pinecone-api-version", version))
    return Raw(method, path, (*said, *headers.items()), b"" if tree is None else json.dumps(tree).encode())


def told(method: str, path: str, tree: Any = None, version: str = "") -> tuple[Call, Operation]:
    dialect = dialects.load("pinecone")

    async def ask(call: Call) -> Answer:
        return dialect.offline(call, "people")

    call = dialect.read(raw(method, path, tree, version))
    return call, asyncio.run(dialect.classify(call, ask))


def refused(method: str, path: str, tree: Any = None, version: str = "") -> str:
    """The words of the refusal; the empty text: there was none."""
    try:
        told(method, path, tree, version)
    except CallRefused as e:
        return str(e.refusal)
    return ""

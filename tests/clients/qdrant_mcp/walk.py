"""Qdrant's MCP server, as an agent's host starts it: over standard input and output."""

import asyncio
import os
import sys
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from cases import TEXTS, run_async, told
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

HERE = told()
ends = AsyncExitStack()
session: ClientSession


async def start() -> Any:
    global session
    environ = {**os.environ, "QDRANT_URL": HERE["url"], "COLLECTION_NAME": HERE["collection"]}
    if HERE["token"]:
        environ["QDRANT_API_KEY"] = HERE["token"]
    server = StdioServerParameters(
        command=sys.executable, args=[str(Path(__file__).with_name("server.py"))], env=environ
    )
    lines = await ends.enter_async_context(stdio_client(server, errlog=sys.stderr))
    session = await ends.enter_async_context(ClientSession(*lines))
    await session.initialize()
    return sorted(tool.name for tool in (await session.list_tools()).tools)


async def call(tool: str, **arguments: Any) -> Any:
    answer = await session.call_tool(tool, arguments)
    said = "\n".join(one.text for one in answer.content if one.type == "text")
    if answer.isError:
        raise RuntimeError(said)
    return said


async def finds_nothing() -> Any:
    return await call("qdrant-find", query=TEXTS[0])


async def stores() -> Any:
    return [await call("qdrant-store", information=text, metadata={"n": n}) for n, text in enumerate(TEXTS)]


async def finds() -> Any:
    return TEXTS[0] in await call("qdrant-find", query=TEXTS[0])


async def stores_one() -> Any:
    return await call("qdrant-store", information="one more")


async def main() -> None:
    async with ends:
        await run_async({"works": [start, finds_nothing, stores, finds], "limited": [start, finds, stores_one]})


asyncio.run(main())

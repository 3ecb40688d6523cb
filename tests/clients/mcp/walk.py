"""Chroma's MCP server, as an agent's host starts it: over standard input and output."""

import asyncio
import os
import sys
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from cases import run_async, told
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

HERE = told()
ends = AsyncExitStack()
session: ClientSession


async def start() -> Any:
    global session
    arguments = [
        "--client-type",
        "http",
        "--host",
        HERE["host"],
        "--port",
        str(HERE["port"]),
        "--ssl",
        str(HERE["ssl"]).lower(),
    ]
    if HERE["basic"]:
        arguments += ["--custom-auth-credentials", HERE["basic"]]
    command = str(Path(sys.executable).parent / "chroma-mcp")
    server = StdioServerParameters(command=command, args=arguments, env={**os.environ, "ANONYMIZED_TELEMETRY": "false"})
    lines = await ends.enter_async_context(stdio_client(server, errlog=sys.stderr))
    session = await ends.enter_async_context(ClientSession(*lines))
    await session.initialize()
    return len((await session.list_tools()).tools) > 5


async def call(tool: str, **arguments: Any) -> Any:
    answer = await session.call_tool(tool, arguments)
    said = "\n".join(one.text for one in answer.content if one.type == "text")
    if answer.isError:
        raise RuntimeError(said)
    return said


async def lists() -> Any:
    return HERE["collection"] in await call("chroma_list_collections")


async def counts() -> Any:
    return await call("chroma_get_collection_count", collection_name=HERE["collection"])


async def gets() -> Any:
    return await call("chroma_get_documents", collection_name=HERE["collection"], limit=2, include=["documents"])


async def gets_where() -> Any:
    return await call(
        "chroma_get_documents", collection_name=HERE["collection"], where={"status": "closed"}, include=["documents"]
    )


async def peeks() -> Any:
    return "thermostat" in await call("chroma_peek_collection", collection_name=HERE["collection"], limit=2)


async def deletes() -> Any:
    return await call("chroma_delete_documents", collection_name=HERE["collection"], ids=["d0"])


async def drops() -> Any:
    return await call("chroma_delete_collection", collection_name=HERE["collection"])


async def main() -> None:
    async with ends:
        await run_async(
            {
                "works": [start, lists, counts, gets, gets_where, peeks, deletes, drops],
                "limited": [start, counts, gets, deletes, drops],
            }
        )


asyncio.run(main())

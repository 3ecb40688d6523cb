"""Chroma's own client, asynchronous."""

import asyncio
from typing import Any

import chromadb
from cases import IDS, METADATA, TEXTS, VECTORS, run_async, told
from chromadb.config import Settings

HERE = told()
client: Any = None
found: Any = None


async def start() -> Any:
    global client
    settings = Settings(anonymized_telemetry=False)
    headers = {"X-Chroma-Token": HERE["token"]} if HERE["token"] else {}  # this client sends no token of a provider
    client = await chromadb.AsyncHttpClient(
        host=HERE["host"], port=HERE["port"], ssl=HERE["ssl"], settings=settings, headers=headers
    )
    return await client.heartbeat() > 0


async def opens() -> Any:
    global found
    found = await client.get_or_create_collection(HERE["collection"], embedding_function=None)
    return found.name


async def adds() -> Any:
    return await found.add(ids=IDS, documents=TEXTS, metadatas=METADATA, embeddings=VECTORS)


async def counts() -> Any:
    return await found.count()


async def gets() -> Any:
    return await found.get()


async def queries() -> Any:
    return await found.query(query_embeddings=[VECTORS[0]], n_results=2)


async def queries_at_once() -> Any:
    asked = [found.query(query_embeddings=[one], n_results=1) for one in VECTORS * 5]
    return [answer["ids"] for answer in await asyncio.gather(*asked)]


async def updates() -> Any:
    await found.update(ids=["d1"], metadatas=[{"status": "reopened"}])
    return await found.get(ids=["d1"])


async def deletes() -> Any:
    await found.delete(where={"status": "reopened"})
    return await found.count()


async def lists() -> Any:
    return HERE["collection"] in {one.name for one in await client.list_collections()}


async def drops() -> Any:
    return await client.delete_collection(HERE["collection"])


async def asks_for_all() -> Any:
    return await found.get()


async def writes() -> Any:
    return await found.upsert(ids=["x"], documents=["x"], embeddings=[[1.0, 0.0, 0.0]])


async def deletes_what_waits() -> Any:
    return await found.delete(where={"status": "open"})


asyncio.run(
    run_async(
        {
            "works": [start, opens, adds, counts, gets, queries, queries_at_once, updates, deletes, lists, drops],
            "limited": [start, opens, queries, asks_for_all, writes, deletes_what_waits],
        }
    )
)

"""OpenSearch's own client for Python, asynchronous."""

import asyncio
from typing import Any

from cases import run_async, told
from opensearchpy import AsyncOpenSearch, helpers

HERE = told()
NAME = HERE["collection"]
client: Any = None
DOCS = [{"_id": f"r{n}", "vec": [float(n), 1.0], "n": n} for n in range(1, 5)]


async def start() -> Any:
    global client
    headers = {"authorization": f"Bearer {HERE['token']}"} if HERE["token"] else {}
    client = AsyncOpenSearch(HERE["url"], headers=headers, ca_certs=HERE.get("ca"), timeout=30)
    return await client.indices.exists(index=NAME), (await client.info())["version"]["distribution"]


async def makes() -> Any:
    vec = {"type": "knn_vector", "dimension": 2, "method": {"name": "hnsw", "engine": "lucene", "space_type": "l2"}}
    body = {"settings": {"index": {"knn": True}}, "mappings": {"properties": {"vec": vec}}}
    made = await client.indices.create(index=NAME, body=body)
    return made["acknowledged"], await client.indices.exists(index=NAME)


async def writes() -> Any:
    lines = [{"_index": NAME, **one} for one in DOCS]
    told = [ok async for ok, _ in helpers.async_streaming_bulk(client, lines, chunk_size=2)]
    return told, await helpers.async_bulk(client, lines, refresh=True)


async def searches() -> Any:
    found = await client.search(index=NAME, body={"query": {"knn": {"vec": {"vector": [5, 1], "k": 2}}}}, size=2)
    return [(hit["_id"], hit["_score"], hit["_source"]["n"]) for hit in found["hits"]["hits"]]


async def searches_side_by_side() -> Any:
    found = await asyncio.gather(*(client.search(index=NAME, body={"query": {"term": {"n": n}}}) for n in range(1, 5)))
    return [[hit["_id"] for hit in one["hits"]["hits"]] for one in found]


async def scans() -> Any:
    return sorted([one["_id"] async for one in helpers.async_scan(client, index=NAME, size=1)])


async def reindexes() -> Any:
    told = await helpers.async_reindex(client, NAME, f"{NAME}-two", chunk_size=2, scan_kwargs={"size": 2})
    return told, (await client.indices.delete(index=f"{NAME}-two"))["acknowledged"]


async def misses() -> Any:
    return await client.get(index=NAME, id="r9")


async def asks_for_too_many() -> Any:
    return (await client.search(index=NAME, size=50))["hits"]["total"]


async def drops() -> Any:
    return (await client.indices.delete(index=NAME))["acknowledged"]


asyncio.run(run_async({
    "all": [start, makes, writes, searches, searches_side_by_side, scans, reindexes, misses, drops],
    "little": [start, asks_for_too_many, drops],
}))  # fmt: skip

"""Elasticsearch's own client for Python, asynchronous."""

import asyncio
from typing import Any

from cases import run_async, told
from elasticsearch import AsyncElasticsearch, helpers

HERE = told()
NAME = HERE["collection"]
client: Any = None
DOCS = [{"_id": f"r{n}", "vec": [float(n), 1.0], "n": n} for n in range(1, 5)]
KNN = {"field": "vec", "query_vector": [5, 1], "k": 2, "num_candidates": 10}


async def start() -> Any:
    global client
    client = AsyncElasticsearch(HERE["url"], bearer_auth=HERE["token"] or None, ca_certs=HERE.get("ca"))
    return await client.ping(), (await client.info())["tagline"]


async def makes() -> Any:
    vec = {"type": "dense_vector", "dims": 2, "similarity": "l2_norm", "index_options": {"type": "hnsw"}}
    made = await client.indices.create(index=NAME, mappings={"properties": {"vec": vec}})
    return made["acknowledged"], bool(await client.indices.exists(index=NAME))


async def writes() -> Any:
    return await helpers.async_bulk(client, [{"_index": NAME, **one} for one in DOCS], refresh=True)


async def searches() -> Any:
    found = await client.search(index=NAME, knn=KNN, source=["n"])
    return [(hit["_id"], hit["_score"], hit["_source"]) for hit in found["hits"]["hits"]]


async def scans() -> Any:
    return sorted([one["_id"] async for one in helpers.async_scan(client, index=NAME, size=1)])


async def misses() -> Any:
    return await client.get(index=NAME, id="r9")


async def asks_for_too_many() -> Any:
    return (await client.search(index=NAME, size=50))["hits"]["total"]


async def drops() -> Any:
    return (await client.indices.delete(index=NAME))["acknowledged"]


asyncio.run(run_async({
    "all": [start, makes, writes, searches, scans, misses, drops],
    "little": [start, asks_for_too_many, drops],
}))  # fmt: skip

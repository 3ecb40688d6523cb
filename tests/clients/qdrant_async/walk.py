"""Qdrant's own client, asynchronous."""

import asyncio
from typing import Any

from cases import NUMBERS, VECTORS, payloads, run_async, told
from qdrant_client import AsyncQdrantClient, models

HERE = told()
NAME = HERE["collection"]
client: Any = None
OPEN = models.Filter(must=[models.FieldCondition(key="status", match=models.MatchValue(value="open"))])
POINTS = [
    models.PointStruct(id=n, vector=vector, payload=payload)
    for n, vector, payload in zip(NUMBERS, VECTORS, payloads(), strict=True)
]


async def start() -> Any:
    global client
    client = AsyncQdrantClient(url=HERE["url"], api_key=HERE["token"] or None, timeout=30)
    return await client.collection_exists(NAME)


async def creates() -> Any:
    config = models.VectorParams(size=3, distance=models.Distance.COSINE)
    return await client.create_collection(NAME, vectors_config=config)


async def adds() -> Any:
    return (await client.upsert(NAME, POINTS)).status.value


async def counts() -> Any:
    return (await client.count(NAME)).count


async def scrolls() -> Any:
    return [one.id for one in (await client.scroll(NAME, limit=3))[0]]


async def queries() -> Any:
    return [
        [one.id, round(one.score, 4)] for one in (await client.query_points(NAME, query=VECTORS[0], limit=2)).points
    ]


async def queries_at_once() -> Any:
    found = await asyncio.gather(*(client.query_points(NAME, query=vector, limit=1) for vector in VECTORS))
    return [one.points[0].id for one in found]


async def sets_payload() -> Any:
    await client.set_payload(NAME, {"status": "reopened"}, points=[2])
    return (await client.retrieve(NAME, [2]))[0].payload


async def deletes() -> Any:
    await client.delete(NAME, models.FilterSelector(filter=OPEN))
    return (await client.count(NAME)).count


async def drops() -> Any:
    return await client.delete_collection(NAME)


async def asks_for_all() -> Any:
    return await client.scroll(NAME, limit=1000)


async def writes() -> Any:
    return await client.upsert(NAME, POINTS[:1])


async def deletes_what_waits() -> Any:
    return await client.delete(NAME, models.FilterSelector(filter=OPEN))


asyncio.run(
    run_async(
        {
            "works": [start, creates, adds, counts, scrolls, queries, queries_at_once, sets_payload, deletes, drops],
            "limited": [start, counts, queries, asks_for_all, writes, deletes_what_waits],
        }
    )
)

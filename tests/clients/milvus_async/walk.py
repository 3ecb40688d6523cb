"""Milvus's own client for asyncio, `AsyncMilvusClient`."""

import asyncio
from typing import Any

from cases import run_async, told
from pymilvus import AnnSearchRequest, AsyncMilvusClient, DataType, RRFRanker

HERE = told()
NAME = HERE["collection"]
AT: dict[str, Any] = {"uri": HERE["uri"], "token": HERE["token"]}
if HERE["ca"]:
    AT |= {"secure": True, "server_pem_path": HERE["ca"]}
NEAR = [0.1, 0.2, 0.3, 0.4]
client: Any = None


def row(number: int, tenant: str = "t1", **more: Any) -> dict[str, Any]:
    return {"id": number, "tenant": tenant, "name": f"n{number}", "vec": [number / 10, 0.2, 0.3, 0.4], **more}


async def starts() -> Any:
    global client
    client = AsyncMilvusClient(**AT)
    return await client.get_server_version()


async def creates() -> Any:
    schema = client.create_schema(enable_dynamic_field=True)
    schema.add_field("id", DataType.INT64, is_primary=True)
    schema.add_field("tenant", DataType.VARCHAR, max_length=64)
    schema.add_field("name", DataType.VARCHAR, max_length=64)
    schema.add_field("vec", DataType.FLOAT_VECTOR, dim=4)
    index = client.prepare_index_params()
    index.add_index("vec", index_type="FLAT", metric_type="COSINE")
    await client.create_collection(NAME, schema=schema, index_params=index, consistency_level="Strong")
    return await client.has_collection(NAME)


async def describes() -> Any:
    said = await client.describe_collection(NAME)
    return [(one["name"], one["type"]) for one in said["fields"]]


async def lists() -> Any:
    return NAME in await client.list_collections()


async def inserts() -> Any:
    rows = [row(1), row(2, note="mail eva@example.org"), row(3), row(4, "t2"), row(5, "t2")]
    return (await client.insert(NAME, rows))["insert_count"]


async def queries() -> Any:
    found = await client.query(NAME, filter="id > 0", output_fields=["name"], limit=10)
    return sorted((one["id"], one["name"]) for one in found)


async def asks_much_at_a_time() -> Any:
    """Over one connection, and each answer is that of its question."""
    asked = [client.query(NAME, filter=f"id == {1 + n % 3}", output_fields=["name"], limit=1) for n in range(12)]
    return [one[0]["name"] for one in await asyncio.gather(*asked)]


async def gets() -> Any:
    return [one["name"] for one in await client.get(NAME, ids=[2], output_fields=["name"])]


async def searches() -> Any:
    found = await client.search(NAME, data=[NEAR], limit=2, filter='tenant == "t1"', output_fields=["name"])
    return [[(one["id"], one["entity"]["name"], one["distance"]) for one in hits] for hits in found]


async def counts() -> Any:
    return (await client.query(NAME, filter="", output_fields=["count(*)"]))[0]["count(*)"]


async def upserts() -> Any:
    said = (await client.upsert(NAME, [row(1, note="again")]))["upsert_count"]
    return said, (await client.get(NAME, ids=[1]))[0]["note"]


async def deletes() -> Any:
    await client.delete(NAME, ids=[5])
    return sorted(one["id"] for one in await client.query(NAME, filter="id >= 0", output_fields=["id"], limit=10))


async def drops() -> Any:
    await client.release_collection(NAME)
    await client.drop_collection(NAME)
    return await client.has_collection(NAME)


async def searches_in_two_ways() -> Any:
    """2.3.5 has no such search: what it says of it is shown."""
    both = [AnnSearchRequest([NEAR], "vec", {"metric_type": "COSINE"}, limit=2, expr="id > 0") for _ in range(2)]
    return await client.hybrid_search(NAME, both, RRFRanker(), limit=2)


async def shows_masked() -> Any:
    return [one["note"] for one in await client.get(NAME, ids=[2], output_fields=["note"])]


async def gets_anothers() -> Any:
    return await client.get(NAME, ids=[4])


async def inserts_for_another() -> Any:
    return await client.insert(NAME, [row(12, "t2")])


async def upserts_anothers() -> Any:
    return await client.upsert(NAME, [row(4)])


async def breaks_out() -> Any:
    return await client.query(NAME, filter="id < 0) or (id > 0", limit=5)


async def breaks_out_by_a_part() -> Any:
    both = [AnnSearchRequest([NEAR], "vec", {}, limit=2, expr=one) for one in ("id > 0", "id < 0) or (id > 0")]
    return await client.hybrid_search(NAME, both, RRFRanker(), limit=2)


async def asks_for_too_many() -> Any:
    return await client.query(NAME, filter="id > 0", limit=100)


async def looks_elsewhere() -> Any:
    return await client.query("elsewhere", filter="id > 0", limit=5)


async def drops_it() -> Any:
    return await client.drop_collection(NAME)


async def comes_with_a_bad_token() -> Any:
    return await AsyncMilvusClient(**AT | {"token": "bad"}).list_collections()


WORKS = [
    starts, creates, describes, lists, inserts, queries, asks_much_at_a_time, gets, searches, counts, upserts, deletes, drops,
]  # fmt: skip
LIMITED = [
    starts, describes, queries, asks_much_at_a_time, gets, searches, counts, shows_masked, gets_anothers, inserts_for_another,
    upserts_anothers, breaks_out, breaks_out_by_a_part, asks_for_too_many, looks_elsewhere, drops_it, comes_with_a_bad_token,
]  # fmt: skip
asyncio.run(run_async({"works": WORKS, "limited": LIMITED}))

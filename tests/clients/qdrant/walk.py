"""Qdrant's own client, synchronous; with a `grpc_port`, over gRPC."""

from typing import Any

from cases import NUMBERS, VECTORS, payloads, run, told
from qdrant_client import QdrantClient, models

HERE = told()
NAME = HERE["collection"]
client: Any = None
OPEN = models.Filter(must=[models.FieldCondition(key="status", match=models.MatchValue(value="open"))])
POINTS = [
    models.PointStruct(id=n, vector=vector, payload=payload)
    for n, vector, payload in zip(NUMBERS, VECTORS, payloads(), strict=True)
]


def shown(hits: Any) -> Any:
    return [[one.id, round(one.score, 4), one.payload, one.vector] for one in hits]


def start() -> Any:
    global client
    spoken = {"prefer_grpc": True, "grpc_port": HERE["grpc_port"]} if "grpc_port" in HERE else {}
    client = QdrantClient(url=HERE["url"], api_key=HERE["token"] or None, timeout=30, **spoken)
    return client.collection_exists(NAME)


def creates() -> Any:
    return client.create_collection(NAME, vectors_config=models.VectorParams(size=3, distance=models.Distance.COSINE))


def indexes() -> Any:
    return client.create_payload_index(NAME, "status", models.PayloadSchemaType.KEYWORD).status.value


def adds() -> Any:
    return client.upsert(NAME, POINTS[:3]).status.value


def uploads() -> Any:
    client.upload_points(NAME, POINTS[2:], wait=True)
    return client.count(NAME).count


def describes() -> Any:
    return client.get_collection(NAME).config.params.vectors.size


def counts() -> Any:
    return client.count(NAME, count_filter=OPEN, exact=True).count


def scrolls() -> Any:
    first, after = client.scroll(NAME, limit=2)
    rest, end = client.scroll(NAME, limit=2, offset=after)
    return [[one.id, one.payload] for one in [*first, *rest]], end


def retrieves() -> Any:
    return [[one.id, one.payload] for one in client.retrieve(NAME, [1, 3])]


def queries() -> Any:
    return shown(client.query_points(NAME, query=VECTORS[0], limit=2).points)


def queries_with_filter() -> Any:
    return shown(client.query_points(NAME, query=VECTORS[0], query_filter=OPEN, limit=2).points)


def queries_by_id() -> Any:
    return shown(client.query_points(NAME, query=1, limit=2).points)


def queries_with_vectors() -> Any:
    return shown(client.query_points(NAME, query=VECTORS[0], limit=2, with_vectors=True).points)


def queries_in_a_batch() -> Any:
    requests = [models.QueryRequest(query=vector, limit=1) for vector in VECTORS[:2]]
    return [shown(one.points) for one in client.query_batch_points(NAME, requests)]


def prefetches() -> Any:
    before = [models.Prefetch(query=vector, limit=2) for vector in VECTORS[:2]]
    found = client.query_points(NAME, prefetch=before, query=models.FusionQuery(fusion=models.Fusion.RRF), limit=4)
    return sorted(one.id for one in found.points)


def recommends() -> Any:
    query = models.RecommendQuery(recommend=models.RecommendInput(positive=[1], negative=[4]))
    return shown(client.query_points(NAME, query=query, limit=2).points)


def groups() -> Any:
    found = client.query_points_groups(NAME, group_by="status", query=VECTORS[0], limit=3, group_size=1)
    return [[group.id, [hit.id for hit in group.hits]] for group in found.groups]


def facets() -> Any:
    return [[one.value, one.count] for one in client.facet(NAME, key="status").hits]


def sets_payload() -> Any:
    client.set_payload(NAME, {"status": "reopened"}, points=[2])
    return client.retrieve(NAME, [2])[0].payload


def deletes_payload() -> Any:
    client.delete_payload(NAME, ["n"], points=[2])
    return client.retrieve(NAME, [2])[0].payload


def updates_in_a_batch() -> Any:
    upsert = models.UpsertOperation(upsert=models.PointsList(points=[POINTS[1]]))
    remove = models.DeleteOperation(delete=models.PointIdsList(points=[4]))
    client.batch_update_points(NAME, [upsert, remove])
    return client.count(NAME).count


def aliases() -> Any:
    create = models.CreateAlias(collection_name=NAME, alias_name=f"{NAME}-alias")
    client.update_collection_aliases([models.CreateAliasOperation(create_alias=create)])
    found = [one.alias_name for one in client.get_collection_aliases(NAME).aliases]
    gone = models.DeleteAlias(alias_name=f"{NAME}-alias")
    client.update_collection_aliases([models.DeleteAliasOperation(delete_alias=gone)])
    return found


def deletes_by_id() -> Any:
    client.delete(NAME, [1])
    return client.count(NAME).count


def deletes_by_filter() -> Any:
    client.delete(NAME, models.FilterSelector(filter=OPEN))
    return client.count(NAME).count


def lists() -> Any:
    return NAME in {one.name for one in client.get_collections().collections}


def misses() -> Any:
    return client.get_collection(f"{NAME}-not-there")


def drops() -> Any:
    return client.delete_collection(NAME)


def asks_for_all() -> Any:
    return client.scroll(NAME, limit=1000)


def asks_by_what_is_masked() -> Any:
    more = models.FieldCondition(key="salary", range=models.Range(gt=5000))
    return client.count(NAME, count_filter=models.Filter(must=[more])).count


def asks_for_vectors() -> Any:
    return client.query_points(NAME, query=VECTORS[0], limit=2, with_vectors=True).points


def writes() -> Any:
    return client.upsert(NAME, POINTS[:1])


def deletes_what_waits() -> Any:
    return client.delete(NAME, models.FilterSelector(filter=OPEN))


def takes_a_snapshot() -> Any:
    return client.create_snapshot(NAME)


run(
    {
        "works": [
            start, creates, indexes, adds, uploads, describes, counts, scrolls, retrieves, queries, queries_with_filter,
            queries_by_id, queries_with_vectors, queries_in_a_batch, prefetches, recommends, groups, facets, sets_payload,
            deletes_payload, updates_in_a_batch, aliases, deletes_by_id, deletes_by_filter, lists, misses, drops,
        ],
        "limited": [
            start, describes, counts, queries, scrolls, asks_for_all, asks_by_what_is_masked, asks_for_vectors, writes, deletes_what_waits,
            takes_a_snapshot,
        ],
    }
)  # fmt: skip

"""Pinecone's own client: the same script for two generations of it."""

import os
from typing import Any

from cases import IDS, METADATA, TEXTS, VECTORS, run, told
from pinecone import Pinecone

HERE = told()
NAME = HERE["collection"]
SPACE = "t1"
client: Any = None
index: Any = None
RECORDS = [
    {"id": id, "values": vector, "metadata": {"text": text, **metadata}}
    for id, vector, text, metadata in zip(IDS, VECTORS, TEXTS, METADATA, strict=True)
]


def shown(answer: Any) -> Any:
    return [[one.id, round(one.score, 4), plain(one.metadata)] for one in answer.matches]


def plain(metadata: Any) -> Any:
    """Whole numbers may come back as such or not."""
    return {key: int(value) if isinstance(value, float) else value for key, value in dict(metadata or {}).items()}


def start() -> Any:
    global client
    trust = {"ssl_ca_certs": os.environ["SSL_CERT_FILE"]} if "SSL_CERT_FILE" in os.environ else {}
    kind = Pinecone
    if "grpc" in HERE:
        from pinecone.grpc import PineconeGRPC as kind

        trust |= {"proxy_url": HERE["proxy"]}
    client = kind(api_key=HERE["token"] or "none", host=HERE["url"], **trust)
    return client.has_index(NAME)


def lists_indexes() -> Any:
    return [one.name for one in client.list_indexes()]


def opens() -> Any:
    global index
    told = client.describe_index(NAME)
    index = client.Index(host=HERE.get("grpc", told.host))
    return told.host.endswith(f"/idx/{NAME}")


def adds() -> Any:
    return index.upsert(vectors=RECORDS, namespace=SPACE).upserted_count


def queries() -> Any:
    return shown(index.query(vector=VECTORS[0], top_k=2, namespace=SPACE, include_metadata=True))


def filters() -> Any:
    return shown(
        index.query(
            vector=VECTORS[0], top_k=3, namespace=SPACE, include_metadata=True, filter={"status": {"$eq": "open"}}
        )
    )


def fetches() -> Any:
    found = index.fetch(ids=["d0", "d3"], namespace=SPACE)
    return {id: plain(one.metadata) for id, one in sorted(found.vectors.items())}


def updates() -> Any:
    index.update(id="d1", set_metadata={"status": "open"}, namespace=SPACE)
    return plain(index.fetch(ids=["d1"], namespace=SPACE).vectors["d1"].metadata)["status"]


def counts() -> Any:
    return index.describe_index_stats().namespaces[SPACE].vector_count


def lists_ids() -> Any:
    found: list[str] = []
    for page in index.list(prefix="d", namespace=SPACE):
        found += [getattr(one, "id", one) for one in getattr(page, "vectors", page)]
    return sorted(found)


def deletes() -> Any:
    index.delete(ids=["d3"], namespace=SPACE)
    return sorted(index.fetch(ids=IDS, namespace=SPACE).vectors)


def clears() -> Any:
    index.delete(delete_all=True, namespace=SPACE)
    return sorted(index.fetch(ids=IDS, namespace=SPACE).vectors)


def asks_for_too_many() -> Any:
    return shown(index.query(vector=VECTORS[0], top_k=50, namespace=SPACE))


def asks_by_what_is_masked() -> Any:
    return shown(index.query(vector=VECTORS[0], top_k=2, namespace=SPACE, filter={"salary": {"$gt": 3}}))


def asks_for_vectors() -> Any:
    return len(index.query(vector=VECTORS[0], top_k=2, namespace=SPACE, include_values=True).matches)


def looks_elsewhere() -> Any:
    return shown(index.query(vector=VECTORS[0], top_k=2, namespace="t2"))


def deletes_what_waits() -> Any:
    index.delete(filter={"status": "open"}, namespace=SPACE)


run(
    {
        "works": [
            start,
            lists_indexes,
            opens,
            adds,
            queries,
            filters,
            fetches,
            updates,
            counts,
            lists_ids,
            deletes,
            clears,
        ],
        "told": [
            start,
            opens,
            queries,
            fetches,
            asks_for_too_many,
            asks_by_what_is_masked,
            asks_for_vectors,
            looks_elsewhere,
            adds,
            deletes_what_waits,
        ],
    }
)

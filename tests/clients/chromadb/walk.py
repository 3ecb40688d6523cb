"""Chroma's own client, synchronous: the whole package, and the thin one."""

from typing import Any

import chromadb
from cases import IDS, METADATA, TEXTS, VECTORS, run, told
from chromadb.config import Settings

HERE = told()
client: Any = None
found: Any = None


def start() -> Any:
    global client
    settings = Settings(anonymized_telemetry=False)
    client = chromadb.HttpClient(host=HERE["host"], port=HERE["port"], ssl=HERE["ssl"], settings=settings)
    return client.heartbeat() > 0


def opens() -> Any:
    global found
    found = client.get_or_create_collection(HERE["collection"], embedding_function=None)
    return found.name


def adds() -> Any:
    return found.add(ids=IDS[:3], documents=TEXTS[:3], metadatas=METADATA[:3], embeddings=VECTORS[:3])


def upserts() -> Any:
    return found.upsert(ids=IDS[2:], documents=TEXTS[2:], metadatas=METADATA[2:], embeddings=VECTORS[2:])


def counts() -> Any:
    return found.count()


def peeks() -> Any:
    return found.peek(2)


def gets() -> Any:
    return found.get()


def gets_pages() -> Any:
    return [found.get(limit=2, offset=at, include=["documents"]) for at in (0, 2)]


def gets_where() -> Any:
    return found.get(where={"$or": [{"status": "open"}, {"n": {"$gt": 2}}]}, where_document={"$contains": "the"})


def queries() -> Any:
    return found.query(query_embeddings=[VECTORS[0]], n_results=2)


def queries_without_a_number() -> Any:
    return found.query(query_embeddings=VECTORS[:2])["ids"]


def queries_with_vectors() -> Any:
    return found.query(query_embeddings=[VECTORS[0]], n_results=2, include=["embeddings", "documents"])


def updates() -> Any:
    found.update(ids=["d1"], metadatas=[{"status": "reopened"}])
    return found.get(ids=["d1"])


def modifies() -> Any:
    found.modify(metadata={"team": "support"})
    return client.get_collection(HERE["collection"], embedding_function=None).metadata


def renames() -> Any:
    found.modify(name=HERE["collection"] + "-2")
    found.modify(name=HERE["collection"])
    return found.name


def opens_again() -> Any:
    return client.get_or_create_collection(HERE["collection"], embedding_function=None).count()


def deletes_by_id() -> Any:
    found.delete(ids=["d0"])
    return found.count()


def deletes_by_filter() -> Any:
    found.delete(where={"status": "reopened"})
    return found.get(include=[])["ids"]


def lists() -> Any:
    return HERE["collection"] in {one.name for one in client.list_collections()}


def refuses_bad_filters() -> Any:
    return found.get(where={"a": {"$nope": 1}})


def misses() -> Any:
    return client.get_collection("not-there-at-all", embedding_function=None)


def drops() -> Any:
    return client.delete_collection(HERE["collection"])


def knows_itself() -> Any:
    return client.get_max_batch_size() > 0


def asks_for_all() -> Any:
    return found.get()


def asks_for_too_many() -> Any:
    return found.query(query_embeddings=[VECTORS[0]], n_results=300)


def asks_by_what_is_masked() -> Any:
    return found.get(where={"salary": {"$gt": 5000}})


def asks_for_vectors() -> Any:
    return found.query(query_embeddings=[VECTORS[0]], n_results=2, include=["embeddings"])


def writes() -> Any:
    return found.upsert(ids=["x"], documents=["x"], embeddings=[[1.0, 0.0, 0.0]])


def deletes_what_waits() -> Any:
    return found.delete(where={"status": "open"})


run(
    {
        "works": [
            start, opens, adds, upserts, counts, peeks, gets, gets_pages, gets_where, queries, queries_without_a_number,
            queries_with_vectors, updates, modifies, renames, opens_again, deletes_by_id, deletes_by_filter, lists,
            refuses_bad_filters, misses, knows_itself, drops,
        ],
        "limited": [
            start, opens, queries, gets_pages, asks_for_all, asks_for_too_many, asks_by_what_is_masked, asks_for_vectors,
            writes, deletes_what_waits,
        ],
    }
)  # fmt: skip

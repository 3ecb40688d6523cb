"""Haystack's document store on Pinecone, which finds its address and its certificates in the environment."""

import os
from typing import Any

from cases import IDS, METADATA, PERSON, TEXTS, VECTORS, embed, run, told

HERE = told()
os.environ["PINECONE_CONTROLLER_HOST"] = HERE["url"]

from haystack import Document  # noqa: E402
from haystack.utils import Secret  # noqa: E402
from haystack_integrations.components.retrievers.pinecone import PineconeEmbeddingRetriever  # noqa: E402
from haystack_integrations.document_stores.pinecone import PineconeDocumentStore  # noqa: E402

store: Any = None
DOCUMENTS = [
    Document(id=id, content=text, embedding=vector, meta=meta)
    for id, text, vector, meta in zip(IDS, TEXTS, VECTORS, METADATA, strict=True)
]
OPEN = {"field": "meta.status", "operator": "==", "value": "open"}


def shown(documents: Any) -> Any:
    return sorted([one.id, one.content, one.meta.get("status"), one.score] for one in documents)


def start() -> Any:
    global store
    key = Secret.from_token(HERE["token"] or "none")
    store = PineconeDocumentStore(
        api_key=key, index=HERE["collection"], namespace="t1", dimension=3, show_progress=False
    )


def counts() -> Any:
    return store.count_documents()


def writes() -> Any:
    return store.write_documents(DOCUMENTS)


def writes_a_person() -> Any:
    return store.write_documents([Document(id="d5", content=PERSON, embedding=embed(PERSON), meta={"status": "open"})])


def filters() -> Any:
    return shown(store.filter_documents(OPEN))


def searches() -> Any:
    return shown(PineconeEmbeddingRetriever(document_store=store, top_k=2).run(query_embedding=VECTORS[0])["documents"])


def searches_with_filter() -> Any:
    found = PineconeEmbeddingRetriever(document_store=store, top_k=3).run(query_embedding=VECTORS[1], filters=OPEN)
    return shown(found["documents"])


def deletes() -> Any:
    store.delete_documents(["d0"])
    return store.count_documents()


def deletes_what_waits() -> Any:
    return store.delete_by_filter(OPEN), store.count_documents()


def deletes_all() -> Any:
    store.delete_all_documents()
    return store.count_documents()


def asks_for_too_many() -> Any:
    found = PineconeEmbeddingRetriever(document_store=store, top_k=50).run(query_embedding=VECTORS[0])
    return shown(found["documents"])


run(
    {
        "works": [start, counts, writes, counts, filters, searches, searches_with_filter, deletes, deletes_all],
        "fills": [start, writes, writes_a_person],
        "told": [
            start,
            counts,
            searches,
            searches_with_filter,
            filters,
            asks_for_too_many,
            writes,
            deletes,
            deletes_all,
        ],
    }
)

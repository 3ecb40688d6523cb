"""Haystack's document store on Qdrant."""

from typing import Any

from cases import TEXTS, VECTORS, run, told
from haystack import Document
from haystack.document_stores.types import DuplicatePolicy
from haystack.utils import Secret
from haystack_integrations.components.retrievers.qdrant import QdrantEmbeddingRetriever
from haystack_integrations.document_stores.qdrant import QdrantDocumentStore

HERE = told()
store: Any = None
DOCUMENTS = [
    Document(id=f"d{n}", content=text, embedding=vector, meta={"n": n})
    for n, (text, vector) in enumerate(zip(TEXTS, VECTORS, strict=True))
]


def shown(documents: Any) -> Any:
    return [[one.id, one.content, one.meta, None if one.score is None else round(one.score, 4)] for one in documents]


def start() -> Any:
    global store
    key = Secret.from_token(HERE["token"]) if HERE["token"] else None
    store = QdrantDocumentStore(
        url=HERE["url"], api_key=key, index=HERE["collection"], embedding_dim=3, return_embedding=False, wait_result_from_api=True,
        timeout=30,
    )  # fmt: skip


def counts() -> Any:
    return store.count_documents()


def writes() -> Any:
    return store.write_documents(DOCUMENTS, policy=DuplicatePolicy.OVERWRITE)


def filters() -> Any:
    found = store.filter_documents({"field": "meta.n", "operator": ">", "value": 1})
    return sorted(shown(found))


def retrieves() -> Any:
    return shown(QdrantEmbeddingRetriever(document_store=store, top_k=2).run(query_embedding=VECTORS[0])["documents"])


def retrieves_with_filter() -> Any:
    only = {"field": "meta.n", "operator": "==", "value": 1}
    found = QdrantEmbeddingRetriever(document_store=store, top_k=2).run(query_embedding=VECTORS[0], filters=only)
    return shown(found["documents"])


def deletes() -> Any:
    store.delete_documents(["d0"])
    return store.count_documents()


run(
    {
        "works": [start, counts, writes, counts, filters, retrieves, retrieves_with_filter, deletes],
        "limited": [start, counts, retrieves, filters, writes, deletes],
    }
)

"""Haystack's document store on Chroma. It has no place for `ssl`: the whole address goes where the host goes."""

from typing import Any

from cases import IDS, METADATA, TEXTS, embed, run, told
from haystack import Document
from haystack_integrations.components.retrievers.chroma import ChromaEmbeddingRetriever
from haystack_integrations.document_stores.chroma import ChromaDocumentStore

HERE = told()
store: Any = None


class Fixed:
    """What the store takes for an embedding function: it must not fetch a model."""

    def __call__(self, input: list[str]) -> list[list[float]]:
        return [embed(text) for text in input]


def start() -> Any:
    global store
    host = f"https://{HERE['host']}:{HERE['port']}" if HERE["ssl"] else HERE["host"]
    store = ChromaDocumentStore(collection_name=HERE["collection"], host=host, port=HERE["port"])
    store._embedding_func = Fixed()
    return store.count_documents()


def documents() -> list[Document]:
    rows = zip(IDS, TEXTS, METADATA, strict=True)
    return [Document(id=id_, content=text, meta=dict(meta), embedding=embed(text)) for id_, text, meta in rows]


def writes() -> Any:
    return store.write_documents(documents())


def writes_one() -> Any:
    return store.write_documents([Document(id="new", content=TEXTS[0], embedding=embed(TEXTS[0]))])


def counts() -> Any:
    return store.count_documents()


def shown(found: Any) -> Any:
    return sorted([one.id, one.content, one.meta] for one in found)


def filters() -> Any:
    return shown(store.filter_documents({"field": "meta.status", "operator": "==", "value": "open"}))


def retrieves() -> Any:
    return shown(
        ChromaEmbeddingRetriever(document_store=store, top_k=2).run(query_embedding=embed(TEXTS[0]))["documents"]
    )


def deletes() -> Any:
    store.delete_documents(["d0"])
    return store.count_documents()


def deletes_all() -> Any:
    store.delete_documents(IDS)
    return store.count_documents()


run(
    {
        "works": [start, writes, counts, filters, retrieves, deletes, deletes_all],
        "limited": [start, counts, retrieves, filters, writes_one, deletes],
    }
)

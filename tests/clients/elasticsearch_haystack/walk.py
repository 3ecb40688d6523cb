"""Haystack's document store on Elasticsearch."""

from typing import Any

from cases import IDS, METADATA, PERSON, TEXTS, VECTORS, embed, run, told
from haystack import Document
from haystack.document_stores.errors import DuplicateDocumentError
from haystack.document_stores.types import DuplicatePolicy
from haystack_integrations.components.retrievers.elasticsearch import (
    ElasticsearchBM25Retriever,
    ElasticsearchEmbeddingRetriever,
)
from haystack_integrations.document_stores.elasticsearch import ElasticsearchDocumentStore

HERE = told()
store: Any = None
DOCUMENTS = [
    Document(id=id, content=text, embedding=vector, meta=meta)
    for id, text, vector, meta in zip(IDS, TEXTS, VECTORS, METADATA, strict=True)
]
OPEN = {"field": "meta.status", "operator": "==", "value": "open"}


def shown(documents: Any) -> Any:
    return [[one.id, one.content, one.meta, one.score] for one in documents]


def start() -> Any:
    global store
    more: dict[str, Any] = {"ca_certs": HERE["ca"]} if HERE.get("ca") else {}
    if HERE["token"]:
        more["bearer_auth"] = HERE["token"]
    store = ElasticsearchDocumentStore(hosts=HERE["url"], index=HERE["collection"], **more)


def counts() -> Any:
    return store.count_documents()


def writes() -> Any:
    return store.write_documents(DOCUMENTS, policy=DuplicatePolicy.OVERWRITE)


def writes_twice() -> Any:
    try:
        return store.write_documents(DOCUMENTS[:1], policy=DuplicatePolicy.FAIL)
    except DuplicateDocumentError as e:
        return str(e)


def writes_a_person() -> Any:
    meta = {"status": "open", "mail": "anna.schmidt@example.org"}
    return store.write_documents([Document(id="d5", content=PERSON, embedding=embed(PERSON), meta=meta)])


def shows_masked() -> Any:
    found = ElasticsearchEmbeddingRetriever(document_store=store, top_k=1).run(query_embedding=embed(PERSON))
    return shown(found["documents"])


def filters() -> Any:
    return sorted(shown(store.filter_documents({"field": "meta.n", "operator": ">", "value": 1})))


def searches() -> Any:
    found = ElasticsearchEmbeddingRetriever(document_store=store, top_k=2).run(query_embedding=VECTORS[0])
    return shown(found["documents"])


def searches_with_filter() -> Any:
    found = ElasticsearchEmbeddingRetriever(document_store=store, top_k=4).run(query_embedding=VECTORS[1], filters=OPEN)
    return shown(found["documents"])


def searches_words() -> Any:
    found = ElasticsearchBM25Retriever(document_store=store, top_k=2).run(query="thermostat")
    return [[one.id, one.score] for one in found["documents"]]


def counts_some() -> Any:
    return store.count_documents_by_filter(OPEN), store.count_unique_metadata_by_filter(OPEN, ["status"])


def tells_its_fields() -> Any:
    return sorted(store.get_metadata_fields_info()), store.get_metadata_field_min_max("n")


def deletes() -> Any:
    store.delete_documents(["d0"])
    return store.count_documents()


def deletes_by_filter() -> Any:
    return store.delete_by_filter(OPEN, refresh=True), store.count_documents()


def changes_by_filter() -> Any:
    return store.update_by_filter(OPEN, {"status": "shut"}, refresh=True)


def deletes_all() -> Any:
    store.delete_all_documents()
    return store.count_documents()


def asks_for_too_many() -> Any:
    found = ElasticsearchEmbeddingRetriever(document_store=store, top_k=100).run(query_embedding=VECTORS[0])
    return shown(found["documents"])


run({
    "works": [start, counts, writes, counts, writes_twice, filters, searches, searches_with_filter, searches_words, counts_some, tells_its_fields, deletes],
    "fills": [start, writes, writes_a_person],
    "limited": [start, counts, searches, shows_masked, searches_with_filter, filters, asks_for_too_many, writes, changes_by_filter, deletes, deletes_by_filter, deletes_all],
})  # fmt: skip

"""Haystack's document store on Elasticsearch."""

from typing import Any

from cases import run, told
from frameworks.haystack import OnLucene
from haystack_integrations.components.retrievers.elasticsearch import (
    ElasticsearchBM25Retriever,
    ElasticsearchEmbeddingRetriever,
)
from haystack_integrations.document_stores.elasticsearch import ElasticsearchDocumentStore

HERE = told()


class Walk(OnLucene):
    def opens(self) -> Any:
        more: dict[str, Any] = {"ca_certs": HERE["ca"]} if HERE.get("ca") else {}
        if HERE["token"]:
            more["bearer_auth"] = HERE["token"]
        return ElasticsearchDocumentStore(hosts=HERE["url"], index=HERE["collection"], **more)

    def retriever(self, k: int) -> Any:
        return ElasticsearchEmbeddingRetriever(document_store=self.store, top_k=k)

    def words(self, k: int, **more: Any) -> Any:
        return ElasticsearchBM25Retriever(document_store=self.store, top_k=k, **more)


w = Walk()
run({
    "works": [w.start, w.counts, w.writes, w.counts, w.writes_twice, w.filters, w.searches, w.searches_with_filter, w.searches_words, w.counts_some, w.tells_its_fields, w.deletes],
    "fills": [w.start, w.writes, w.writes_a_person],
    "limited": [w.start, w.counts, w.searches, w.shows_masked, w.searches_with_filter, w.filters, w.asks_for_too_many, w.writes, w.changes_by_filter, w.deletes, w.deletes_by_filter, w.deletes_all],
})  # fmt: skip

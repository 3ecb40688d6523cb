"""Haystack's document store on OpenSearch."""

from typing import Any

from cases import run, told
from frameworks.haystack import OnLucene
from haystack_integrations.components.retrievers.opensearch import OpenSearchBM25Retriever, OpenSearchEmbeddingRetriever
from haystack_integrations.document_stores.opensearch import OpenSearchDocumentStore

HERE = told()
METHOD = {"name": "hnsw", "space_type": "l2", "engine": "lucene"}


class Walk(OnLucene):
    def opens(self) -> Any:
        more: dict[str, Any] = {"ca_certs": HERE["ca"]} if HERE.get("ca") else {}
        if HERE["token"]:
            more["headers"] = {"authorization": "Bearer " + HERE["token"]}
        return OpenSearchDocumentStore(
            hosts=HERE["url"], index=HERE["collection"], embedding_dim=3, method=METHOD, http_auth=None, **more
        )

    def retriever(self, k: int) -> Any:
        return OpenSearchEmbeddingRetriever(document_store=self.store, top_k=k)

    def words(self, k: int, **more: Any) -> Any:
        return OpenSearchBM25Retriever(document_store=self.store, top_k=k, **more)

    def searches_words_of_a_field(self) -> Any:
        asked = {"query": {"multi_match": {"query": "$query", "fields": ["content"], "fuzziness": "AUTO"}}}
        return self.scored(custom_query=asked)


w = Walk()
run({
    "works": [w.start, w.counts, w.writes, w.counts, w.writes_twice, w.filters, w.searches, w.searches_with_filter, w.searches_words, w.searches_words_of_a_field, w.counts_some, w.tells_its_fields, w.deletes, w.deletes_by_filter, w.deletes_all],
    "fills": [w.start, w.writes, w.writes_a_person],
    "limited": [w.start, w.counts, w.searches, w.shows_masked, w.searches_with_filter, w.filters, w.asks_for_too_many, w.writes, w.changes_by_filter, w.deletes, w.deletes_by_filter, w.deletes_all],
})  # fmt: skip

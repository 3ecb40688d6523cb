"""Haystack's document store on Weaviate, which knows one name for both of a server's ways in."""

from typing import Any

from cases import run, told
from frameworks.haystack import Documents
from haystack.utils import Secret
from haystack_integrations.components.retrievers.weaviate import WeaviateBM25Retriever, WeaviateEmbeddingRetriever
from haystack_integrations.document_stores.weaviate import AuthApiKey, WeaviateDocumentStore
from weaviate.classes.init import AdditionalConfig

HERE = told()
PROPERTIES = [
    {"name": "_original_id", "dataType": ["text"], "tokenization": "field"},
    {"name": "content", "dataType": ["text"]},
    {"name": "status", "dataType": ["text"], "tokenization": "field"},
    {"name": "n", "dataType": ["int"]},
]


class Walk(Documents):
    META, SOME = {"status": "open"}, 4

    def opens(self) -> Any:
        store = WeaviateDocumentStore(
            url=f"http{'s' if HERE['secure'] else ''}://localhost:{HERE['port']}", grpc_port=HERE["grpc_port"], grpc_secure=True,
            auth_client_secret=AuthApiKey(Secret.from_token(HERE["token"])), additional_config=AdditionalConfig(trust_env=True),
            collection_settings={"class": HERE["collection"], "properties": PROPERTIES},
        )  # fmt: skip
        store.collection  # noqa: B018 - it makes its class now
        return store

    def retriever(self, k: int) -> Any:
        return WeaviateEmbeddingRetriever(document_store=self.store, top_k=k)

    def shown(self, documents: Any) -> Any:
        return sorted([one.id, one.content, one.meta.get("status")] for one in documents)

    def searches_words(self) -> Any:
        found = WeaviateBM25Retriever(document_store=self.store, top_k=2).run(query="thermostat")
        return self.shown(found["documents"])


w = Walk()
run({
    "works": [w.start, w.counts, w.writes, w.counts, w.filters, w.searches, w.searches_with_filter, w.searches_words, w.deletes, w.deletes_all],
    "fills": [w.start, w.writes, w.writes_a_person],
    "limited": [w.start, w.counts, w.searches, w.searches_with_filter, w.filters, w.asks_for_too_many, w.writes, w.deletes],
})  # fmt: skip

"""Haystack's document store on Pinecone, which finds its address and its certificates in the environment."""

import os
from typing import Any

from cases import run, told

HERE = told()
os.environ["PINECONE_CONTROLLER_HOST"] = HERE["url"]

from frameworks.haystack import DOCUMENTS, Documents  # noqa: E402
from haystack.utils import Secret  # noqa: E402
from haystack_integrations.components.retrievers.pinecone import PineconeEmbeddingRetriever  # noqa: E402
from haystack_integrations.document_stores.pinecone import PineconeDocumentStore  # noqa: E402


class Walk(Documents):
    META, SOME, TOO_MANY = {"status": "open"}, 3, 50

    def opens(self) -> Any:
        key = Secret.from_token(HERE["token"] or "none")
        return PineconeDocumentStore(
            api_key=key, index=HERE["collection"], namespace="t1", dimension=3, show_progress=False
        )

    def retriever(self, k: int) -> Any:
        return PineconeEmbeddingRetriever(document_store=self.store, top_k=k)

    def shown(self, documents: Any) -> Any:
        return sorted([one.id, one.content, one.meta.get("status"), one.score] for one in documents)

    def writes(self) -> Any:  # it knows one policy, and warns of others
        return self.store.write_documents(DOCUMENTS)


w = Walk()
run({
    "works": [w.start, w.counts, w.writes, w.counts, w.filters, w.searches, w.searches_with_filter, w.deletes, w.deletes_all],
    "fills": [w.start, w.writes, w.writes_a_person],
    "told": [w.start, w.counts, w.searches, w.searches_with_filter, w.filters, w.asks_for_too_many, w.writes, w.deletes, w.deletes_all],
})  # fmt: skip

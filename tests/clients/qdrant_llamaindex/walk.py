"""LlamaIndex' vector store on Qdrant."""

from typing import Any

from cases import run, told
from frameworks.llamaindex import Documents
from llama_index.vector_stores.qdrant import QdrantVectorStore
from qdrant_client import QdrantClient

HERE = told()
NAME = HERE["collection"]


class Walk(Documents):
    def opens(self) -> Any:
        self.client = QdrantClient(url=HERE["url"], api_key=HERE["token"] or None, timeout=30)
        return QdrantVectorStore(NAME, client=self.client)

    def counts(self) -> Any:
        return self.client.count(NAME).count

    def clears(self) -> Any:
        self.store.clear()
        return self.client.collection_exists(NAME)


w = Walk()
run({
    "works": [w.start, w.inserts, w.retrieves, w.retrieves_with_filter, w.gets_nodes, w.deletes_a_document, w.clears],
    "limited": [w.start, w.retrieves, w.gets_nodes, w.inserts, w.deletes_a_document],
})  # fmt: skip

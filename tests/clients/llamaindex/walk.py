"""LlamaIndex' vector store on Chroma."""

from typing import Any

import chromadb
from cases import run, told
from chromadb.config import Settings
from frameworks.llamaindex import Documents
from llama_index.vector_stores.chroma import ChromaVectorStore

HERE = told()


class Walk(Documents):
    def opens(self) -> Any:
        settings = Settings(anonymized_telemetry=False)
        client = chromadb.HttpClient(host=HERE["host"], port=HERE["port"], ssl=HERE["ssl"], settings=settings)
        return ChromaVectorStore(
            chroma_collection=client.get_or_create_collection(HERE["collection"], embedding_function=None)
        )

    def counts(self) -> Any:
        return self.store._collection.count()

    def ranks_for_diversity(self) -> Any:
        found = self.found(vector_store_query_mode="mmr", vector_store_kwargs={"mmr_prefetch_factor": 1})
        return sorted(one.text for one in found)

    def clears(self) -> Any:
        self.store.clear()
        return self.counts()


w = Walk()
run({
    "works": [w.start, w.inserts, w.retrieves, w.retrieves_with_filter, w.ranks_for_diversity, w.gets_nodes, w.deletes_a_document, w.clears],
    "limited": [w.start, w.retrieves, w.ranks_for_diversity, w.clears, w.inserts, w.deletes_a_document],
})  # fmt: skip

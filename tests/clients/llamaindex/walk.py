"""LlamaIndex' vector store on Chroma."""

from typing import Any

import chromadb
from cases import TEXTS, embed, run, told
from chromadb.config import Settings
from llama_index.core import Document, StorageContext, VectorStoreIndex
from llama_index.core.embeddings import BaseEmbedding
from llama_index.core.vector_stores import ExactMatchFilter, MetadataFilters
from llama_index.vector_stores.chroma import ChromaVectorStore

HERE = told()
store: Any = None
index: Any = None


class Fixed(BaseEmbedding):
    def _get_text_embedding(self, text: str) -> list[float]:
        return embed(text)

    def _get_query_embedding(self, query: str) -> list[float]:
        return embed(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return embed(query)


def start() -> Any:
    global store, index
    settings = Settings(anonymized_telemetry=False)
    client = chromadb.HttpClient(host=HERE["host"], port=HERE["port"], ssl=HERE["ssl"], settings=settings)
    store = ChromaVectorStore(
        chroma_collection=client.get_or_create_collection(HERE["collection"], embedding_function=None)
    )
    index = VectorStoreIndex.from_vector_store(store, embed_model=Fixed())


def inserts() -> Any:
    documents = [Document(text=text, id_=f"doc-{n}", metadata={"n": n}) for n, text in enumerate(TEXTS)]
    context = StorageContext.from_defaults(vector_store=store)
    VectorStoreIndex.from_documents(documents, storage_context=context, embed_model=Fixed(), transformations=[])
    return store._collection.count()


def retrieves() -> Any:
    return sorted([one.text, one.score] for one in index.as_retriever(similarity_top_k=2).retrieve(TEXTS[0]))


def retrieves_with_filter() -> Any:
    only = MetadataFilters(filters=[ExactMatchFilter(key="n", value=2)])
    return [one.text for one in index.as_retriever(similarity_top_k=2, filters=only).retrieve(TEXTS[0])]


def ranks_for_diversity() -> Any:
    found = index.as_retriever(
        vector_store_query_mode="mmr", similarity_top_k=2, vector_store_kwargs={"mmr_prefetch_factor": 1}
    ).retrieve(TEXTS[0])
    return sorted(one.text for one in found)


def gets_nodes() -> Any:
    only = MetadataFilters(filters=[ExactMatchFilter(key="n", value=1)])
    return [one.text for one in store.get_nodes(None, filters=only)]


def deletes_a_document() -> Any:
    index.delete_ref_doc("doc-0")
    return store._collection.count()


def clears() -> Any:
    store.clear()
    return store._collection.count()


run(
    {
        "works": [
            start,
            inserts,
            retrieves,
            retrieves_with_filter,
            ranks_for_diversity,
            gets_nodes,
            deletes_a_document,
            clears,
        ],
        "limited": [start, retrieves, ranks_for_diversity, clears, inserts, deletes_a_document],
    }
)

"""LlamaIndex' vector store on Qdrant."""

from typing import Any

from cases import TEXTS, embed, run, told
from llama_index.core import Document, StorageContext, VectorStoreIndex
from llama_index.core.embeddings import BaseEmbedding
from llama_index.core.vector_stores import ExactMatchFilter, MetadataFilters
from llama_index.vector_stores.qdrant import QdrantVectorStore
from qdrant_client import QdrantClient

HERE = told()
NAME = HERE["collection"]
store: Any = None
index: Any = None
client: Any = None


class Fixed(BaseEmbedding):
    def _get_text_embedding(self, text: str) -> list[float]:
        return embed(text)

    def _get_query_embedding(self, query: str) -> list[float]:
        return embed(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return embed(query)


def start() -> Any:
    global store, index, client
    client = QdrantClient(url=HERE["url"], api_key=HERE["token"] or None, timeout=30)
    store = QdrantVectorStore(NAME, client=client)
    index = VectorStoreIndex.from_vector_store(store, embed_model=Fixed())


def inserts() -> Any:
    documents = [Document(text=text, id_=f"doc-{n}", metadata={"n": n}) for n, text in enumerate(TEXTS)]
    context = StorageContext.from_defaults(vector_store=store)
    VectorStoreIndex.from_documents(documents, storage_context=context, embed_model=Fixed(), transformations=[])
    return client.count(NAME).count


def retrieves() -> Any:
    return sorted([one.text, round(one.score, 4)] for one in index.as_retriever(similarity_top_k=2).retrieve(TEXTS[0]))


def retrieves_with_filter() -> Any:
    only = MetadataFilters(filters=[ExactMatchFilter(key="n", value=2)])
    return [one.text for one in index.as_retriever(similarity_top_k=2, filters=only).retrieve(TEXTS[0])]


def gets_nodes() -> Any:
    only = MetadataFilters(filters=[ExactMatchFilter(key="n", value=1)])
    return [[one.text, one.metadata] for one in store.get_nodes(filters=only)]


def deletes_a_document() -> Any:
    index.delete_ref_doc("doc-0")
    return client.count(NAME).count


def clears() -> Any:
    store.clear()
    return client.collection_exists(NAME)


run(
    {
        "works": [start, inserts, retrieves, retrieves_with_filter, gets_nodes, deletes_a_document, clears],
        "limited": [start, retrieves, gets_nodes, inserts, deletes_a_document],
    }
)

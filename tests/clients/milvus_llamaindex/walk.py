"""LlamaIndex' vector store on Milvus."""

from typing import Any

from cases import TEXTS, embed, run, told
from llama_index.core import Document, StorageContext, VectorStoreIndex
from llama_index.core.embeddings import BaseEmbedding
from llama_index.core.vector_stores import ExactMatchFilter, MetadataFilters
from llama_index.vector_stores.milvus import MilvusVectorStore

HERE = told()
NAME = HERE["collection"]
AT: dict[str, Any] = {"uri": HERE["uri"], "token": HERE["token"]}
if HERE["ca"]:
    AT |= {"secure": True, "server_pem_path": HERE["ca"]}
store: Any = None
index: Any = None


class Fixed(BaseEmbedding):
    def _get_text_embedding(self, text: str) -> list[float]:
        return embed(text)

    def _get_query_embedding(self, query: str) -> list[float]:
        return embed(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return embed(query)


def starts() -> Any:
    global store, index
    store = MilvusVectorStore(
        **AT, collection_name=NAME, dim=3, similarity_metric="COSINE", consistency_level="Strong", use_async_client=False,
        index_config={"index_type": "FLAT"},
    )  # fmt: skip
    index = VectorStoreIndex.from_vector_store(store, embed_model=Fixed())


def inserts() -> Any:
    documents = [Document(text=text, id_=f"doc-{n}", metadata={"n": n}) for n, text in enumerate(TEXTS)]
    context = StorageContext.from_defaults(vector_store=store)
    VectorStoreIndex.from_documents(documents, storage_context=context, embed_model=Fixed(), transformations=[])
    return len(store.client.query(NAME, filter="n >= 0", output_fields=["n"], limit=10))


def retrieves() -> Any:
    return sorted([one.text, round(one.score, 4)] for one in index.as_retriever(similarity_top_k=2).retrieve(TEXTS[0]))


def retrieves_with_filter() -> Any:
    only = MetadataFilters(filters=[ExactMatchFilter(key="n", value=2)])
    return [one.text for one in index.as_retriever(similarity_top_k=2, filters=only).retrieve(TEXTS[0])]


def gets_nodes() -> Any:
    only = MetadataFilters(filters=[ExactMatchFilter(key="n", value=1)])
    return [[one.text, one.metadata["n"]] for one in store.get_nodes(filters=only)]


def deletes_a_document() -> Any:
    index.delete_ref_doc("doc-0")
    return len(store.client.query(NAME, filter="n >= 0", output_fields=["n"], limit=10))


def clears() -> Any:
    store.clear()
    return store.client.has_collection(NAME)


def retrieves_too_many() -> Any:
    return index.as_retriever(similarity_top_k=100).retrieve(TEXTS[0])


run(
    {
        "works": [starts, inserts, retrieves, retrieves_with_filter, gets_nodes, deletes_a_document, clears],
        "fills": [starts, inserts],
        "limited": [
            starts,
            retrieves,
            retrieves_with_filter,
            gets_nodes,
            retrieves_too_many,
            inserts,
            deletes_a_document,
            clears,
        ],
    }
)

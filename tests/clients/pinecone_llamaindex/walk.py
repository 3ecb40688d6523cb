"""LlamaIndex' vector store on Pinecone."""

import os
from typing import Any

from cases import IDS, METADATA, PERSON, TEXTS, embed, run, told
from llama_index.core import VectorStoreIndex
from llama_index.core.embeddings import BaseEmbedding
from llama_index.core.schema import NodeRelationship, RelatedNodeInfo, TextNode
from llama_index.core.vector_stores import ExactMatchFilter, MetadataFilters
from llama_index.vector_stores.pinecone import PineconeVectorStore
from pinecone import Pinecone

HERE = told()
NAME = HERE["collection"]
store: Any = None
index: Any = None
NODES = [
    TextNode(
        id_=id, text=text, metadata=metadata, relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=f"of-{id}")}
    )
    for id, text, metadata in zip(IDS, TEXTS, METADATA, strict=True)
]  # fmt: skip


class Fixed(BaseEmbedding):
    def _get_text_embedding(self, text: str) -> list[float]:
        return embed(text)

    def _get_query_embedding(self, query: str) -> list[float]:
        return embed(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return embed(query)


def start() -> Any:
    global store, index
    trust = {"ssl_ca_certs": os.environ["SSL_CERT_FILE"]} if "SSL_CERT_FILE" in os.environ else {}
    client = Pinecone(api_key=HERE["token"] or "none", host=HERE["url"], **trust)
    store = PineconeVectorStore(client.Index(host=client.describe_index(NAME).host), namespace="t1")
    index = VectorStoreIndex.from_vector_store(store, embed_model=Fixed())


def shown(filters: Any = None, k: int = 2) -> Any:
    found = index.as_retriever(similarity_top_k=k, filters=filters).retrieve(TEXTS[0])
    return sorted([one.node_id, one.text, one.metadata["status"], one.score] for one in found)


def adds() -> Any:
    index.insert_nodes(NODES)
    return shown(k=3)


def adds_a_person() -> Any:
    return store.add([TextNode(id_="d5", text=PERSON, embedding=embed(PERSON), metadata={"status": "open"})])


def searches() -> Any:
    return shown()


def filters() -> Any:
    return shown(MetadataFilters(filters=[ExactMatchFilter(key="status", value="open")]))


def deletes_a_document() -> Any:
    store.delete("of-d0")
    return shown(k=3)


def deletes_nodes() -> Any:
    store.delete_nodes(["d1"])
    return shown(k=3)


def clears() -> Any:
    store.clear()
    return shown(k=3)


def asks_for_too_many() -> Any:
    return shown(k=50)


run(
    {
        "works": [start, adds, searches, filters, deletes_a_document, deletes_nodes, clears],
        "fills": [start, adds, adds_a_person],
        "told": [start, searches, filters, asks_for_too_many, adds, deletes_a_document, deletes_nodes, clears],
    }
)

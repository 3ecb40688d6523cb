"""LlamaIndex' vector store on OpenSearch."""

from typing import Any

from cases import IDS, METADATA, PERSON, TEXTS, embed, run, told
from llama_index.core import VectorStoreIndex
from llama_index.core.embeddings import BaseEmbedding
from llama_index.core.schema import NodeRelationship, RelatedNodeInfo, TextNode
from llama_index.core.vector_stores import ExactMatchFilter, MetadataFilters
from llama_index.vector_stores.opensearch import OpensearchVectorClient, OpensearchVectorStore

HERE = told()
METHOD = {"name": "hnsw", "space_type": "l2", "engine": "lucene"}
client: Any = None
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
    global client, store, index
    more: dict[str, Any] = {"ca_certs": HERE["ca"]} if HERE.get("ca") else {}
    if HERE["token"]:
        more["headers"] = {"authorization": "Bearer " + HERE["token"]}
    client = OpensearchVectorClient(HERE["url"], HERE["collection"], 3, method=METHOD, **more)
    store = OpensearchVectorStore(client)
    index = VectorStoreIndex.from_vector_store(store, embed_model=Fixed())


def shown(filters: Any = None, k: int = 2) -> Any:
    found = index.as_retriever(similarity_top_k=k, filters=filters).retrieve(TEXTS[0])
    return [[one.node_id, one.text, one.metadata, one.score] for one in found]


def adds() -> Any:
    index.insert_nodes(NODES)
    return shown(k=4)


def adds_one() -> Any:
    return store.add([TextNode(id_="d9", text="one more", embedding=[0.1, 0.2, 0.3])])


def adds_a_person() -> Any:
    mail = {"status": "open", "mail": "anna.schmidt@example.org"}
    return store.add([TextNode(id_="d5", text=PERSON, embedding=embed(PERSON), metadata=mail)]), shown(k=5)


def shows_masked() -> Any:
    return [[one.text, one.metadata] for one in index.as_retriever(similarity_top_k=1).retrieve(PERSON)]


def searches() -> Any:
    return shown()


def filters() -> Any:
    return shown(MetadataFilters(filters=[ExactMatchFilter(key="status", value="open")]))


def deletes_a_document() -> Any:
    store.delete("of-d0")
    return shown(k=4)


def deletes_nodes() -> Any:
    store.delete_nodes(["d1"])
    return shown(k=4)


def clears() -> Any:
    store.clear()
    return shown(k=4)


def asks_for_too_many() -> Any:
    return shown(k=100)


run(
    {
        "works": [start, adds, searches, filters, adds_one, deletes_a_document, deletes_nodes, clears],
        "fills": [start, adds, adds_a_person],
        "limited": [
            start,
            searches,
            shows_masked,
            filters,
            asks_for_too_many,
            adds_one,
            deletes_a_document,
            deletes_nodes,
            clears,
        ],
    }
)

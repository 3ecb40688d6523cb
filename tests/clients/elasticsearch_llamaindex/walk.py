"""LlamaIndex' vector store on Elasticsearch."""

from typing import Any

from cases import IDS, METADATA, PERSON, TEXTS, embed, run, told
from elasticsearch import AsyncElasticsearch
from llama_index.core import VectorStoreIndex
from llama_index.core.embeddings import BaseEmbedding
from llama_index.core.schema import NodeRelationship, RelatedNodeInfo, TextNode
from llama_index.core.vector_stores import ExactMatchFilter, MetadataFilters
from llama_index.vector_stores.elasticsearch import ElasticsearchStore

HERE = told()
store: Any = None
index: Any = None
NODES = [
    TextNode(
        id_=id, text=text, metadata=metadata, relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=f"of-{id}")}
    )
    for id, text, metadata in zip(IDS, TEXTS, METADATA, strict=True)
]  # fmt: skip
OPEN = MetadataFilters(filters=[ExactMatchFilter(key="status", value="open")])


class Fixed(BaseEmbedding):
    def _get_text_embedding(self, text: str) -> list[float]:
        return embed(text)

    def _get_query_embedding(self, query: str) -> list[float]:
        return embed(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return embed(query)


def start() -> Any:
    global store, index
    client = AsyncElasticsearch(HERE["url"], bearer_auth=HERE["token"] or None, ca_certs=HERE.get("ca"))
    store = ElasticsearchStore(HERE["collection"], es_client=client)
    index = VectorStoreIndex.from_vector_store(store, embed_model=Fixed())


def shown(filters: Any = None, k: int = 2) -> Any:
    found = index.as_retriever(similarity_top_k=k, filters=filters).retrieve(TEXTS[0])
    return [[one.node_id, one.text, one.metadata, one.score] for one in found]


def adds() -> Any:
    index.insert_nodes(NODES)
    return shown(k=4)


def adds_a_person() -> Any:
    mail = {"status": "open", "mail": "anna.schmidt@example.org"}
    return store.add([TextNode(id_="d5", text=PERSON, embedding=embed(PERSON), metadata=mail)]), shown(k=5)


def adds_one() -> Any:
    return store.add([TextNode(id_="d9", text="one more", embedding=[0.1, 0.2, 0.3])])


def searches() -> Any:
    return shown()


def shows_masked() -> Any:
    return [[one.text, one.metadata] for one in index.as_retriever(similarity_top_k=1).retrieve(PERSON)]


def filters() -> Any:
    return shown(OPEN)


def gets_nodes() -> Any:
    return sorted(one.node_id for one in store.get_nodes(filters=OPEN))


def deletes_a_document() -> Any:
    store.delete("of-d0")
    return shown(k=4)


def deletes_nodes() -> Any:
    store.delete_nodes(["d1"])
    return shown(k=4)


def clears() -> Any:
    return store.clear()


def asks_for_too_many() -> Any:
    return shown(k=100)


run({
    "works": [start, adds, searches, filters, gets_nodes, adds_one, deletes_nodes, clears],
    "fills": [start, adds, adds_a_person],
    "limited": [start, searches, shows_masked, filters, gets_nodes, asks_for_too_many, adds_one, deletes_a_document, deletes_nodes, clears],
})  # fmt: skip

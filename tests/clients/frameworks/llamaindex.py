"""LlamaIndex' index over a vector store: what its users do with documents, and with nodes of their own."""

from typing import Any

from cases import IDS, METADATA, PERSON, TEXTS, embed
from llama_index.core import Document, StorageContext, VectorStoreIndex
from llama_index.core.embeddings import BaseEmbedding
from llama_index.core.schema import NodeRelationship, RelatedNodeInfo, TextNode
from llama_index.core.vector_stores import ExactMatchFilter, MetadataFilters

NODES = [
    TextNode(
        id_=id, text=text, metadata=metadata, relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=f"of-{id}")}
    )
    for id, text, metadata in zip(IDS, TEXTS, METADATA, strict=True)
]  # fmt: skip


class Fixed(BaseEmbedding):
    """What an embedding model would be: it must not fetch one."""

    def _get_text_embedding(self, text: str) -> list[float]:
        return embed(text)

    def _get_query_embedding(self, query: str) -> list[float]:
        return embed(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return embed(query)


def only(key: str, value: Any) -> MetadataFilters:
    """What has that value."""
    return MetadataFilters(filters=[ExactMatchFilter(key=key, value=value)])


OPEN = only("status", "open")


class Opened:
    """Cases that any use begins with. A walk says what `opens` the store."""

    store: Any
    index: Any

    def opens(self) -> Any:
        raise NotImplementedError

    def start(self) -> Any:
        self.store = self.opens()
        self.index = VectorStoreIndex.from_vector_store(self.store, embed_model=Fixed())


class Documents(Opened):
    """Documents go in, and out by their ids. A walk says how it `counts` what is kept."""

    def counts(self) -> Any:
        raise NotImplementedError

    def found(self, **asked: Any) -> Any:
        return self.index.as_retriever(**{"similarity_top_k": 2} | asked).retrieve(TEXTS[0])

    def inserts(self) -> Any:
        documents = [Document(text=text, id_=f"doc-{n}", metadata={"n": n}) for n, text in enumerate(TEXTS)]
        context = StorageContext.from_defaults(vector_store=self.store)
        VectorStoreIndex.from_documents(documents, storage_context=context, embed_model=Fixed(), transformations=[])
        return self.counts()

    def retrieves(self) -> Any:
        return sorted([one.text, round(one.score, 4)] for one in self.found())

    def retrieves_with_filter(self) -> Any:
        return [one.text for one in self.found(filters=only("n", 2))]

    def gets_nodes(self) -> Any:
        return [[one.text, one.metadata["n"]] for one in self.store.get_nodes(None, filters=only("n", 1))]

    def deletes_a_document(self) -> Any:
        self.index.delete_ref_doc("doc-0")
        return self.counts()


class Nodes(Opened):
    """Nodes with ids go in, each of a document."""

    #: How many are shown where all are asked for, and how many are too many.
    ALL, TOO_MANY = 4, 100

    def row(self, one: Any) -> Any:
        """What is compared of a hit."""
        return [one.node_id, one.text, one.metadata, one.score]

    def shown(self, filters: Any = None, k: int = 2) -> Any:
        found = self.index.as_retriever(similarity_top_k=k, filters=filters).retrieve(TEXTS[0])
        return [self.row(one) for one in found]

    def adds(self) -> Any:
        self.index.insert_nodes(NODES)
        return self.shown(k=self.ALL)

    def adds_one(self) -> Any:
        return self.store.add([TextNode(id_="d9", text="one more", embedding=[0.1, 0.2, 0.3])])

    def adds_a_person(self) -> Any:
        mail = {"status": "open", "mail": "anna.schmidt@example.org"}
        added = self.store.add([TextNode(id_="d5", text=PERSON, embedding=embed(PERSON), metadata=mail)])
        return added, self.shown(k=self.ALL + 1)

    def searches(self) -> Any:
        return self.shown()

    def shows_masked(self) -> Any:
        return [[one.text, one.metadata] for one in self.index.as_retriever(similarity_top_k=1).retrieve(PERSON)]

    def filters(self) -> Any:
        return self.shown(OPEN)

    def deletes_a_document(self) -> Any:
        self.store.delete("of-d0")
        return self.shown(k=self.ALL)

    def deletes_nodes(self) -> Any:
        self.store.delete_nodes(["d1"])
        return self.shown(k=self.ALL)

    def clears(self) -> Any:
        self.store.clear()
        return self.shown(k=self.ALL)

    def asks_for_too_many(self) -> Any:
        return self.shown(k=self.TOO_MANY)

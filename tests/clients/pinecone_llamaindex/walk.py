"""LlamaIndex' vector store on Pinecone."""

import os
from typing import Any

from cases import PERSON, embed, run, told
from frameworks.llamaindex import Nodes
from llama_index.core.schema import TextNode
from llama_index.vector_stores.pinecone import PineconeVectorStore
from pinecone import Pinecone

HERE = told()


class Walk(Nodes):
    ALL, TOO_MANY = 3, 50

    def opens(self) -> Any:
        trust = {"ssl_ca_certs": os.environ["SSL_CERT_FILE"]} if "SSL_CERT_FILE" in os.environ else {}
        client = Pinecone(api_key=HERE["token"] or "none", host=HERE["url"], **trust)
        host = client.describe_index(HERE["collection"]).host
        return PineconeVectorStore(client.Index(host=host), namespace="t1")

    def row(self, one: Any) -> Any:
        return [one.node_id, one.text, one.metadata["status"], one.score]

    def shown(self, filters: Any = None, k: int = 2) -> Any:
        return sorted(super().shown(filters, k))

    def adds_a_person(self) -> Any:
        node = TextNode(id_="d5", text=PERSON, embedding=embed(PERSON), metadata={"status": "open"})
        return self.store.add([node])


w = Walk()
run({
    "works": [w.start, w.adds, w.searches, w.filters, w.deletes_a_document, w.deletes_nodes, w.clears],
    "fills": [w.start, w.adds, w.adds_a_person],
    "told": [w.start, w.searches, w.filters, w.asks_for_too_many, w.adds, w.deletes_a_document, w.deletes_nodes, w.clears],
})  # fmt: skip

"""LlamaIndex' vector store on OpenSearch."""

from typing import Any

from cases import run, told
from frameworks.llamaindex import Nodes
from llama_index.vector_stores.opensearch import OpensearchVectorClient, OpensearchVectorStore

HERE = told()
METHOD = {"name": "hnsw", "space_type": "l2", "engine": "lucene"}


class Walk(Nodes):
    def opens(self) -> Any:
        more: dict[str, Any] = {"ca_certs": HERE["ca"]} if HERE.get("ca") else {}
        if HERE["token"]:
            more["headers"] = {"authorization": "Bearer " + HERE["token"]}
        return OpensearchVectorStore(OpensearchVectorClient(HERE["url"], HERE["collection"], 3, method=METHOD, **more))


w = Walk()
run({
    "works": [w.start, w.adds, w.searches, w.filters, w.adds_one, w.deletes_a_document, w.deletes_nodes, w.clears],
    "fills": [w.start, w.adds, w.adds_a_person],
    "limited": [w.start, w.searches, w.shows_masked, w.filters, w.asks_for_too_many, w.adds_one, w.deletes_a_document, w.deletes_nodes, w.clears],
})  # fmt: skip

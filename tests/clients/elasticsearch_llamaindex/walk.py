"""LlamaIndex' vector store on Elasticsearch."""

from typing import Any

from cases import run, told
from elasticsearch import AsyncElasticsearch
from frameworks.llamaindex import OPEN, Nodes
from llama_index.vector_stores.elasticsearch import ElasticsearchStore

HERE = told()


class Walk(Nodes):
    def opens(self) -> Any:
        client = AsyncElasticsearch(HERE["url"], bearer_auth=HERE["token"] or None, ca_certs=HERE.get("ca"))
        return ElasticsearchStore(HERE["collection"], es_client=client)

    def gets_nodes(self) -> Any:
        return sorted(one.node_id for one in self.store.get_nodes(filters=OPEN))

    def clears(self) -> Any:  # which takes the index away
        return self.store.clear()


w = Walk()
run({
    "works": [w.start, w.adds, w.searches, w.filters, w.gets_nodes, w.adds_one, w.deletes_nodes, w.clears],
    "fills": [w.start, w.adds, w.adds_a_person],
    "limited": [w.start, w.searches, w.shows_masked, w.filters, w.gets_nodes, w.asks_for_too_many, w.adds_one, w.deletes_a_document, w.deletes_nodes, w.clears],
})  # fmt: skip

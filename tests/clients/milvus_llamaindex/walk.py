"""LlamaIndex' vector store on Milvus."""

from typing import Any

from cases import run, told
from frameworks.llamaindex import Documents
from llama_index.vector_stores.milvus import MilvusVectorStore

HERE = told()
NAME = HERE["collection"]
AT: dict[str, Any] = {"uri": HERE["uri"], "token": HERE["token"]}
if HERE["ca"]:
    AT |= {"secure": True, "server_pem_path": HERE["ca"]}


class Walk(Documents):
    def opens(self) -> Any:
        return MilvusVectorStore(
            **AT, collection_name=NAME, dim=3, similarity_metric="COSINE", consistency_level="Strong", use_async_client=False,
            index_config={"index_type": "FLAT"},
        )  # fmt: skip

    def counts(self) -> Any:
        return len(self.store.client.query(NAME, filter="n >= 0", output_fields=["n"], limit=10))

    def clears(self) -> Any:
        self.store.clear()
        return self.store.client.has_collection(NAME)

    def retrieves_too_many(self) -> Any:
        return self.found(similarity_top_k=100)


w = Walk()
run({
    "works": [w.start, w.inserts, w.retrieves, w.retrieves_with_filter, w.gets_nodes, w.deletes_a_document, w.clears],
    "fills": [w.start, w.inserts],
    "limited": [w.start, w.retrieves, w.retrieves_with_filter, w.gets_nodes, w.retrieves_too_many, w.inserts, w.deletes_a_document, w.clears],
})  # fmt: skip

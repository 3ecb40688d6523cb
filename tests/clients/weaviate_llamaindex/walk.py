"""LlamaIndex' vector store on Weaviate."""

from typing import Any
from uuid import UUID

import weaviate
from cases import TEXTS, run, told
from frameworks.llamaindex import Fixed, only
from llama_index.core import VectorStoreIndex
from llama_index.core.schema import NodeRelationship, RelatedNodeInfo, TextNode
from llama_index.core.vector_stores.types import VectorStoreQueryMode
from llama_index.vector_stores.weaviate import WeaviateVectorStore
from weaviate.classes.init import AdditionalConfig, Auth

HERE = told()
NAME = HERE["collection"]
IDS = [str(UUID(int=0xABC3 << 112 | n)) for n in range(4)]
client: Any = None
store: Any = None
index: Any = None


def starts() -> Any:
    global client, store, index
    client = weaviate.connect_to_custom(
        http_host="localhost", http_port=HERE["port"], http_secure=HERE["secure"], grpc_host="127.0.0.1",
        grpc_port=HERE["grpc_port"], grpc_secure=True, auth_credentials=Auth.api_key(HERE["token"]),
        additional_config=AdditionalConfig(trust_env=True),
    )  # fmt: skip
    store = WeaviateVectorStore(weaviate_client=client, index_name=NAME)
    index = VectorStoreIndex.from_vector_store(store, embed_model=Fixed())
    return client.collections.exists(NAME)


def found(nodes: Any) -> Any:
    return sorted(one.text for one in nodes)


def inserts() -> Any:
    nodes = [
        TextNode(
            text=text, id_=id, metadata={"kind": f"k{n}"},
            relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=f"doc-{n}")},
        )
        for n, (text, id) in enumerate(zip(TEXTS, IDS, strict=True))
    ]  # fmt: skip
    index.insert_nodes(nodes)
    if failed := client.batch.failed_objects:  # which this store tells nobody
        raise RuntimeError(failed[0].message)
    return len(nodes)


def retrieves() -> Any:
    return found(index.as_retriever(similarity_top_k=4).retrieve(TEXTS[0]))


def retrieves_with_filter() -> Any:
    return found(index.as_retriever(similarity_top_k=4, filters=only("kind", "k2")).retrieve(TEXTS[0]))


def retrieves_by_both() -> Any:
    return found(
        index.as_retriever(similarity_top_k=4, vector_store_query_mode=VectorStoreQueryMode.HYBRID).retrieve(TEXTS[0])
    )


def deletes_nodes() -> Any:
    store.delete_nodes(node_ids=[IDS[1]])
    return found(index.as_retriever(similarity_top_k=4).retrieve(TEXTS[0]))


def deletes_a_document() -> Any:
    store.delete("doc-0")
    return found(index.as_retriever(similarity_top_k=4).retrieve(TEXTS[0]))


def clears() -> Any:
    store.clear()
    return client.collections.exists(NAME)


def retrieves_too_many() -> Any:
    return found(index.as_retriever(similarity_top_k=100).retrieve(TEXTS[0]))


WORKS = [
    starts,
    inserts,
    retrieves,
    retrieves_with_filter,
    retrieves_by_both,
    deletes_nodes,
    deletes_a_document,
    clears,
]
LIMITED = [
    starts, retrieves, retrieves_with_filter, retrieves_by_both, retrieves_too_many, inserts, deletes_nodes,
    deletes_a_document, clears,
]  # fmt: skip
run({"works": WORKS, "fills": [starts, inserts], "limited": LIMITED})

"""LangChain's vector store on Weaviate."""

import asyncio
from typing import Any
from uuid import UUID

import weaviate
from cases import METADATA, TEXTS, embed, run, told
from langchain_core.embeddings import Embeddings
from langchain_weaviate import WeaviateVectorStore
from weaviate.classes.init import AdditionalConfig, Auth
from weaviate.classes.query import Filter

HERE = told()
NAME = HERE["collection"]
IDS = [str(UUID(int=0xABC2 << 112 | n)) for n in range(4)]
AT: dict[str, Any] = {
    "http_host": "localhost", "http_port": HERE["port"], "http_secure": HERE["secure"], "grpc_host": "127.0.0.1",
    "grpc_port": HERE["grpc_port"], "grpc_secure": True, "auth_credentials": Auth.api_key(HERE["token"]),
    "additional_config": AdditionalConfig(trust_env=True),
}  # fmt: skip
client: Any = None
store: Any = None


class Fixed(Embeddings):
    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return [*embed(text), 0.0]


def shown(documents: Any) -> Any:
    return sorted([one.page_content, one.metadata.get("status")] for one in documents)


def opens() -> Any:
    global client, store
    client = weaviate.connect_to_custom(**AT)
    store = WeaviateVectorStore(client, NAME, "text", Fixed(), attributes=["status"])
    return client.collections.exists(NAME)


def adds() -> Any:
    metadata = [{"status": one["status"], "n": one["n"]} for one in METADATA]
    ids = store.add_texts(TEXTS, metadata, ids=IDS)
    if failed := client.batch.failed_objects:  # which this store puts in its log alone
        raise RuntimeError(failed[0].message)
    return ids


def searches() -> Any:
    return shown(store.similarity_search(TEXTS[0], k=4))


def searches_with_scores() -> Any:
    return len(store.similarity_search_with_score(TEXTS[0], k=2))


def searches_with_filter() -> Any:
    return shown(store.similarity_search(TEXTS[0], k=4, filters=Filter.by_property("status").equal("open")))


def searches_vectors() -> Any:
    return shown(store.similarity_search_by_vector(Fixed().embed_query(TEXTS[0]), k=2))


def searches_async() -> Any:
    async def both() -> Any:
        async with weaviate.use_async_with_custom(**AT) as other:
            there = WeaviateVectorStore(client, NAME, "text", Fixed(), attributes=["status"], client_async=other)
            return shown(await there.asimilarity_search(TEXTS[0], k=4))

    return asyncio.run(both())


def ranks_for_diversity() -> Any:
    return len(store.max_marginal_relevance_search(TEXTS[0], k=2, fetch_k=3))


def deletes() -> Any:
    store.delete(ids=[IDS[0]])
    return shown(store.similarity_search(TEXTS[0], k=4))


def drops() -> Any:
    client.collections.delete(NAME)
    return client.collections.exists(NAME)


def asks_for_too_many() -> Any:
    return store.similarity_search(TEXTS[0], k=100)


WORKS = [
    opens, adds, searches, searches_with_scores, searches_with_filter, searches_vectors, searches_async, ranks_for_diversity,
    deletes, drops,
]  # fmt: skip
LIMITED = [
    opens, searches, searches_with_filter, searches_vectors, searches_async, ranks_for_diversity, asks_for_too_many, adds,
    deletes, drops,
]  # fmt: skip
run({"works": WORKS, "fills": [opens, adds], "limited": LIMITED})

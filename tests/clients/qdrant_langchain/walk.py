"""LangChain's vector store on Qdrant."""

from typing import Any

from cases import NUMBERS, TEXTS, run, told
from frameworks.langchain import Fixed
from langchain_core.documents import Document
from langchain_qdrant import QdrantVectorStore
from qdrant_client import QdrantClient, models

HERE = told()
NAME = HERE["collection"]
store: Any = None
TO = {"url": HERE["url"], "api_key": HERE["token"] or None, "timeout": 30}


def only(status: str) -> models.Filter:
    return models.Filter(must=[models.FieldCondition(key="metadata.status", match=models.MatchValue(value=status))])


def shown(documents: Any) -> Any:
    kept = [
        [one.page_content, {key: value for key, value in one.metadata.items() if key != "_collection_name"}]
        for one in documents
    ]
    return kept


def makes() -> Any:
    global store
    metadata = [{"status": status} for status in ("open", "closed", "open", "new")]
    store = QdrantVectorStore.from_texts(TEXTS, Fixed(), metadata, NUMBERS, collection_name=NAME, **TO)
    return True


def opens() -> Any:
    global store
    store = QdrantVectorStore.from_existing_collection(NAME, Fixed(), **TO)
    return True


def adds() -> Any:
    return store.add_documents([Document("one more", metadata={"status": "new"})], ids=[9])


def searches() -> Any:
    return shown(store.similarity_search(TEXTS[0], k=2))


def searches_with_scores() -> Any:
    return [[one.page_content, score] for one, score in store.similarity_search_with_score(TEXTS[0], k=2)]


def searches_with_filter() -> Any:
    return shown(store.similarity_search(TEXTS[0], k=2, filter=only("closed")))


def ranks_for_diversity() -> Any:
    return sorted(shown(store.max_marginal_relevance_search(TEXTS[0], k=2, fetch_k=3)))


def gets_by_ids() -> Any:
    return sorted(shown(store.get_by_ids([1, 3])))


def deletes() -> Any:
    store.delete([1])
    return store.client.count(NAME).count


def drops() -> Any:
    return QdrantClient(**TO).delete_collection(NAME)


def asks_for_too_many() -> Any:
    return store.similarity_search(TEXTS[0], k=100)


def writes() -> Any:
    return store.add_texts(["one more"], ids=[10])


run(
    {
        "works": [
            makes, opens, adds, searches, searches_with_scores, searches_with_filter, ranks_for_diversity, gets_by_ids, deletes,
            drops,
        ],
        "limited": [opens, searches, ranks_for_diversity, asks_for_too_many, writes],
    }
)  # fmt: skip

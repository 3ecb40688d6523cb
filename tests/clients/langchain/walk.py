"""LangChain's vector store on Chroma."""

from typing import Any

from cases import IDS, METADATA, TEXTS, run, told
from chromadb.config import Settings
from frameworks.langchain import Fixed
from langchain_chroma import Chroma
from langchain_core.documents import Document

HERE = told()
store: Any = None


def shown(documents: Any) -> Any:
    return [[one.id, one.page_content, one.metadata] for one in documents]


def start() -> Any:
    global store
    store = Chroma(
        collection_name=HERE["collection"], embedding_function=Fixed(), host=HERE["host"], port=HERE["port"], ssl=HERE["ssl"],
        client_settings=Settings(anonymized_telemetry=False),
    )  # fmt: skip


def adds() -> Any:
    return store.add_texts(TEXTS, metadatas=METADATA, ids=IDS)


def searches() -> Any:
    return shown(store.similarity_search(TEXTS[0], k=2))


def searches_with_scores() -> Any:
    return [[one.id, score] for one, score in store.similarity_search_with_score(TEXTS[0], k=2)]


def searches_with_filter() -> Any:
    return shown(store.similarity_search(TEXTS[0], k=2, filter={"status": "closed"}))


def ranks_for_diversity() -> Any:
    return shown(store.max_marginal_relevance_search(TEXTS[0], k=2, fetch_k=3))


def retrieves() -> Any:
    return shown(store.as_retriever(search_type="mmr", search_kwargs={"k": 1, "fetch_k": 2}).invoke(TEXTS[3]))


def gets_by_ids() -> Any:
    return sorted(shown(store.get_by_ids(["d0", "d2"])))


def gets() -> Any:
    return store.get()["ids"]


def updates_a_document() -> Any:
    (one,) = store.get_by_ids(["d1"])
    store.update_document("d1", Document(one.page_content, metadata=one.metadata | {"status": "reopened"}))
    return shown(store.get_by_ids(["d1"]))


def deletes() -> Any:
    store.delete(["d0"])
    return sorted(store.get()["ids"])


def drops() -> Any:
    return store.delete_collection()


def asks_for_too_many() -> Any:
    return store.similarity_search(TEXTS[0], k=100)


def writes() -> Any:
    return store.add_texts(["one more"], ids=["x"])


run(
    {
        "works": [
            start, adds, searches, searches_with_scores, searches_with_filter, ranks_for_diversity, retrieves, gets_by_ids, gets,
            updates_a_document, deletes, drops,
        ],
        "limited": [start, searches, gets, asks_for_too_many, ranks_for_diversity, writes],
    }
)  # fmt: skip

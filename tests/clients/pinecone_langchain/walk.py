"""LangChain's vector store on Pinecone."""

import os
from typing import Any

from cases import IDS, METADATA, PERSON, TEXTS, run, told
from frameworks.langchain import Fixed
from langchain_pinecone import PineconeVectorStore
from pinecone import Pinecone

HERE = told()
NAME = HERE["collection"]
store: Any = None


def shown(documents: Any) -> Any:
    return [[one.page_content, one.metadata.get("status")] for one in documents]


def start() -> Any:
    global store
    trust = {"ssl_ca_certs": os.environ["SSL_CERT_FILE"]} if "SSL_CERT_FILE" in os.environ else {}
    client = Pinecone(api_key=HERE["token"] or "none", host=HERE["url"], **trust)
    index = client.Index(host=client.describe_index(NAME).host, **trust)
    store = PineconeVectorStore(index=index, embedding=Fixed(), namespace="t1")


def adds() -> Any:
    return store.add_texts(TEXTS, METADATA, ids=IDS, async_req=False)


def adds_a_person() -> Any:
    return store.add_texts([PERSON], [{"status": "open"}], ids=["d5"], async_req=False)


def searches() -> Any:
    return shown(store.similarity_search(TEXTS[0], k=2))


def searches_with_scores() -> Any:
    return [[one.page_content, score] for one, score in store.similarity_search_with_score(TEXTS[0], k=2)]


def filters() -> Any:
    return shown(store.similarity_search(TEXTS[0], k=3, filter={"status": "open"}))


def ranks_for_diversity() -> Any:
    return sorted(shown(store.max_marginal_relevance_search(TEXTS[0], k=2, fetch_k=3)))


def deletes() -> Any:
    store.delete(["d0"])
    return shown(store.similarity_search(TEXTS[0], k=3))


def deletes_what_waits() -> Any:
    return store.delete(filter={"status": "open"})


def deletes_all() -> Any:
    store.delete(delete_all=True)
    return shown(store.similarity_search(TEXTS[0], k=3))


def asks_for_too_many() -> Any:
    return shown(store.similarity_search(TEXTS[0], k=50))


def asks_by_what_is_masked() -> Any:
    return shown(store.similarity_search(TEXTS[0], k=2, filter={"salary": {"$gt": 3}}))


def looks_elsewhere() -> Any:
    return shown(store.similarity_search(TEXTS[0], k=2, namespace="t2"))


run({
    "works": [start, adds, searches, searches_with_scores, filters, ranks_for_diversity, deletes, deletes_all],
    "fills": [start, adds, adds_a_person],
    "told": [start, searches, filters, asks_for_too_many, asks_by_what_is_masked, ranks_for_diversity, looks_elsewhere, adds, deletes_what_waits],
})  # fmt: skip

"""LangChain's vector store on Elasticsearch."""

from typing import Any

from cases import IDS, METADATA, PERSON, TEXTS, run, told
from elasticsearch import Elasticsearch
from frameworks.langchain import Fixed
from langchain_elasticsearch import DenseVectorScriptScoreStrategy, ElasticsearchStore

HERE = told()
store: Any = None
client: Any = None
OPEN = [{"term": {"metadata.status.keyword": "open"}}]


def shown(documents: Any) -> Any:
    return [[one.page_content, one.metadata] for one in documents]


def start() -> Any:
    global store, client
    client = Elasticsearch(HERE["url"], bearer_auth=HERE["token"] or None, ca_certs=HERE.get("ca"))
    store = ElasticsearchStore(HERE["collection"], embedding=Fixed(), client=client)


def adds() -> Any:
    return store.add_texts(TEXTS, METADATA, ids=IDS)


def adds_a_person() -> Any:
    return store.add_texts([PERSON], [{"status": "open", "mail": "anna.schmidt@example.org"}], ids=["d5"])


def adds_one() -> Any:
    return store.add_texts(["one more"], [{"status": "new"}], ids=["d9"])


def searches() -> Any:
    return shown(store.similarity_search(TEXTS[0], k=2))


def shows_masked() -> Any:
    return shown(store.similarity_search(PERSON, k=1))


def searches_with_scores() -> Any:
    return [[one.page_content, score] for one, score in store.similarity_search_with_score(TEXTS[0], k=2)]


def filters() -> Any:
    return shown(store.similarity_search(TEXTS[1], k=2, filter=OPEN))


def ranks_for_diversity() -> Any:
    return sorted(one.page_content for one in store.max_marginal_relevance_search(TEXTS[0], k=2, fetch_k=3))


def ranks_by_a_script() -> Any:
    exact = ElasticsearchStore(
        HERE["collection"], embedding=Fixed(), client=client, strategy=DenseVectorScriptScoreStrategy()
    )
    return shown(exact.similarity_search(TEXTS[0], k=2))


def deletes() -> Any:
    return store.delete(["d0"]), shown(store.similarity_search(TEXTS[0], k=4))


def asks_for_too_many() -> Any:
    return shown(store.similarity_search(TEXTS[0], k=100))


run({
    "works": [start, adds, searches, searches_with_scores, filters, ranks_for_diversity, adds_one, deletes],
    "fills": [start, adds, adds_a_person],
    "limited": [start, searches, shows_masked, filters, asks_for_too_many, ranks_for_diversity, ranks_by_a_script, adds_one, deletes],
})  # fmt: skip

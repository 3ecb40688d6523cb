"""LangChain's vector store on OpenSearch."""

from typing import Any

from cases import IDS, METADATA, PERSON, TEXTS, run, told
from frameworks.langchain import Fixed
from langchain_community.vectorstores import OpenSearchVectorSearch

HERE = told()
store: Any = None
OPEN = {"term": {"metadata.status.keyword": "open"}}


def shown(documents: Any) -> Any:
    return [[one.page_content, one.metadata] for one in documents]


def start() -> Any:
    global store
    more: dict[str, Any] = {"ca_certs": HERE["ca"]} if HERE.get("ca") else {}
    if HERE["token"]:
        more["headers"] = {"authorization": "Bearer " + HERE["token"]}
    store = OpenSearchVectorSearch(HERE["url"], HERE["collection"], Fixed(), engine="lucene", **more)


def is_there() -> Any:
    return store.index_exists()


def adds() -> Any:
    return store.add_texts(TEXTS, METADATA, ids=IDS, engine="lucene")


def adds_one() -> Any:
    return store.add_texts(["one more"], [{"status": "new"}], ids=["d9"], engine="lucene")


def adds_a_person() -> Any:
    return store.add_texts(
        [PERSON], [{"status": "open", "mail": "anna.schmidt@example.org"}], ids=["d5"], engine="lucene"
    )


def shows_masked() -> Any:
    return shown(store.similarity_search(PERSON, k=1))


def searches() -> Any:
    return shown(store.similarity_search(TEXTS[0], k=2))


def searches_with_scores() -> Any:
    return [[one.page_content, score] for one, score in store.similarity_search_with_score(TEXTS[0], k=2)]


def filters() -> Any:
    return shown(store.similarity_search(TEXTS[0], k=2, efficient_filter=OPEN))


def filters_around() -> Any:
    return shown(store.similarity_search(TEXTS[1], k=4, boolean_filter=OPEN))


def filters_in_lucene() -> Any:
    return shown(store.similarity_search(TEXTS[1], k=4, lucene_filter=OPEN))


def ranks_for_diversity() -> Any:
    return sorted(one.page_content for one in store.max_marginal_relevance_search(TEXTS[0], k=2, fetch_k=3))


def ranks_by_a_script() -> Any:
    return shown(store.similarity_search(TEXTS[0], k=2, search_type="script_scoring", space_type="l2", pre_filter=OPEN))


def configures_a_pipeline() -> Any:
    return [
        store.configure_search_pipelines("c_words"),
        store.search_pipeline_exists("c_words"),
        store.get_search_pipeline_info("c_words"),
    ]


def searches_by_words_too() -> Any:
    told = {"search_type": "hybrid_search", "search_pipeline": "c_words", "query_text": TEXTS[0]}
    return [
        [[one.page_content, score] for one, score in store.similarity_search_with_score(TEXTS[0], k=2, **told, **more)]
        for more in ({}, {"post_filter": OPEN})
    ]


def deletes() -> Any:
    store.delete(["d0"], refresh_indices=True)
    return shown(store.similarity_search(TEXTS[0], k=4))


def drops() -> Any:
    return store.delete_index()


def asks_for_too_many() -> Any:
    return shown(store.similarity_search(TEXTS[0], k=100))


run({
    "works": [start, is_there, adds, is_there, searches, searches_with_scores, filters, filters_around, filters_in_lucene, ranks_for_diversity, configures_a_pipeline, searches_by_words_too, adds_one, deletes, drops, is_there],
    "fills": [start, adds, adds_a_person],
    "limited": [start, is_there, searches, shows_masked, filters, filters_around, asks_for_too_many, ranks_for_diversity, ranks_by_a_script, searches_by_words_too, adds_one, deletes, drops],
})  # fmt: skip

"""LangChain's vector store on Milvus."""

from typing import Any

from cases import TEXTS, run, told
from frameworks.langchain import Fixed
from langchain_core.documents import Document
from langchain_milvus import BM25BuiltInFunction, Milvus

HERE = told()
NAME = HERE["collection"]
AT: dict[str, Any] = {"uri": HERE["uri"], "token": HERE["token"]}
if HERE["ca"]:
    AT |= {"secure": True, "server_pem_path": HERE["ca"]}
IDS = ["d0", "d1", "d2", "d3"]
store: Any = None


def shown(documents: Any) -> Any:
    return [[one.page_content, one.metadata.get("status")] for one in documents]


def opened(**more: Any) -> Any:
    return Milvus(
        Fixed(), collection_name=NAME, connection_args=AT, consistency_level="Strong",
        index_params={"index_type": "FLAT", "metric_type": "COSINE", "params": {}}, **more,
    )  # fmt: skip


def makes() -> Any:
    global store
    store = opened(drop_old=True, auto_id=False)
    metadata = [{"status": status} for status in ("open", "closed", "open", "new")]
    return store.add_texts(TEXTS, metadata, ids=IDS)


def opens() -> Any:
    global store
    store = opened(auto_id=False)
    return True


def searches() -> Any:
    return shown(store.similarity_search(TEXTS[0], k=2))


def searches_with_scores() -> Any:
    return [[one.page_content, score] for one, score in store.similarity_search_with_score(TEXTS[0], k=2)]


def searches_with_filter() -> Any:
    return shown(store.similarity_search(TEXTS[0], k=2, expr='status == "closed"'))


def ranks_for_diversity() -> Any:
    return sorted(shown(store.max_marginal_relevance_search(TEXTS[0], k=2, fetch_k=3)))


def finds_keys() -> Any:
    return store.get_pks('status == "open"')


def upserts() -> Any:
    store.upsert(ids=["d3"], documents=[Document("how do I reset it", metadata={"status": "again"})])
    return shown(store.similarity_search(TEXTS[3], k=1))


def deletes() -> Any:
    store.delete(ids=["d0"])
    return shown(store.similarity_search(TEXTS[0], k=4))


def drops() -> Any:
    store.client.drop_collection(NAME)
    return store.client.has_collection(NAME)


def breaks_out() -> Any:
    return shown(store.similarity_search(TEXTS[0], k=2, expr='status == "") or (status != ""'))


def asks_for_too_many() -> Any:
    return store.similarity_search(TEXTS[0], k=100)


def writes() -> Any:
    return store.add_texts(["one more"], [{"status": "new"}], ids=["d9"])


def drops_the_old() -> Any:
    return opened(drop_old=True)


def worded() -> Any:
    return Milvus(
        None, builtin_function=BM25BuiltInFunction(analyzer_params={"tokenizer": "standard", "filter": ["lowercase"]}),
        vector_field="sparse", collection_name=NAME, connection_args=AT, consistency_level="Strong", auto_id=False,
        index_params={"index_type": "SPARSE_INVERTED_INDEX", "metric_type": "BM25", "params": {}},
    )  # fmt: skip


def makes_words() -> Any:
    global store
    store = worded()
    return store.add_texts(
        ["a red house", "the blue car of Eva", "write to eva@example.org about the house"], ids=IDS[:3]
    )


def opens_words() -> Any:
    global store
    store = worded()
    return True


def looks_for(text: str) -> Any:
    found = store.similarity_search(text, k=2, param={"metric_type": "BM25", "params": {}})
    return [one.page_content for one in found]


def looks_for_words() -> Any:
    return looks_for("Red house")


def looks_for_a_person() -> Any:
    return looks_for("eva@example.org")


WORDED = [makes_words, looks_for_words, looks_for_a_person]
SEEKS = [opens_words, looks_for_words, looks_for_a_person]
WORKS = [
    makes, opens, searches, searches_with_scores, searches_with_filter, ranks_for_diversity, finds_keys, upserts, deletes, drops,
]  # fmt: skip
LIMITED = [opens, searches, searches_with_filter, finds_keys, breaks_out, asks_for_too_many, writes, drops_the_old]
run({"works": WORKS, "fills": [makes], "limited": LIMITED, "worded": WORDED, "seeks": SEEKS})

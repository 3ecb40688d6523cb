"""Elasticsearch's own client for Python, synchronous."""

from typing import Any

from cases import run, told
from elasticsearch import Elasticsearch, helpers

HERE = told()
NAME = HERE["collection"]
client: Any = None
DOCS = [{"_id": f"r{n}", "vec": [float(n), 1.0], "status": "open" if n % 2 else "shut", "n": n} for n in range(1, 5)]
KNN = {"field": "vec", "query_vector": [5, 1], "k": 2, "num_candidates": 10}


def start() -> Any:
    global client
    client = Elasticsearch(HERE["url"], bearer_auth=HERE["token"] or None, ca_certs=HERE.get("ca"))
    return client.ping(), bool(client.indices.exists(index=NAME)), client.info()["tagline"]


def makes() -> Any:
    vec = {"type": "dense_vector", "dims": 2, "similarity": "l2_norm", "index_options": {"type": "hnsw"}}
    mappings = {"properties": {"vec": vec, "status": {"type": "keyword"}}}
    made = client.indices.create(index=NAME, mappings=mappings, settings={"number_of_replicas": 0})
    return made["acknowledged"], bool(client.indices.exists(index=NAME))


def writes() -> Any:
    return helpers.bulk(client, [{"_index": NAME, **one} for one in DOCS], refresh=True)


def writes_one() -> Any:
    made = client.index(index=NAME, id="r5", document={"vec": [5.0, 1.0], "status": "open", "n": 5}, refresh=True)
    changed = client.update(index=NAME, id="r5", doc={"n": 6}, refresh=True)
    return made["result"], changed["result"], client.get(index=NAME, id="r5")["_source"]["n"]


def searches() -> Any:
    found = client.search(index=NAME, knn=KNN, source=["n"])
    return [(hit["_id"], hit["_score"], hit["_source"]) for hit in found["hits"]["hits"]]


def retrieves() -> Any:
    found = client.search(
        index=NAME, retriever={"knn": {**KNN, "filter": {"term": {"status": "shut"}}}}, source_includes=["n"]
    )
    return [(hit["_id"], hit["_source"]) for hit in found["hits"]["hits"]]


def searches_many() -> Any:
    lines = [{"index": NAME}, {"query": {"term": {"status": "open"}}, "sort": ["n"]}, {"index": NAME}, {"size": 0}]
    found = client.msearch(searches=lines)["responses"]
    return [[hit["_id"] for hit in one["hits"]["hits"]] for one in found], found[1]["hits"]["total"]["value"]


def counts() -> Any:
    return client.count(index=NAME, query={"term": {"status": "open"}})["count"], client.count(index=NAME)["count"]


def aggregates() -> Any:
    found = client.search(index=NAME, size=0, aggs={"s": {"terms": {"field": "status"}}})
    return [(one["key"], one["doc_count"]) for one in found["aggregations"]["s"]["buckets"]]


def reads() -> Any:
    docs = client.mget(index=NAME, ids=["r1", "r9"])["docs"]
    return (
        [one["found"] for one in docs],
        bool(client.exists(index=NAME, id="r1")),
        bool(client.exists(index=NAME, id="r9")),
    )


def misses() -> Any:
    return client.get(index=NAME, id="r9")


def deletes() -> Any:
    return client.delete(index=NAME, id="r1", refresh=True)["result"]


def scans() -> Any:
    found = helpers.scan(client, index=NAME, query={"query": {"term": {"status": "open"}}}, size=1)
    return sorted(one["_id"] for one in found)


def reindexes() -> Any:
    found = helpers.scan(client, index=NAME, size=2, preserve_order=True)
    some = [{"_index": f"{NAME}-two", "_id": one["_id"], "_source": one["_source"]} for one in found]
    told = helpers.bulk(client, some, chunk_size=2)
    client.indices.refresh(index=f"{NAME}-two")
    return told, client.count(index=f"{NAME}-two")["count"], client.indices.delete(index=f"{NAME}-two")["acknowledged"]


def pages() -> Any:
    pit, after, found = client.open_point_in_time(index=NAME, keep_alive="1m")["id"], None, []
    for _ in range(4):
        page = client.search(size=2, sort=[{"n": "asc"}], pit={"id": pit, "keep_alive": "1m"}, search_after=after)
        pit, hits = page["pit_id"], page["hits"]["hits"]
        found += [hit["_id"] for hit in hits]
        after = hits[-1]["sort"] if hits else after
    return found, client.close_point_in_time(id=pit)["succeeded"]


def scrolls() -> Any:
    return client.search(index=NAME, scroll="1h")["_scroll_id"]


def opens_a_point_in_time() -> Any:
    return client.open_point_in_time(index=NAME, keep_alive="1h")["id"]


def asks_for_too_many() -> Any:
    return client.search(index=NAME, size=50)["hits"]["total"]


def asks_elsewhere() -> Any:
    return client.search(index="private")["hits"]["total"]


def drops() -> Any:
    return client.indices.delete(index=NAME)["acknowledged"]


run({
    "all": [start, makes, writes, writes_one, searches, retrieves, searches_many, counts, aggregates, reads, scans, reindexes, pages, misses, deletes, drops],
    "little": [start, asks_for_too_many, asks_elsewhere, scrolls, opens_a_point_in_time, drops],
})  # fmt: skip

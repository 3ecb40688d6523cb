"""OpenSearch's own client for Python, synchronous."""

from typing import Any

from cases import run, told
from opensearchpy import OpenSearch, helpers

HERE = told()
NAME = HERE["collection"]
client: Any = None
DOCS = [{"_id": f"r{n}", "vec": [float(n), 1.0], "status": "open" if n % 2 else "shut", "n": n} for n in range(1, 5)]


def start() -> Any:
    global client
    headers = {"authorization": f"Bearer {HERE['token']}"} if HERE["token"] else {}
    client = OpenSearch(HERE["url"], headers=headers, ca_certs=HERE.get("ca"), timeout=30)
    return client.indices.exists(index=NAME), client.info()["version"]["distribution"]


def makes() -> Any:
    vec = {"type": "knn_vector", "dimension": 2, "method": {"name": "hnsw", "engine": "lucene", "space_type": "l2"}}
    body = {
        "settings": {"index": {"knn": True}},
        "mappings": {"properties": {"vec": vec, "status": {"type": "keyword"}}},
    }
    return client.indices.create(index=NAME, body=body)["acknowledged"], client.indices.exists(index=NAME)


def writes() -> Any:
    return helpers.bulk(client, [{"_index": NAME, **one} for one in DOCS], refresh=True)


def writes_one() -> Any:
    made = client.index(index=NAME, id="r5", body={"vec": [5.0, 1.0], "status": "open", "n": 5}, refresh=True)
    changed = client.update(index=NAME, id="r5", body={"doc": {"n": 6}}, refresh="true")
    return made["result"], changed["result"], client.get(index=NAME, id="r5")["_source"]["n"]


def searches() -> Any:
    found = client.search(index=NAME, body={"query": {"knn": {"vec": {"vector": [5, 1], "k": 2}}}}, size=2)
    return [(hit["_id"], hit["_score"], hit["_source"]["n"]) for hit in found["hits"]["hits"]]


def searches_many() -> Any:
    lines = [{"index": NAME}, {"query": {"term": {"status": "open"}}, "sort": ["n"]}, {"index": NAME}, {"size": 0}]
    found = client.msearch(body=lines)["responses"]
    return [[hit["_id"] for hit in one["hits"]["hits"]] for one in found], found[1]["hits"]["total"]["value"]


def counts() -> Any:
    return client.count(index=NAME, body={"query": {"term": {"status": "open"}}})["count"], client.count(index=NAME)[
        "count"
    ]


def aggregates() -> Any:
    found = client.search(index=NAME, body={"size": 0, "aggs": {"s": {"terms": {"field": "status"}}}})
    return [(one["key"], one["doc_count"]) for one in found["aggregations"]["s"]["buckets"]]


def reads() -> Any:
    docs = client.mget(index=NAME, body={"ids": ["r1", "r9"]})["docs"]
    return [one["found"] for one in docs], client.exists(index=NAME, id="r1"), client.exists(index=NAME, id="r9")


def misses() -> Any:
    return client.get(index=NAME, id="r9")


def deletes() -> Any:
    one = client.delete(index=NAME, id="r1", refresh=True)["result"]
    return one, client.delete_by_query(index=NAME, body={"query": {"term": {"status": "shut"}}}, refresh=True)[
        "deleted"
    ]


def scans() -> Any:
    found = helpers.scan(client, index=NAME, query={"query": {"term": {"status": "open"}}}, size=1)
    return sorted(one["_id"] for one in found)


def reindexes() -> Any:
    told = helpers.reindex(client, NAME, f"{NAME}-two", chunk_size=2, scan_kwargs={"size": 2})
    client.indices.refresh(index=f"{NAME}-two")
    return told, client.count(index=f"{NAME}-two")["count"], client.indices.delete(index=f"{NAME}-two")["acknowledged"]


def pages() -> Any:
    opened, after, found = client.create_pit(index=NAME, params={"keep_alive": "1m"}), [], []
    pit = opened["pit_id"]
    for _ in range(4):
        asked = {
            "size": 2,
            "sort": [{"n": "asc"}],
            "pit": {"id": pit, "keep_alive": "1m"},
            **({"search_after": after} if after else {}),
        }
        page = client.search(body=asked)
        pit, hits = page.get("pit_id", pit), page["hits"]["hits"]
        found += [hit["_id"] for hit in hits]
        after = hits[-1]["sort"] if hits else after
    return found, client.delete_pit(body={"pit_id": [pit]})["pits"][0]["successful"]


def scrolls() -> Any:
    return client.search(index=NAME, scroll="1h")["_scroll_id"]


def asks_for_too_many() -> Any:
    return client.search(index=NAME, size=50)["hits"]["total"]


def asks_elsewhere() -> Any:
    return client.search(index="private")["hits"]["total"]


def drops() -> Any:
    return client.indices.delete(index=NAME)["acknowledged"]


run({
    "all": [start, makes, writes, writes_one, searches, searches_many, counts, aggregates, reads, scans, reindexes, pages, misses, deletes, drops],
    "little": [start, asks_for_too_many, asks_elsewhere, scrolls, drops],
})  # fmt: skip

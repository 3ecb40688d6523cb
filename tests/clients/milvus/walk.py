"""Milvus's own client, `MilvusClient`, which speaks gRPC alone."""

from typing import Any

from cases import run, told
from pymilvus import DataType, MilvusClient

HERE = told()
NAME = HERE["collection"]
AT: dict[str, Any] = {"uri": HERE["uri"], "token": HERE["token"]}
if HERE["ca"]:
    AT |= {"secure": True, "server_pem_path": HERE["ca"]}
NEAR = [0.1, 0.2, 0.3, 0.4]
client: Any = None


def row(number: int, tenant: str = "t1", **more: Any) -> dict[str, Any]:
    return {"id": number, "tenant": tenant, "name": f"n{number}", "vec": [number / 10, 0.2, 0.3, 0.4], **more}


def starts() -> Any:
    global client
    client = MilvusClient(**AT)
    return client.get_server_version()


def creates() -> Any:
    schema = client.create_schema(enable_dynamic_field=True)
    schema.add_field("id", DataType.INT64, is_primary=True)
    schema.add_field("tenant", DataType.VARCHAR, max_length=64)
    schema.add_field("name", DataType.VARCHAR, max_length=64)
    schema.add_field("vec", DataType.FLOAT_VECTOR, dim=4)
    index = client.prepare_index_params()
    index.add_index("vec", index_type="FLAT", metric_type="L2")
    client.create_collection(NAME, schema=schema, index_params=index, consistency_level="Strong")
    return client.has_collection(NAME), client.has_collection("c_not_there")


def describes() -> Any:
    said = client.describe_collection(NAME)
    return [(one["name"], one["type"], one.get("is_primary")) for one in said["fields"]], said["enable_dynamic_field"]


def lists() -> Any:
    return NAME in client.list_collections()


def lists_indexes() -> Any:
    said = client.describe_index(NAME, client.list_indexes(NAME)[0])
    return {name: said[name] for name in ("field_name", "index_type", "metric_type")}


def loads() -> Any:
    client.load_collection(NAME)
    return client.get_load_state(NAME)


def inserts() -> Any:
    rows = [row(1), row(2, note="mail eva@example.org"), row(3), row(4, "t2"), row(5, "t2")]
    return client.insert(NAME, rows)["insert_count"]


def queries() -> Any:
    return sorted(
        client.query(NAME, filter="id > 1", output_fields=["name", "note"], limit=10), key=lambda one: one["id"]
    )


def queries_all() -> Any:
    found = client.query(NAME, filter="id < 3", output_fields=["*"], limit=10)
    return sorted((sorted(one) for one in found), key=str)


def gets() -> Any:
    return [one["name"] for one in client.get(NAME, ids=[2], output_fields=["name"])]


def searches() -> Any:
    found = client.search(NAME, data=[NEAR, NEAR], limit=2, filter='tenant == "t1"', output_fields=["name"])
    return [[(one["id"], one["entity"]["name"], one["distance"]) for one in hits] for hits in found]


def searches_with_vectors() -> Any:
    return [one["entity"]["vec"] for one in client.search(NAME, data=[NEAR], limit=1, output_fields=["vec"])[0]]


def counts() -> Any:
    return client.query(NAME, filter="", output_fields=["count(*)"])[0]["count(*)"]


def upserts() -> Any:
    return client.upsert(NAME, [row(1, note="again")])["upsert_count"], client.get(NAME, ids=[1])[0]["note"]


def _all(pages: Any) -> list[Any]:
    found: list[Any] = []
    while page := pages.next():
        found += page
    pages.close()
    return found


def iterates() -> Any:
    pages = client.query_iterator(NAME, filter="id > 0", batch_size=2, output_fields=["id"])
    return [one["id"] for one in _all(pages)]


def iterates_a_search() -> Any:
    pages = client.search_iterator(NAME, data=[NEAR], batch_size=2, limit=3, output_fields=["name"])
    return sorted(one.id if hasattr(one, "id") else one["id"] for one in _all(pages))  # a `Hit` in 2.4


def deletes() -> Any:
    client.delete(NAME, ids=[5])
    client.delete(NAME, filter="id == 4")
    return sorted(one["id"] for one in client.query(NAME, filter="id >= 0", output_fields=["id"], limit=10))


def aliases() -> Any:
    client.create_alias(NAME, f"{NAME}_alias")
    found = client.query(f"{NAME}_alias", filter="id == 1", output_fields=["name"])[0]["name"]
    client.drop_alias(f"{NAME}_alias")
    return found


def adds_a_field() -> Any:
    """In one of two ways; not every client has either, and not every server."""
    if not hasattr(client, "add_collection_field"):
        return None
    try:
        return client.add_collection_field(NAME, "later", DataType.INT64, nullable=True)
    except Exception as e:  # noqa: BLE001
        return str(e)


def drops() -> Any:
    client.release_collection(NAME)
    client.drop_collection(NAME)
    return client.has_collection(NAME)


def queries_for_own() -> Any:
    return sorted(
        (one["id"], one["tenant"]) for one in client.query(NAME, filter="id > 0", output_fields=["tenant"], limit=10)
    )


def shows_masked() -> Any:
    return [one["note"] for one in client.get(NAME, ids=[2], output_fields=["note"])]


def gets_anothers() -> Any:
    return client.get(NAME, ids=[4])


def inserts_own() -> Any:
    return client.insert(NAME, [row(11)])["insert_count"]


def counts_by_statistics() -> Any:
    return client.get_collection_stats(NAME)["row_count"]


def inserts_for_another() -> Any:
    return client.insert(NAME, [row(12, "t2")])


def upserts_anothers() -> Any:
    return client.upsert(NAME, [row(4)])


def breaks_out() -> Any:
    return client.query(NAME, filter="id < 0) or (id > 0", limit=5)


def asks_for_too_many() -> Any:
    return client.query(NAME, filter="id > 0", limit=100)


def asks_for_vectors() -> Any:
    return client.query(NAME, filter="id > 0", output_fields=["vec"], limit=5)


def looks_elsewhere() -> Any:
    return client.query("elsewhere", filter="id > 0", limit=5)


def drops_it() -> Any:
    return client.drop_collection(NAME)


def comes_with_a_bad_token() -> Any:
    return MilvusClient(**AT | {"token": "bad"}).list_collections()


def shows_all() -> Any:
    return sorted((one["id"], one["name"], one["tenant"]) for one in client.query(NAME, filter="id > 0", limit=10))


def makes_words() -> Any:
    """A collection whose sparse vectors the database makes from texts (BM25)."""
    from pymilvus import Function, FunctionType  # clients older than 2.5 have none

    schema = client.create_schema()
    schema.add_field("id", DataType.INT64, is_primary=True)
    analyzer = {"tokenizer": "standard", "filter": ["lowercase"]}
    schema.add_field("text", DataType.VARCHAR, max_length=200, enable_analyzer=True, analyzer_params=analyzer)
    schema.add_field("sparse", DataType.SPARSE_FLOAT_VECTOR)
    schema.add_function(Function("words", FunctionType.BM25, ["text"], ["sparse"]))
    index = client.prepare_index_params()
    index.add_index(
        "sparse", index_type="SPARSE_INVERTED_INDEX", metric_type="BM25", params={"bm25_k1": 1.2, "bm25_b": 0.75}
    )
    client.create_collection(NAME, schema=schema, index_params=index, consistency_level="Strong")
    texts = ["a red house", "the blue car of Eva", "write to eva@example.org about the house"]
    client.insert(NAME, [{"id": i, "text": text} for i, text in enumerate(texts)])
    told = client.describe_collection(NAME)
    return [(one["name"], one["params"]) for one in told["fields"]], [
        (one["input_field_names"], one["output_field_names"]) for one in told["functions"]
    ]


def looks_for(text: str) -> Any:
    found = client.search(NAME, data=[text], anns_field="sparse", limit=3, output_fields=["text"])
    return [(one["id"], one["entity"]["text"]) for one in found[0]]


def looks_for_words() -> Any:
    return looks_for("House red")


def looks_for_a_person() -> Any:
    return looks_for("eva@example.org")


def matches_words() -> Any:
    from pymilvus import AnnSearchRequest, RRFRanker

    asked = [AnnSearchRequest([one], "sparse", {"metric_type": "BM25"}, limit=3) for one in ("house", "car")]
    found = client.hybrid_search(NAME, asked, RRFRanker(), limit=3, output_fields=["text"])
    return sorted(one["id"] for one in found[0])


WORDED = [starts, makes_words, looks_for_words, looks_for_a_person, matches_words]
SEEKS = [starts, looks_for_words, looks_for_a_person, matches_words]
WORKS = [
    starts, creates, describes, lists, lists_indexes, loads, inserts, queries, queries_all, gets, searches, searches_with_vectors,
    counts, upserts, iterates, iterates_a_search, deletes, aliases, adds_a_field, drops,
]  # fmt: skip
FILLS = [starts, creates, inserts]
LOOKS = [starts, shows_all]
LIMITED = [
    starts, lists, describes, lists_indexes, queries_for_own, shows_masked, gets_anothers, inserts_own, counts, counts_by_statistics, searches, iterates,
    iterates_a_search, inserts_for_another, upserts_anothers, breaks_out, asks_for_too_many, asks_for_vectors, looks_elsewhere,
    drops_it, comes_with_a_bad_token,
]  # fmt: skip
if __name__ == "__main__":
    run(
        {
            "works": WORKS,
            "fills": FILLS,
            "looks": LOOKS,
            "limited": LIMITED,
            "worded": WORDED,
            "drops": [starts, drops],
            "seeks": SEEKS,
        }
    )

"""Milvus's older way, `connections` and `Collection`, which frameworks are built on."""

from typing import Any

from cases import run, told
from pymilvus import Collection, CollectionSchema, DataType, FieldSchema, connections, utility

HERE = told()
NAME = HERE["collection"]
AT: dict[str, Any] = {"uri": HERE["uri"], "token": HERE["token"]}
if HERE["ca"]:
    AT |= {"secure": True, "server_pem_path": HERE["ca"]}
NEAR = [0.1, 0.2, 0.3, 0.4]
PARAMS = {"metric_type": "COSINE", "params": {}}
people: Any = None


def columns(ids: list[int], tenants: list[str]) -> list[Any]:
    return [ids, tenants, [f"n{one}" for one in ids], [[one / 10, 0.2, 0.3, 0.4] for one in ids]]


def row(number: int, tenant: str = "t1", **more: Any) -> dict[str, Any]:
    return {"id": number, "tenant": tenant, "name": f"n{number}", "vec": [number / 10, 0.2, 0.3, 0.4], **more}


def connects() -> Any:
    connections.connect(**AT)
    return utility.get_server_version()


def creates() -> Any:
    global people
    fields = [
        FieldSchema("id", DataType.INT64, is_primary=True),
        FieldSchema("tenant", DataType.VARCHAR, max_length=64),
        FieldSchema("name", DataType.VARCHAR, max_length=64),
        FieldSchema("vec", DataType.FLOAT_VECTOR, dim=4),
    ]
    people = Collection(NAME, CollectionSchema(fields, enable_dynamic_field=True), consistency_level="Strong")
    people.create_partition("kept")
    people.create_index("vec", {"index_type": "FLAT", "metric_type": "COSINE", "params": {}})
    people.load()
    return [one.name for one in people.schema.fields], people.has_index(), utility.has_collection(NAME)


def opens() -> Any:
    global people
    people = Collection(NAME)
    return [one.name for one in people.schema.fields], NAME in utility.list_collections()


def describes_index() -> Any:
    (found,) = people.indexes
    return found.field_name, found.params["index_type"], found.params["metric_type"], found.params.get("params")


def watches_it_load() -> Any:
    return utility.loading_progress(NAME)["loading_progress"], str(utility.load_state(NAME))


def inserts_columns() -> Any:
    return people.insert(columns([1, 2, 3, 4], ["t1", "t1", "t1", "t2"])).insert_count


def inserts_rows() -> Any:
    return people.insert([row(5, note="mail eva@example.org")]).primary_keys


def flushes() -> Any:
    people.flush()
    return people.num_entities


def searches() -> Any:
    found = people.search([NEAR, NEAR], "vec", PARAMS, limit=2, expr='tenant == "t1"', output_fields=["name"])
    return [[(one.id, one.entity.get("name"), one.distance) for one in hits] for hits in found]


def queries() -> Any:
    return sorted((one["id"], one["name"]) for one in people.query("id > 0", output_fields=["name"], limit=10))


def queries_within() -> Any:
    found = people.query("id in [1, 3, 99]", output_fields=["tenant"], offset=1, limit=2)
    return [one["id"] for one in found]


def upserts() -> Any:
    return people.upsert([row(1, note="again")]).upsert_count, people.query("id == 1", output_fields=["note"])[0][
        "note"
    ]


def iterates() -> Any:
    pages, found = people.query_iterator(batch_size=2, expr="id > 0", output_fields=["id"]), []
    while page := pages.next():
        found += [one["id"] for one in page]
    pages.close()
    return found


def keeps_a_partition() -> Any:
    people.partition("kept").insert(columns([21, 22], ["t1", "t1"]))
    found = sorted(one["id"] for one in people.query("id > 20", partition_names=["kept"], limit=5))
    return people.has_partition("kept"), [one.name for one in people.partitions], found


def aliases() -> Any:
    utility.create_alias(NAME, f"{NAME}_alias")
    found = Collection(f"{NAME}_alias").query("id == 1", output_fields=["name"])[0]["name"]
    listed = [*utility.list_aliases(NAME)]
    utility.drop_alias(f"{NAME}_alias")
    return found, listed


def deletes() -> Any:
    people.delete("id in [2, 22]")
    return sorted(one["id"] for one in people.query("id > 0", limit=10))


def drops() -> Any:
    people.release()
    people.drop_index()
    people.drop()
    return utility.has_collection(NAME)


def shows_masked() -> Any:
    return [one["note"] for one in people.query("id == 2", output_fields=["note"])]


def reads_anothers() -> Any:
    return people.query("id in [4, 5]", limit=5)


def counts() -> Any:
    return people.query("", output_fields=["count(*)"])[0]["count(*)"]


def inserts_for_another() -> Any:
    return people.insert(columns([31, 32], ["t1", "t2"])).insert_count


def upserts_anothers() -> Any:
    return people.upsert([row(4)])


def deletes_anothers() -> Any:
    people.delete("id in [4, 5]")
    return sorted(one["id"] for one in people.query("id > 0", limit=10))


def breaks_out() -> Any:
    return people.query("id < 0) or (id > 0", limit=5)


def asks_for_vectors() -> Any:
    return people.query("id > 0", output_fields=["vec"], limit=5)


def looks_elsewhere() -> Any:
    return Collection("elsewhere").query("id > 0", limit=5)


def drops_it() -> Any:
    return people.drop()


def comes_with_a_bad_token() -> Any:
    connections.connect("other", **AT | {"token": "bad"})
    return utility.list_collections(using="other")


WORKS = [
    connects, creates, opens, describes_index, watches_it_load, inserts_columns, inserts_rows, flushes, searches, queries,
    queries_within, upserts, iterates, keeps_a_partition, aliases, deletes, drops,
]  # fmt: skip
LIMITED = [
    connects, opens, describes_index, searches, queries, shows_masked, reads_anothers, counts, iterates, inserts_for_another,
    upserts_anothers, deletes_anothers, breaks_out, asks_for_vectors, looks_elsewhere, drops_it, comes_with_a_bad_token,
]  # fmt: skip
run({"works": WORKS, "limited": LIMITED})

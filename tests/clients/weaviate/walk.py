"""Weaviate's own client, which reads over gRPC and has no other way."""

from typing import Any

import weaviate
from cases import run, told
from weaviate.classes.aggregate import GroupByAggregate
from weaviate.classes.data import DataObject
from weaviate.classes.init import AdditionalConfig, Auth
from weaviate.classes.query import Filter, MetadataQuery

HERE = told()
EVA = "abc10000-0000-4000-8000-000000000005"
NEW = [f"abc10000-0000-4000-8000-00000000001{n}" for n in range(2)]
client: Any = None
people: Any = None


def starts() -> Any:
    global client, people
    client = weaviate.connect_to_custom(
        http_host="localhost", http_port=HERE["port"], http_secure=True, grpc_host="127.0.0.1", grpc_port=HERE["port"],
        grpc_secure=True, auth_credentials=Auth.api_key(HERE["token"]), additional_config=AdditionalConfig(trust_env=True),
    )  # fmt: skip
    people = client.collections.use(HERE["collection"])
    return client.is_connected()


def fetches() -> Any:
    return sorted(one.properties["name"] for one in people.query.fetch_objects(limit=10).objects)


def types() -> Any:
    one = people.query.fetch_objects(limit=1).objects[0].properties
    return [type(one[name]).__name__ for name in ("age", "name", "vip", "tags")]


def filters() -> Any:
    either = Filter.by_property("city").equal("Wien") | Filter.by_property("age").greater_than(30)
    return sorted(one.properties["name"] for one in people.query.fetch_objects(filters=either).objects)


def by_id() -> Any:
    one = people.query.fetch_objects(limit=1, return_properties=["name"]).objects[0]
    return people.query.fetch_object_by_id(one.uuid).properties["name"] == one.properties["name"]


def nears() -> Any:
    found = people.query.near_vector([0.5, 0.5, 0.0, 0.0], limit=2, return_metadata=MetadataQuery(distance=True))
    return [one.metadata.distance for one in found.objects]


def counts() -> Any:
    return people.aggregate.over_all(total_count=True).total_count


def groups() -> Any:
    found = people.aggregate.over_all(group_by=GroupByAggregate(prop="city"))
    return sorted(str(one.grouped_by.value) for one in found.groups)


def inserts() -> Any:
    found = people.data.insert_many([DataObject(uuid=id, properties={"name": "New", "tenant": "t1"}) for id in NEW])
    return [len(found.uuids), len(found.errors)]


def deletes() -> Any:
    return people.data.delete_many(where=Filter.by_id().contains_any(NEW)).successful


def searches_words() -> Any:
    return len(people.query.bm25("lamps").objects)


def starts_from_another() -> Any:
    return len(people.query.near_object(EVA).objects)


def iterates() -> Any:
    return len(list(people.iterator()))


def generates() -> Any:
    return len(people.generate.fetch_objects(single_prompt="{name}").objects)


def fetches_masked() -> Any:
    found = people.query.fetch_objects().objects
    return [len(found), any("@" in one.properties["email"] for one in found)]


def ends() -> Any:
    client.close()


OWNER = [starts, fetches, types, filters, by_id, nears, counts, groups, inserts, deletes]
run(
    {
        "owner": [*OWNER, searches_words, starts_from_another, iterates, generates, ends],
        "reader": [starts, fetches_masked, ends],
    }
)

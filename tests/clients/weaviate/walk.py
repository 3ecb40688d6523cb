"""Weaviate's own client, which reads over gRPC and has no other way."""

import asyncio
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
STREAMED = [f"abc10000-0000-4000-8000-0000000{n:05d}" for n in range(200, 450)]
client: Any = None
people: Any = None


def told_how() -> dict[str, Any]:
    return {
        "http_host": "localhost", "http_port": HERE["port"], "http_secure": True, "grpc_host": "127.0.0.1",
        "grpc_port": HERE["port"], "grpc_secure": True, "auth_credentials": Auth.api_key(HERE["token"]),
        "additional_config": AdditionalConfig(trust_env=True),
    }  # fmt: skip


def starts() -> Any:
    global client, people
    client = weaviate.connect_to_custom(**told_how())
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


def exists() -> Any:
    """One's own; another's, which is not there any more than nobody's."""
    mine = people.query.fetch_objects(limit=1).objects[0].uuid
    return [people.data.exists(one) for one in (mine, EVA, NEW[0])]


def knows_tenants() -> Any:
    notes = client.collections.use("Note").tenants
    return [notes.exists("t1"), notes.exists("nope")]


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


def streamed(batch: Any) -> Any:
    """What a user sees of a batch that has ended: how many were written, and of the others which and why."""
    failed = batch.failed_objects
    told = [[str(one.object_.uuid), one.message.partition(":")[0]] for one in failed]
    links = [[one.reference.from_property_name, one.message.partition(":")[0]] for one in batch.failed_references]
    return [len(batch.results.objs.uuids), sorted(told), links]


def streams_one() -> Any:
    with people.batch.stream() as batch:
        for id in STREAMED:
            batch.add_object(uuid=id, properties={"name": "New", "tenant": "t1"})
    return streamed(people.batch)


def streams_all() -> Any:
    with client.batch.experimental() as batch:
        batch.add_object(HERE["collection"], uuid=NEW[0], properties={"name": "New", "tenant": "t1"})
        batch.add_object(HERE["collection"], uuid=NEW[1], properties={"name": "New", "tenant": "t1"})
        batch.add_reference(NEW[0], HERE["collection"], "knows", NEW[1])
    return streamed(client.batch)


def streams_over_theirs() -> Any:
    """Nothing is lost in silence: who wrote over somebody else's object reads so."""
    with people.batch.stream() as batch:
        batch.add_object(uuid=EVA, properties={"name": "Stolen", "tenant": "t2"})
    return streamed(people.batch)


def streams_async() -> Any:
    return asyncio.run(_streams())


async def _streams() -> Any:
    async with weaviate.use_async_with_custom(**told_how()) as other:
        there = other.collections.use(HERE["collection"])
        async with there.batch.stream() as batch:
            await batch.add_object(uuid=NEW[0], properties={"name": "New", "tenant": "t1"})
            await batch.add_object(uuid=EVA, properties={"name": "Stolen", "tenant": "t2"})
        return streamed(there.batch)


def ends() -> Any:
    client.close()


OWNER = [starts, fetches, types, filters, by_id, exists, knows_tenants, nears, counts, groups, inserts, deletes]
run(
    {
        "owner": [*OWNER, searches_words, starts_from_another, iterates, generates, ends],
        "streamer": [starts, streams_one, streams_all, streams_over_theirs, streams_async, ends],
        "reader": [starts, fetches_masked, ends],
    }
)

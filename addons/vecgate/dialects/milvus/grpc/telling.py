"""What does an answer over gRPC say as REST would, and how is it said again once it is masked? A row for each that says more
than whether it was done.

What is printed is the server's own message, in which all that a person could read is put as the twin's answer has it.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from vecgate.dialects.base.grpc.messages import Message
from vecgate.dialects.milvus.grpc import schemas
from vecgate.dialects.milvus.grpc.table import SERVICE
from vecgate.dialects.milvus.grpc.words import COMPACTED, INDEXED, LOADED, word
from vecgate.dialects.milvus.values import as_tree, list_of
from vecgate.domain.call import Json

type Tree = dict[str, Json]


class Telling(NamedTuple):
    """The data of an answer, and what puts data into one. Both raise ValueError."""

    data: Callable[[Message], Json]
    put: Callable[[Message, Json], None]


def _done(message: Message) -> Json:
    return {}


def _nothing(message: Message, data: Json) -> None:
    """Nothing that it says is to be read."""


DONE: Final = Telling(_done, _nothing)


def _list(name: str, *beside: str) -> Telling:
    """A list of names; `beside`: what the message says of each in a list of its own."""

    def data(message: Message) -> Json:
        return [*getattr(message, name)]

    def put(message: Message, data: Json) -> None:
        had, shown = [*getattr(message, name)], [str(one) for one in list_of(data)]
        for other in beside:
            by = dict(zip(had, getattr(message, other), strict=False))
            message.ClearField(other)
            getattr(message, other).extend(by[one] for one in shown if one in by and len(by) == len(had))
        message.ClearField(name)
        getattr(message, name).extend(shown)

    return Telling(data, put)


def _fields(**names: str) -> Telling:
    """Texts, numbers and lists: by member, the name of a field."""

    def data(message: Message) -> Json:
        found = {member: getattr(message, name) for member, name in names.items()}
        return {
            key: [*one] if isinstance(one, Sequence) and not isinstance(one, str) else one for key, one in found.items()
        }

    def put(message: Message, data: Json) -> None:
        tree = as_tree(data)
        for member, name in names.items():
            message.ClearField(name)
            value = tree.get(member)
            if isinstance(value, list):
                getattr(message, name).extend(value)
            elif value is not None:
                _set(message, name, value)

    return Telling(data, put)


def _set(message: Message, name: str, value: Any) -> None:
    try:
        setattr(message, name, value)
    except TypeError as e:
        raise ValueError("a value of another type") from e


def _worded(
    name: str, member: str, words: tuple[str, ...], beside: Callable[[Message], Tree] = lambda _: {}
) -> Telling:
    """A state by its word."""
    return Telling(lambda message: {member: word(words, getattr(message, name)), **beside(message)}, _nothing)


def _stats(message: Message) -> Json:
    said = {one.key: one.value for one in message.stats}
    return {"rowCount": int(said.get("row_count", "0"))}


def _put_stats(message: Message, data: Json) -> None:
    del message.stats[:]
    message.stats.add(key="row_count", value=str(as_tree(data).get("rowCount", 0)))


def _database(message: Message) -> Json:
    return {
        "dbName": message.db_name, "dbID": message.dbID,
        "properties": [{"key": one.key, "value": one.value} for one in message.properties],
    }  # fmt: skip


def _put_database(message: Message, data: Json) -> None:
    message.db_name = str(as_tree(data).get("dbName", ""))
    schemas.put_pairs(message.properties, as_tree(data).get("properties"))


def _flushed(message: Message) -> Json:
    return {"segments": [one for ids in message.coll_segIDs.values() for one in ids.data]}


def _put_flushed(message: Message, data: Json) -> None:
    message.ClearField("channel_cps")


def _grants(message: Message) -> Json:
    return [
        {"dbName": one.db_name, "grantor": one.grantor.user.name, "objectName": one.object_name,
         "objectType": one.object.name, "privilege": one.grantor.privilege.name, "roleName": one.role.name}
        for one in message.entities
    ]  # fmt: skip


def _put_grants(message: Message, data: Json) -> None:
    del message.entities[:]
    for tree in map(as_tree, list_of(data)):
        one, said = message.entities.add(), {key: str(value) for key, value in tree.items()}
        one.role.name, one.object.name = said.get("roleName", ""), said.get("objectType", "")
        one.object_name, one.db_name = said.get("objectName", ""), said.get("dbName", "")
        one.grantor.user.name, one.grantor.privilege.name = said.get("grantor", ""), said.get("privilege", "")


def _named(results: str, of: str, name: str, inner: str, member: str) -> Telling:
    """People with their roles, or roles with their people."""

    def data(message: Message) -> Json:
        return [
            {name: getattr(one, of).name, member: [each.name for each in getattr(one, inner)],
             "description": getattr(one, "description", "") or getattr(getattr(one, of), "description", "")}
            for one in getattr(message, results)
        ]  # fmt: skip

    def put(message: Message, data: Json) -> None:
        del getattr(message, results)[:]
        for tree in map(as_tree, list_of(data)):
            one = getattr(message, results).add()
            getattr(one, of).name = str(tree.get(name))
            for each in list_of(tree.get(member)):
                getattr(one, inner).add(name=str(each))

    return Telling(data, put)


def _groups(message: Message) -> Json:
    listed: list[Json] = [
        {"privilegeGroupName": one.group_name, "privileges": [each.name for each in one.privileges]}
        for one in message.privilege_groups
    ]
    return {"privilegeGroups": listed}


def _put_groups(message: Message, data: Json) -> None:
    del message.privilege_groups[:]
    for tree in map(as_tree, list_of(as_tree(data).get("privilegeGroups"))):
        one = message.privilege_groups.add(group_name=str(tree.get("privilegeGroupName")))
        for each in list_of(tree.get("privileges")):
            one.privileges.add(name=str(each))


def _resources(message: Message) -> Json:
    one = message.resource_group
    return {
        "name": one.name, "capacity": one.capacity, "num_available_node": one.num_available_node,
        "num_loaded_replica": {**one.num_loaded_replica}, "num_outgoing_node": {**one.num_outgoing_node},
        "num_incoming_node": {**one.num_incoming_node},
    }  # fmt: skip


def _put_resources(message: Message, data: Json) -> None:
    """Names of nodes and their addresses are nobody's business here."""
    one, tree = message.resource_group, as_tree(data)
    one.name = str(tree.get("name", ""))
    for name in ("nodes", "config", "num_loaded_replica", "num_outgoing_node", "num_incoming_node"):
        one.ClearField(name)
    for name in ("num_loaded_replica", "num_outgoing_node", "num_incoming_node"):
        getattr(one, name).update({key: value for key, value in as_tree(tree.get(name)).items() if type(value) is int})


def _state(message: Message) -> Json:
    return {"indexState": word(INDEXED, message.state), "failReason": message.fail_reason}


def _put_state(message: Message, data: Json) -> None:
    message.fail_reason = str(as_tree(data).get("failReason", ""))


_V2: Final = "/v2/vectordb"
_HAS: Final = _fields(has="value")
_COUNT: Final = Telling(_stats, _put_stats)
_INDEXES: Final = Telling(
    lambda message: [*map(schemas.described_index, message.index_descriptions)], schemas.put_indexes
)
_TIMES: Final = ("created_timestamps", "created_utc_timestamps", "inMemory_percentages")
TELLINGS: Final[Mapping[str, Telling]] = {
    f"{_V2}/collections/list": _list(
        "collection_names", "collection_ids", *_TIMES, "query_service_available", "shards_num"
    ),
    f"{_V2}/collections/has": _HAS,
    f"{_V2}/collections/describe": Telling(schemas.described, schemas.put_described),
    f"{_V2}/collections/get_stats": _COUNT,
    f"{_V2}/collections/get_load_state": _worded("state", "loadState", LOADED),
    f"{_V2}/collections/compact": _fields(compactionID="compactionID"),
    f"{_V2}/collections/get_compaction_state": _worded(
        "state", "state", COMPACTED,
        lambda one: {"executingPlanNumber": one.executingPlanNo, "completedPlanNumber": one.completedPlanNo},
    ),
    f"{_V2}/collections/flush": Telling(_flushed, _put_flushed),
    f"{_V2}/databases/list": _list("db_names", "created_timestamp", "db_ids"),
    f"{_V2}/databases/describe": Telling(_database, _put_database),
    f"{_V2}/partitions/list": _list("partition_names", "partitionIDs", *_TIMES),
    f"{_V2}/partitions/has": _HAS,
    f"{_V2}/partitions/get_stats": _COUNT,
    f"{_V2}/indexes/describe": _INDEXES,
    f"{_V2}/aliases/describe": _fields(aliasName="alias", collectionName="collection", dbName="db_name"),
    f"{_V2}/aliases/list": _list("aliases"),
    f"{_V2}/users/list": _list("usernames"),
    f"{_V2}/roles/describe": Telling(_grants, _put_grants),
    f"{_V2}/privilege_groups/list": Telling(_groups, _put_groups),
    f"{_V2}/resource_groups/list": _list("resource_groups"),
    f"{_V2}/resource_groups/describe": Telling(_resources, _put_resources),
    f"{SERVICE}/GetVersion": _fields(version="version"),
    f"{SERVICE}/CheckHealth": _fields(isHealthy="isHealthy", reasons="reasons"),
    f"{SERVICE}/AllocTimestamp": _fields(timestamp="timestamp"),
    f"{SERVICE}/GetLoadingProgress": _fields(progress="progress", refreshProgress="refresh_progress"),
    f"{SERVICE}/GetFlushState": _fields(flushed="flushed"),
    f"{SERVICE}/GetIndexState": Telling(_state, _put_state),
    f"{SERVICE}/GetIndexBuildProgress": _fields(indexedRows="indexed_rows", totalRows="total_rows"),
    f"{SERVICE}/DescribeIndex": _INDEXES,
    f"{SERVICE}/SelectRole": _named("results", "role", "roleName", "users", "users"),
    f"{SERVICE}/SelectUser": _named("results", "user", "userName", "roles", "roles"),
}  # fmt: skip

"""How would a real Weaviate answer this very message over gRPC? A stand-in with the recorded people, as loose as it is.

Of a scalar that stands twice the last one counts, messages that stand twice are merged, fields that it does not know are
overlooked, as are children of a leaf and the target of a branch; a reference is followed, and a batch overwrites.
"""

import struct
from collections.abc import Iterator
from itertools import batched
from typing import Any, Final
from uuid import UUID

from support.weaviate.messages import GRPC, OPERATORS, new
from support.weaviate.weaviate_recorded import WeaviateRecorded

OK, UNKNOWN, UNIMPLEMENTED = 0, 2, 12
_TYPES: Final = {"text": "text_value", "int": "int_value", "boolean": "bool_value", "number": "number_value"}
VECTOR: Final = struct.pack("<4f", 0.5, 0.25, 0.0, 1.0)


class Wrong(Exception):
    """What the server does not do, in its words."""


class WeaviateGrpcRecorded:
    """The objects are those of the stand-in for REST: one server has both."""

    def __init__(self, rest: WeaviateRecorded) -> None:
        self.rest = rest

    def answer(self, path: str, data: bytes) -> tuple[int, bytes, str]:
        """The status, the message and the text of an answer."""
        name = path.rpartition("/")[2]
        do = getattr(self, f"_{name.lower()}", None)
        if not path.startswith("/weaviate.v1.Weaviate/") or do is None:
            return UNIMPLEMENTED, b"", f"unknown method {name}"
        message = GRPC.messages.new(f"weaviate.v1.{name}Request")
        message.ParseFromString(data)
        try:
            return OK, bytes(do(message).SerializeToString()), ""
        except Wrong as e:
            return UNKNOWN, b"", str(e)

    def _class(self, name: str, tenant: str) -> str:
        own = name[:1].upper() + name[1:]
        if own not in self.rest.classes:
            raise Wrong(f"could not find class {own} in schema")
        if self.rest.classes[own]["multiTenancyConfig"]["enabled"] != bool(tenant):
            raise Wrong(f"class {own} has multi-tenancy, and the request has not, or the other way round")
        return own

    def _found(self, name: str, message: Any) -> list[tuple[str, dict[str, Any]]]:
        where = _where(message.filters) if message.HasField("filters") else None
        return self.rest.found(name, message.tenant, where)

    def _search(self, message: Any) -> Any:
        name = self._class(message.collection, message.tenant)
        if message.after and message.HasField("filters"):
            raise Wrong("where cannot be set with after and limit parameters")
        if message.HasField("near_object") and (name, message.tenant, message.near_object.id) not in self.rest.stored:
            raise Wrong("nearObject params: vector not found")
        found = self._found(name, message)[message.offset :][: message.limit or 10]
        results = [self._result(name, message, id, one, place) for place, (id, one) in enumerate(found)]
        if not message.HasField("group_by"):
            return new("SearchReply", results=results)
        (by,), groups = message.group_by.path, dict[str, list[Any]]()
        for (_, one), result in zip(found, results, strict=True):
            groups.setdefault(str(one.get(by)), []).append(result)
        return new(
            "SearchReply",
            group_by_results=[
                new("GroupByResult", name=value, number_of_objects=len(many), max_distance=0.75, objects=many)
                for value, many in groups.items()
            ],
        )

    def _result(self, name: str, message: Any, id: str, one: dict[str, Any], place: int) -> Any:
        result = new("SearchResult")
        result.properties.target_collection = name
        wanted, known = message.properties, self.rest.classes[name]["properties"]
        every = not message.HasField("properties") or wanted.return_all_nonref_properties
        for told in known:
            kind = told["dataType"][0]
            if (every and not kind[0].isupper()) or told["name"] in wanted.non_ref_properties:
                _put(result.properties.non_ref_props.fields[told["name"]], one.get(told["name"]))
        if odd := {*wanted.non_ref_properties} - {told["name"] for told in known}:
            raise Wrong(f"no such prop with name '{odd.pop()}' found in class '{name}' in the schema")
        if wanted.ref_properties:  # a reference leads to whoever's record it is
            result.properties.non_ref_props.fields["knows"].text_value = "Eva, eva.przyklad@example.com"
        _beside(result.metadata, message.metadata, id, place)
        return result

    def _aggregate(self, message: Any) -> Any:
        name = self._class(message.collection, message.tenant)
        found = self._found(name, message)
        if not message.HasField("group_by"):
            return new("AggregateReply", single_result=self._counted("Single", message, [one for _, one in found]))
        groups = dict[str, list[dict[str, Any]]]()
        for _, one in found:
            groups.setdefault(str(one.get(message.group_by.property)), []).append(one)
        reply = new("AggregateReply")
        reply.grouped_results.SetInParent()
        for value, many in groups.items():
            group = reply.grouped_results.groups.add()
            group.MergeFrom(self._counted("Group", message, many))
            group.grouped_by.path.append(message.group_by.property)
            group.grouped_by.text = value
        return reply

    def _counted(self, kind: str, message: Any, found: list[dict[str, Any]]) -> Any:
        result = new(f"AggregateReply.{kind}")
        if message.objects_count:
            result.objects_count = len(found)
        for one in message.aggregations:
            given = result.aggregations.aggregations.add(property=one.property)
            values = [each[one.property] for each in found if each.get(one.property) is not None]
            if one.HasField("text"):
                given.text.count = len(values)
                for value in values if one.text.top_occurences else ():
                    given.text.top_occurences.items.add(value=str(value), occurs=1)
            elif one.HasField("int") and values:
                given.int.count, given.int.maximum, given.int.minimum = len(values), max(values), min(values)
                given.int.mean = sum(values) / len(values)
        return result

    def _batchobjects(self, message: Any) -> Any:
        reply = new("BatchObjectsReply")
        for turn, one in enumerate(message.objects):
            try:
                name = self._class(one.collection, one.tenant)
                id = str(UUID(one.uuid))
            except (Wrong, ValueError) as e:
                reply.errors.add(index=turn, error=str(e))
                continue
            given = {key[:1].lower() + key[1:]: value for key, value in _properties(one.properties)}
            self.rest._learn(name, given)
            self.rest.stored[name, one.tenant, id] = given
            self.rest.vectors[name, one.tenant, id] = _vectors(one)
        return reply

    def _batchreferences(self, message: Any) -> Any:
        for one in message.references:
            self.rest.stored[one.from_collection, one.tenant, one.from_uuid][one.name] = one.to_uuid
        return new("BatchReferencesReply")

    def _batchdelete(self, message: Any) -> Any:
        if not message.HasField("filters"):
            raise Wrong("batch delete params: no filters in batch delete request")
        name = self._class(message.collection, message.tenant)
        found = self._found(name, message)
        for id, _ in found if not message.dry_run else ():
            del self.rest.stored[name, message.tenant, id]
        objects = [new("BatchDeleteObject", uuid=UUID(id).bytes, successful=True) for id, _ in found]
        return new(
            "BatchDeleteReply", matches=len(found), successful=len(found), objects=objects if message.verbose else []
        )

    def _tenantsget(self, message: Any) -> Any:
        own = message.collection[:1].upper() + message.collection[1:]
        names = sorted({key[1] for key in self.rest.stored if key[0] == own})
        if message.HasField("names"):
            names = [one for one in names if one in message.names.values]
        return new("TenantsGetReply", tenants=[new("Tenant", name=one, activity_status=1) for one in names])


def _vectors(one: Any) -> dict[str, Any]:
    """One vector, and those with names; of several in one, each as long as the first two bytes say."""
    bare = {"vector": floats(one.vector_bytes)} if one.vector_bytes else {}
    named = {
        each.name: floats(each.vector_bytes)
        if each.type != 2
        else [floats(part) for part in batched(each.vector_bytes[2:], each.vector_bytes[0] * 4)]
        for each in one.vectors
    }
    return {**bare, **({"vectors": named} if named else {})}


def floats(data: Any) -> list[float]:
    return [*struct.unpack(f"<{len(data) // 4}f", bytes(data))]


def _where(filters: Any) -> dict[str, Any]:
    operator = OPERATORS[filters.operator]
    if operator in ("And", "Or", "Not"):
        if not filters.filters:
            raise Wrong(f"no children for operator {operator!r}")
        return {"operator": operator, "operands": [_where(one) for one in filters.filters]}
    name = filters.target.property if filters.HasField("target") else "".join(filters.on[:1])
    kind = filters.WhichOneof("test_value")
    if not operator or not name or kind is None:
        raise Wrong("paths needs to have a uneven number of components")
    value = getattr(filters, kind)
    return {
        "operator": operator, "path": ["id" if name in ("_id", "id") else name],
        "value": [*value.values] if kind.endswith("_array") else value,
    }  # fmt: skip


def _beside(given: Any, wanted: Any, id: str, place: int) -> None:
    if wanted.uuid:
        given.id, given.id_as_bytes = id, UUID(id).bytes
    if wanted.vector:
        given.vector_bytes = VECTOR
    told = {score: 0.125 + place / 4 for score in ("distance", "certainty", "score")}
    told |= dict.fromkeys(("creation_time_unix", "last_update_time_unix"), 1_795_820_624_001)
    for name, value in told.items():
        if getattr(wanted, name):
            setattr(given, name, value)
            setattr(given, f"{name}_present", True)


def _put(value: Any, held: Any) -> None:
    match held:
        case None:
            value.null_value = 0
        case bool():
            value.bool_value = held
        case int():
            value.int_value = held
        case float():
            value.number_value = held
        case list():
            value.list_value.text_values.values.extend(map(str, held))
        case _:
            value.text_value = str(held)


def _properties(message: Any) -> Iterator[tuple[str, Any]]:
    for name, value in message.non_ref_properties.fields.items():
        found = getattr(value, value.WhichOneof("kind"))
        yield name, int(found) if isinstance(found, float) and found.is_integer() else found
    for many in (message.text_array_properties, message.int_array_properties, message.boolean_array_properties):
        yield from ((one.prop_name, [*one.values]) for one in many)
    for one in message.single_target_ref_props:
        yield one.prop_name, one.uuids[0]

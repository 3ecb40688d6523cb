"""What do batches store? Objects and references of a message as the body of a batch over REST, and printed from that again."""

import math
import struct
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from vecgate.dialects.weaviate.grpc import vectors
from vecgate.dialects.weaviate.values import ID, Tree, as_tree, beacon, list_of, origin
from vecgate.domain.call import Json
from vecgate.parsing.forms import unreadable

_LINK: Final = "weaviate://localhost/"
#: What stands as it is beside other values though it has members: the server takes them from there.
_PLACES: Final = (frozenset({"latitude", "longitude"}), frozenset({"input", "defaultCountry"}), frozenset({"input"}))
_LISTS: Final = ("int_array_properties", "text_array_properties", "boolean_array_properties")


def body_of(objects: Iterable[Any]) -> Json:
    """The objects of a message as the body of a batch. Raises CallRefused."""
    return {"objects": [_object(one) for one in objects]}


def _object(one: Any) -> Tree:
    told: Tree = {"class": one.collection}
    if one.uuid:
        told["id"] = one.uuid
    if one.tenant:
        told["tenant"] = one.tenant
    if one.HasField("properties"):
        told["properties"] = {**_values(one.properties), **_references(one.properties)}
    return {**told, **_vectors(one)}


def _vectors(one: Any) -> Tree:
    told: Tree = {}
    if one.vector and one.vector_bytes:
        unreadable("'vector' and 'vector_bytes' stand together, and the server would look at one of them only")
    if one.vector or one.vector_bytes:
        told["vector"] = vectors.finite(one.vector) if one.vector else vectors.single(one.vector_bytes)
    named: Tree = {}
    for each in one.vectors:
        if not each.name or each.name in named or each.index:
            unreadable("an object has two vectors of one name, or one without a name in 'vectors'")
        named[each.name] = vectors.read(each.type, each.vector_bytes)
    return {**told, "vectors": named} if named else told


def _values(message: Any) -> Tree:
    """The values of an object, or of one in it, each once, in one order. Raises CallRefused."""
    each = [*_each(message)]
    found: Tree = dict(sorted(each, key=_name))
    if len(found) != len(each):
        unreadable("an object has two properties of one name")
    return found


def _each(message: Any) -> Iterator[tuple[str, Json]]:
    yield from ((name, _value(value)) for name, value in message.non_ref_properties.fields.items())
    for name in _LISTS:
        yield from ((one.prop_name, [*one.values]) for one in getattr(message, name))
    yield from ((one.prop_name, _numbers(one)) for one in message.number_array_properties)
    yield from ((one.prop_name, _values(one.value)) for one in message.object_properties)
    for one in message.object_array_properties:
        yield one.prop_name, [_values(inner) for inner in one.values]
    yield from ((name, []) for name in message.empty_list_props)


def _value(value: Any) -> Json:
    kind = value.WhichOneof("kind")
    if kind is None or kind == "list_value":
        unreadable("a list stands among the plain values of an object; each kind of list has a field of its own")
    if kind == "null_value":
        return None
    if kind == "struct_value":
        return {name: _value(inner) for name, inner in sorted(value.struct_value.fields.items(), key=_name)}
    found = getattr(value, kind)
    return _number(found) if kind == "number_value" else found


def _name(pair: tuple[str, Any]) -> str:
    return pair[0]


def _number(value: float) -> Json:
    """All numbers come as fractions: one that is whole is told so, as it is compared with whole ones."""
    if not math.isfinite(value):
        unreadable("an object holds what is no number")
    return int(value) if value.is_integer() and abs(value) <= 2**53 else value


def _numbers(one: Any) -> list[Json]:
    if one.values and one.values_bytes:
        unreadable("a list of numbers stands in two fields, and the server would look at one of them only")
    if len(one.values_bytes) % 8:
        unreadable("the bytes of a list of numbers are cut off")
    found = one.values or struct.unpack(f"<{len(one.values_bytes) // 8}d", one.values_bytes)
    if not all(map(math.isfinite, found)):
        unreadable("an object holds what is no number")
    return [*found]


def _references(message: Any) -> Tree:
    found: dict[str, list[Json]] = {}
    for one in message.single_target_ref_props:
        found.setdefault(one.prop_name, []).extend({"beacon": f"{_LINK}{_id(id)}"} for id in one.uuids)
    for one in message.multi_target_ref_props:
        place = f"{_LINK}{one.target_collection}/"
        found.setdefault(one.prop_name, []).extend({"beacon": f"{place}{_id(id)}"} for id in one.uuids)
    return {**found}


def _id(text: str) -> str:
    return str(ID.read(text, "uuid"))


# what goes out


def put(into: Any, objects: Iterable[Json]) -> None:
    """The objects of a body as those of a message. Raises ValueError for what one cannot say."""
    for one in map(as_tree, objects):
        given = into.add(collection=str(one["class"]), uuid=str(one.get("id", "")), tenant=str(one.get("tenant", "")))
        if "properties" in one:
            given.properties.SetInParent()
            _put(given.properties, as_tree(one["properties"]))
        if one.get("vector"):
            given.vector_bytes = vectors.data_of(one["vector"])
        for name, value in as_tree(one.get("vectors")).items():
            vectors.put(given.vectors, name, value)


def _put(into: Any, told: Tree) -> None:
    for name, value in told.items():
        if isinstance(value, list):
            _put_list(into, name, value)
        elif isinstance(value, dict) and {*value} not in _PLACES:
            inner = into.object_properties.add(prop_name=name)
            inner.value.SetInParent()
            _put(inner.value, value)
        else:
            into.non_ref_properties.SetInParent()
            _put_value(into.non_ref_properties.fields[name], value)


def _put_value(into: Any, value: Json) -> None:
    match value:
        case None:
            into.null_value = 0
        case bool():
            into.bool_value = value
        case str():
            into.string_value = value
        case int() | float():
            into.number_value = value
        case dict():
            into.struct_value.SetInParent()
            for name, inner in value.items():
                _put_value(into.struct_value.fields[name], inner)
        case _:
            raise ValueError("a list among plain values")


def _put_list(into: Any, name: str, value: list[Json]) -> None:
    types = {*map(type, value)}
    if not value:
        into.empty_list_props.append(name)
    elif types == {dict} and any("beacon" in as_tree(one) for one in value):
        _put_references(into, name, value)
    elif types == {dict}:
        many = into.object_array_properties.add(prop_name=name)
        for one in value:
            _put(many.values.add(), as_tree(one))
    elif types <= {int, float} and float in types:
        numbers = struct.pack(f"<{len(value)}d", *value)
        into.number_array_properties.add(prop_name=name, values_bytes=numbers)
    elif len(types) == 1 and (field := _FIELDS.get(next(iter(types)))):
        getattr(into, field).add(prop_name=name, values=value)
    else:
        raise ValueError("a list of several types")


_FIELDS: Final[Mapping[type, str]] = {
    int: "int_array_properties", str: "text_array_properties", bool: "boolean_array_properties",
}  # fmt: skip


def _put_references(into: Any, name: str, value: list[Json]) -> None:
    links = [beacon(as_tree(one).get("beacon")) for one in value]
    if alone := [id for cls, id in links if not cls]:
        into.single_target_ref_props.add(prop_name=name, uuids=alone)
    for cls in dict.fromkeys(cls for cls, _ in links if cls):
        ids = [id for other, id in links if other == cls]
        into.multi_target_ref_props.add(prop_name=name, uuids=ids, target_collection=cls)


# references in a batch of their own


def links_of(references: Iterable[Any]) -> Json:
    """The references of a message as the body of a batch. Raises CallRefused."""
    return [_link(one) for one in references]


def _link(one: Any) -> Tree:
    to = f"{one.to_collection}/" if one.to_collection else ""
    told: Tree = {
        "from": f"{_LINK}{one.from_collection}/{one.from_uuid.lower()}/{one.name}", "to": f"{_LINK}{to}{one.to_uuid.lower()}"
    }  # fmt: skip
    return {**told, "tenant": one.tenant} if one.tenant else told


def put_links(into: Any, links: Iterable[Json]) -> None:
    """The references of a body as those of a message."""
    for one in map(as_tree, links):
        cls, id, name = origin(one.get("from"))
        to, other = beacon(one.get("to"))
        given = into.add(name=name, from_collection=cls, from_uuid=id, to_uuid=other, tenant=str(one.get("tenant", "")))
        if to:
            given.to_collection = to


# answers


def told(errors: Iterable[Any], tree: Json) -> Json:
    """What came of each, as over REST: it was done, or an error says why not. Raises ValueError for one of none of them."""
    sent = [*list_of(as_tree(tree).get("objects") if isinstance(tree, dict) else tree)]
    found: list[Json] = [{**_of(as_tree(one)), "result": {"status": "SUCCESS"}} for one in sent]
    for error in errors:
        if not 0 <= error.index < len(found):
            raise ValueError("an error about an object that was not sent")
        why: Json = {"error": [{"message": error.error}]}
        found[error.index] = {**_of(as_tree(sent[error.index])), "result": {"status": "FAILED", "errors": why}}
    return found


def _of(one: Tree) -> Tree:
    return {key: one[key] for key in ("class", "id", "tenant", "from", "to") if key in one}


def failures(tree: Json) -> list[tuple[int, str]]:
    """What of a batch was not done, and why: by its turn."""
    found = list[tuple[int, str]]()
    for turn, one in enumerate(map(as_tree, list_of(tree))):
        result = as_tree(one.get("result"))
        if result.get("status") == "FAILED":
            errors = list_of(as_tree(result.get("errors")).get("error"))
            found.append((turn, "; ".join(str(as_tree(each).get("message")) for each in errors)))
    return found

"""How are ids, payloads, vectors, selections and moments said in Qdrant's messages? The small ones, shared by all."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from vecgate.dialects.base.grpc.messages import Message
from vecgate.dialects.base.grpc.trees import Tree, Trees, Unsayable, Way, number, numbers, only
from vecgate.dialects.base.grpc.values import Values
from vecgate.dialects.qdrant.values import MADE
from vecgate.domain.call import Json

_PAYLOADS: Final = Values("integer_value", "double_value")


def kind_of(message: Message, oneof: str) -> str:
    """Which one of several a message says. Raises Unsayable where it says none."""
    found: str | None = message.WhichOneof(oneof)
    if found is None:
        raise Unsayable(f"{message.DESCRIPTOR.name} says nothing")
    return found


def alternatives(oneof: str, kinds: Mapping[type, str]) -> Way:
    """A message of one value that may be of several types; each has a field of its own."""

    def said(trees: Trees, message: Message) -> Json:
        kind = kind_of(message, oneof)
        found = getattr(message, kind)
        return number(found) if isinstance(found, float) else found

    def put(trees: Trees, value: Json, message: Message) -> None:
        setattr(message, kinds[type(value)], value)

    return Way(said, put)


# moments
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FRACTION: Final = re.compile(r"(?<=:[0-9]{2})\.([0-9]{1,9})")


def moment(seconds: int, nanos: int) -> str:
    """A moment as it is written. Raises Unsayable for one that no date can say."""
    if not 0 <= nanos < 10**9:
        raise Unsayable("nanoseconds")
    try:
        written = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    except (ValueError, OverflowError, OSError) as e:
        raise Unsayable("a moment beyond all dates") from e
    written = written.zfill(19)
    return f"{written}.{nanos:09d}".rstrip("0") + "Z" if nanos else f"{written}Z"


def _moment_said(trees: Trees, message: Message) -> Json:
    return moment(message.seconds, message.nanos)


def _moment_put(trees: Trees, value: Json, message: Message) -> None:
    text = str(value)
    fraction = _FRACTION.search(text)
    found = datetime.fromisoformat(_FRACTION.sub("", text))
    found = found.replace(tzinfo=UTC) if found.tzinfo is None else found
    message.seconds = (found - _EPOCH) // timedelta(seconds=1)
    message.nanos = int(fraction[1].ljust(9, "0")) if fraction else 0


# shards
def _shards_said(trees: Trees, message: Message) -> Json:
    keys = [trees.said(one) for one in message.shard_keys]
    if message.HasField("fallback"):
        if len(keys) != 1:
            raise Unsayable("a fallback for other than one shard key")
        return {"target": keys[0], "fallback": trees.said(message.fallback)}
    return keys[0] if len(keys) == 1 else keys


def _shards_put(trees: Trees, value: Json, message: Message) -> None:
    if isinstance(value, dict):
        trees.put(value["fallback"], message.fallback)
        value = value["target"]
    for one in value if isinstance(value, list) else [value]:
        trees.put(one, message.shard_keys.add())


# vectors
def _vector_said(trees: Trees, message: Message) -> Json:
    """One vector. Before 1.16 its numbers stood in the message itself, flat; that is read, too."""
    kind, old = message.WhichOneof("vector"), list(message.data)
    told = message.HasField("indices") or message.HasField("vectors_count")
    if kind is not None:
        if old or told:
            raise Unsayable("a vector in two forms")
        return trees.said(getattr(message, kind))
    found = numbers(old)
    if message.HasField("indices"):
        if message.HasField("vectors_count"):
            raise Unsayable("a vector in two forms")
        return {"indices": list(message.indices.data), "values": found}
    return _apart(old, message.vectors_count) if told else found


def _apart(values: list[float], count: int) -> Json:
    if not count or not values or len(values) % count:
        raise Unsayable("numbers that are not as many vectors")
    size = len(values) // count
    return [[*values[at : at + size]] for at in range(0, len(values), size)]


def _vector_put(trees: Trees, value: Json, message: Message) -> None:
    if isinstance(value, dict):
        kind = _made(value) or "sparse"
        inner = getattr(message, {"text": "document"}.get(kind, kind))
        inner.SetInParent()
        trees.put(value, inner)
    else:
        _dense_put(trees, value, message)


def _dense_put(trees: Trees, value: Json, message: Message) -> None:
    several = isinstance(value, list) and value and isinstance(value[0], list)
    inner = message.multi_dense if several else message.dense
    inner.SetInParent()
    trees.put(value, inner)


def _made(value: Tree) -> str:
    """Which kind of thing a vector is to be made of; empty: it is one."""
    return next((key for key in MADE if key in value and "model" in value), "")


def _vectors(put_alone: Callable[[Json], bool]) -> Way:
    """The vectors of a point: one without a name, or several by their names."""

    def said(trees: Trees, message: Message) -> Json:
        kind = kind_of(message, "vectors_options")
        if kind == "vector":
            return trees.said(message.vector)
        named = message.vectors.vectors
        return {key: trees.said(named[key]) for key in named}

    def put(trees: Trees, value: Json, message: Message) -> None:
        if put_alone(value):
            message.vector.SetInParent()
            trees.put(value, message.vector)
        else:
            message.vectors.SetInParent()
            trees.put({"vectors": value}, message.vectors)

    return Way(said, put)


def _alone(value: Json) -> bool:
    return not isinstance(value, dict) or bool(_made(value))


def _example_said(trees: Trees, message: Message) -> Json:
    return trees.said(getattr(message, kind_of(message, "variant")))


def _example_put(trees: Trees, value: Json, message: Message) -> None:
    if isinstance(value, str | int):
        trees.put(value, message.id)
    else:
        _vector_put(trees, value, message)


def _old_example_said(trees: Trees, message: Message) -> Json:
    return trees.said(getattr(message, kind_of(message, "example")))


def _old_example_put(trees: Trees, value: Json, message: Message) -> None:
    inner = message.id if isinstance(value, str | int) else message.vector
    inner.SetInParent()
    trees.put(value, inner)


# what is to be shown
def _payload_said(trees: Trees, message: Message) -> Json:
    kind = kind_of(message, "selector_options")
    return message.enable if kind == "enable" else {kind: list(getattr(message, kind).fields)}


def _payload_put(trees: Trees, value: Json, message: Message) -> None:
    if isinstance(value, bool):
        message.enable = value
    else:
        for kind, names in (value if isinstance(value, dict) else {"include": value}).items():
            inner = getattr(message, kind)
            inner.SetInParent()
            inner.fields.extend(names)


def _names_said(trees: Trees, message: Message) -> Json:
    return message.enable if kind_of(message, "selector_options") == "enable" else list(message.include.names)


def _names_put(trees: Trees, value: Json, message: Message) -> None:
    if isinstance(value, bool):
        message.enable = value
    else:
        message.include.SetInParent()
        message.include.names.extend(value)


# which points
def _points_said(trees: Trees, message: Message) -> Json:
    if kind_of(message, "points_selector_one_of") == "points":
        return {"points": [trees.said(one) for one in message.points.ids]}
    return {"filter": trees.said(message.filter)}


def _points_put(trees: Trees, value: Json, message: Message) -> None:
    tree = value if isinstance(value, dict) else {}
    if "points" in tree:
        message.points.SetInParent()
        trees.put({"ids": tree["points"]}, message.points)
    if "filter" in tree:
        message.filter.SetInParent()
        trees.put(tree["filter"], message.filter)


def _group_said(trees: Trees, message: Message) -> Json:
    return getattr(message, kind_of(message, "kind"))  # type: ignore[no-any-return]


def _group_put(trees: Trees, value: Json, message: Message) -> None:
    number = "integer_value" if isinstance(value, int) and value < 0 else "unsigned_value"
    setattr(message, "string_value" if isinstance(value, str) else number, value)


def _consistency_said(trees: Trees, message: Message) -> Json:
    return trees.members(message)["type"] if kind_of(message, "value") == "type" else str(message.factor)


def _consistency_put(trees: Trees, value: Json, message: Message) -> None:
    text = str(value)
    trees.put_members({"factor": int(text)} if text.isdecimal() else {"type": text}, message)


WAYS: Final[Mapping[str, Way]] = {
    "Value": _PAYLOADS.value,
    "Struct": _PAYLOADS.struct,
    "PointId": alternatives("point_id_options", {int: "num", str: "uuid"}),
    "ShardKey": alternatives("key", {int: "number", str: "keyword"}),
    "ShardKeySelector": Way(_shards_said, _shards_put),
    "Timestamp": Way(_moment_said, _moment_put),
    "ReadConsistency": Way(_consistency_said, _consistency_put),
    "WriteOrdering": only("type"),
    "DenseVector": only("data"),
    "MultiDenseVector": only("vectors"),
    "Vector": Way(_vector_said, _vector_put),
    "VectorOutput": Way(_vector_said, _vector_put),
    "Vectors": _vectors(_alone),
    "VectorsOutput": _vectors(lambda value: not isinstance(value, dict)),
    "VectorInput": Way(_example_said, _example_put),
    "VectorExample": Way(_old_example_said, _old_example_put),
    "TargetVector": only("single"),
    "VectorsSelector": only("names"),
    "WithPayloadSelector": Way(_payload_said, _payload_put),
    "WithVectorsSelector": Way(_names_said, _names_put),
    "PointsSelector": Way(_points_said, _points_put),
    "FacetValue": alternatives("variant", {str: "string_value", int: "integer_value", bool: "bool_value"}),
    "GroupId": Way(_group_said, _group_put),
    "OrderValue": alternatives("variant", {int: "int", float: "float"}),
}

"""What does a write say? Points, vectors, payloads and deletes, each for the engine; a batch is one after the other."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import qdrant_edge as q

from demo.qdrant_edge_shim import filters, reading, vectors
from demo.qdrant_edge_shim.faults import Fault
from demo.qdrant_edge_shim.reading import Bad, maybe, members, need
from demo.qdrant_edge_shim.store import Collection

_U: Final = q.UpdateOperation
_EMPTY: Final = "Empty update request"
_UPSERT: Final = ("points", "batch", "shard_key", "update_filter", "update_mode")
_MODES: Final = {
    "upsert": q.UpdateMode.Upsert,
    "insert_only": q.UpdateMode.InsertOnly,
    "update_only": q.UpdateMode.UpdateOnly,
}


@dataclass(frozen=True, slots=True)
class Write:
    """One operation that was read. `check` runs before anything is applied."""

    make: Callable[[], Any]
    check: Callable[[Collection], None] = lambda _: None
    shard_key: Any = None


def _not_empty(ids: list[Any] | None) -> None:
    if ids is not None and not ids:
        raise Fault.bad_request(_EMPTY)


# points


def upsert(value: Any) -> Write:
    """PUT points: read into a value first, so that the last of two keys counts everywhere in it."""
    if not isinstance(value, dict):
        raise wrong_upsert()
    found = members(value, "PointsList", _UPSERT, loose=True)
    if found.get("batch") is not None:
        points = _batch(found["batch"])
    elif "points" in found:
        points = [_point(one, n) for n, one in enumerate(reading.sequence(found["points"]))]
    else:
        raise wrong_upsert()
    condition = filters.maybe_filter(found, "update_filter", "", loose=True)
    mode = maybe(found, "update_mode", _mode)
    made = [q.Point(id, vector, payload) for id, vector, payload in points]

    def check(collection: Collection) -> None:
        _not_empty(points)
        for _, vector, _ in points:
            _fits(collection, vector)

    return Write(lambda: _U.upsert_points(made, condition, mode), check, found.get("shard_key"))


def wrong_upsert() -> Bad:
    return Bad("Invalid PointInsertOperations format")


def _mode(value: Any) -> q.UpdateMode:
    if value not in _MODES:
        raise Bad(f"unknown variant `{value}`, expected one of `upsert`, `insert_only`, `update_only`")
    return _MODES[value]


def _point(value: Any, n: int) -> tuple[Any, Any, Any]:
    found = members(value, "PointStruct", ("id", "vector", "payload"), aliases={"vectors": "vector"}, loose=True)
    identity = reading.point_id(need(found, "id"))
    vector = vectors.of_point(need(found, "vector"), f"points[{n}].vector")
    return identity, vector, maybe(found, "payload", _payload)


def _payload(value: Any) -> dict[str, Any]:
    return {key: _small(inner) for key, inner in reading.mapping(value).items()}


def _small(value: Any) -> Any:
    """A payload's value for the engine: plain objects."""
    if isinstance(value, dict):
        return {key: _small(inner) for key, inner in value.items()}
    return [_small(inner) for inner in value] if isinstance(value, list) else value


def _batch(value: Any) -> list[tuple[Any, Any, Any]]:
    found = members(value, "Batch", ("ids", "vectors", "payloads"), loose=True)
    ids = reading.point_ids(need(found, "ids"))
    told = need(found, "vectors")
    named = isinstance(told, dict)
    columns = {name: reading.sequence(one) for name, one in told.items()} if named else {"": reading.sequence(told)}
    for column in columns.values():
        if len(column) != len(ids):
            what = f"number of ids and vectors must be equal ({len(ids)} != {len(column)})"
            raise Fault.invalid("batch.batch", what)
    payloads = maybe(found, "payloads", reading.sequence) or [None] * len(ids)
    if len(payloads) != len(ids):
        what = f"number of ids and payloads must be equal ({len(ids)} != {len(payloads)})"
        raise Fault.invalid("batch.batch", what)
    rows = [
        vectors.of_point(
            {name: column[n] for name, column in columns.items()} if named else columns[""][n], "batch.vectors"
        )
        for n in range(len(ids))
    ]
    return [(ids[n], rows[n], None if payloads[n] is None else _payload(payloads[n])) for n in range(len(ids))]


def _fits(collection: Collection, vector: Any) -> None:
    """Sizes are looked at before anything is written."""
    for name, one in (vector if isinstance(vector, dict) else {"": vector}).items():
        told = collection.vectors.get(name)
        if told is None:
            if name not in collection.sparse_vectors:
                raise Fault.wrong_input(f"Not existing vector name error: {name}")
            continue
        rows = one if isinstance(one, list) and one and isinstance(one[0], list) else [one]
        wrong = next((len(row) for row in rows if isinstance(row, list) and len(row) != told["size"]), None)
        if wrong is not None:
            whose = f" for vector '{name}'" if name else ""
            raise Fault.wrong_input(f"Vector dimension error: expected dim: {told['size']}, got {wrong}{whose}")


# vectors


def update_vectors(value: Any) -> Write:
    found = members(value, "UpdateVectors", ("points", "shard_key", "update_filter"))
    told = reading.sequence(need(found, "points"))
    rows = [members(one, "PointVectors", ("id", "vector"), aliases={"vectors": "vector"}, loose=True) for one in told]
    made = [
        q.PointVectors(reading.point_id(need(row, "id")), vectors.of_point(need(row, "vector"), f"points[{n}].vector"))
        for n, row in enumerate(rows)
    ]
    if not made:
        raise Fault.invalid("points", "must specify points to update")
    condition = filters.maybe_filter(found, "update_filter", "")
    return Write(lambda: _U.update_vectors(made, condition), shard_key=found.get("shard_key"))


def delete_vectors(value: Any) -> Write:
    fields = ("points", "filter", "vector", "shard_key")
    found = members(value, "DeleteVectors", fields, aliases={"vectors": "vector"})
    names = [reading.string(one) for one in reading.sequence(need(found, "vector"))]
    if not names:
        raise Fault.invalid("vector", "must specify vector names to delete")
    ids, only = maybe(found, "points", reading.point_ids), filters.maybe_filter(found, "filter", "")

    def check(_: Collection) -> None:
        if ids is None and only is None:
            raise Fault.bad_request("No filter or points provided")

    def make() -> Any:
        return _U.delete_vectors(ids, names) if ids is not None else _U.delete_vectors_by_filter(only, names)

    return Write(make, check, found.get("shard_key"))


# payloads


def _chosen(found: Mapping[str, Any]) -> tuple[list[Any] | None, q.Filter | None]:
    """Whose payload: points where they are given, whatever filter stands beside them."""
    ids = maybe(found, "points", reading.point_ids)
    only = maybe(found, "filter", lambda one: filters.read(one, "filter"))
    if ids is None and only is None:
        raise Bad("Either list of point ids or filter must be provided")
    return ids, only


def _payload_write(by_ids: Any, by_filter: Any, *, keyed: bool) -> Callable[[Any], Write]:
    def read(value: Any) -> Write:
        fields = ("payload", "points", "filter", "shard_key", "key")
        found = members(value, "SetPayload", fields, optional_tail=1)
        payload = _payload(need(found, "payload"))
        ids, only = _chosen(found)
        key = maybe(found, "key", filters.path)
        more = (key,) if keyed else ()

        def make() -> Any:
            return by_ids(ids, payload, *more) if ids is not None else by_filter(only, payload, *more)

        return Write(make, lambda _: _not_empty(ids), found.get("shard_key"))

    return read


set_payload: Final = _payload_write(_U.set_payload, _U.set_payload_by_filter, keyed=True)
overwrite_payload: Final = _payload_write(_U.overwrite_payload, _U.overwrite_payload_by_filter, keyed=False)


def delete_payload(value: Any) -> Write:
    found = members(value, "DeletePayload", ("keys", "points", "filter", "shard_key"), optional_tail=1)
    keys = [filters.path(one) for one in reading.sequence(need(found, "keys"))]
    ids, only = _chosen(found)

    def make() -> Any:
        return _U.delete_payload(ids, keys) if ids is not None else _U.delete_payload_by_filter(only, keys)

    return Write(make, lambda _: _not_empty(ids), found.get("shard_key"))


# whole points


def _selected(value: Any) -> tuple[list[Any] | None, q.Filter | None, Any]:
    """A selector: points first, then a filter; whatever is wrong with it, it fits no variant."""
    for name, read in (("points", reading.point_ids), ("filter", lambda one: filters.read(one, ""))):
        try:
            found = members(value, "PointsSelector", (name, "shard_key"), optional_tail=1)
            told = read(need(found, name))
        except Bad:
            continue
        return (told, None, found.get("shard_key")) if name == "points" else (None, told, found.get("shard_key"))
    raise Bad("data did not match any variant of untagged enum PointsSelector")


def _selecting(by_ids: Any, by_filter: Any) -> Callable[[Any], Write]:
    def read(value: Any) -> Write:
        ids, only, shard_key = _selected(value)
        return Write(lambda: by_ids(ids) if ids is not None else by_filter(only), lambda _: _not_empty(ids), shard_key)

    return read


delete: Final = _selecting(_U.delete_points, _U.delete_points_by_filter)
clear_payload: Final = _selecting(_U.clear_payload, _U.clear_payload_by_filter)

#: Of two kinds in one member of a batch the first here counts.
KINDS: Final[Mapping[str, Callable[[Any], Write]]] = {
    "upsert": upsert,
    "delete": delete,
    "set_payload": set_payload,
    "overwrite_payload": overwrite_payload,
    "delete_payload": delete_payload,
    "clear_payload": clear_payload,
    "update_vectors": update_vectors,
    "delete_vectors": delete_vectors,
}


def batch(value: Any) -> list[Write]:
    found = members(value, "UpdateOperations", ("operations",))
    return [_operation(one) for one in reading.sequence(need(found, "operations"))]


def _operation(value: Any) -> Write:
    if isinstance(value, dict):
        for kind, read in KINDS.items():
            if kind in value:
                try:
                    return read(value[kind])
                except Bad:
                    continue
    raise Bad("data did not match any variant of untagged enum UpdateOperation")


def apply(collection: Collection, write: Write, *, wait: bool) -> dict[str, Any]:
    """Carry it out. Who does not wait is told that it was taken, before anything could go wrong."""
    if write.shard_key not in (None, []):
        raise Fault.bad_request(f"Shard key {json.dumps(write.shard_key)} not found")
    write.check(collection)
    try:
        number = collection.update(write.make())
    except Fault:
        if wait:
            raise
        number = collection.operations
    return done(number, wait=wait)


def done(number: int, *, wait: bool) -> dict[str, Any]:
    return {"operation_id": number, "status": status(wait)}


def status(wait: bool) -> str:
    return "completed" if wait else "acknowledged"

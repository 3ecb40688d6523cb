"""How is a collection made, changed and described? Its vectors, indexes and aliases."""

from collections.abc import Callable
from typing import Any, Final

import qdrant_edge as q

from demo.qdrant_edge_shim import reading, store
from demo.qdrant_edge_shim.faults import Fault
from demo.qdrant_edge_shim.points import done
from demo.qdrant_edge_shim.reading import Bad, maybe, members, need
from demo.qdrant_edge_shim.store import Collection, Store

_NO_VECTORS: Final = Bad("data did not match any variant of untagged enum VectorsConfig")
_CREATE: Final = (
    "vectors", "shard_number", "sharding_method", "replication_factor", "write_consistency_factor", "on_disk_payload",
    "hnsw_config", "wal_config", "optimizers_config", "quantization_config", "sparse_vectors", "strict_mode_config",
    "metadata", "uuid", "payload", "init_from",
)  # fmt: skip
_CHANGE: Final = (
    "vectors", "optimizers_config", "params", "hnsw_config", "quantization_config", "sparse_vectors",
    "strict_mode_config", "metadata",
)  # fmt: skip
_SECTIONS: Final = ("optimizers_config", "params", "hnsw_config", "metadata", "strict_mode_config")
_OTHER_NAMES: Final = {"optimizer_config": "optimizers_config", "quantization": "quantization_config"}
_OPTIMIZERS: Final = {
    "deleted_threshold": 0.2, "vacuum_min_vector_number": 1000, "default_segment_number": 0, "max_segment_size": None,
    "memmap_threshold": None, "indexing_threshold": 10000, "flush_interval_sec": 5, "max_optimization_threads": None,
    "prevent_unoptimized": None,
}  # fmt: skip
_HNSW: Final = {
    "m": 16, "ef_construct": 100, "full_scan_threshold": 10000, "max_indexing_threads": 0, "on_disk": False,
}  # fmt: skip
_WAL: Final = {"wal_capacity_mb": 32, "wal_segments_ahead": 0, "wal_retain_closed": 1}


def _dense(value: Any) -> dict[str, Any]:
    fields = ("size", "distance", "hnsw_config", "quantization_config", "on_disk", "datatype", "multivector_config")
    found = members(value, "VectorParams", fields, loose=True)
    size = reading.usize(need(found, "size"), "a nonzero u64")
    if size < 1 or need(found, "distance") not in ("Cosine", "Euclid", "Dot", "Manhattan"):
        raise _NO_VECTORS
    return {key: one for key, one in found.items() if one is not None}


def _check_size(told: dict[str, Any], where: str) -> None:
    if not 1 <= told["size"] <= 65536:
        raise Fault.invalid(f"{where}.size", f"value {told['size']} invalid, must be from 1 to 65536")


def _vectors(value: Any) -> dict[str, Any]:
    try:
        if isinstance(value, list) or "size" in reading.mapping(value) or "distance" in value:
            told = _dense(value)
            _check_size(told, "vectors")
            return told
        several = {name: _dense(one) for name, one in sorted(value.items())}
    except Bad:
        raise _NO_VECTORS from None
    for name, one in several.items():
        _check_size(one, f"vectors.{name}")
    return several


def _sparse(value: Any) -> dict[str, Any]:
    return {name: dict(one or {}) for name, one in sorted(reading.mapping(value).items())}


def create(body: Any) -> Callable[[Store, str], Any]:
    found = members(body, "CreateCollection", _CREATE, aliases=_OTHER_NAMES)
    told = {key: one for key, one in found.items() if one is not None}
    if "vectors" in told:
        told["vectors"] = _vectors(told["vectors"])
    if "sparse_vectors" in told:
        told["sparse_vectors"] = _sparse(told["sparse_vectors"])
    for number in ("shard_number", "replication_factor", "write_consistency_factor"):
        if number in told and reading.usize(told[number], "u32") < 1:
            raise Fault.invalid(number, f"value {told[number]} invalid, must be 1 or larger")

    def run(places: Store, name: str) -> Any:
        places.create(name, told)
        return True

    return run


def change(body: Any) -> Callable[[Collection, bool], Any]:
    found = members(body, "UpdateCollection", _CHANGE, aliases=_OTHER_NAMES)
    for one in (maybe(found, "optimizers_config", reading.mapping) or {}).values():
        if isinstance(one, str):
            raise reading.wrong(one, "usize")
    for section in _SECTIONS:
        maybe(found, section, reading.mapping)
    return lambda collection, _wait: _changed(collection, found)


def _changed(collection: Collection, found: dict[str, Any]) -> Any:
    for section in _SECTIONS:
        if found.get(section) is not None:
            collection.told.setdefault(section, {}).update(found[section])
    if found.get("quantization_config") is not None:
        collection.told["quantization_config"] = found["quantization_config"]
    for name, given in (found.get("vectors") or {}).items():
        if name not in collection.vectors:
            raise Fault.wrong_input(f"Not existing vector name error: {name}")
        collection.vectors[name].update(given)
    for name, given in (found.get("sparse_vectors") or {}).items():
        collection.sparse_vectors.setdefault(name, {}).update(given)
    collection.save()
    return True


def described(collection: Collection) -> dict[str, Any]:
    """GET collection."""
    told, shard = collection.told, collection.shard.info()
    params: dict[str, Any] = {}
    if told.get("vectors"):
        params["vectors"] = told["vectors"]
    params |= {
        "shard_number": told.get("shard_number", 1),
        "replication_factor": told.get("replication_factor", 1),
        "write_consistency_factor": told.get("write_consistency_factor", 1),
        "on_disk_payload": told.get("on_disk_payload", True),
        **told.get("params", {}),
    }
    if "sparse_vectors" in told:
        params["sparse_vectors"] = told["sparse_vectors"]
    config = {
        "params": params,
        "hnsw_config": {**_HNSW, **told.get("hnsw_config", {})},
        "optimizer_config": {**_OPTIMIZERS, **told.get("optimizers_config", {})},
        "wal_config": {**_WAL, **told.get("wal_config", {})},
        "quantization_config": told.get("quantization_config"),
        **{name: told[name] for name in ("strict_mode_config", "metadata") if name in told},
    }
    return {
        "status": "green",
        "optimizer_status": "ok",
        "indexed_vectors_count": 0,
        "points_count": shard.points_count,
        "segments_count": 2,
        "config": config,
        "payload_schema": {key: _index_shown(collection, key, one.points) for key, one in shard.payload_schema.items()},
        "update_queue": {"length": 0},
    }


def _index_shown(collection: Collection, key: str, points: int) -> dict[str, Any]:
    said = collection.indexes.get(key, "keyword")
    kind = said if isinstance(said, str) else said["type"]
    return {"data_type": kind, **({} if isinstance(said, str) else {"params": said}), "points": points}


# vectors by name


def add_vector(body: Any) -> Callable[[Collection, str, bool], Any]:
    found = members(body, "CreateVectorName", ("dense", "sparse"))
    if found.get("dense") is not None:
        told = members(found["dense"], "DenseVector", ("size", "distance", "multivector_config", "datatype"))
        _check_size(told, "dense")
        return lambda collection, name, wait: _add_dense(collection, name, told, wait=wait)
    if found.get("sparse") is not None:
        given = dict(reading.mapping(found["sparse"]))
        return lambda collection, name, wait: _add_sparse(collection, name, given, wait=wait)
    raise Bad("data did not match any variant of untagged enum VectorNameConfig")


def _add_dense(collection: Collection, name: str, told: dict[str, Any], *, wait: bool) -> Any:
    if name not in collection.vectors:
        made = store.dense(told)
        operation = q.UpdateOperation.create_dense_vector(
            name, made.size, made.distance, made.multivector_config, made.datatype
        )
        collection.update(operation)
        collection.told["vectors"] = {**collection.vectors, name: told}
        collection.save()
    return done(collection.operations, wait=wait)


def _add_sparse(collection: Collection, name: str, told: dict[str, Any], *, wait: bool) -> Any:
    modifier = q.Modifier.Idf if told.get("modifier") == "idf" else None
    collection.update(q.UpdateOperation.create_sparse_vector(name, modifier))
    collection.told.setdefault("sparse_vectors", {})[name] = told
    collection.save()
    return done(collection.operations, wait=wait)


def drop_vector(collection: Collection, name: str, *, wait: bool) -> Any:
    if name in collection.vectors or name in collection.sparse_vectors:
        collection.update(q.UpdateOperation.delete_vector_name(name))
        collection.told["vectors"] = {key: one for key, one in collection.vectors.items() if key != name}
        collection.sparse_vectors.pop(name, None)
        collection.save()
    return done(collection.operations, wait=wait)


# aliases


def change_aliases(body: Any) -> list[tuple[str, str, str]]:
    found = members(body, "ChangeAliasesOperation", ("actions",))
    return [_action(one) for one in reading.sequence(need(found, "actions"))]


_ACTIONS: Final = {
    "create_alias": ("create", ("alias_name", "collection_name")),
    "delete_alias": ("delete", ("alias_name",)),
    "rename_alias": ("rename", ("new_alias_name", "old_alias_name")),
}


def _action(value: Any) -> tuple[str, str, str]:
    for name, (what, fields) in _ACTIONS.items():
        if isinstance(value, dict) and name in value:
            told = members(value[name], name, tuple(sorted(fields, reverse=True)), loose=True)
            words = [reading.string(need(told, one)) for one in fields]
            return what, words[0], words[1] if len(words) > 1 else ""
    raise Bad("data did not match any variant of untagged enum AliasOperations")


def aliases(places: Store, seen: Callable[[str], bool], only: str | None = None) -> Any:
    """All aliases whose collection the caller sees, or those of one collection."""
    return {
        "aliases": [
            {"alias_name": alias, "collection_name": target}
            for alias, target in places.aliases.items()
            if (seen(target) if only is None else only == target)
        ]
    }

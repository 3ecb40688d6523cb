"""What falls into groups, and how near are points to each other? Made by the shim of what the engine answers."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import qdrant_edge as q

from demo.qdrant_edge_shim import filters, reading, searching
from demo.qdrant_edge_shim.faults import Fault
from demo.qdrant_edge_shim.reading import maybe, members, need
from demo.qdrant_edge_shim.reads import WITH, asked_of, limit_of, retrieved, with_payload, with_vector
from demo.qdrant_edge_shim.searching import Query
from demo.qdrant_edge_shim.store import Collection, Store

_GROUPS: Final = ("group_by", "group_size", "limit", "with_lookup")
_ALL: Final = 1 << 31


@dataclass(frozen=True, slots=True)
class Grouped:
    """A query whose hits are grouped by a field."""

    query: Query
    by: str
    size: int
    limit: int
    lookup: tuple[str, Any, Any] | None

    def run(self, store: Store, collection: Collection) -> Any:
        hits = self.query.hits(
            store,
            collection,
            limit=_ALL,
            payload=True,
            only=lambda given: filters.without(given, q.IsEmptyCondition(self.by)),
        )
        groups: dict[Any, list[Any]] = {}
        for one in hits:
            for value in _values(one.payload, self.by):
                if value not in groups and len(groups) == self.limit:
                    continue
                if len(groups.setdefault(value, [])) < self.size:
                    groups[value].append(one)
        found = self._looked_up(store, list(groups))
        shown = self._hits(collection, groups)
        return {
            "groups": [
                {"hits": shown[value], "id": value, **({"lookup": found[str(value)]} if str(value) in found else {})}
                for value in groups
            ]
        }

    def _hits(self, collection: Collection, groups: dict[Any, list[Any]]) -> dict[Any, list[Any]]:
        """Hits with what was asked for of them."""
        ids = [one.id for many in groups.values() for one in many]
        records = {str(one["id"]): one for one in retrieved(collection, ids, self.query.payload, self.query.vector)}
        shown: dict[Any, list[Any]] = {}
        for value, many in groups.items():
            shown[value] = []
            for one in many:
                kept = records.get(str(one.id), {})
                hit = {"id": kept.get("id"), "version": one.version, "score": np.float32(one.score), **kept}
                if self.query.payload is False:
                    hit.pop("payload", None)
                if one.order_value is not None:
                    hit["order_value"] = one.order_value
                shown[value].append(hit)
        return shown

    def _looked_up(self, store: Store, values: list[Any]) -> dict[str, Any]:
        if self.lookup is None:
            return {}
        name, payload, vector = self.lookup
        source = store.find(name)
        if source is None:
            raise Fault.not_found(f"Collection {name} not found")
        ids = []
        for value in values:
            try:
                ids.append(reading.point_id(value))
            except reading.Bad:
                continue
        return {str(one["id"]): one for one in retrieved(source, ids, payload, vector)}


def _values(payload: Any, path: str) -> list[Any]:
    """What stands at a path of a payload: texts and whole numbers, once each."""
    found = [payload]
    for step in path.replace('"', "").split("."):
        key, listed = (step[:-2], True) if step.endswith("[]") else (step, False)
        found = [one.get(key) for one in found if isinstance(one, dict)]
        if listed:
            found = [inner for one in found if isinstance(one, list) for inner in one]
    flat = [inner for one in found for inner in (one if isinstance(one, list) else [one])]
    return list(dict.fromkeys(one for one in flat if isinstance(one, str) or type(one) is int))


def _grouped(found: dict[str, Any], query: Query, where: str) -> Grouped:
    by = filters.path(need(found, "group_by"))
    size = limit_of(found, f"{where}.group_request", 3, "group_size")
    limit = limit_of(found, f"{where}.group_request")
    return Grouped(query, by, size, limit, maybe(found, "with_lookup", _lookup))


def _lookup(value: Any) -> tuple[str, Any, Any]:
    if isinstance(value, str):
        return value, True, False
    found = members(value, "WithLookup", ("collection", "with_payload", "with_vectors"), loose=True)
    if "with_vectors" in found:
        found["with_vector"] = found["with_vectors"]
    return reading.string(need(found, "collection")), with_payload(found, True), with_vector(found)


def read(body: Any) -> Grouped:
    """POST query/groups: it knows no `with_vectors`."""
    found = members(body, "QueryGroupsRequest", searching.QUERY + _GROUPS, positional=False)
    need(found, "group_by")
    query = Query({key: one for key, one in found.items() if key not in _GROUPS}, "search_group_request")
    return _grouped(found, query, "search_group_request")


def read_older(body: Any, read_one: Any) -> Grouped:
    fields = (*(WITH.get(key, key) for key in body), *_GROUPS) if isinstance(body, dict) else _GROUPS
    found = members(body, "SearchGroupsRequest", fields, aliases=WITH, positional=False)
    need(found, "group_by")
    rest = {key: one for key, one in found.items() if key not in _GROUPS and one is not None}
    return _grouped(found, read_one(rest, limited=False), "search_group_request")


# the matrix

_MATRIX: Final = ("filter", "sample", "limit", "using", "shard_key")


def matrix(body: Any) -> Callable[[Collection], tuple[list[Any], list[tuple[int, int, Any]]]]:
    """A sample of points, and for each its nearest others of it: (row, column, score)."""
    found = members(body, "SearchMatrixRequest", _MATRIX, positional=False)
    only = filters.maybe_filter(found, "filter", "search_request.")
    sample, limit = limit_of(found, "search_request", 10, "sample"), limit_of(found, "search_request", 3)
    if sample < 2:
        raise Fault.invalid("search_request.sample", f"value {sample} invalid, must be 2 or larger")
    using = maybe(found, "using", reading.string) or ""

    def run(collection: Collection) -> tuple[list[Any], list[tuple[int, int, Any]]]:
        if using not in collection.vectors and using not in collection.sparse_vectors:
            raise Fault.wrong_input(f"Vector with name {using} is not configured in this collection")
        return _nearest_of_sample(collection, only, sample, limit, using)

    return run


def _nearest_of_sample(
    collection: Collection, only: q.Filter | None, sample: int, limit: int, using: str
) -> tuple[list[Any], list[tuple[int, int, Any]]]:
    has = q.Filter([*((only.must or []) if only else []), q.HasVectorCondition(using)], *(
        (only.should, only.must_not, only.min_should) if only else (None, None, None)
    ))  # fmt: skip
    drawn = asked_of(
        collection.shard.query, q.QueryRequest(sample, query=q.Sample.Random, filter=has, with_vector=[using])
    )
    drawn.sort(key=lambda one: (isinstance(one.id, uuid.UUID), one.id))
    places = {str(one.id): n for n, one in enumerate(drawn)}
    cells = []
    for row, one in enumerate(drawn):
        vector = one.vector.get(using) if isinstance(one.vector, dict) else one.vector
        others = q.Filter(must=[q.HasIdCondition({other.id for other in drawn if other.id != one.id})])
        request = q.QueryRequest(limit, query=q.Query.Nearest(vector, using), filter=others)
        cells += [
            (row, places[str(hit.id)], np.float32(hit.score)) for hit in asked_of(collection.shard.query, request)
        ]
    ids = [str(one.id) if isinstance(one.id, uuid.UUID) else one.id for one in drawn]
    return ids, cells

"""What stands in a query beside what it asks for? Filters, limits, parameters, lookups, and the stages before it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import qdrant_edge as q

from demo.qdrant_edge_shim import filters, reading
from demo.qdrant_edge_shim.faults import Fault
from demo.qdrant_edge_shim.queries import Asked, asked
from demo.qdrant_edge_shim.reading import maybe, members, need

_STAGE: Final = ("prefetch", "query", "using", "filter", "params", "score_threshold", "limit", "lookup_from")


@dataclass(frozen=True, slots=True)
class Stage:
    """A query or one prefetch of it."""

    asked: Asked | None
    using: str
    filter: q.Filter | None
    params: q.SearchParams | None
    threshold: float | None
    limit: int
    lookup: "Lookup | None"
    inner: tuple["Stage", ...]


@dataclass(frozen=True, slots=True)
class Lookup:
    """Another collection whose vectors are meant by ids."""

    collection: str
    vector: str | None


def lookup(value: Any) -> Lookup:
    found = members(value, "LookupLocation", ("collection", "vector", "shard_key"))
    return Lookup(reading.string(need(found, "collection")), maybe(found, "vector", reading.string))


def params(value: Any, where: str) -> q.SearchParams:
    found = members(value, "SearchParams", ("hnsw_ef", "exact", "quantization", "indexed_only", "acorn", "idf"))
    return q.SearchParams(
        hnsw_ef=maybe(found, "hnsw_ef", reading.usize),
        exact=reading.boolean(found.get("exact", False)),
        quantization=maybe(found, "quantization", _quantization),
        indexed_only=reading.boolean(found.get("indexed_only", False)),
        acorn=maybe(found, "acorn", _acorn),
        idf=maybe(found, "idf", lambda one: _idf(one, f"{where}.idf")),
    )


def _quantization(value: Any) -> q.QuantizationSearchParams:
    found = members(value, "QuantizationSearchParams", ("ignore", "rescore", "oversampling"))
    return q.QuantizationSearchParams(
        reading.boolean(found.get("ignore", False)),
        maybe(found, "rescore", reading.boolean),
        maybe(found, "oversampling", reading.number),
    )


def _acorn(value: Any) -> q.AcornSearchParams:
    found = members(value, "AcornSearchParams", ("enable", "max_selectivity"))
    return q.AcornSearchParams(
        reading.boolean(found.get("enable", False)), maybe(found, "max_selectivity", reading.number)
    )


def _idf(value: Any, where: str) -> q.IdfParams:
    if value == "global":
        return q.IdfParams(None)
    corpus = need(members(value, "IdfParams", ("corpus",), loose=True), "corpus")
    return q.IdfParams(None if corpus is None else filters.read(corpus, f"{where}.corpus", loose=True))


def stage(found: Mapping[str, Any], where: str) -> Stage:
    """A query's own part, or a prefetch, from its members."""
    limit = maybe(found, "limit", reading.usize)
    if limit == 0:
        raise Fault.invalid(f"{where}.limit", "value 0 invalid, must be 1 or larger")
    inner = found.get("prefetch")
    return Stage(
        asked=maybe(found, "query", lambda one: asked(one, f"{where}.query")),
        using=maybe(found, "using", reading.string) or "",
        filter=maybe(found, "filter", lambda one: filters.read(one, f"{where}.filter")),
        params=maybe(found, "params", lambda one: params(one, f"{where}.params")),
        threshold=maybe(found, "score_threshold", reading.number),
        limit=10 if limit is None else min(limit, 1 << 62),
        lookup=maybe(found, "lookup_from", lookup),
        inner=tuple(_prefetch(one, where) for one in reading.one_or_many(inner)) if inner is not None else (),
    )


def _prefetch(value: Any, where: str) -> Stage:
    return stage(members(value, "Prefetch", _STAGE), f"{where}.prefetch")

"""What is near, liked, discovered or ranked? The universal query, its batch and the older requests, over the engine."""

from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np
import qdrant_edge as q

from demo.qdrant_edge_shim import filters, queries, reading, stages, vectors
from demo.qdrant_edge_shim.faults import Fault
from demo.qdrant_edge_shim.queries import Asked, Ref
from demo.qdrant_edge_shim.reading import Bad, maybe, members, need
from demo.qdrant_edge_shim.reads import (
    WITH,
    asked_of,
    check_shard_key,
    limit_of,
    record,
    retrieved,
    with_payload,
    with_vector,
)
from demo.qdrant_edge_shim.stages import Lookup, Stage
from demo.qdrant_edge_shim.store import Collection, Store

QUERY: Final = (
    "prefetch", "query", "using", "filter", "params", "score_threshold", "limit", "offset", "with_vector",
    "with_payload", "lookup_from", "shard_key",
)  # fmt: skip


class Query:
    """One query that was read: runs against a collection, perhaps with more conditions or another limit."""

    def __init__(self, found: dict[str, Any], where: str = "internal") -> None:
        self.stage = stages.stage(found, where)
        self.offset = maybe(found, "offset", reading.usize) or 0
        self.payload, self.vector = with_payload(found, False), with_vector(found)
        check_shard_key(found)

    @classmethod
    def of(cls, stage: Stage, found: dict[str, Any]) -> "Query":
        """An older request, as the query that it means."""
        made = cls.__new__(cls)
        made.stage, made.offset = stage, maybe(found, "offset", reading.usize) or 0
        made.payload, made.vector = with_payload(found, False), with_vector(found)
        check_shard_key(found)
        return made

    def lookups(self) -> Iterator[str]:
        """Collections that are read beside its own."""
        return _lookups(self.stage)

    def hits(
        self, store: Store, collection: Collection, *, limit: int | None = None, payload: Any = None,
        only: Callable[[q.Filter | None], q.Filter] | None = None,
    ) -> list[Any]:  # fmt: skip
        """The engine's hits."""
        if self.stage.inner and self.stage.asked is None:
            what = "A query is needed to merge the prefetches. Can't have prefetches without defining a query."
            raise Fault.bad_request(what)
        query, prefetches, given = _made(store, collection, self.stage)
        # A shard gives what lies before the offset, too; the collection cuts it off.
        request = q.QueryRequest(
            limit=limit or self.stage.limit + self.offset,
            query=query,
            prefetches=prefetches,
            with_vector=self.vector,
            with_payload=self.payload if payload is None else payload,
            filter=only(given) if only else given,
            score_threshold=self.stage.threshold,
            params=self.stage.params,
        )
        found: list[Any] = asked_of(collection.shard.query, request)
        return found if limit else found[self.offset :]

    def run(self, store: Store, collection: Collection) -> list[dict[str, Any]]:
        return [self.shown(one) for one in self.hits(store, collection)]

    def shown(self, one: Any) -> dict[str, Any]:
        found = record(one, payload=self.payload, vector=self.vector)
        return {"id": found.pop("id"), "version": one.version, "score": np.float32(one.score), **found}


def _lookups(stage: Stage) -> Iterator[str]:
    if stage.lookup is not None:
        yield stage.lookup.collection
    for inner in stage.inner:
        yield from _lookups(inner)


def _made(store: Store, collection: Collection, stage: Stage) -> tuple[Any, list[Any], q.Filter | None]:
    """The engine's query, its prefetches, and the filter: an example is not among its own results."""
    prefetches = [_prefetch(store, collection, inner) for inner in stage.inner]
    if stage.asked is None:
        return None, prefetches, stage.filter
    resolve = _resolver(store, collection, stage)
    query = stage.asked.build(resolve, stage.using, stage.limit)
    examples = {*_examples(store, collection, stage)}
    given = filters.without(stage.filter, q.HasIdCondition(examples)) if examples else stage.filter
    return query, prefetches, given


def _examples(store: Store, collection: Collection, stage: Stage) -> Iterator[Any]:
    """Ids of this collection that stand for vectors, in a stage and in those before it."""
    if stage.asked is not None and (stage.lookup is None or store.find(stage.lookup.collection) is collection):
        yield from stage.asked.ids
    for inner in stage.inner:
        yield from _examples(store, collection, inner)


def _prefetch(store: Store, collection: Collection, stage: Stage) -> q.Prefetch:
    query, inner, given = _made(store, collection, stage)
    return q.Prefetch(stage.limit, query, inner, stage.params, given, stage.threshold)


def _resolver(store: Store, collection: Collection, stage: Stage) -> Callable[[Any], Any]:
    def resolve(given: Any) -> Any:
        if not isinstance(given, Ref):
            return given
        source, name = collection, stage.using
        if stage.lookup is not None:
            source, name = _looked_up(store, stage.lookup, name)
        found = retrieved(source, [given.id], False, [name])
        if not found:
            raise Fault.not_found(f"No point with id {given.id} found")
        return _plain(found[0].get("vector"), name, given)

    return resolve


def _looked_up(store: Store, lookup: Lookup, using: str) -> tuple[Collection, str]:
    found = store.find(lookup.collection)
    if found is None:
        raise Fault.not_found(f"Collection {lookup.collection} not found")
    return found, using if lookup.vector is None else lookup.vector


def _plain(vector: Any, name: str, given: Ref) -> Any:
    one = vector.get(name) if isinstance(vector, dict) and "indices" not in vector else vector
    if isinstance(one, dict):
        return q.SparseVector(one["indices"], [float(x) for x in one["values"]])
    if one is None or not len(one):
        raise Fault.wrong_input(f'Vector with name "{name}" for point with id {given.id} not found')
    return [row.tolist() for row in one] if isinstance(one, list) else one.tolist()


# the universal query


def read(body: Any) -> Query:
    return Query(members(body, "QueryRequest", QUERY, aliases=WITH, positional=False))


def read_batch(body: Any) -> list[Query]:
    return [read(one) for one in reading.sequence(need(members(body, "QueryRequestBatch", ("searches",)), "searches"))]


# the older requests

_SEARCH: Final = (
    "vector", "filter", "params", "limit", "offset", "with_payload", "with_vector", "score_threshold", "shard_key",
)  # fmt: skip
_RECOMMEND: Final = (
    "positive", "negative", "strategy", "filter", "params", "limit", "offset", "with_payload", "with_vector",
    "score_threshold", "using", "lookup_from", "shard_key",
)  # fmt: skip
_DISCOVER: Final = (
    "target", "context", "filter", "params", "limit", "offset", "with_payload", "with_vector", "using", "lookup_from",
    "shard_key",
)  # fmt: skip


def _older(found: dict[str, Any], asked: Asked, using: str, where: str) -> Query:
    stage = Stage(
        asked,
        using,
        maybe(found, "filter", lambda one: filters.read(one, f"{where}.filter")),
        maybe(found, "params", lambda one: stages.params(one, f"{where}.params")),
        maybe(found, "score_threshold", reading.number),
        limit_of(found, where),
        maybe(found, "lookup_from", stages.lookup),
        (),
    )
    return Query.of(stage, found)


def _members(body: Any, name: str, fields: tuple[str, ...], *, limited: bool) -> dict[str, Any]:
    found = members(body, name, fields, aliases={**WITH, "top": "limit"}, positional=False)
    if limited:
        need(found, "limit")
    return found


def search(body: Any, *, limited: bool = True) -> Query:
    found = _members(body, "SearchRequest", _SEARCH, limited=limited)
    given, using = need(found, "vector"), ""
    try:
        if isinstance(given, dict):
            named = members(given, "NamedVector", ("name", "vector"), loose=True)
            given, using = need(named, "vector"), reading.string(need(named, "name"))
        vector = vectors.one(given, "search_request.vector", query=True)
    except Bad:
        raise Bad("data did not match any variant of untagged enum NamedVectorStruct") from None
    return _older(
        found, Asked(lambda resolve, using, _: q.Query.Nearest(resolve(vector), using)), using, "search_request"
    )


def recommend(body: Any, *, limited: bool = True) -> Query:
    found = _members(body, "RecommendRequest", _RECOMMEND, limited=limited)
    sides = [
        [queries.vector_input(one, "recommend_request") for one in maybe(found, side, reading.sequence) or []]
        for side in ("positive", "negative")
    ]
    how = queries.strategy(found.get("strategy"))
    if how == "average_vector" and not sides[0]:
        raise Fault.bad_request("At least one positive vector ID required with this strategy")
    using = maybe(found, "using", reading.string) or ""
    return _older(found, queries.recommend(sides[0], sides[1], how), using, "recommend_request")


def discover(body: Any) -> Query:
    found = _members(body, "DiscoverRequest", _DISCOVER, limited=True)
    target = maybe(found, "target", lambda one: queries.vector_input(one, "discover_request"))
    context = maybe(found, "context", lambda one: queries.pairs(one, "discover_request")) or []
    if target is None and not context:
        raise Fault.bad_request("target and/or context_pairs must be specified")
    using = maybe(found, "using", reading.string) or ""
    return _older(found, queries.discover(target, context), using, "discover_request")


def many(read_one: Callable[[Any], Query]) -> Callable[[Any], list[Query]]:
    """The batch of an older request."""

    def read_all(body: Any) -> list[Query]:
        found = members(body, "RequestBatch", ("searches",))
        return [read_one(one) for one in reading.sequence(need(found, "searches"))]

    return read_all

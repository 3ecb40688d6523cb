"""What is in a collection? Records, counts and facets, as the engine finds them and the server shows them."""

import json
import uuid
from collections.abc import Callable
from typing import Any, Final

import qdrant_edge as q

from demo.qdrant_edge_shim import filters, queries, reading, vectors
from demo.qdrant_edge_shim.faults import Fault, of_engine
from demo.qdrant_edge_shim.reading import Bad, maybe, members, need
from demo.qdrant_edge_shim.store import Collection

WITH: Final = {"with_vectors": "with_vector"}
_PAYLOAD_FORMS: Final = "Expected a boolean, an array of strings, or an object with an include/exclude field"
_VECTOR_FORMS: Final = "Expected a boolean, or an array of strings"
_MOST: Final = 1 << 62

#: A request that was read, and runs on a collection.
Run = Callable[[Collection], Any]


def asked_of(engine: Any, request: Any) -> Any:
    """The engine's answer. Raises Fault for its errors."""
    try:
        return engine(request)
    except Exception as e:  # noqa: BLE001 - the engine raises no other kind
        raise of_engine(e) from None


def with_payload(found: dict[str, Any], otherwise: bool) -> Any:
    """Which of the payload is shown, for the engine."""
    value = found.get("with_payload")
    if value is None:
        return otherwise
    if isinstance(value, bool):
        return value
    try:
        if isinstance(value, list):
            return [filters.path(one) for one in value]
        told = members(value, "PayloadSelector", ("include", "exclude"), deny=True, positional=False, loose=True)
        keys = [filters.path(one) for one in reading.sequence(told.get("include", told.get("exclude")))]
    except Bad as e:
        raise e if "json path" in str(e) else Bad(_PAYLOAD_FORMS) from None
    return q.PayloadSelector.Include(keys) if "include" in told else q.PayloadSelector.Exclude(keys)


def with_vector(found: dict[str, Any]) -> Any:
    value = found.get("with_vector", False)
    if isinstance(value, bool) or (isinstance(value, list) and all(isinstance(one, str) for one in value)):
        return value
    raise Bad(_VECTOR_FORMS)


def limit_of(found: dict[str, Any], where: str, otherwise: int = 10, name: str = "limit") -> int:
    value = maybe(found, name, reading.usize)
    if value == 0:
        raise Fault.invalid(f"{where}.{name}", "value 0 invalid, must be 1 or larger")
    return otherwise if value is None else min(value, _MOST)


def check_shard_key(found: dict[str, Any]) -> None:
    key = found.get("shard_key")
    if key not in (None, []):
        raise Fault.bad_request(f"Shard key {json.dumps(key)} not found")


def record(one: Any, *, payload: Any, vector: Any) -> dict[str, Any]:
    """A record or a hit as an answer shows it."""
    shown: dict[str, Any] = {"id": str(one.id) if isinstance(one.id, uuid.UUID) else one.id}
    if payload is not False and one.payload is not None:
        shown["payload"] = one.payload
    if vector is not False and one.vector is not None:
        shown["vector"] = vectors.shown(one.vector)
    if one.order_value is not None:
        shown["order_value"] = one.order_value
    return shown


def retrieved(collection: Collection, ids: list[Any], payload: Any, vector: Any) -> list[dict[str, Any]]:
    """The records that are there, each once, in the order asked for."""
    try:
        found = collection.shard.retrieve([*dict.fromkeys(ids)], payload, vector)
    except Exception as e:  # noqa: BLE001 - the engine raises no other kind
        raise of_engine(e) from None
    by_id = {str(one.id): record(one, payload=payload, vector=vector) for one in found}
    return [by_id[str(one)] for one in dict.fromkeys(ids) if str(one) in by_id]


_RETRIEVE: Final = ("ids", "with_payload", "with_vector", "shard_key")


def retrieve(body: Any, *, positional: bool = False) -> Run:
    fields = _RETRIEVE[:3] if positional else _RETRIEVE
    found = members(body, "PointRequest", fields, aliases=WITH, positional=positional)
    ids = reading.point_ids(need(found, "ids"))
    payload, vector = with_payload(found, False), with_vector(found)

    def run(collection: Collection) -> Any:
        check_shard_key(found)
        return retrieved(collection, ids, payload, vector)

    return run


def one_point(collection: Collection, identity: str) -> Any:
    """GET points/{id}: a number with a sign or zeros in front is one, too."""
    digits = identity.removeprefix("+")
    try:
        numeric = digits.isascii() and digits.isdigit() and int(digits) < 1 << 64
        found_id = reading.point_id(int(digits) if numeric else identity)
    except Bad:
        raise Fault.wrong_input(f'Can not recognize "{identity}" as point id') from None
    found = retrieved(collection, [found_id], True, True)
    if not found:
        raise Fault.not_found(f"Point with id {found_id} does not exists!")
    return found[0]


_SCROLL: Final = ("offset", "limit", "filter", "with_payload", "with_vector", "order_by", "shard_key")
_NO_OFFSET: Final = (
    "Cannot use an `offset` when using `order_by`. The alternative for paging is to use `order_by.start_from` and a "
    "filter to exclude the IDs that you've already seen for the `order_by.start_from` value"
)


def scroll(body: Any) -> Run:
    found = members(body, "ScrollRequest", _SCROLL, aliases=WITH, positional=False)
    offset = maybe(found, "offset", reading.point_id)
    payload, vector = with_payload(found, True), with_vector(found)
    only = filters.maybe_filter(found, "filter", "scroll_request.")
    order = maybe(found, "order_by", queries.order_by)
    request = q.ScrollRequest(offset, limit_of(found, "scroll_request"), only, payload, vector, order)

    def run(collection: Collection) -> Any:
        check_shard_key(found)
        if order is not None and offset is not None:
            raise Fault.bad_request(_NO_OFFSET)
        records, following = asked_of(collection.shard.scroll, request)
        after = str(following) if isinstance(following, uuid.UUID) else following
        return {
            "points": [record(one, payload=payload, vector=vector) for one in records],
            "next_page_offset": None if order is not None else after,
        }

    return run


def count(body: Any) -> Run:
    found = members(body, "CountRequest", ("filter", "exact", "shard_key"), positional=False)
    exact = reading.boolean(found.get("exact", True))
    request = q.CountRequest(exact, filters.maybe_filter(found, "filter", "count_request."))

    def run(collection: Collection) -> Any:
        check_shard_key(found)
        return {"count": asked_of(collection.shard.count, request)}

    return run


def facet(body: Any) -> Run:
    found = members(body, "FacetRequest", ("key", "limit", "filter", "exact", "shard_key"), positional=False)
    key = filters.path(need(found, "key"))
    exact = maybe(found, "exact", reading.boolean) or False
    only = filters.maybe_filter(found, "filter", "facet_request.")
    request = q.FacetRequest(key, limit_of(found, "facet_request"), exact, only)

    def run(collection: Collection) -> Any:
        check_shard_key(found)
        hits = asked_of(collection.shard.facet, request).hits
        return {"hits": [{"value": _facet_value(one.value), "count": one.count} for one in hits]}

    return run


def _facet_value(value: Any) -> Any:
    return str(value) if isinstance(value, uuid.UUID) else value

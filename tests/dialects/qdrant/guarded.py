"""Which calls of Qdrant read or write points, and how is each answered?"""

from typing import Any, Final

from support.guards.given import Told
from vecgate.dialects.qdrant import results
from vecgate.dialects.qdrant.routes import ROUTES
from vecgate.domain.call import Answer, Call

P: Final = "/collections/people/points"
_POINTS: Final[list[Any]] = [
    {"id": 1, "score": 0.1, "version": 3, "payload": {"dept": "hr"}, "vector": [0.1, 0.2]},
    {"id": 2, "score": 0.2, "version": 3, "payload": {"dept": "it"}, "vector": [0.3, 0.4]},
]
_V: Final = [0.1, 0.2]
_IDS: Final = {"points": [1, 2]}
_BODIES: Final[dict[str, Any]] = {
    "query_points": {"query": _V, "with_vector": True},
    "query_batch_points": {"searches": [{"query": _V}]},
    "query_points_groups": {"query": _V, "group_by": "dept"},
    "search_points": {"vector": _V, "limit": 5},
    "search_batch_points": {"searches": [{"vector": _V, "limit": 5}]},
    "search_point_groups": {"vector": _V, "group_by": "dept", "limit": 5, "group_size": 2},
    "recommend_points": {"positive": [7], "limit": 5},
    "recommend_batch_points": {"searches": [{"positive": [7], "limit": 5}]},
    "recommend_point_groups": {"positive": [7], "group_by": "dept", "limit": 5, "group_size": 2},
    "discover_points": {"target": 7, "limit": 5},
    "discover_batch_points": {"searches": [{"target": 7, "limit": 5}]},
    "search_matrix_pairs": {"sample": 10},
    "search_matrix_offsets": {"sample": 10},
    "get_point": None,
    "get_points": {"ids": [1, 2]},
    "scroll_points": {},
    "facet": {"key": "dept"},
    "get_shard_points": {"ids": [1, 2]},
    "scroll_shard_points": {},
    "upsert_points": {"points": [{"id": one["id"], "vector": _V, "payload": one["payload"]} for one in _POINTS]},
    "update_vectors": {"points": [{"id": 1, "vector": _V}]},
    "set_payload": {**_IDS, "payload": {"dept": "hr"}},
    "overwrite_payload": {**_IDS, "payload": {"dept": "hr"}},
    "delete_payload": {**_IDS, "keys": ["a"]},
    "clear_payload": _IDS,
    "batch_update": {"operations": [{"set_payload": {**_IDS, "payload": {"dept": "hr"}}}]},
}  # fmt: skip


def _nested(path: tuple[str, ...]) -> Any:
    """The points where an answer of that shape has them."""
    if not path or path == ("*",):
        return _POINTS if path else _POINTS[0]
    inner = _nested(path[1:])
    return [inner] if path[0] == "*" else {path[0]: inner}


CALLS: Final = {
    route.name: Told(
        route.method,
        route.path.replace("{collection}", "people").replace("{id}", "1").replace("{shard}", "0"),
        _BODIES[route.name],
        _nested(results.RECORDS[route.name]) if route.name in results.LISTED else None,
        alone=route.name == "get_point",
    )
    for route in ROUTES
    if route.name in _BODIES
}

#: Writes that stand beside what is stored, or bring nothing that people read: these go over no record.
BESIDE: Final = frozenset({"update_vectors", "delete_payload", "clear_payload"})


async def ask(dialect: Any, call: Call) -> Answer:
    found: Answer = dialect.offline(call, "people")
    return found

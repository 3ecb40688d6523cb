"""Where does text stand in Qdrant's bodies? One surface per shape, for requests and for answers.

An answer is `result`, `status` and `time`, and `usage` where the server counts that; an error stands in `status`.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from vecgate.dialects.base.answers import Marks
from vecgate.dialects.qdrant.paths import Path
from vecgate.dialects.qdrant.results import GROUPS, RECORDS
from vecgate.domain.surface import Surface

_NAME: Final = r"[\w.~ -]{1,255}"
_VERSION: Final = r"[0-9]{1,4}(?:\.[0-9A-Za-z-]{1,16}){0,4}"
_ENVELOPE: Final = (("/status", "ok|accepted"),)
_COUNTED: Final = ("/time", "/usage/**")


def _pointer(path: tuple[str, ...]) -> str:
    return "".join(f"/{part}" for part in path)


def _records(at: str, *, lookup: str = "") -> Surface:
    """Points: their payloads are text, and the values that they were grouped or ordered by."""
    records = (at, lookup) if lookup else (at,)
    numbers = [f"{one}{part}" for one in records for part in ("/vector/**", "/version", "/score")]
    return Surface(
        forms=_ENVELOPE,
        numbers=(*_COUNTED, *numbers),
        patterns=tuple(f"{one}/shard_key" for one in records),
        ids=(*(f"{one}/id" for one in records), "/result/next_page_offset"),
    )


_SET_UP: Final = tuple(
    f"/result/config/{part}/**"
    for part in ("params", "hnsw_config", "optimizer_config", "wal_config", "quantization_config", "strict_mode_config")
)
_collection: Final = Surface(
    forms=(*_ENVELOPE, ("/result/status", "green|yellow|grey|red"), ("/result/optimizer_status", "ok")),
    numbers=(*_COUNTED, "/result/points_count", "/result/indexed_vectors_count", "/result/update_queue/**"),
    patterns=(*_SET_UP, "/result/payload_schema/**"),
    schema=("/result/payload_schema/*/**",),
)
_updated: Final = Surface(
    forms=(*_ENVELOPE, *((at, "acknowledged|completed|wait_timeout") for at in ("/result/status", "/result/*/status"))),
    numbers=(*_COUNTED, "/result/operation_id", "/result/*/operation_id"),
)
_plain: Final = Surface(forms=_ENVELOPE, numbers=_COUNTED)
#: What the server tells of itself: names of files, machines and settings, and long numbers of all kinds.
_technical: Final = Surface(forms=_ENVELOPE, numbers=_COUNTED, patterns=("/result/**",))
_health: Final = Surface(
    forms=(
        *_ENVELOPE, ("/title", "qdrant - vector search engine"), ("/version", _VERSION), ("/commit", "[0-9a-f]{40}"),
        ("", "healthz check passed|all shards are ready"),
    )
)  # fmt: skip

ANSWERS: Final[Mapping[str, Surface]] = {
    **{
        name: _records(_pointer(path), lookup="/result/groups/*/lookup" if name in GROUPS else "")
        for name, path in RECORDS.items()
        if name not in ("facet", "search_matrix_pairs")
    },
    "facet": Surface(forms=_ENVELOPE, numbers=(*_COUNTED, "/result/hits/*/count")),
    "search_matrix_pairs": Surface(
        forms=_ENVELOPE, numbers=(*_COUNTED, "/result/pairs/*/score"), ids=("/result/pairs/*/a", "/result/pairs/*/b")
    ),
    "search_matrix_offsets": Surface(
        forms=_ENVELOPE,
        numbers=(*_COUNTED, "/result/scores", "/result/offsets_row", "/result/offsets_col"),
        ids=("/result/ids/*",),
    ),
    "get_collections": Surface(forms=(*_ENVELOPE, ("/result/collections/*/name", _NAME)), numbers=_COUNTED),
    **dict.fromkeys(
        ("get_collections_aliases", "get_collection_aliases"),
        Surface(
            forms=(*_ENVELOPE, *((f"/result/aliases/*/{key}", _NAME) for key in ("alias_name", "collection_name"))),
            numbers=_COUNTED,
        ),
    ),
    "get_collection": _collection,
    **dict.fromkeys(
        ("upsert_points", "delete_points", "update_vectors", "delete_vectors", "set_payload", "overwrite_payload",
         "delete_payload", "clear_payload", "batch_update", "create_field_index", "delete_field_index",
         "create_vector_name", "delete_vector_name", "cleanup_shard"),
        _updated,
    ),
    **dict.fromkeys(
        ("telemetry", "cluster_telemetry", "cluster_status", "collection_cluster_info", "get_optimizations", "get_memory",
         "get_quotas", "get_logger", "get_debugger", "get_stacktrace", "list_snapshots", "create_snapshot",
         "list_full_snapshots", "create_full_snapshot", "list_shard_snapshots", "create_shard_snapshot",
         "get_partial_snapshot_manifest", "get_issues", "list_shard_keys"),
        _technical,
    ),
    **dict.fromkeys(("root", "healthz", "livez", "readyz"), _health),
}  # fmt: skip

_IDS: Final = ("/points/*", "/points/*/id", "/batch/ids/*", "/ids/*", "/offset")
_VECTORS: Final = (
    "/points/*/vector/**",
    "/batch/vectors/**",
    "/query/nearest",
    "/query",
    "/vector",
    "/prefetch/**/query",
)
_requested: Final = Surface(numbers=_VECTORS, ids=_IDS)
_in_batch: Final = Surface(
    numbers=("/operations/*/*/points/*/vector/**", "/operations/*/*/batch/vectors/**", "/searches/**/query"),
    ids=("/operations/*/*/points/*", "/operations/*/*/points/*/id", "/operations/*/*/batch/ids/*"),
)
REQUESTS: Final[Mapping[str, Surface]] = {
    **dict.fromkeys(("batch_update", "query_batch_points", "search_batch_points"), _in_batch),
    **dict.fromkeys(("create_collection", "update_collection"), Surface(patterns=tuple(
        f"/{part}/**" for part in ("vectors", "sparse_vectors", "hnsw_config", "optimizers_config", "wal_config",
                                   "quantization_config", "strict_mode_config", "params", "sharding_method")))),
    **dict.fromkeys(("create_field_index", "create_vector_name", "update_aliases", "update_collection_cluster",
                     "recover_from_snapshot", "recover_shard_from_snapshot"), Surface(patterns=("/**",))),
}  # fmt: skip
#: What a request is made of, where it stores or looks for something.
STORED: Final = Surface(numbers=_VECTORS, ids=_IDS)


def surface(name: str, answer: bool) -> Surface:
    """The surface of an operation's request or answer; where none is written, all strings are text."""
    return ANSWERS.get(name, _plain) if answer else REQUESTS.get(name, _requested)


#: The keys above a payload, in answers, and in what is stored.
_ABOVE: Final = tuple(
    dict.fromkeys(
        (
            *((*(part for part in path if part != "*"), "payload") for path in RECORDS.values()),
            ("result", "groups", "lookup", "payload"),
            ("points", "payload"),
        )
    )
)


def shown_at(path: Path) -> tuple[tuple[str, ...], ...]:
    """By which keys answers show a field of a payload."""
    keys = tuple([step for step in path if isinstance(step, str)])
    return tuple([(*above, *keys) for above in _ABOVE])


_LOOKUP: Final = "/result/groups/*/lookup"


@lru_cache(maxsize=256)
def marks(name: str) -> Marks:
    """Where vectors, scores and errors stand in an operation's answer."""
    errors = ("/status/error",)
    if name == "search_matrix_pairs":
        return Marks(scores=("/result/pairs/*/score",), errors=errors)
    if name == "search_matrix_offsets":
        return Marks(scores=("/result/scores/*",), errors=errors)
    if name not in RECORDS or name == "facet":
        return Marks(errors=errors)
    at = _pointer(RECORDS[name])
    lookup = (f"{_LOOKUP}/vector",) if name in GROUPS else ()
    return Marks((f"{at}/vector", *lookup), (f"{at}/score",), errors)

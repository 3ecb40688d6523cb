"""Which routes does Qdrant 1.19 have, and what may each body hold? Those of its OpenAPI, and those that are in none.

A member or route that is not written here is refused: the server drops what it does not know, so a filter that is
misspelt is no filter there.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

from vecgate.dialects.base.routing import Route
from vecgate.dialects.qdrant import ids, paths, queries, settings, updates
from vecgate.dialects.qdrant.values import COUNT, NAME, TEXT
from vecgate.domain.call import Json
from vecgate.parsing.forms import Left, Members, Nothing, Shape, Spelled

_API: Final = "https://api.qdrant.tech/api-reference"
#: Routes that no description lists: where the server declares them.
_SOURCE: Final = "https://github.com/qdrant/qdrant/blob/v1.19.0/src/actix/api"
_OLD: Final = "https://github.com/qdrant/qdrant/blob/v1.16.0/docs/redoc/master/openapi.json"
_C: Final = "/collections/{collection}"
_P: Final = f"{_C}/points"
_S: Final = f"{_C}/shards/{{shard}}"
_READ: Final = ("consistency", "timeout")
_WRITE: Final = ("wait", "ordering", "timeout")
_WAIT: Final = ("wait",)
_LATE: Final = ("timeout",)
_NOTHING: Final = Nothing()
_AUDIT: Final = Members(
    {"limit": Left(COUNT), "time_from": Left(TEXT), "time_to": Left(TEXT), "filters": Left(Members({}))}
)

# fmt: off
ROUTES: Final[tuple[Route, ...]] = (
    # searches
    Route("POST", f"{_P}/query", "query_points", "search", 1, f"{_API}/search/query-points", query=_READ, body=queries.UNIVERSAL),
    Route("POST", f"{_P}/query/batch", "query_batch_points", "search", 2, f"{_API}/search/query-batch-points", query=_READ, body=queries.many(queries.UNIVERSAL)),
    Route("POST", f"{_P}/query/groups", "query_points_groups", "search", 1, f"{_API}/search/query-points-groups", query=_READ, body=queries.GROUPS),
    Route("POST", f"{_P}/search", "search_points", "search", 1, _OLD, query=_READ, body=queries.SEARCH),
    Route("POST", f"{_P}/search/batch", "search_batch_points", "search", 2, _OLD, query=_READ, body=queries.many(queries.SEARCH)),
    Route("POST", f"{_P}/search/groups", "search_point_groups", "search", 1, _OLD, query=_READ, body=queries.SEARCH_GROUPS),
    Route("POST", f"{_P}/recommend", "recommend_points", "search", 1, _OLD, query=_READ, body=queries.RECOMMEND),
    Route("POST", f"{_P}/recommend/batch", "recommend_batch_points", "search", 2, _OLD, query=_READ, body=queries.many(queries.RECOMMEND)),
    Route("POST", f"{_P}/recommend/groups", "recommend_point_groups", "search", 1, _OLD, query=_READ, body=queries.RECOMMEND_GROUPS),
    Route("POST", f"{_P}/discover", "discover_points", "search", 1, _OLD, query=_READ, body=queries.DISCOVER),
    Route("POST", f"{_P}/discover/batch", "discover_batch_points", "search", 2, _OLD, query=_READ, body=queries.many(queries.DISCOVER)),
    Route("POST", f"{_P}/search/matrix/pairs", "search_matrix_pairs", "search", 1, f"{_API}/search/matrix-pairs", query=_READ, body=queries.MATRIX),
    Route("POST", f"{_P}/search/matrix/offsets", "search_matrix_offsets", "search", 1, f"{_API}/search/matrix-offsets", query=_READ, body=queries.MATRIX),
    # other reads
    Route("GET", f"{_P}/{{id}}", "get_point", "read_ids", 1, f"{_API}/points/get-point", query=_READ),
    Route("POST", _P, "get_points", "read_ids", 1, f"{_API}/points/get-points", query=_READ, body=queries.RETRIEVE),
    Route("POST", f"{_P}/scroll", "scroll_points", "list_scan", 2, f"{_API}/points/scroll-points", query=_READ, body=queries.SCROLL),
    Route("POST", f"{_P}/count", "count_points", "count", 1, f"{_API}/points/count-points", query=_READ, body=queries.COUNTED),
    Route("POST", f"{_C}/facet", "facet", "aggregate", 2, f"{_API}/points/facet", query=_READ, body=queries.FACET),
    # reads of one shard as it lies on one machine
    Route("POST", f"{_S}/points", "get_shard_points", "read_ids", 3, f"{_SOURCE}/local_shard_api.rs", query=_LATE, body=queries.RETRIEVE),
    Route("POST", f"{_S}/points/scroll", "scroll_shard_points", "list_scan", 3, f"{_SOURCE}/local_shard_api.rs", query=_LATE, body=queries.LOCAL_SCROLL),
    Route("POST", f"{_S}/points/count", "count_shard_points", "count", 3, f"{_SOURCE}/local_shard_api.rs", query=_LATE, body=queries.COUNTED),
    Route("POST", f"{_S}/cleanup", "cleanup_shard", "delete_filter", 4, f"{_SOURCE}/local_shard_api.rs", query=(*_WAIT, *_LATE)),
    # writes
    Route("PUT", _P, "upsert_points", "upsert", 2, f"{_API}/points/upsert-points", query=_WRITE, body=updates.UPSERT),
    Route("POST", f"{_P}/delete", "delete_points", "delete_filter", 3, f"{_API}/points/delete-points", query=_WRITE, body=updates.SELECTED),
    Route("PUT", f"{_P}/vectors", "update_vectors", "update", 2, f"{_API}/points/update-vectors", query=_WRITE, body=updates.UPDATE_VECTORS),
    Route("POST", f"{_P}/vectors/delete", "delete_vectors", "delete_filter", 3, f"{_API}/points/delete-vectors", query=_WRITE, body=updates.DELETE_VECTORS),
    Route("POST", f"{_P}/payload", "set_payload", "update_filter", 3, f"{_API}/points/set-payload", query=_WRITE, body=updates.SET_PAYLOAD),
    Route("PUT", f"{_P}/payload", "overwrite_payload", "update_filter", 3, f"{_API}/points/overwrite-payload", query=_WRITE, body=updates.OVERWRITE_PAYLOAD),
    Route("POST", f"{_P}/payload/delete", "delete_payload", "update_filter", 3, f"{_API}/points/delete-payload", query=_WRITE, body=updates.DELETE_PAYLOAD),
    Route("POST", f"{_P}/payload/clear", "clear_payload", "update_filter", 3, f"{_API}/points/clear-payload", query=_WRITE, body=updates.SELECTED),
    Route("POST", f"{_P}/batch", "batch_update", "mixed_batch", 3, f"{_API}/points/batch-update", query=_WRITE, body=updates.BATCH),
    # collections
    Route("GET", "/collections", "get_collections", "collection_read", 1, f"{_API}/collections/get-collections"),
    Route("GET", _C, "get_collection", "collection_read", 1, f"{_API}/collections/get-collection"),
    Route("GET", f"{_C}/exists", "collection_exists", "collection_read", 0, f"{_API}/collections/collection-exists"),
    Route("PUT", _C, "create_collection", "collection_create", 3, f"{_API}/collections/create-collection", query=_LATE, body=settings.CREATE),
    Route("PATCH", _C, "update_collection", "collection_alter", 3, f"{_API}/collections/update-collection", query=_LATE, body=settings.ALTER),
    Route("DELETE", _C, "delete_collection", "collection_drop", 4, f"{_API}/collections/delete-collection", query=_LATE),
    Route("GET", f"{_C}/optimizations", "get_optimizations", "collection_read", 1, f"{_API}/collections/get-optimizations", query=("with", "completed_limit")),
    Route("GET", f"{_C}/memory", "get_memory", "collection_read", 1, f"{_SOURCE}/collections_api.rs"),
    Route("PUT", f"{_C}/vectors/{{vector}}", "create_vector_name", "collection_alter", 3, f"{_API}/collections/create-vector-name", query=_WRITE, body=settings.ADD_VECTOR),
    Route("DELETE", f"{_C}/vectors/{{vector}}", "delete_vector_name", "collection_alter", 4, f"{_API}/collections/delete-vector-name", query=_WRITE),
    Route("PUT", f"{_C}/index", "create_field_index", "index_create", 3, f"{_API}/indexes/create-field-index", query=_WRITE, body=settings.INDEX),
    Route("DELETE", f"{_C}/index/{{field}}", "delete_field_index", "index_drop", 3, f"{_API}/indexes/delete-field-index", query=_WRITE),
    # aliases
    Route("POST", "/collections/aliases", "update_aliases", "alias", 4, f"{_API}/aliases/update-aliases", query=_LATE, body=settings.ALIASES),
    Route("GET", f"{_C}/aliases", "get_collection_aliases", "collection_read", 1, f"{_API}/aliases/get-collection-aliases"),
    Route("GET", "/aliases", "get_collections_aliases", "collection_read", 1, f"{_API}/aliases/get-collections-aliases"),
    # shards and the cluster
    Route("GET", f"{_C}/cluster", "collection_cluster_info", "cluster_read", 1, f"{_API}/distributed/collection-cluster-info"),
    Route("POST", f"{_C}/cluster", "update_collection_cluster", "cluster_admin", 4, f"{_API}/distributed/update-collection-cluster", query=_LATE, body=settings.CLUSTER),
    Route("GET", f"{_C}/shards", "list_shard_keys", "tenant_read", 1, f"{_API}/distributed/list-shard-keys"),
    Route("PUT", f"{_C}/shards", "create_shard_key", "tenant_admin", 3, f"{_API}/distributed/create-shard-key", query=_LATE, body=settings.NEW_SHARD_KEY),
    Route("POST", f"{_C}/shards/delete", "delete_shard_key", "tenant_admin", 4, f"{_API}/distributed/delete-shard-key", query=_LATE, body=settings.DROP_SHARD_KEY),
    Route("POST", f"{_C}/truncate_unapplied_wal", "truncate_unapplied_wal", "cluster_admin", 4, f"{_SOURCE}/collections_api.rs"),
    Route("GET", "/cluster", "cluster_status", "cluster_read", 1, f"{_API}/distributed/cluster-status"),
    Route("POST", "/cluster/recover", "recover_current_peer", "cluster_admin", 4, f"{_API}/distributed/recover-current-peer"),
    Route("DELETE", "/cluster/peer/{peer}", "remove_peer", "cluster_admin", 4, f"{_API}/distributed/remove-peer", query=("timeout", "force")),
    Route("GET", "/cluster/metadata/keys", "get_metadata_keys", "cluster_read", 2, f"{_SOURCE}/cluster_api.rs"),
    Route("GET", "/cluster/metadata/keys/{key}", "get_metadata_key", "cluster_read", 2, f"{_SOURCE}/cluster_api.rs"),
    Route("PUT", "/cluster/metadata/keys/{key}", "update_metadata_key", "cluster_admin", 3, f"{_SOURCE}/cluster_api.rs", query=_WAIT, body=_NOTHING, refused="it takes any JSON, and nothing tells what it is for"),
    Route("DELETE", "/cluster/metadata/keys/{key}", "delete_metadata_key", "cluster_admin", 3, f"{_SOURCE}/cluster_api.rs", query=_WAIT),
    Route("GET", "/quotas", "get_quotas", "cluster_read", 1, f"{_API}/distributed/get-quotas"),
    Route("PUT", "/quotas", "update_quotas", "cluster_admin", 4, f"{_API}/distributed/update-quotas", query=_WAIT, body=settings.QUOTAS),
    # snapshots: stored data as it lies on the disk
    Route("GET", f"{_C}/snapshots", "list_snapshots", "snapshot_list", 1, f"{_API}/snapshots/list-snapshots"),
    Route("POST", f"{_C}/snapshots", "create_snapshot", "snapshot_create", 3, f"{_API}/snapshots/create-snapshot", query=_WAIT, body=_NOTHING),
    Route("GET", f"{_C}/snapshots/{{snapshot}}", "get_snapshot", "snapshot_read", 4, f"{_API}/snapshots/get-snapshot", raw=True),
    Route("DELETE", f"{_C}/snapshots/{{snapshot}}", "delete_snapshot", "snapshot_delete", 4, f"{_API}/snapshots/delete-snapshot", query=_WAIT),
    Route("PUT", f"{_C}/snapshots/recover", "recover_from_snapshot", "snapshot_restore", 4, f"{_API}/snapshots/recover-from-snapshot", query=_WAIT, body=settings.RECOVER),
    Route("POST", f"{_C}/snapshots/upload", "recover_from_uploaded_snapshot", "snapshot_restore", 4, f"{_API}/snapshots/recover-from-uploaded-snapshot", refused="it makes a collection of any name of a file that nobody here can look into"),
    Route("GET", "/snapshots", "list_full_snapshots", "snapshot_list", 1, f"{_API}/snapshots/list-full-snapshots"),
    Route("POST", "/snapshots", "create_full_snapshot", "snapshot_create", 3, f"{_API}/snapshots/create-full-snapshot", query=_WAIT, body=_NOTHING),
    Route("GET", "/snapshots/{snapshot}", "get_full_snapshot", "snapshot_read", 4, f"{_API}/snapshots/get-full-snapshot", raw=True),
    Route("DELETE", "/snapshots/{snapshot}", "delete_full_snapshot", "snapshot_delete", 4, f"{_API}/snapshots/delete-full-snapshot", query=_WAIT),
    Route("GET", f"{_S}/snapshots", "list_shard_snapshots", "snapshot_list", 1, f"{_API}/snapshots/list-shard-snapshots"),
    Route("POST", f"{_S}/snapshots", "create_shard_snapshot", "snapshot_create", 3, f"{_API}/snapshots/create-shard-snapshot", query=_WAIT, body=_NOTHING),
    Route("GET", f"{_S}/snapshots/{{snapshot}}", "get_shard_snapshot", "snapshot_read", 4, f"{_API}/snapshots/get-shard-snapshot", raw=True),
    Route("DELETE", f"{_S}/snapshots/{{snapshot}}", "delete_shard_snapshot", "snapshot_delete", 4, f"{_API}/snapshots/delete-shard-snapshot", query=_WAIT),
    Route("PUT", f"{_S}/snapshots/recover", "recover_shard_from_snapshot", "snapshot_restore", 4, f"{_API}/snapshots/recover-shard-from-snapshot", query=_WAIT, body=settings.RECOVER),
    Route("POST", f"{_S}/snapshots/upload", "recover_shard_from_uploaded_snapshot", "snapshot_restore", 4, f"{_API}/snapshots/recover-shard-from-uploaded-snapshot", refused="it puts a file that nobody here can look into in a shard's place"),
    Route("GET", f"{_S}/snapshot", "stream_shard_snapshot", "snapshot_read", 4, f"{_API}/snapshots/stream-shard-snapshot", raw=True),
    Route("POST", f"{_S}/snapshot/partial/create", "create_partial_snapshot", "snapshot_read", 4, f"{_SOURCE}/snapshot_api.rs", refused="it hands out storage as it lies on the disk"),
    Route("POST", f"{_S}/snapshot/partial/recover", "recover_partial_snapshot", "snapshot_restore", 4, f"{_SOURCE}/snapshot_api.rs", refused="it puts a file that nobody here can look into in a shard's place"),
    Route("POST", f"{_S}/snapshot/partial/recover_from", "recover_partial_snapshot_from", "snapshot_restore", 4, f"{_SOURCE}/snapshot_api.rs", refused="the database would fetch its data from an address in the call"),
    Route("GET", f"{_S}/snapshot/partial/manifest", "get_partial_snapshot_manifest", "snapshot_list", 1, f"{_SOURCE}/snapshot_api.rs"),
    Route("GET", f"{_S}/wal", "get_shard_wal", "snapshot_read", 4, f"{_SOURCE}/debug_api.rs", refused="it hands out the log of writes as it lies on the disk"),
    Route("GET", f"{_S}/recovery_point", "get_recovery_point", "cluster_read", 1, f"{_SOURCE}/debug_api.rs", refused="it is there in builds for the server's own makers only"),
    Route("POST", f"{_C}/debug", "debug_collection", "cluster_admin", 4, f"{_SOURCE}/debug_api.rs", refused="it is there in builds for the server's own makers only"),
    # the server
    Route("GET", "/", "root", "health", 0, f"{_API}/service/root"),
    Route("GET", "/healthz", "healthz", "health", 0, f"{_API}/service/healthz"),
    Route("GET", "/livez", "livez", "health", 0, f"{_API}/service/livez"),
    Route("GET", "/readyz", "readyz", "health", 0, f"{_API}/service/readyz"),
    Route("GET", "/telemetry", "telemetry", "cluster_read", 2, f"{_API}/service/telemetry", query=("anonymize", "details_level", "per_collection", "timeout")),
    Route("GET", "/cluster/telemetry", "cluster_telemetry", "cluster_read", 2, f"{_API}/service/cluster-telemetry", query=("details_level", "timeout")),
    # A text of numbers for a collector, which asks the server itself; it counts and names all collections.
    Route("GET", "/metrics", "metrics", "cluster_read", 1, f"{_API}/service/metrics", query=("anonymize", "per_collection", "timeout"), raw=True),
    Route("GET", "/issues", "get_issues", "cluster_read", 1, f"{_API}/beta/get-issues"),
    Route("DELETE", "/issues", "clear_issues", "cluster_admin", 2, f"{_API}/beta/clear-issues"),
    Route("POST", "/audit/logs", "get_audit_logs", "auth_admin", 3, f"{_SOURCE}/audit_api.rs", query=_LATE, body=_AUDIT),
    Route("GET", "/profiler/slow_requests", "get_slow_requests", "cluster_admin", 3, f"{_SOURCE}/profiler_api.rs", query=("limit", "request")),
    Route("GET", "/stacktrace", "get_stacktrace", "cluster_admin", 2, f"{_SOURCE}/service_api.rs"),
    Route("GET", "/logger", "get_logger", "cluster_read", 1, f"{_SOURCE}/service_api.rs"),
    Route("POST", "/logger", "update_logger", "cluster_admin", 3, f"{_SOURCE}/service_api.rs", body=settings.LOGGER),
    Route("GET", "/debugger", "get_debugger", "cluster_admin", 2, f"{_SOURCE}/debugger_api.rs"),
    Route("PATCH", "/debugger", "update_debugger", "cluster_admin", 3, f"{_SOURCE}/debugger_api.rs", refused="the database would send what is in its memory to an address in the call"),
    Route("GET", "/dashboard", "dashboard", "health", 0, f"{_SOURCE}/web_ui.rs", refused="it is a web page, whose programs would speak to the database with whatever key one types"),
    Route("GET", "/dashboard/{tail}", "dashboard_file", "health", 0, f"{_SOURCE}/web_ui.rs", refused="it is a part of a web page"),
)
# fmt: on


def _fitting(shape: Shape) -> Callable[[Json], Json]:
    """A text that fits as it is."""

    def one(value: Json) -> Json:
        if not shape.fits(value):
            raise ValueError("it does not fit")
        return value

    return one


def _whole(value: Json) -> Json:
    if not isinstance(value, str) or not re.fullmatch(r"\+?[0-9]{1,20}", value):
        raise ValueError("no whole number")
    return str(int(value))


_TRUTH: Final = re.compile(r"true|false")
_SECONDS: Final = re.compile(r"[1-9][0-9]{0,5}")
QUERY_FORMS: Final[Mapping[str, re.Pattern[str]]] = {
    "wait": _TRUTH,
    "force": _TRUTH,
    "anonymize": _TRUTH,
    "per_collection": _TRUTH,
    "ordering": re.compile(r"weak|medium|strong"),
    "consistency": re.compile(r"[1-9][0-9]{0,5}|majority|quorum|all"),
    "timeout": _SECONDS,
    "limit": _SECONDS,
    "completed_limit": _SECONDS,
    "details_level": re.compile(r"[0-9]{1,2}"),
    "request": re.compile(r"[a-z_]{1,32}"),
    "with": re.compile(r"(?:queued|completed|idle_segments)(?:,(?:queued|completed|idle_segments)){0,2}"),
}
#: Without it a write is answered before it is done, and a snapshot with 202, which official clients break at.
QUERY_FORCED: Final[Mapping[str, str]] = {"wait": "true"}
_number: Final = Spelled("a whole number", _whole, (("7", "7"), ("007", "7"), ("+7", "7")))
PATH_FORMS: Final[Mapping[str, Spelled]] = {
    "collection": Spelled(NAME.words, _fitting(NAME), (("people", "people"), ("with space", "with space"))),
    "field": paths.FIELD,
    "id": ids.IN_PATH,
    "key": Spelled("a key", _fitting(TEXT), (("owner", "owner"),)),
    "peer": _number,
    "shard": _number,
    "snapshot": Spelled("the name of a snapshot", _fitting(NAME), (("a.snapshot", "a.snapshot"),)),
    "vector": Spelled("the name of a vector", _fitting(TEXT), (("title", "title"),)),
}

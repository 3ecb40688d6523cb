"""Which routes does Milvus have over REST, and what may each body hold? v2 of 2.6 and 3.x, v1, and the port beside it.

A member or route that is not written here is refused: the server drops what it does not know, so a filter that is
misspelt is no filter there.
"""

import re
from collections.abc import Mapping
from typing import Final

from vecgate.dialects.base.routing import Route
from vecgate.dialects.milvus import bodies, schemas
from vecgate.parsing.forms import Form

_DOC: Final = "https://milvus.io/api-reference/restful/v2.6.x/v2"
_DOC_V1: Final = "https://milvus.io/api-reference/restful/v2.3.x/About.md"
#: Routes that no page lists: where the server declares them.
_SOURCE: Final = "https://github.com/milvus-io/milvus/blob/master/internal/distributed/proxy/httpserver"
_V2: Final = "/v2/vectordb"
_V1: Final = "/v1/vector"
_LATER: Final = "a route of Milvus 3 that no server which was tried has"
_FILES: Final = "it fills a collection from files that nobody here can look into"
_JOB: Final = "it tells a job by its number, whatever collection that is of"
_BESIDE: Final = "it belongs to the port for metrics, which asks nobody for a credential and is to be shut"
#: Whether whole numbers of 64 bits come as texts, as programs in JavaScript need them.
INT64: Final = "accept-type-allow-int64"


def _v2(path: str, kind: str, danger: int, body: Form | None = None, page: str = "", refused: str = "") -> Route:
    url = f"{_DOC}/{page}" if page else f"{_SOURCE}/handler_v2.go"
    name = path.replace("/", "_")
    return Route("POST", f"{_V2}/{path}", name, kind, danger, url, body=body, refused=refused, headers=(INT64,))


def _later(path: str, kind: str, danger: int) -> Route:
    return _v2(path, kind, danger, refused=_LATER)


def _beside(method: str, path: str, kind: str, danger: int) -> Route:
    name = f"beside_{method.lower()}{re.sub(r'[^a-z0-9]+', '_', path)}"
    return Route(method, path, name, kind, danger, f"{_SOURCE}/handler.go", refused=_BESIDE)


# fmt: off
_ENTITIES: Final = (
    _v2("entities/query", "list_scan", 2, bodies.QUERY, "Vector%20(v2)/Query.md"),
    _v2("entities/get", "read_ids", 1, bodies.GET, "Vector%20(v2)/Get.md"),
    _v2("entities/search", "search", 1, bodies.SEARCH, "Vector%20(v2)/Search.md"),
    _v2("entities/hybrid_search", "search", 1, bodies.HYBRID, "Vector%20(v2)/Hybrid%20Search.md"),
    _v2("entities/advanced_search", "search", 1, bodies.HYBRID),
    _v2("entities/delete", "delete_filter", 3, bodies.DELETE, "Vector%20(v2)/Delete.md"),
    _v2("entities/insert", "upsert", 2, bodies.INSERT, "Vector%20(v2)/Insert.md"),
    _v2("entities/upsert", "upsert", 3, bodies.UPSERT, "Vector%20(v2)/Upsert.md"),
)
_COLLECTIONS: Final = (
    _v2("collections/list", "collection_read", 1, schemas.ANY, "Collection%20(v2)/List.md"),
    _v2("collections/has", "collection_read", 0, schemas.COLLECTION, "Collection%20(v2)/Has.md"),
    _v2("collections/describe", "collection_read", 1, schemas.COLLECTION, "Collection%20(v2)/Describe.md"),
    _v2("collections/get_stats", "count", 1, schemas.COLLECTION, "Collection%20(v2)/Get%20Stats.md"),
    _v2("collections/get_load_state", "collection_read", 0, schemas.LOADED, "Collection%20(v2)/Get%20Load%20State.md"),
    _v2("collections/create", "collection_create", 3, schemas.CREATE, "Collection%20(v2)/Create.md"),
    _v2("collections/drop", "collection_drop", 4, schemas.COLLECTION, "Collection%20(v2)/Drop.md"),
    _v2("collections/rename", "collection_alter", 4, schemas.RENAME, "Collection%20(v2)/Rename.md"),
    _v2("collections/load", "index_rebuild", 2, schemas.COLLECTION, "Collection%20(v2)/Load.md"),
    _v2("collections/refresh_load", "index_rebuild", 2, schemas.COLLECTION),
    _v2("collections/release", "collection_alter", 3, schemas.COLLECTION, "Collection%20(v2)/Release.md"),
    _v2("collections/alter_properties", "collection_alter", 3, schemas.ALTER),
    _v2("collections/drop_properties", "collection_alter", 3, schemas.DROP_KEYS),
    _v2("collections/compact", "index_rebuild", 3, schemas.COMPACT),
    _v2("collections/get_compaction_state", "collection_read", 0, schemas.JOB),
    _v2("collections/flush", "collection_alter", 2, schemas.COLLECTION),
    _v2("collections/fields/alter_properties", "collection_alter", 3, schemas.ALTER_FIELD),
    _v2("collections/fields/add", "collection_alter", 3, schemas.ADD_FIELD),
    _later("collections/truncate", "collection_drop", 4),
    _later("collections/add_function", "collection_alter", 3),
    _later("collections/alter_function", "collection_alter", 3),
    _later("collections/drop_function", "collection_alter", 3),
    _later("collections/add_function_field", "collection_alter", 3),
    _later("collections/drop_function_field", "collection_alter", 3),
    _later("collections/fields/drop", "collection_alter", 4),
    _later("collections/struct_fields/add", "collection_alter", 3),
)
_PARTS: Final = (
    _v2("databases/create", "tenant_admin", 3, schemas.DATABASE_WITH, "Database%20(v2)/Create%20Database.md"),
    _v2("databases/drop", "collection_drop", 4, schemas.DATABASE, "Database%20(v2)/Drop%20Database.md"),
    _v2("databases/drop_properties", "tenant_admin", 3, schemas.DATABASE_KEYS),
    _v2("databases/list", "tenant_read", 1, schemas.ANY, "Database%20(v2)/List%20Databases.md"),
    _v2("databases/describe", "tenant_read", 1, schemas.DATABASE, "Database%20(v2)/Describe%20Database.md"),
    _v2("databases/alter", "tenant_admin", 3, schemas.DATABASE_WITH),
    _v2("databases/alter_properties", "tenant_admin", 3, schemas.DATABASE_WITH),
    _v2("partitions/list", "tenant_read", 1, schemas.COLLECTION, "Partition%20(v2)/List.md"),
    _v2("partitions/has", "tenant_read", 0, schemas.PARTITION, "Partition%20(v2)/Has.md"),
    _v2("partitions/get_stats", "count", 1, schemas.PARTITION, "Partition%20(v2)/Get%20Stats.md"),
    _v2("partitions/create", "tenant_admin", 2, schemas.PARTITION, "Partition%20(v2)/Create.md"),
    _v2("partitions/drop", "tenant_admin", 4, schemas.PARTITION, "Partition%20(v2)/Drop.md"),
    _v2("partitions/load", "index_rebuild", 2, schemas.SOME_PARTITIONS, "Partition%20(v2)/Load.md"),
    _v2("partitions/release", "collection_alter", 3, schemas.SOME_PARTITIONS, "Partition%20(v2)/Release.md"),
    _v2("indexes/list", "collection_read", 1, schemas.COLLECTION, "Index%20(v2)/List.md"),
    _v2("indexes/describe", "collection_read", 1, schemas.INDEX_DESCRIBED, "Index%20(v2)/Describe.md"),
    _v2("indexes/create", "index_rebuild", 3, schemas.INDEX_NEW, "Index%20(v2)/Create.md"),
    _v2("indexes/drop", "index_drop", 4, schemas.INDEX, "Index%20(v2)/Drop.md"),
    _v2("indexes/alter_properties", "index_rebuild", 3, schemas.INDEX_ALTER),
    _v2("indexes/drop_properties", "index_rebuild", 3, schemas.INDEX_KEYS),
    _v2("aliases/list", "collection_read", 1, schemas.ALIASES, "Alias%20(v2)/List.md"),
    _v2("aliases/describe", "collection_read", 1, schemas.ALIAS, "Alias%20(v2)/Describe.md"),
    _v2("aliases/create", "alias", 4, schemas.ALIAS_OF, "Alias%20(v2)/Create.md"),
    _v2("aliases/drop", "alias", 4, schemas.ALIAS, "Alias%20(v2)/Drop.md"),
    _v2("aliases/alter", "alias", 4, schemas.ALIAS_OF, "Alias%20(v2)/Alter.md"),
)
_ROLES: Final = (
    _v2("users/list", "auth_read", 1, schemas.ANY, "User%20(v2)/List.md"),
    _v2("users/describe", "auth_read", 1, schemas.USER, "User%20(v2)/Describe.md"),
    _v2("users/create", "auth_admin", 4, schemas.USER_NEW, "User%20(v2)/Create.md"),
    _v2("users/update_password", "auth_admin", 4, schemas.PASSWORD, "User%20(v2)/Update%20Password.md"),
    _v2("users/drop", "auth_admin", 4, schemas.USER, "User%20(v2)/Drop.md"),
    _v2("users/grant_role", "auth_admin", 4, schemas.USER_ROLE, "User%20(v2)/Grant%20Role.md"),
    _v2("users/revoke_role", "auth_admin", 4, schemas.USER_ROLE, "User%20(v2)/Revoke%20Role.md"),
    _v2("roles/list", "auth_read", 1, schemas.ANY, "Role%20(v2)/List.md"),
    _v2("roles/describe", "auth_read", 1, schemas.ROLE_READ, "Role%20(v2)/Describe.md"),
    _v2("roles/create", "auth_admin", 4, schemas.ROLE, "Role%20(v2)/Create.md"),
    _v2("roles/drop", "auth_admin", 4, schemas.ROLE, "Role%20(v2)/Drop.md"),
    _v2("roles/grant_privilege", "auth_admin", 4, schemas.PRIVILEGE, "Role%20(v2)/Grant%20Privilege.md"),
    _v2("roles/revoke_privilege", "auth_admin", 4, schemas.PRIVILEGE, "Role%20(v2)/Revoke%20Privilege.md"),
    _v2("roles/grant_privilege_v2", "auth_admin", 4, schemas.PRIVILEGE_V2),
    _v2("roles/revoke_privilege_v2", "auth_admin", 4, schemas.PRIVILEGE_V2),
    _v2("privilege_groups/create", "auth_admin", 4, schemas.GROUP),
    _v2("privilege_groups/drop", "auth_admin", 4, schemas.GROUP),
    _v2("privilege_groups/list", "auth_read", 1, schemas.ANY),
    _v2("privilege_groups/add_privileges_to_group", "auth_admin", 4, schemas.GROUP_OF),
    _v2("privilege_groups/remove_privileges_from_group", "auth_admin", 4, schemas.GROUP_OF),
    _later("roles/alter", "auth_admin", 4),
)
_JOBS: Final = (
    _v2("jobs/import/list", "import", 1, schemas.IMPORTS, "Import%20(v2)/List.md"),
    _v2("jobs/import/create", "import", 4, page="Import%20(v2)/Create.md", refused=_FILES),
    _v2("jobs/import/get_progress", "import", 1, page="Import%20(v2)/Describe.md", refused=_JOB),
    _v2("jobs/import/describe", "import", 1, page="Import%20(v2)/Describe.md", refused=_JOB),
    _later("jobs/import/commit", "import", 4),
    _later("jobs/import/abort", "import", 2),
    _later("jobs/snapshot/restore_external", "snapshot_restore", 4),
    _later("jobs/snapshot/export", "export", 4),
    _later("jobs/snapshot/export/describe", "snapshot_list", 1),
    _later("jobs/snapshot/describe", "snapshot_list", 1),
    _later("jobs/snapshot/list", "snapshot_list", 1),
    _later("jobs/external_collection/refresh", "import", 3),
    _later("jobs/external_collection/describe", "collection_read", 1),
    _later("jobs/external_collection/list", "collection_read", 1),
    _later("snapshots/create", "snapshot_create", 3),
    _later("snapshots/drop", "snapshot_delete", 4),
    _later("snapshots/list", "snapshot_list", 1),
    _later("snapshots/describe", "snapshot_list", 1),
    _later("snapshots/restore", "snapshot_restore", 4),
    _later("snapshots/pin", "snapshot_create", 2),
    _later("snapshots/unpin", "snapshot_delete", 3),
)
_CLUSTER: Final = (
    _v2("resource_groups/create", "cluster_admin", 3, schemas.RESOURCE_NEW),
    _v2("resource_groups/drop", "cluster_admin", 4, schemas.RESOURCE),
    _v2("resource_groups/alter", "cluster_admin", 3, schemas.RESOURCE_ALTER),
    _v2("resource_groups/describe", "cluster_read", 1, schemas.RESOURCE),
    _v2("resource_groups/list", "cluster_read", 1, schemas.ANY),
    _v2("resource_groups/transfer_replica", "cluster_admin", 4, schemas.TRANSFER),
    _v2("segments/describe", "cluster_read", 1, refused="it tells segments by their numbers, whatever collection they are of"),
    _v2("quotacenter/describe", "cluster_read", 1, schemas.ANY),
    _later("file_resources/add", "cluster_admin", 3),
    _later("file_resources/remove", "cluster_admin", 3),
    _later("file_resources/list", "cluster_read", 1),
    _later("common/run_analyzer", "cluster_read", 0),
)
_PLACE: Final = ("collectionName", "dbName")
_OLDER: Final = (
    Route("GET", f"{_V1}/collections", "v1_collections", "collection_read", 1, _DOC_V1, query=("dbName",)),
    Route("GET", f"{_V1}/collections/describe", "v1_describe", "collection_read", 1, _DOC_V1, query=_PLACE),
    Route("POST", f"{_V1}/collections/create", "v1_create", "collection_create", 3, _DOC_V1, body=schemas.V1_CREATE),
    Route("POST", f"{_V1}/collections/drop", "v1_drop", "collection_drop", 4, _DOC_V1, body=schemas.COLLECTION),
    Route("POST", f"{_V1}/insert", "v1_insert", "upsert", 2, _DOC_V1, body=bodies.V1_ROWS),
    Route("POST", f"{_V1}/upsert", "v1_upsert", "upsert", 3, _DOC_V1, body=bodies.V1_ROWS),
    Route("POST", f"{_V1}/search", "v1_search", "search", 1, _DOC_V1, body=bodies.V1_SEARCH),
    Route("POST", f"{_V1}/get", "v1_get", "read_ids", 1, _DOC_V1, body=bodies.V1_GET),
    Route("POST", f"{_V1}/query", "v1_query", "list_scan", 2, _DOC_V1, body=bodies.V1_QUERY),
    Route("POST", f"{_V1}/delete", "v1_delete", "delete_filter", 3, _DOC_V1, body=bodies.V1_DELETE),
)
_PORT: Final = (
    *(_beside(method, f"/api/v1/{path}", kind, danger) for method, path, kind, danger in (
        ("GET", "health", "health", 0), ("POST", "dummy", "cluster_admin", 3), ("POST", "collection", "collection_create", 3),
        ("DELETE", "collection", "collection_drop", 4), ("GET", "collection/existence", "collection_read", 0),
        ("GET", "collection", "collection_read", 3), ("POST", "collection/load", "index_rebuild", 3),
        ("DELETE", "collection/load", "collection_alter", 3), ("GET", "collection/statistics", "count", 3),
        ("GET", "collections", "collection_read", 3), ("POST", "partition", "tenant_admin", 3),
        ("DELETE", "partition", "tenant_admin", 4), ("GET", "partition/existence", "tenant_read", 0),
        ("POST", "partitions/load", "index_rebuild", 3), ("DELETE", "partitions/load", "collection_alter", 3),
        ("GET", "partition/statistics", "count", 3), ("GET", "partitions", "tenant_read", 3),
        ("POST", "alias", "alias", 4), ("DELETE", "alias", "alias", 4), ("PATCH", "alias", "alias", 4),
        ("POST", "index", "index_rebuild", 3), ("GET", "index", "collection_read", 3),
        ("GET", "index/state", "collection_read", 0), ("GET", "index/progress", "collection_read", 0),
        ("DELETE", "index", "index_drop", 4), ("POST", "entities", "upsert", 3), ("DELETE", "entities", "delete_filter", 3),
        ("POST", "search", "search", 3), ("POST", "query", "list_scan", 3), ("POST", "persist", "collection_alter", 3),
        ("GET", "distance", "search", 3), ("GET", "persist/state", "cluster_read", 0),
        ("GET", "persist/segment-info", "cluster_read", 3), ("GET", "query-segment-info", "cluster_read", 3),
        ("GET", "replicas", "cluster_read", 3), ("GET", "metrics", "cluster_read", 3),
        ("POST", "load-balance", "cluster_admin", 3), ("GET", "compaction/state", "cluster_read", 0),
        ("GET", "compaction/plans", "cluster_read", 3), ("POST", "compaction", "index_rebuild", 3),
        ("POST", "import", "import", 4), ("GET", "import/state", "import", 3), ("GET", "import/tasks", "import", 3),
        ("POST", "credential", "auth_admin", 4), ("PATCH", "credential", "auth_admin", 4),
        ("DELETE", "credential", "auth_admin", 4), ("GET", "credential/users", "auth_read", 3),
    )),
    *(_beside("GET", path, kind, danger) for path, kind, danger in (
        ("/healthz", "health", 0), ("/management/stop", "cluster_admin", 4), ("/expr", "cluster_admin", 4),
        ("/_cluster/configs", "cluster_read", 2), ("/log/level", "cluster_admin", 2), ("/eventlog", "cluster_admin", 3),
        ("/metrics", "cluster_read", 2), ("/debug/pprof/{profile}", "cluster_admin", 4),
    )),
)
# over gRPC alone
_PROTO: Final = "https://github.com/milvus-io/milvus-proto/blob/master/proto/milvus.proto"


def _grpc(method: str, kind: str, danger: int, body: Form) -> Route:
    path = f"/milvus.proto.milvus.MilvusService/{method}"
    name = "grpc" + re.sub("([A-Z])", r"_\1", method).lower()
    return Route("POST", path, name, kind, danger, _PROTO, body=body, grpc=True)


_OVER_GRPC: Final = (
    _grpc("GetVersion", "health", 0, schemas.NOTHING),
    _grpc("CheckHealth", "health", 0, schemas.NOTHING),
    _grpc("AllocTimestamp", "health", 0, schemas.NOTHING),
    _grpc("GetLoadingProgress", "collection_read", 0, schemas.LOADED),
    _grpc("GetFlushState", "collection_read", 0, schemas.FLUSHED),
    _grpc("GetIndexState", "collection_read", 0, schemas.INDEX_OF),
    _grpc("GetIndexBuildProgress", "collection_read", 1, schemas.INDEX_OF),
    _grpc("DescribeIndex", "collection_read", 1, schemas.INDEX_OF),
    _grpc("DropIndex", "index_drop", 4, schemas.INDEX_OF),  # without a name: all of the collection
    _grpc("SelectRole", "auth_read", 1, schemas.ROLES),
    _grpc("SelectUser", "auth_read", 1, schemas.USERS),
)
# fmt: on
ROUTES: Final[tuple[Route, ...]] = (
    *_ENTITIES,
    *_COLLECTIONS,
    *_PARTS,
    *_ROLES,
    *_JOBS,
    *_CLUSTER,
    *_OLDER,
    *_PORT,
    *_OVER_GRPC,
)  # fmt: skip

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,254}")
QUERY_FORMS: Final[Mapping[str, re.Pattern[str]]] = {"collectionName": _NAME, "dbName": _NAME}

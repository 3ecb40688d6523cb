"""Which routes does Weaviate have over REST, and what may each take? Those of 1.40, of which many are off by default.

A member, a query key or a route that is not written here is refused: the server drops what it does not know, and a `class`
that is misspelt lists all classes.
"""

import re
from collections.abc import Mapping
from typing import Final

from vecgate.dialects.base.routing import Route
from vecgate.dialects.weaviate import bodies, schemas
from vecgate.dialects.weaviate.values import PATH_FORMS as PATH_FORMS
from vecgate.dialects.weaviate.values import TENANT_NAME
from vecgate.parsing.forms import Form, Nothing

_DOC: Final = "https://docs.weaviate.io/weaviate/api/rest"
_SOURCE: Final = "https://github.com/weaviate/weaviate/tree/main/adapters/handlers"
_NO_CLASS: Final = "it names no class, and the server looks in all of them; name the class before the id"
_GRPC: Final = (
    "it carries gRPC-Web, which this gateway does not speak; gRPC itself it does, where the upstream has 'grpc: true'"
)
_AGENTS: Final = "it lets agents call tools that nothing here reads"
_FILES: Final = "it writes whole classes to files elsewhere, past every mask"
_SPACES: Final = "a server with namespaces reads every name in another way, and nothing was held against one"
_OFF: Final = "it is off by default, and nothing was held against a server that has it"
_LINKS: Final = "it writes into records that it chooses by itself, whoever's they are"
_SEVERAL: Final = "several documents in one call are not taken apart; send each to /v1/graphql"
_WORDS: Final = "it gives a text back in pieces that no mask knows"
_NODES: Final = "it moves data between nodes"


def _row(
    method: str, path: str, name: str, kind: str, danger: int, body: Form | None = None, query: tuple[str, ...] = (),
    refused: str = "", source: str = _DOC,
) -> Route:  # fmt: skip
    return Route(method, f"/v1{path}", name, kind, danger, source, query=query, body=body, refused=refused)


def _no(method: str, path: str, kind: str, danger: int, why: str) -> Route:
    name = f"no_{method.lower()}{re.sub(r'[^a-z0-9]+', '_', path.lower())}"
    return _row(method, path, name.rstrip("_"), kind, danger, refused=why, source=_SOURCE)


_OBJECT: Final = "/objects/{class}/{id}"
_LINK: Final = f"{_OBJECT}/references/{{property}}"
_LEVEL: Final = ("consistency_level",)
_WHERE: Final = ("tenant", "consistency_level")

# fmt: off
_OBJECTS: Final = (
    _row("GET", "/objects", "objects_list", "list_scan", 3, query=("class", "tenant", "limit", "offset", "after", "include")),
    _row("POST", "/objects", "objects_create", "upsert", 2, bodies.OBJECT, _LEVEL),
    _row("POST", "/objects/validate", "objects_validate", "read_ids", 0, bodies.OBJECT),
    _row("GET", _OBJECT, "objects_get", "read_ids", 1, query=("tenant", "consistency_level", "include")),
    _row("PUT", _OBJECT, "objects_replace", "update", 2, bodies.REPLACED, _LEVEL),
    _row("PATCH", _OBJECT, "objects_patch", "update", 2, bodies.PATCHED, _LEVEL),
    _row("DELETE", _OBJECT, "objects_delete", "delete_ids", 2, query=_WHERE),
    _row("HEAD", _OBJECT, "objects_exists", "read_ids", 1, query=_WHERE),
    _row("POST", _LINK, "reference_add", "update", 2, bodies.ONE_REFERENCE, _WHERE),
    _row("PUT", _LINK, "reference_replace", "update", 2, bodies.REFERENCES, _WHERE),
    _row("DELETE", _LINK, "reference_delete", "update", 2, bodies.ONE_REFERENCE, _WHERE),
    *(_no(method, "/objects/{id}", kind, danger, _NO_CLASS) for method, kind, danger in (
        ("GET", "read_ids", 2), ("HEAD", "read_ids", 2), ("PUT", "update", 3), ("PATCH", "update", 3), ("DELETE", "delete_ids", 3))),
    *(_no(method, "/objects/{id}/references/{property}", "update", 3, _NO_CLASS) for method in ("POST", "PUT", "DELETE")),
    _row("POST", "/batch/objects", "batch_objects", "upsert", 3, bodies.BATCH, _LEVEL),
    _row("DELETE", "/batch/objects", "batch_delete", "delete_filter", 4, bodies.BATCH_DELETE, _WHERE),
    _row("POST", "/batch/references", "batch_references", "update", 2, bodies.BATCH_REFERENCES, _LEVEL),
)
_SEARCHES: Final = (
    _row("POST", "/graphql", "graphql", "search", 2, bodies.GRAPHQL),
    _no("POST", "/graphql/batch", "mixed_batch", 2, _SEVERAL),
    _row("POST", "/search/{class}/bm25", "search_bm25", "search", 1, bodies.BM25),
    _row("POST", "/search/{class}/hybrid", "search_hybrid", "search", 1, bodies.HYBRID),
    _row("POST", "/search/{class}/near-object", "search_near_object", "search", 1, bodies.NEAR_OBJECT),
    _row("POST", "/search/{class}/near-text", "search_near_text", "search", 1, bodies.NEAR_TEXT),
    _row("POST", "/aggregate/{class}", "aggregate", "aggregate", 2, bodies.AGGREGATE),
)
_CLASS: Final = "/schema/{class}"
_INDEX: Final = f"{_CLASS}/properties/{{property}}/index/{{index}}"
_SCHEMA: Final = (
    _row("GET", "/schema", "schema_list", "collection_read", 1),
    _row("POST", "/schema", "schema_create", "collection_create", 3, schemas.CLASS),
    _row("GET", _CLASS, "schema_get", "collection_read", 1),
    _row("PUT", _CLASS, "schema_alter", "collection_alter", 3, schemas.CLASS),
    _row("DELETE", _CLASS, "schema_drop", "collection_drop", 4),
    _row("POST", f"{_CLASS}/properties", "property_add", "collection_alter", 3, schemas.PROPERTY),
    _row("GET", f"{_CLASS}/indexes", "indexes_list", "collection_read", 1),
    _no("PUT", _INDEX, "index_create", 3, _OFF),
    _row("DELETE", _INDEX, "index_drop", "index_drop", 3),
    _no("POST", f"{_INDEX}/rebuild", "index_rebuild", 3, _OFF),
    _no("POST", f"{_INDEX}/cancel", "cluster_admin", 3, _OFF),
    _no("POST", f"{_CLASS}/properties/{{property}}/tokenize", "cluster_read", 0, _WORDS),
    _no("POST", "/tokenize", "cluster_read", 0, _WORDS),
    _no("DELETE", f"{_CLASS}/vectors/{{vector}}/index", "index_drop", 4, _OFF),
    _row("GET", f"{_CLASS}/shards", "shards_list", "cluster_read", 1),
    _row("PUT", f"{_CLASS}/shards/{{shard}}", "shard_alter", "cluster_admin", 4, schemas.SHARD),
    _row("GET", f"{_CLASS}/tenants", "tenants_list", "tenant_read", 1),
    _row("POST", f"{_CLASS}/tenants", "tenants_add", "tenant_admin", 2, schemas.TENANTS),
    _row("PUT", f"{_CLASS}/tenants", "tenants_alter", "tenant_admin", 3, schemas.TENANTS),
    _row("DELETE", f"{_CLASS}/tenants", "tenants_drop", "tenant_admin", 4, schemas.TENANT_NAMES),
    _row("GET", f"{_CLASS}/tenants/{{tenant}}", "tenant_get", "tenant_read", 1),
    Route("POST", f"/v1/grpc{_CLASS}/tenants", "tenants_get", "tenant_read", 1, _DOC, body=schemas.TENANT_NAMES, grpc=True),
    _row("HEAD", f"{_CLASS}/tenants/{{tenant}}", "tenant_exists", "tenant_read", 1),
    _row("GET", "/aliases", "aliases_list", "collection_read", 1, query=("class",)),
    _row("POST", "/aliases", "alias_create", "alias", 4, schemas.ALIAS_NEW),
    _row("GET", "/aliases/{alias}", "alias_get", "collection_read", 1),
    _row("PUT", "/aliases/{alias}", "alias_alter", "alias", 4, schemas.ALIAS),
    _row("DELETE", "/aliases/{alias}", "alias_drop", "alias", 4),
)
_ROLE: Final = "/authz/roles/{role}"
_USER: Final = "/users/db/{user}"
_WHO: Final = (
    _row("GET", "/users/own-info", "users_own", "auth_read", 0),
    _row("GET", "/users/db", "users_list", "auth_read", 1, query=("includeLastUsedTime",)),
    _row("GET", _USER, "user_get", "auth_read", 1, query=("includeLastUsedTime",)),
    _row("POST", _USER, "user_create", "auth_admin", 4, schemas.USER),
    _row("DELETE", _USER, "user_drop", "auth_admin", 4),
    _row("POST", f"{_USER}/rotate-key", "user_rotate", "auth_admin", 4, Nothing()),
    _row("POST", f"{_USER}/activate", "user_activate", "auth_admin", 4, Nothing()),
    _row("POST", f"{_USER}/deactivate", "user_deactivate", "auth_admin", 4, schemas.DEACTIVATE),
    _row("GET", "/authz/roles", "roles_list", "auth_read", 1),
    _row("POST", "/authz/roles", "role_create", "auth_admin", 4, schemas.ROLE),
    _row("GET", _ROLE, "role_get", "auth_read", 1),
    _row("DELETE", _ROLE, "role_drop", "auth_admin", 4),
    _row("POST", f"{_ROLE}/add-permissions", "role_add", "auth_admin", 4, schemas.PERMISSIONS),
    _row("POST", f"{_ROLE}/remove-permissions", "role_remove", "auth_admin", 4, schemas.PERMISSIONS),
    _row("POST", f"{_ROLE}/has-permission", "role_has", "auth_read", 1, schemas.PERMISSION),
    _row("GET", f"{_ROLE}/users", "role_users", "auth_read", 1),
    _row("GET", f"{_ROLE}/user-assignments", "role_user_assignments", "auth_read", 1),
    _row("GET", f"{_ROLE}/group-assignments", "role_group_assignments", "auth_read", 1),
    _row("GET", "/authz/users/{user}/roles", "user_roles", "auth_read", 1),
    _row("GET", "/authz/users/{user}/roles/{kind}", "user_roles_of", "auth_read", 1, query=("includeFullRoles",)),
    _row("POST", "/authz/users/{user}/assign", "user_assign", "auth_admin", 4, schemas.ROLES),
    _row("POST", "/authz/users/{user}/revoke", "user_revoke", "auth_admin", 4, schemas.ROLES),
    _row("POST", "/authz/groups/{group}/assign", "group_assign", "auth_admin", 4, schemas.ROLES),
    _row("POST", "/authz/groups/{group}/revoke", "group_revoke", "auth_admin", 4, schemas.ROLES),
    _row("GET", "/authz/groups/{group}/roles/{kind}", "group_roles", "auth_read", 1, query=("includeFullRoles",)),
    _row("GET", "/authz/groups/{kind}", "groups_list", "auth_read", 1),
)
_BACKUP: Final = "/backups/{backend}/{backup}"
_STORAGE: Final = (
    _row("POST", "/backups/{backend}", "backup_create", "snapshot_create", 4, schemas.BACKUP),
    _row("GET", "/backups/{backend}", "backups_list", "snapshot_list", 1),
    _row("GET", _BACKUP, "backup_status", "snapshot_list", 1),
    _row("DELETE", _BACKUP, "backup_cancel", "snapshot_delete", 4),
    _row("POST", f"{_BACKUP}/restore", "backup_restore", "snapshot_restore", 4, schemas.RESTORE),
    _row("GET", f"{_BACKUP}/restore", "restore_status", "snapshot_list", 1),
    _row("DELETE", f"{_BACKUP}/restore", "restore_cancel", "snapshot_restore", 4),
    _no("POST", "/export/{backend}", "export", 4, _FILES),
    _no("GET", "/export/{backend}/{export}", "export", 1, _FILES),
    _no("DELETE", "/export/{backend}/{export}", "export", 4, _FILES),
)
_REPLICA: Final = "/replication/replicate"
_CLUSTER: Final = (
    _row("GET", "", "root", "health", 0),
    _row("GET", "/.well-known/live", "live", "health", 0),
    _row("GET", "/.well-known/ready", "ready", "health", 0),
    _row("GET", "/.well-known/openid-configuration", "openid", "health", 0),
    _row("GET", "/meta", "meta", "health", 1),
    _row("GET", "/cluster/statistics", "cluster_statistics", "cluster_read", 1),
    _row("GET", "/nodes", "nodes", "cluster_read", 1, query=("output",)),
    _row("GET", "/nodes/{class}", "nodes_class", "cluster_read", 1, query=("output",)),
    _row("GET", "/tasks", "tasks", "cluster_read", 1),
    _row("GET", "/replication/sharding-state", "sharding_state", "cluster_read", 1, query=("collection",)),
    _row("GET", f"{_REPLICA}/list", "replications_list", "cluster_read", 1,
         query=("includeHistory", "collection", "shard", "targetNode")),
    _row("GET", f"{_REPLICA}/{{id}}", "replication_get", "cluster_read", 1),
    *(_no(method, path, "cluster_admin", 4, _NODES) for method, path in (
        ("POST", _REPLICA), ("DELETE", _REPLICA), ("POST", f"{_REPLICA}/force-delete"), ("DELETE", f"{_REPLICA}/{{id}}"),
        ("POST", f"{_REPLICA}/{{id}}/cancel"), ("POST", "/replication/scale"))),
    _no("GET", "/replication/scale", "cluster_read", 1, _NODES),
    _no("GET", "/namespaces", "tenant_read", 1, _SPACES),
    *(_no(method, "/namespaces/{namespace}", "tenant_read" if method == "GET" else "tenant_admin", 4, _SPACES)
      for method in ("GET", "POST", "PUT", "DELETE")),
    _no("POST", "/namespaces/{namespace}/suspend", "tenant_admin", 4, _SPACES),
    _no("POST", "/namespaces/{namespace}/resume", "tenant_admin", 4, _SPACES),
    _no("POST", "/classifications", "update_filter", 3, _LINKS),
    _no("GET", "/classifications/{id}", "collection_read", 1, _LINKS),
    *(_no(method, "/mcp", "cluster_admin", 3, _AGENTS) for method in ("POST", "GET", "DELETE")),
    _no("GET", "/modules/{module}/{tail}", "cluster_admin", 3, "what modules of the server answer there is not known"),
    *(_no("POST", f"/grpc-web/weaviate.v1.Weaviate/{what}", kind, danger, _GRPC) for what, kind, danger in (
        ("Search", "search", 1), ("Aggregate", "aggregate", 2), ("BatchObjects", "upsert", 3), ("BatchReferences", "update", 2),
        ("BatchDelete", "delete_filter", 4), ("TenantsGet", "tenant_read", 1), ("BatchStream", "mixed_batch", 3))),
    _no("POST", "/grpc-web/grpc.health.v1.Health/Check", "health", 0, _GRPC),
    _no("POST", "/grpc-web/weaviategrpc.Weaviate/{method}", "cluster_admin", 3, _GRPC),
    Route("GET", "/", "no_get_root", "health", 0, _SOURCE, refused="the API lies under /v1"),
)
# fmt: on
ROUTES: Final[tuple[Route, ...]] = (*_OBJECTS, *_SEARCHES, *_SCHEMA, *_WHO, *_STORAGE, *_CLUSTER)

_CLASS_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,254}")
_COUNT: Final = re.compile(r"0|[1-9][0-9]{0,4}")
QUERY_FORMS: Final[Mapping[str, re.Pattern[str]]] = {
    "class": _CLASS_NAME,
    "collection": _CLASS_NAME,
    "tenant": TENANT_NAME,
    "limit": re.compile(r"[1-9][0-9]{0,3}|10000"),
    "offset": _COUNT,
    "after": re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"),
    "include": re.compile(r"vector"),
    "consistency_level": re.compile(r"ONE|QUORUM|ALL"),
    **dict.fromkeys(("includeLastUsedTime", "includeFullRoles", "includeHistory"), re.compile(r"true|false")),
    "output": re.compile(r"minimal|verbose"),
    **dict.fromkeys(("shard", "targetNode"), re.compile(r"[A-Za-z0-9_.-]{1,128}")),
}

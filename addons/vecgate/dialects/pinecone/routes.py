"""Which routes does Pinecone have: its control plane, its indexes, its models? As of API version 2026-07.

Each index is a server of its own at the vendor's; here all of them stand under one name, an index's own routes below
`/idx/NAME` (`indexes.py`). A member, key or route that is not written here is refused.
"""

import re
from collections.abc import Mapping
from typing import Final

from vecgate.dialects.base.routing import Route
from vecgate.dialects.pinecone import bodies, control
from vecgate.dialects.pinecone.results import LIST_KEYS
from vecgate.domain.call import Json
from vecgate.parsing.forms import Form, Spelled

VERSION_HEADER: Final = "x-pinecone-api-version"
_SENT: Final = (VERSION_HEADER,)
_DOC: Final = "https://docs.pinecone.io/reference/api"
_DATA: Final = f"{_DOC}/2025-10/data-plane"
_CONTROL: Final = f"{_DOC}/2025-10/control-plane"
_DOCUMENTS: Final = "https://docs.pinecone.io/guides/search/full-text-search"
_PAGES: Final = ("limit", "paginationToken")

_ADMIN: Final = "it is made with a service account at the vendor, who lets that account mint keys for everything; no person's lease is one"
_ASSISTANT: Final = "an assistant answers with texts of whole files, which no rule can keep to what its caller may see"
_ELSEWHERE: Final = "it is a server of its own, which this gateway does not stand before"
_ALIAS: Final = "it lets a namespace be read under another name than rules know it by"
_SCHEDULE: Final = "it lets copies be made later, when nobody decides"


def _row(method: str, path: str, name: str, kind: str, danger: int, url: str, body: Form | None = None,
         query: tuple[str, ...] = (), refused: str = "") -> Route:  # fmt: skip
    return Route(method, path, name, kind, danger, url, query=query, body=body, refused=refused, headers=_SENT)


# fmt: off
#: What each index answers itself.
OF_INDEX: Final[tuple[Route, ...]] = (
    _row("POST", "/query", "query", "search", 1, f"{_DATA}/query", bodies.QUERY),
    _row("POST", "/vectors/upsert", "upsert", "upsert", 3, f"{_DATA}/upsert", bodies.UPSERT),
    _row("POST", "/vectors/update", "update", "update_filter", 3, f"{_DATA}/update", bodies.UPDATE),
    _row("POST", "/vectors/delete", "delete", "delete_filter", 3, f"{_DATA}/delete", bodies.DELETE),
    _row("GET", "/vectors/fetch", "fetch", "read_ids", 1, f"{_DATA}/fetch", query=("ids", "namespace")),
    _row("POST", "/vectors/fetch_by_metadata", "fetch_by_metadata", "list_scan", 2, f"{_DATA}/fetch_by_metadata", bodies.FETCH_BY_METADATA),
    _row("GET", "/vectors/list", "list", "list_scan", 1, f"{_DATA}/list", query=LIST_KEYS),
    _row("POST", "/describe_index_stats", "stats", "count", 1, f"{_DATA}/describeindexstats", bodies.STATS),
    # records, of whose text a model at the vendor makes vectors
    _row("POST", "/records/namespaces/{namespace}/upsert", "upsert_records", "upsert", 3, f"{_DATA}/upsert_records", bodies.UPSERT_RECORDS),
    _row("POST", "/records/namespaces/{namespace}/search", "search_records", "search", 1, f"{_DATA}/search_records", bodies.SEARCH_RECORDS),
    # documents
    _row("POST", "/namespaces/{namespace}/documents/upsert", "upsert_documents", "upsert", 3, _DOCUMENTS, bodies.UPSERT_DOCUMENTS),
    _row("POST", "/namespaces/{namespace}/documents/search", "search_documents", "search", 1, _DOCUMENTS, bodies.SEARCH_DOCUMENTS),
    _row("POST", "/namespaces/{namespace}/documents/fetch", "fetch_documents", "list_scan", 2, _DOCUMENTS, bodies.FETCH_DOCUMENTS),
    _row("POST", "/namespaces/{namespace}/documents/update", "update_documents", "update_filter", 3, _DOCUMENTS, bodies.UPDATE_DOCUMENTS),
    _row("POST", "/namespaces/{namespace}/documents/delete", "delete_documents", "delete_filter", 3, _DOCUMENTS, bodies.DELETE_DOCUMENTS),
    _row("POST", "/namespaces/{namespace}/documents/list", "list_documents", "list_scan", 1, _DOCUMENTS, bodies.LIST_DOCUMENTS),
    # namespaces
    _row("GET", "/namespaces", "list_namespaces", "tenant_read", 1, f"{_DATA}/listnamespaces", query=("prefix", *_PAGES)),
    _row("POST", "/namespaces", "create_namespace", "tenant_admin", 3, f"{_DATA}/createnamespace", bodies.CREATE_NAMESPACE),
    _row("GET", "/namespaces/{namespace}", "describe_namespace", "tenant_read", 1, f"{_DATA}/describenamespace"),
    _row("DELETE", "/namespaces/{namespace}", "delete_namespace", "tenant_admin", 4, f"{_DATA}/deletenamespace"),
    _row("GET", "/namespace-aliases", "list_namespace_aliases", "tenant_read", 1, _DOC, refused=_ALIAS),
    _row("POST", "/namespace-aliases", "create_namespace_alias", "alias", 4, _DOC, refused=_ALIAS),
    _row("GET", "/namespace-aliases/{alias_name}", "describe_namespace_alias", "tenant_read", 1, _DOC, refused=_ALIAS),
    _row("PATCH", "/namespace-aliases/{alias_name}", "update_namespace_alias", "alias", 4, _DOC, refused=_ALIAS),
    _row("DELETE", "/namespace-aliases/{alias_name}", "delete_namespace_alias", "alias", 4, _DOC, refused=_ALIAS),
    # imports: what an object store holds goes in, whatever it is
    _row("GET", "/bulk/imports", "list_imports", "import", 1, f"{_DATA}/list_imports", query=_PAGES),
    _row("POST", "/bulk/imports", "start_import", "import", 4, f"{_DATA}/start_import", bodies.IMPORT),
    _row("GET", "/bulk/imports/{id}", "describe_import", "import", 1, f"{_DATA}/describe_import"),
    _row("DELETE", "/bulk/imports/{id}", "cancel_import", "import", 3, f"{_DATA}/cancel_import"),
)

_OF_PROJECT: Final[tuple[Route, ...]] = (
    _row("GET", "/indexes", "list_indexes", "collection_read", 1, f"{_CONTROL}/list_indexes"),
    _row("POST", "/indexes", "create_index", "collection_create", 3, f"{_CONTROL}/create_index", control.CREATE_INDEX),
    _row("POST", "/indexes/create-for-model", "create_index_for_model", "collection_create", 3, f"{_CONTROL}/create_for_model", control.CREATE_FOR_MODEL),
    _row("GET", "/indexes/{index_name}", "describe_index", "collection_read", 1, f"{_CONTROL}/describe_index"),
    _row("PATCH", "/indexes/{index_name}", "configure_index", "collection_alter", 4, f"{_CONTROL}/configure_index", control.CONFIGURE_INDEX),
    _row("DELETE", "/indexes/{index_name}", "delete_index", "collection_drop", 4, f"{_CONTROL}/delete_index"),
    # copies of indexes
    _row("GET", "/collections", "list_collections", "snapshot_list", 1, f"{_CONTROL}/list_collections"),
    _row("POST", "/collections", "create_collection", "snapshot_create", 3, f"{_CONTROL}/create_collection", control.CREATE_COLLECTION),
    _row("GET", "/collections/{collection_name}", "describe_collection", "snapshot_list", 1, f"{_CONTROL}/describe_collection"),
    _row("DELETE", "/collections/{collection_name}", "delete_collection", "snapshot_delete", 4, f"{_CONTROL}/delete_collection"),
    _row("GET", "/indexes/{index_name}/backups", "list_index_backups", "snapshot_list", 1, f"{_CONTROL}/list_index_backups", query=(*_PAGES, "include_deleted")),
    _row("POST", "/indexes/{index_name}/backups", "create_backup", "snapshot_create", 3, f"{_CONTROL}/create_backup", control.CREATE_BACKUP),
    _row("GET", "/backups", "list_project_backups", "snapshot_list", 1, f"{_CONTROL}/list_project_backups", query=_PAGES),
    _row("GET", "/backups/{backup_id}", "describe_backup", "snapshot_list", 1, f"{_CONTROL}/describe_backup"),
    _row("DELETE", "/backups/{backup_id}", "delete_backup", "snapshot_delete", 4, f"{_CONTROL}/delete_backup"),
    _row("POST", "/backups/{backup_id}/create-index", "restore_backup", "snapshot_restore", 4, f"{_CONTROL}/create_index_from_backup", control.RESTORE_BACKUP),
    _row("GET", "/restore-jobs", "list_restore_jobs", "snapshot_list", 1, f"{_CONTROL}/list_restore_jobs", query=_PAGES),
    _row("GET", "/restore-jobs/{job_id}", "describe_restore_job", "snapshot_list", 1, f"{_CONTROL}/describe_restore_job"),
    _row("POST", "/indexes/{index_name}/backup-schedules", "create_backup_schedule", "snapshot_create", 3, _CONTROL, refused=_SCHEDULE),
    _row("GET", "/indexes/{index_name}/backup-schedules", "list_backup_schedules", "snapshot_list", 1, _CONTROL, refused=_SCHEDULE),
    _row("GET", "/backup-schedules/{schedule_id}/history", "backup_schedule_history", "snapshot_list", 1, _CONTROL, refused=_SCHEDULE),
    _row("GET", "/backup-schedules/{schedule_id}", "describe_backup_schedule", "snapshot_list", 1, _CONTROL, refused=_SCHEDULE),
    _row("PATCH", "/backup-schedules/{schedule_id}", "update_backup_schedule", "snapshot_create", 3, _CONTROL, refused=_SCHEDULE),
    _row("DELETE", "/backup-schedules/{schedule_id}", "delete_backup_schedule", "snapshot_delete", 4, _CONTROL, refused=_SCHEDULE),
    # models
    _row("POST", "/embed", "embed", "inference", 2, f"{_DOC}/2025-10/inference/generate-embeddings", bodies.EMBED),
    _row("POST", "/rerank", "rerank", "inference", 2, f"{_DOC}/2025-10/inference/rerank", bodies.RERANK),
    _row("GET", "/models", "list_models", "cluster_read", 1, f"{_DOC}/2025-10/inference/list_models", query=("type", "vector_type")),
    _row("GET", "/models/{model_name}", "describe_model", "cluster_read", 1, f"{_DOC}/2025-10/inference/describe_model"),
    _row("GET", "/prometheus/projects/{project_id}/metrics/discover", "metrics_targets", "cluster_read", 1, "https://docs.pinecone.io/guides/production/monitoring", refused=_ELSEWHERE),
)


def _admin(path: str, noun: str, methods: str) -> tuple[Route, ...]:
    kinds = {"GET": ("auth_read", 1), "POST": ("auth_admin", 4), "DELETE": ("auth_admin", 4), "PATCH": ("auth_admin", 4)}
    return tuple(
        _row(method, path, f"{method.lower()}_{noun}", *kinds[method], f"{_DOC}/2025-10/admin", refused=_ADMIN)
        for method in methods.split()
    )


def _assistant(method: str, path: str, name: str, kind: str, danger: int) -> tuple[Route, ...]:
    """At the address of assistants, and below `/assistant`, where clients ask for it at that of the project."""
    url = f"{_DOC}/2025-10/assistant"
    return tuple(
        _row(method, below + path, name + words, kind, danger, url, refused=_ASSISTANT)
        for below, words in (("", ""), ("/assistant", "_of_project"))
    )


_REFUSED: Final[tuple[Route, ...]] = (
    *_admin("/admin/projects", "projects", "GET POST"),
    *_admin("/admin/projects/{project_id}", "project", "GET DELETE PATCH"),
    *_admin("/admin/organizations", "organizations", "GET POST"),
    *_admin("/admin/organizations/{organization_id}", "organization", "GET DELETE PATCH"),
    *_admin("/admin/projects/{project_id}/api-keys", "api_keys", "GET POST"),
    *_admin("/admin/api-keys/{api_key_id}", "api_key", "GET DELETE PATCH"),
    *_admin("/admin/service-accounts", "service_accounts", "GET POST"),
    *_admin("/admin/service-accounts/{id}", "service_account", "GET DELETE PATCH"),
    *_admin("/admin/service-accounts/{id}/rotate-secret", "service_account_secret", "POST"),
    *_admin("/admin/role-bindings", "role_bindings", "GET POST"),
    *_admin("/admin/role-bindings/{id}", "role_binding", "GET DELETE PATCH"),
    *_admin("/admin/invites", "invites", "GET POST"),
    *_admin("/admin/invites/{id}", "invite", "GET DELETE"),
    *_admin("/admin/invites/{id}/resend", "invite_again", "POST"),
    *_admin("/admin/users", "users", "GET POST"),
    *_admin("/admin/users/{id}", "user", "GET DELETE PATCH"),
    _row("POST", "/oauth/token", "get_token", "auth_admin", 3, f"{_DOC}/2025-10/admin", refused=_ELSEWHERE),
    *_assistant("GET", "/assistants", "list_assistants", "read_ids", 2),
    *_assistant("POST", "/assistants", "create_assistant", "update", 2),
    *_assistant("GET", "/assistants/{assistant_name}", "describe_assistant", "read_ids", 2),
    *_assistant("PATCH", "/assistants/{assistant_name}", "update_assistant", "update", 3),
    *_assistant("DELETE", "/assistants/{assistant_name}", "delete_assistant", "delete_ids", 3),
    *_assistant("GET", "/files/{assistant_name}", "list_files", "read_ids", 2),
    *_assistant("POST", "/files/{assistant_name}", "upload_file", "update", 2),
    *_assistant("GET", "/files/{assistant_name}/{assistant_file_id}", "describe_file", "read_ids", 2),
    *_assistant("PUT", "/files/{assistant_name}/{assistant_file_id}", "replace_file", "update", 3),
    *_assistant("DELETE", "/files/{assistant_name}/{assistant_file_id}", "delete_file", "delete_ids", 3),
    *_assistant("GET", "/operations/{assistant_name}", "list_file_operations", "read_ids", 2),
    *_assistant("GET", "/operations/{assistant_name}/{operation_id}", "describe_file_operation", "read_ids", 2),
    *_assistant("POST", "/chat/{assistant_name}/chat/completions", "chat_completions", "inference", 2),
    *_assistant("POST", "/chat/{assistant_name}", "chat", "inference", 2),
    *_assistant("POST", "/chat/{assistant_name}/context", "chat_context", "inference", 2),
    *_assistant("POST", "/evaluation/metrics/alignment", "evaluate", "inference", 2),
)
# fmt: on
ROUTES: Final[tuple[Route, ...]] = (*OF_INDEX, *_OF_PROJECT, *_REFUSED)

#: Keys of a query of which there may be several.
SEVERAL: Final = frozenset({"ids"})
QUERY_FORMS: Final[Mapping[str, re.Pattern[str]]] = {
    "limit": re.compile(r"[1-9][0-9]{0,2}|1000"),
    "include_deleted": re.compile("true|false"),
    "type": re.compile("embed|rerank"),
    "vector_type": re.compile("dense|sparse"),
}


def _name(value: Json) -> Json:
    if isinstance(value, str) and re.fullmatch(r"[a-z0-9](?:[a-z0-9-]{0,126}[a-z0-9])?", value):
        return value
    raise ValueError


def _word(value: Json) -> Json:
    if isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}", value):
        return value
    raise ValueError


_NAME: Final = Spelled("a name of 'a-z0-9-'", _name, (("people", "people"),))
_ID: Final = Spelled("an id of letters, digits, '.', '_' and '-'", _word, (("b1", "b1"),))


def _namespace(value: Json) -> Json:
    if isinstance(value, str) and 0 < len(value) <= 512 and value.isprintable():
        return value
    raise ValueError


PATH_FORMS: Final[Mapping[str, Spelled]] = {
    "index_name": _NAME,
    "collection_name": _NAME,
    "namespace": Spelled("a namespace (1 to 512 characters that show)", _namespace, (("acme", "acme"),)),
    **dict.fromkeys(("backup_id", "job_id", "id", "model_name"), _ID),
}

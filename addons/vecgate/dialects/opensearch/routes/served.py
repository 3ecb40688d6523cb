"""Which calls of OpenSearch are served, what does each mean, and which query keys does it take?

A path parameter may stand in the query string at the server (`DELETE /?index=`), and `q` or `source` there take the
place of the body: keys that are not written here are refused.
"""

import re
from collections.abc import Mapping
from typing import Final

from vecgate.dialects.base.routing import Route
from vecgate.dialects.opensearch import bodies
from vecgate.dialects.opensearch.values import EXPRESSION, ID, NAME, is_name
from vecgate.domain.call import Json
from vecgate.parsing.forms import Shape, Spelled

_A: Final = "https://docs.opensearch.org/latest/api-reference"
_SEARCH: Final = f"{_A}/search-apis/search/"
_COUNT: Final = f"{_A}/search-apis/count/"
_MULTI: Final = f"{_A}/search-apis/multi-search/"
_DOC: Final = f"{_A}/document-apis"
_INDEX: Final = f"{_A}/index-apis"
_ASKED: Final = ("preference", "request_cache", "search_type", "timeout")
_WRITE: Final = ("refresh", "timeout", "wait_for_active_shards")
_GET: Final = ("preference", "realtime", "refresh")
_ADMIN: Final = ("cluster_manager_timeout", "timeout", "wait_for_active_shards")

# fmt: off
ROWS: Final[tuple[Route, ...]] = (
    Route("GET", "/", "info", "health", 0, f"{_A}/"),
    Route("HEAD", "/", "ping", "health", 0, f"{_A}/"),
    Route("GET", "/_cluster/health", "cluster_health", "cluster_read", 1, f"{_A}/cluster-api/cluster-health/", query=("timeout", "wait_for_status")),
    *(Route(method, path, "search", "search", 2, _SEARCH, query=_ASKED, body=bodies.SEARCH if method == "POST" else None)
      for method in ("GET", "POST") for path in ("/_search", "/{index}/_search")),
    *(Route(method, path, "count", "count", 1, _COUNT, query=("preference",), body=bodies.COUNT if method == "POST" else None)
      for method in ("GET", "POST") for path in ("/_count", "/{index}/_count")),
    *(Route("POST", path, "msearch", "search", 2, _MULTI, body=bodies.MSEARCH) for path in ("/_msearch", "/{index}/_msearch")),
    *(Route("POST", path, "mget", "read_ids", 1, f"{_DOC}/multi-get/", query=_GET, body=bodies.MGET) for path in ("/_mget", "/{index}/_mget")),
    *(Route("GET", path, name, kind, danger, url, refused="it needs a body, which a GET has not; a GET with a body is sent as a POST")
      for path, name, kind, danger, url in (
          ("/_msearch", "msearch", "search", 2, _MULTI), ("/{index}/_msearch", "msearch", "search", 2, _MULTI),
          ("/_mget", "mget", "read_ids", 1, f"{_DOC}/multi-get/"), ("/{index}/_mget", "mget", "read_ids", 1, f"{_DOC}/multi-get/"))),
    Route("GET", "/{index}/_doc/{id}", "get", "read_ids", 1, f"{_DOC}/get-documents/", query=_GET),
    Route("HEAD", "/{index}/_doc/{id}", "exists", "read_ids", 1, f"{_DOC}/get-documents/", query=_GET),
    Route("GET", "/{index}/_source/{id}", "get_source", "read_ids", 1, f"{_DOC}/get-documents/", query=_GET),
    Route("HEAD", "/{index}/_source/{id}", "exists_source", "read_ids", 1, f"{_DOC}/get-documents/", query=_GET),
    *(Route(method, path, "bulk", "mixed_batch", 3, f"{_DOC}/bulk/", query=_WRITE, body=bodies.BULK)
      for method in ("POST", "PUT") for path in ("/_bulk", "/{index}/_bulk")),
    Route("POST", "/{index}/_doc", "index", "upsert", 2, f"{_DOC}/index-document/", query=_WRITE, body=bodies.DOCUMENT),
    *(Route(method, "/{index}/_doc/{id}", "index", "upsert", 3, f"{_DOC}/index-document/", query=(*_WRITE, "if_seq_no", "if_primary_term"), body=bodies.DOCUMENT)
      for method in ("POST", "PUT")),
    *(Route(method, "/{index}/_create/{id}", "create", "upsert", 2, f"{_DOC}/index-document/", query=_WRITE, body=bodies.DOCUMENT)
      for method in ("POST", "PUT")),
    Route("POST", "/{index}/_update/{id}", "update", "update", 3, f"{_DOC}/update-document/", query=(*_WRITE, "if_seq_no", "if_primary_term", "retry_on_conflict"), body=bodies.UPDATE),
    Route("DELETE", "/{index}/_doc/{id}", "delete", "delete_ids", 2, f"{_DOC}/delete-document/", query=(*_WRITE, "if_seq_no", "if_primary_term")),
    Route("POST", "/{index}/_delete_by_query", "delete_by_query", "delete_filter", 4, f"{_DOC}/delete-by-query/", query=("conflicts", "refresh", "timeout", "wait_for_completion"), body=bodies.BY_QUERY),
    Route("POST", "/{index}/_update_by_query", "update_by_query", "update_filter", 4, f"{_DOC}/update-by-query/",
          refused="without a script it changes nothing, and scripts are programs that run at the server"),
    Route("GET", "/{index}", "indices_get", "collection_read", 1, f"{_INDEX}/get-index/"),
    Route("HEAD", "/{index}", "indices_exists", "collection_read", 1, f"{_INDEX}/exists/"),
    Route("GET", "/{index}/_mapping", "indices_get_mapping", "collection_read", 1, f"{_INDEX}/get-mapping/"),
    Route("GET", "/{index}/_settings", "indices_get_settings", "collection_read", 1, f"{_INDEX}/get-settings/"),
    Route("GET", "/{index}/_alias", "indices_get_alias", "collection_read", 1, f"{_A}/alias/aliases-api/"),
    Route("GET", "/_resolve/index/{name}", "indices_resolve_index", "collection_read", 1, f"{_INDEX}/resolve-index/"),
    Route("PUT", "/{index}", "indices_create", "collection_create", 3, f"{_INDEX}/create-index/", query=_ADMIN, body=bodies.CREATE),
    Route("DELETE", "/{index}", "indices_delete", "collection_drop", 4, f"{_INDEX}/delete-index/", query=_ADMIN[:2]),
    *(Route(method, "/{index}/_mapping", "indices_put_mapping", "collection_alter", 3, f"{_INDEX}/put-mapping/", query=_ADMIN[:2], body=bodies.MAPPING)
      for method in ("PUT", "POST")),
    Route("PUT", "/{index}/_settings", "indices_put_settings", "collection_alter", 3, f"{_INDEX}/update-settings/", query=_ADMIN[:2], body=bodies.SETTINGS),
    *(Route(method, path, "indices_refresh", "collection_alter", 1, f"{_INDEX}/refresh/") for method in ("GET", "POST") for path in ("/_refresh", "/{index}/_refresh")),
    *(Route(method, "/{index}/_flush", "indices_flush", "collection_alter", 1, f"{_INDEX}/flush/") for method in ("GET", "POST")),
    Route("POST", "/{index}/_forcemerge", "indices_forcemerge", "index_rebuild", 3, f"{_INDEX}/force-merge/", query=("max_num_segments",)),
    Route("POST", "/{index}/_open", "indices_open", "collection_alter", 3, f"{_INDEX}/open-index/", query=_ADMIN),
    Route("POST", "/{index}/_close", "indices_close", "collection_alter", 4, f"{_INDEX}/close-index/", query=_ADMIN),
    Route("POST", "/_aliases", "indices_update_aliases", "alias", 4, f"{_A}/alias/aliases-api/", query=_ADMIN[:2], body=bodies.ALIASES),
)
# fmt: on

_SPAN: Final = re.compile(r"[0-9]{1,6}(?:ms|s|m)")
_TRUTH: Final = re.compile(r"true|false")
_NUMBER: Final = re.compile(r"[0-9]{1,18}")
QUERY_FORMS: Final[Mapping[str, re.Pattern[str]]] = {
    "refresh": re.compile(r"true|false|wait_for"),
    **dict.fromkeys(("timeout", "cluster_manager_timeout"), _SPAN),
    **dict.fromkeys(("realtime", "request_cache"), _TRUTH),
    **dict.fromkeys(("if_seq_no", "if_primary_term", "retry_on_conflict", "max_num_segments"), _NUMBER),
    "wait_for_active_shards": re.compile(r"all|[0-9]{1,3}"),
    "wait_for_status": re.compile(r"green|yellow|red"),
    "wait_for_completion": re.compile(r"true"),  # what goes on behind the answer nobody could watch
    "conflicts": re.compile(r"abort|proceed"),
    "search_type": re.compile(r"query_then_fetch|dfs_query_then_fetch"),
    "preference": re.compile(r"_primary|_local|[a-z0-9]{1,40}"),
}


def _fitting(shape: Shape) -> Spelled:
    def one(value: Json) -> Json:
        if not shape.fits(value):
            raise ValueError("it does not fit")
        return value

    return Spelled(shape.words, one, tuple((some, some) for some in shape.such_as))


PATH_FORMS: Final[Mapping[str, Spelled]] = {"index": _fitting(EXPRESSION), "id": ID, "name": _fitting(EXPRESSION)}
__all__ = ["NAME", "PATH_FORMS", "QUERY_FORMS", "ROWS", "is_name"]

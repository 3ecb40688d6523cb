"""Which calls are served, what does each mean, and which query keys does it take?

A path parameter may stand in the query string at the server (`DELETE /?index=`), and `q` or `source` there take the
place of the body: keys that are not written here are refused.
"""

import re
from collections.abc import Mapping
from typing import Final

from vecgate.dialects.base.lucene.forms import bodies, shaped
from vecgate.dialects.base.lucene.forms.bodies import Bodies
from vecgate.dialects.base.lucene.forms.mapped import SETTINGS
from vecgate.dialects.base.lucene.values import EXPRESSION, ID, NAME
from vecgate.dialects.base.routing import Route
from vecgate.domain.call import Json
from vecgate.parsing.forms import Form, Shape, Spelled

#: A name that is not there is no error; what it stands for is decided on all the same.
_LENIENT: Final = ("ignore_unavailable", "allow_no_indices")
#: How the parts of an index are asked.
_SHARDS: Final = ("batched_reduce_size", "max_concurrent_shard_requests", "pre_filter_shard_size")
_ASKED: Final = (
    *("preference", "request_cache", "search_type", "timeout", "scroll", "allow_partial_search_results"),
    *(*_LENIENT, *_SHARDS),
)
_BY_QUERY: Final = (
    "conflicts",
    "refresh",
    "requests_per_second",
    "scroll_size",
    "slices",
    "timeout",
    "wait_for_completion",
)
_KEPT: Final = ("keep_alive", "preference")
_HEALTH: Final = (
    *("timeout", "wait_for_status", "wait_for_active_shards"),
    *("wait_for_no_initializing_shards", "wait_for_no_relocating_shards"),
)
_WRITE: Final = ("refresh", "timeout", "wait_for_active_shards")
_GET: Final = ("preference", "realtime", "refresh")


# fmt: off
def served(told: Bodies, page: Mapping[str, str], waits: str) -> tuple[Route, ...]:
    """The rows. `page`: where a vendor describes each; `waits`: its key for how long a server waits for its master."""
    return (*_reads(told, page), *_scrolls(page["search"]), *_writes(told, page), *_indices(told, page, (waits, "timeout", "wait_for_active_shards")))


def _reads(told: Bodies, page: Mapping[str, str]) -> tuple[Route, ...]:
    return (
        Route("GET", "/", "info", "health", 0, page[""]),
        Route("HEAD", "/", "ping", "health", 0, page[""]),
        Route("GET", "/_cluster/health", "cluster_health", "cluster_read", 1, page["health"], query=_HEALTH),
        Route("GET", "/_cluster/health/{index}", "cluster_health", "collection_read", 1, page["health"], query=_HEALTH),
        *(Route(method, path, "search", "search", 2, page["search"], query=_ASKED, body=told.search if method == "POST" else None)
          for method in ("GET", "POST") for path in ("/_search", "/{index}/_search")),
        *(Route(method, path, "count", "count", 1, page["count"], query=("preference", *_LENIENT), body=told.count if method == "POST" else None)
          for method in ("GET", "POST") for path in ("/_count", "/{index}/_count")),
        *(Route("POST", path, "msearch", "search", 2, page["msearch"], query=("max_concurrent_searches", *_SHARDS[1:]), body=told.msearch) for path in ("/_msearch", "/{index}/_msearch")),
        *(Route("POST", path, "mget", "read_ids", 1, page["multi-get"], query=_GET, body=bodies.MGET) for path in ("/_mget", "/{index}/_mget")),
        *(Route("GET", path, name, kind, danger, url, refused="it needs a body, which a GET has not; a GET with a body is sent as a POST")
          for path, name, kind, danger, url in (
              ("/_msearch", "msearch", "search", 2, page["msearch"]), ("/{index}/_msearch", "msearch", "search", 2, page["msearch"]),
              ("/_mget", "mget", "read_ids", 1, page["multi-get"]), ("/{index}/_mget", "mget", "read_ids", 1, page["multi-get"]))),
        Route("GET", "/{index}/_doc/{id}", "get", "read_ids", 1, page["get-documents"], query=(*_GET, *shaped.KEYS)),
        Route("HEAD", "/{index}/_doc/{id}", "exists", "read_ids", 1, page["get-documents"], query=_GET),
        Route("GET", "/{index}/_source/{id}", "get_source", "read_ids", 1, page["get-documents"], query=(*_GET, *shaped.KEYS)),
        Route("HEAD", "/{index}/_source/{id}", "exists_source", "read_ids", 1, page["get-documents"], query=_GET),
    )


def _scrolls(url: str) -> tuple[Route, ...]:
    by_id = ("scroll", "scroll_id")
    return (
        Route("GET", "/_search/scroll", "scroll", "list_scan", 2, url, query=by_id),
        Route("POST", "/_search/scroll", "scroll", "list_scan", 2, url, query=by_id, body=bodies.SCROLL),
        *(Route(method, "/_search/scroll/{scroll_id}", "scroll", "list_scan", 2, url, query=("scroll",)) for method in ("GET", "POST")),
        Route("DELETE", "/_search/scroll", "clear_scroll", "search", 1, url, query=("scroll_id",), body=bodies.CLEAR_SCROLL),
        Route("DELETE", "/_search/scroll/{scroll_id}", "clear_scroll", "search", 1, url),
    )


def pits(at: str, opens: str, closes: str, body: Form, url: str) -> tuple[Route, ...]:
    """Where a database opens and closes points in time, and how it calls that."""
    return (
        Route("POST", f"/{{index}}{at}", opens, "list_scan", 2, url, query=_KEPT),
        Route("DELETE", at, closes, "search", 1, url, body=body),
    )


def _writes(told: Bodies, page: Mapping[str, str]) -> tuple[Route, ...]:
    return (
        *(Route(method, path, "bulk", "mixed_batch", 3, page["bulk"], query=_WRITE, body=bodies.BULK)
          for method in ("POST", "PUT") for path in ("/_bulk", "/{index}/_bulk")),
        Route("POST", "/{index}/_doc", "index", "upsert", 2, page["index-document"], query=_WRITE, body=bodies.DOCUMENT),
        *(Route(method, "/{index}/_doc/{id}", "index", "upsert", 3, page["index-document"], query=(*_WRITE, "if_seq_no", "if_primary_term"), body=bodies.DOCUMENT)
          for method in ("POST", "PUT")),
        *(Route(method, "/{index}/_create/{id}", "create", "upsert", 2, page["index-document"], query=_WRITE, body=bodies.DOCUMENT)
          for method in ("POST", "PUT")),
        Route("POST", "/{index}/_update/{id}", "update", "update", 3, page["update-document"], query=(*_WRITE, "if_seq_no", "if_primary_term", "retry_on_conflict"), body=bodies.UPDATE),
        Route("DELETE", "/{index}/_doc/{id}", "delete", "delete_ids", 2, page["delete-document"], query=(*_WRITE, "if_seq_no", "if_primary_term")),
        Route("POST", "/{index}/_delete_by_query", "delete_by_query", "delete_filter", 4, page["delete-by-query"], query=(*_BY_QUERY, *_LENIENT), body=told.by_query),
        Route("POST", "/{index}/_update_by_query", "update_by_query", "update_filter", 4, page["update-by-query"],
              refused="without a script it changes nothing, and scripts are programs that run at the server"),
    )


def _indices(told: Bodies, page: Mapping[str, str], admin: tuple[str, ...]) -> tuple[Route, ...]:
    return (
        Route("GET", "/{index}", "indices_get", "collection_read", 1, page["get-index"], query=_LENIENT),
        Route("HEAD", "/{index}", "indices_exists", "collection_read", 1, page["exists"], query=_LENIENT),
        *(Route("GET", f"{at}/_{what}", f"indices_get_{what}", "collection_read", 1, page[url], query=_LENIENT)
          for at in ("", "/{index}") for what, url in (("mapping", "get-mapping"), ("settings", "get-settings"), ("alias", "aliases"))),
        *(Route(method, f"{at}/_alias/{{name}}", f"indices_{does}_alias", "collection_read", 1, page["aliases"], query=_LENIENT)
          for at in ("", "/{index}") for method, does in (("GET", "get"), ("HEAD", "exists"))),
        Route("GET", "/_data_stream/{index}", "indices_get_data_stream", "collection_read", 1, page["data-streams"]),
        Route("GET", "/_resolve/index/{name}", "indices_resolve_index", "collection_read", 1, page["resolve-index"]),
        Route("PUT", "/{index}", "indices_create", "collection_create", 3, page["create-index"], query=admin, body=told.create),
        Route("DELETE", "/{index}", "indices_delete", "collection_drop", 4, page["delete-index"], query=(*admin[:2], *_LENIENT)),
        *(Route(method, "/{index}/_mapping", "indices_put_mapping", "collection_alter", 3, page["put-mapping"], query=admin[:2], body=told.mapping)
          for method in ("PUT", "POST")),
        Route("PUT", "/{index}/_settings", "indices_put_settings", "collection_alter", 3, page["update-settings"], query=admin[:2], body=SETTINGS),
        *(Route(method, path, "indices_refresh", "collection_alter", 1, page["refresh"], query=_LENIENT) for method in ("GET", "POST") for path in ("/_refresh", "/{index}/_refresh")),
        *(Route(method, "/{index}/_flush", "indices_flush", "collection_alter", 1, page["flush"]) for method in ("GET", "POST")),
        Route("POST", "/{index}/_forcemerge", "indices_forcemerge", "index_rebuild", 3, page["force-merge"], query=("max_num_segments",)),
        Route("POST", "/{index}/_open", "indices_open", "collection_alter", 3, page["open-index"], query=admin),
        Route("POST", "/{index}/_close", "indices_close", "collection_alter", 4, page["close-index"], query=admin),
        Route("POST", "/_aliases", "indices_update_aliases", "alias", 4, page["aliases"], query=admin[:2], body=bodies.ALIASES),
        # read as the list of actions above (reading.py); what says more of an alias is refused here
        *(Route(method, f"/{{index}}/{at}/{{name}}", f"indices_{does}_alias", "alias", 4, page["aliases"], query=admin[:2], body=bodies.ALIAS)
          for at in ("_alias", "_aliases") for method, does in (("PUT", "put"), ("POST", "put"), ("DELETE", "delete"))),
    )
# fmt: on

_SPAN: Final = re.compile(r"[0-9]{1,6}(?:ms|s|m)")
_KEEP: Final = re.compile(r"[0-9]{1,6}(?:ms|s|m|h|d)")
_TRUTH: Final = re.compile(r"true|false")
_NUMBER: Final = re.compile(r"[0-9]{1,18}")
_QUERY_FORMS: Final[Mapping[str, re.Pattern[str]]] = {
    "refresh": re.compile(r"true|false|wait_for"),
    "timeout": _SPAN,
    **shaped.FORMS,
    **dict.fromkeys(("scroll", "keep_alive"), _KEEP),
    "scroll_id": re.compile(r"[\w.=+/,-]{1,60000}"),
    **dict.fromkeys(("realtime", "request_cache", "allow_partial_search_results", *_LENIENT, *_HEALTH[3:]), _TRUTH),
    **dict.fromkeys((*_SHARDS, "max_concurrent_searches", "scroll_size"), re.compile(r"[1-9][0-9]{0,3}")),
    "slices": re.compile(r"auto|[1-9][0-9]{0,2}"),
    "requests_per_second": re.compile(r"-1"),  # a slower one outlasts whoever waits for it
    **dict.fromkeys(("if_seq_no", "if_primary_term", "retry_on_conflict", "max_num_segments"), _NUMBER),
    "wait_for_active_shards": re.compile(r"all|[0-9]{1,3}"),
    "wait_for_status": re.compile(r"green|yellow|red"),
    "wait_for_completion": re.compile(r"true"),  # what goes on behind the answer nobody could watch
    "conflicts": re.compile(r"abort|proceed"),
    "search_type": re.compile(r"query_then_fetch|dfs_query_then_fetch"),
    "preference": re.compile(r"_primary|_local|[a-z0-9]{1,40}"),
}


def query_forms(waits: str) -> Mapping[str, re.Pattern[str]]:
    """What the value of each query key may be."""
    return {**_QUERY_FORMS, waits: _SPAN}


def _fitting(shape: Shape) -> Spelled:
    def one(value: Json) -> Json:
        if not shape.fits(value):
            raise ValueError("it does not fit")
        return value

    return Spelled(shape.words, one, tuple((some, some) for some in shape.such_as))


#: What stands for one thing, and what may stand for several.
PATH_FORMS: Final[Mapping[str, Spelled]] = {
    "id": ID,
    **dict.fromkeys(("repository", "snapshot", "template", "pipeline"), _fitting(NAME)),
    **dict.fromkeys(("index", "name", "snapshots", "templates", "pipelines"), _fitting(EXPRESSION)),
}

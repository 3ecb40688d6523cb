"""Which calls does Elasticsearch have? Those that are served, and tables of those that never are, with why."""

from collections.abc import Mapping
from typing import Final

from vecgate.dialects.base.lucene.forms.bodies import CLOSE_PIT
from vecgate.dialects.base.lucene.forms.served import pits, query_forms, served
from vecgate.dialects.base.lucene.forms.standing import standing
from vecgate.dialects.base.routing import Route
from vecgate.dialects.elasticsearch.forms import BODIES
from vecgate.dialects.elasticsearch.routes import models, refused, security, server

_A: Final = "https://www.elastic.co/docs/api/doc/elasticsearch/v8/operation/operation"
_OPERATIONS: Final[Mapping[str, str]] = {
    "": "info",
    "health": "cluster-health",
    "aliases": "indices-update-aliases",
    "data-streams": "indices-get-data-stream",
    "snapshots": "snapshot-create",
    "index-templates": "indices-put-index-template",
    "component-templates": "cluster-put-component-template",
    "ingest": "ingest-put-pipeline",
    "search": "search",
    "count": "count",
    "msearch": "msearch",
    "bulk": "bulk",
    "delete-by-query": "delete-by-query",
    "delete-document": "delete",
    "get-documents": "get",
    "index-document": "index",
    "multi-get": "mget",
    "update-by-query": "update-by-query",
    "update-document": "update",
    "close-index": "indices-close",
    "create-index": "indices-create",
    "delete-index": "indices-delete",
    "exists": "indices-exists",
    "flush": "indices-flush",
    "force-merge": "indices-forcemerge",
    "get-index": "indices-get",
    "get-mapping": "indices-get-mapping",
    "get-settings": "indices-get-settings",
    "open-index": "indices-open",
    "put-mapping": "indices-put-mapping",
    "refresh": "indices-refresh",
    "resolve-index": "indices-resolve-index",
    "update-settings": "indices-put-settings",
}
_WAITS: Final = "master_timeout"
QUERY_FORMS: Final = query_forms(_WAITS)
_PITS: Final = pits("/_pit", "open_point_in_time", "close_point_in_time", CLOSE_PIT, f"{_A}-open-point-in-time")
_PAGES: Final = {page: f"{_A}-{name}" for page, name in _OPERATIONS.items()}
SERVED: Final = (*served(BODIES, _PAGES, _WAITS), *_PITS, *standing(BODIES, _PAGES, _WAITS))
ROUTES: Final[tuple[Route, ...]] = (*SERVED, *refused.ROWS, *server.ROWS, *security.ROWS, *models.ROWS)

"""Which calls does OpenSearch have? Those that are served, and tables of those that never are, with why."""

from collections.abc import Mapping
from typing import Final

from vecgate.dialects.base.lucene.forms.bodies import DELETE_PIT
from vecgate.dialects.base.lucene.forms.served import pits, query_forms, served
from vecgate.dialects.base.lucene.forms.standing import pipelines, standing
from vecgate.dialects.base.routing import Route
from vecgate.dialects.opensearch.forms import BODIES
from vecgate.dialects.opensearch.pipelines import PIPELINE
from vecgate.dialects.opensearch.routes import plugins, refused, security, server

_A: Final = "https://docs.opensearch.org/latest/api-reference"
_PAGES: Final[Mapping[str, str]] = {
    "": f"{_A}/",
    "health": f"{_A}/cluster-api/cluster-health/",
    "aliases": f"{_A}/alias/aliases-api/",
    "data-streams": "https://docs.opensearch.org/latest/im-plugin/data-streams/",
    "snapshots": f"{_A}/snapshots/index/",
    "index-templates": "https://docs.opensearch.org/latest/im-plugin/index-templates/",
    "component-templates": "https://docs.opensearch.org/latest/im-plugin/index-templates/",
    "ingest": "https://docs.opensearch.org/latest/ingest-pipelines/",
    "search": f"{_A}/search-apis/search/",
    "count": f"{_A}/search-apis/count/",
    "msearch": f"{_A}/search-apis/multi-search/",
    **{
        name: f"{_A}/document-apis/{name}/"
        for name in ("bulk", "delete-by-query", "delete-document", "get-documents", "index-document", "multi-get", "update-by-query", "update-document")
    },
    **{
        name: f"{_A}/index-apis/{name}/"
        for name in ("close-index", "create-index", "delete-index", "exists", "flush", "force-merge", "get-index", "get-mapping", "get-settings", "open-index", "put-mapping", "refresh", "resolve-index", "update-settings")
    },
}  # fmt: skip
_WAITS: Final = "cluster_manager_timeout"
QUERY_FORMS: Final = query_forms(_WAITS)
_PITS: Final = pits(
    "/_search/point_in_time", "create_pit", "delete_pit", DELETE_PIT, f"{_A}/search-apis/point-in-time-api/"
)
_SEARCHED: Final = pipelines(
    "/_search/pipeline",
    "search_pipeline_{}",
    PIPELINE,
    "https://docs.opensearch.org/latest/search-plugins/search-pipelines/",
    _WAITS,
)
SERVED: Final = (*served(BODIES, _PAGES, _WAITS), *_PITS, *standing(BODIES, _PAGES, _WAITS), *_SEARCHED)
ROUTES: Final[tuple[Route, ...]] = (*SERVED, *refused.ROWS, *server.ROWS, *security.ROWS, *plugins.ROWS)

"""Is every call in this table refused, whoever asks?"""

from vecgate.dialects.elasticsearch.routes.refused import ROWS

KNOWN = [
    "/_search/scroll/_all",
    "/_async_search/{id}",
    "/_query",
    "/_sql",
    "/_ingest/pipeline/_simulate",
    "/{index}/_knn_search",
    "/{index}/{type}/{id}",
    "/_reindex",
]


def test_each_is_refused_with_a_reason_and_a_page() -> None:
    """E-01, E-11, E-34, E-64: programs, cursors, templates, query languages, an old API"""
    assert all(row.refused and row.url.startswith("https://www.elastic.co/docs/") for row in ROWS)
    assert {*KNOWN} <= {row.path for row in ROWS}

"""Is every call in this table refused, whoever asks?"""

from vecgate.dialects.elasticsearch.routes.server import ROWS

KNOWN = ["/_snapshot/_status", "/_tasks", "/_cat/indices", "/_nodes", "/_cluster/state"]


def test_each_is_refused_with_a_reason_and_a_page() -> None:
    """snapshots, tasks, overviews"""
    assert all(row.refused and row.url.startswith("https://www.elastic.co/docs/") for row in ROWS)
    assert {*KNOWN} <= {row.path for row in ROWS}

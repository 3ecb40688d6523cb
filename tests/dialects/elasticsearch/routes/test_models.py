"""Is every call in this table refused, whoever asks?"""

from vecgate.dialects.elasticsearch.routes.models import ROWS

KNOWN = [
    "/_ml/info",
    "/_inference",
    "/_query_rules",
    "/_application/search_application",
    "/_transform",
    "/_enrich/policy",
    "/_watcher/stats",
]


def test_each_is_refused_with_a_reason_and_a_page() -> None:
    """E-59, E-65: models, and what acts later"""
    assert all(row.refused and row.url.startswith("https://www.elastic.co/docs/") for row in ROWS)
    assert {*KNOWN} <= {row.path for row in ROWS}

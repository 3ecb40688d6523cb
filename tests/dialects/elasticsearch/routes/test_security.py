"""Is every call in this table refused, whoever asks?"""

from vecgate.dialects.elasticsearch.routes.security import ROWS

KNOWN = ["/_security/api_key", "/_security/role"]


def test_each_is_refused_with_a_reason_and_a_page() -> None:
    """users, roles, keys"""
    assert all(row.refused and row.url.startswith("https://www.elastic.co/docs/") for row in ROWS)
    assert {*KNOWN} <= {row.path for row in ROWS}

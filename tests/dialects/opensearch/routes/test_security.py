"""Is every call in this table refused, whoever asks?"""

from vecgate.dialects.opensearch.routes.security import ROWS

KNOWN = ["_plugins/_security/api/roles", "_plugins/_security/api/internalusers"]


def test_each_is_refused_with_a_reason_and_a_page() -> None:
    """users and roles"""
    assert all(row.refused and row.url.startswith("https://docs.opensearch.org/") for row in ROWS)
    paths = {row.path for row in ROWS}
    assert [
        one
        for one in KNOWN
        if not any(path == f"/{one}" or path.startswith(f"/{one.rpartition('/')[0]}/") for path in paths)
    ] == []

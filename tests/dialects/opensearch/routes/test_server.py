"""Is every call in this table refused, whoever asks?"""

from vecgate.dialects.opensearch.routes.server import ROWS

KNOWN = ["_snapshot/_status", "_tasks", "_cat/indices", "_nodes", "_cluster/settings"]


def test_each_is_refused_with_a_reason_and_a_page() -> None:
    """O-46: copies, others' work, the cluster"""
    assert all(row.refused and row.url.startswith("https://docs.opensearch.org/") for row in ROWS)
    paths = {row.path for row in ROWS}
    assert [
        one
        for one in KNOWN
        if not any(path == f"/{one}" or path.startswith(f"/{one.rpartition('/')[0]}/") for path in paths)
    ] == []

"""Is every call in this table refused, whoever asks?"""

from vecgate.dialects.opensearch.routes.refused import ROWS

KNOWN = ["_search/scroll", "_search/template", "_scripts/x", "_ingest/pipeline", "_index_template/x", "_plugins/_sql"]


def test_each_is_refused_with_a_reason_and_a_page() -> None:
    """O-52, O-53: programs, cursors, templates, query languages"""
    assert all(row.refused and row.url.startswith("https://docs.opensearch.org/") for row in ROWS)
    paths = {row.path for row in ROWS}
    assert [
        one
        for one in KNOWN
        if not any(path == f"/{one}" or path.startswith(f"/{one.rpartition('/')[0]}/") for path in paths)
    ] == []

"""Does a table of refused routes say what it is meant to?"""

from vecgate import dialects
from vecgate.dialects.base.lucene.forms.table import overviews, refused


def test_each_method_of_a_line_is_a_row() -> None:
    rows = refused(
        "why", "https://docs.opensearch.org/", "\nalias 4 PUT,POST put_alias /_alias/{name}\nsearch 2 GET x /_x\n"
    )
    assert [(row.method, row.path, row.name, row.kind, row.danger, row.refused) for row in rows] == [
        ("PUT", "/_alias/{name}", "put_alias", "alias", 4, "why"),
        ("POST", "/_alias/{name}", "put_alias", "alias", 4, "why"),
        ("GET", "/_x", "x", "search", 2, "why"),
    ]


def test_what_both_databases_tell_of_everything_stands_once_and_each_has_more() -> None:
    rows = {name: dialects.load(name).routes for name in ("elasticsearch", "opensearch")}
    told = {
        name: {(row.method, row.path) for row in some if "in tables for people" in row.refused}
        for name, some in rows.items()
    }
    own = overviews("https://docs.opensearch.org/", "\ncluster_admin 1 GET cat_more /_cat/more\n")
    both = {(row.method, row.path) for row in own} - {("GET", "/_cat/more")}
    assert both == told["elasticsearch"] & told["opensearch"]
    assert ("GET", "/_cat/indices") in both
    assert ("GET", "/_cat/master") in both
    assert told["elasticsearch"] - both
    assert told["opensearch"] - both

"""Does a table of refused routes say what it is meant to?"""

from vecgate.dialects.base.lucene.forms.table import refused


def test_each_method_of_a_line_is_a_row() -> None:
    rows = refused(
        "why", "https://docs.opensearch.org/", "\nalias 4 PUT,POST put_alias /_alias/{name}\nsearch 2 GET x /_x\n"
    )
    assert [(row.method, row.path, row.name, row.kind, row.danger, row.refused) for row in rows] == [
        ("PUT", "/_alias/{name}", "put_alias", "alias", 4, "why"),
        ("POST", "/_alias/{name}", "put_alias", "alias", 4, "why"),
        ("GET", "/_x", "x", "search", 2, "why"),
    ]
